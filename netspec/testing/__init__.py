"""Holds a layer's class to the Keras layer that it stands for; netspec's own layers are held so too."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from netspec.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netspec.layers.base import Layer
    from netspec.layers.shapes import Shape

__all__ = ["hold_to_keras"]


def hold_to_keras(
    layer: type[Layer],
    *,
    draws: int = 100,
    stricter: Callable[[Layer, Sequence[Shape]], object] | None = None,
) -> None:
    """Makes sure that a layer's class and its Keras layer say the same.

    The fields and their defaults are the Keras constructor's; the example is taken; a network with it is saved and
    opens again in plain Keras. Then fields and input shapes are drawn, and for each draw both take them or neither
    does, with the same output shapes and the same weights, by name, shape and trainability. Keras is asked by its
    constructor, a symbolic call, and a run on a batch of two, forwards and backwards.

    Args:
        layer: The layer's class.
        draws: How many fields and shapes are drawn; the same ones each time.
        stricter: Whether the layer refuses such fields and shapes on purpose, where Keras takes them.

    Raises:
        AssertionError: They disagree; the message says where, with the smallest fields and shapes that show it.
        MissingExtraError: hypothesis, Keras or TensorFlow is not installed.
    """
    from netspec.runs.environment import require_tensorflow

    if importlib.util.find_spec("hypothesis") is None:
        raise MissingExtraError(
            "holding a layer to Keras needs hypothesis, which is not installed",
            hint="pip install 'netspec-keras[testing]'",
        )
    require_tensorflow()
    from netspec.testing import parity

    parity.hold_constructor(layer)
    parity.hold_example(layer)
    parity.hold_draws(layer, draws=draws, stricter=stricter or (lambda *_: False))
