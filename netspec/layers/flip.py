"""The order of channels turned round, as a network of `keras.applications` begins that was trained on BGR."""

from netspec.layers.base import Example, UnaryLayer


class Flip(UnaryLayer):
    """Channels in the opposite order: RGB to BGR.

    No spec names it: Keras has no such layer, but an operation. Source: `flip` in keras/src/ops/numpy.py.
    """

    example = Example({}, ((8, 6, 3),))
