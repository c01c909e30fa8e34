"""Normalization: values are brought to mean 0 and variance 1, then scaled as was learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from netspec.diagnostics import Code
from netspec.fields import Choice, MapOf, Nullable, Problem, Real, optional
from netspec.layers.axes import position, positions
from netspec.layers.base import Example, Shape, ShapeError, UnaryLayer, Weight, spell
from netspec.layers.fields import Axes, Axis, Constraint, Epsilon, Initializer, Regularizer, Truth

if TYPE_CHECKING:
    from collections.abc import Iterator

Momentum = Annotated[float, Real(minimum=0, maximum=1)]
Clipping = Annotated[
    dict[str, float] | None,
    Nullable(MapOf(Real(), Choice("rmax", "rmin", "dmax"), "a mapping of rmax, rmin or dmax")),
]


class _Normalization(UnaryLayer):
    """What is learned: a scale (gamma) and an offset (beta)."""

    epsilon: Epsilon = optional(1e-3, "Added to the variance, so that nothing is divided by 0.")
    center: Truth = optional(True, "Whether an offset, beta, is learned.")  # noqa: FBT003
    scale: Truth = optional(True, "Whether a scale, gamma, is learned.")  # noqa: FBT003
    beta_initializer: Initializer = optional("zeros", "How beta starts.")
    gamma_initializer: Initializer = optional("ones", "How gamma starts.")
    beta_regularizer: Regularizer = optional(None, "A penalty on beta.")
    gamma_regularizer: Regularizer = optional(None, "A penalty on gamma.")
    beta_constraint: Constraint = optional(None, "What beta is held to.")
    gamma_constraint: Constraint = optional(None, "What gamma is held to.")

    def _learned(self, sizes: tuple[int, ...]) -> Iterator[Weight]:
        if self.scale:
            yield Weight("gamma", sizes)
        if self.center:
            yield Weight("beta", sizes)


class BatchNormalization(_Normalization):
    """Normalizes each channel over the batch, and over all that were seen once it is trained.

    With `trainable: false` it uses the moving statistics while training too.

    Source: keras/src/layers/normalization/batch_normalization.py; Ioffe 2015, arXiv 1502.03167.
    """

    example = Example({}, ((8, 6, 4),))

    axis: Axis = optional(-1, "The channels' axis, counted with the batch as axis 0.")
    momentum: Momentum = optional(0.99, "How much of the moving statistics a step keeps.")
    moving_mean_initializer: Initializer = optional("zeros", "How the moving mean starts.")
    moving_variance_initializer: Initializer = optional("ones", "How the moving variance starts.")
    renorm: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Batch renormalization (arXiv 1702.03275): three more moving statistics.",
    )
    renorm_clipping: Clipping = optional(
        None, "Bounds of renorm's correction: rmin and rmax of the scale, dmax of the offset."
    )
    renorm_momentum: Momentum = optional(0.99, "The momentum of renorm's statistics.")
    synchronized: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether statistics are shared among devices (TensorFlow).",
    )

    def contradictions(self) -> Iterator[Problem]:
        """Clipping's bounds are in order."""
        bounds = self.renorm_clipping or {}
        if not self.renorm:
            return
        if "rmin" in bounds and "rmax" in bounds and bounds["rmin"] > bounds["rmax"]:
            yield Problem(
                f"rmin {bounds['rmin']:g} is above rmax {bounds['rmax']:g}",
                "swap them",
                Code.CONTRADICTION,
                ("renorm_clipping", "rmin"),
            )
        if bounds.get("dmax", 0) < 0:
            yield Problem(
                f"dmax takes a number of at least 0, not {bounds['dmax']:g}",
                "the offset is clipped to -dmax … dmax",
                Code.CONTRADICTION,
                ("renorm_clipping", "dmax"),
            )

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape."""
        self._channels(shape)
        return shape

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """Gamma and beta ``(channels)``, then the statistics ``(channels)``, which are counted."""
        sizes = self._channels(shape)
        yield from self._learned(sizes)
        yield Weight("moving_mean", sizes, trainable=False)
        yield Weight("moving_variance", sizes, trainable=False)
        if self.renorm:
            yield Weight("moving_stddev", sizes, trainable=False, prefix="moving_variance")
            yield Weight("renorm_mean", sizes, trainable=False, prefix="moving_mean")
            yield Weight("renorm_stddev", sizes, trainable=False, prefix="moving_variance")

    def _channels(self, shape: Shape) -> tuple[int, ...]:
        place = position(self.axis, shape, does="would learn a scale for each image of a batch")
        return _known(shape, (place,))


class LayerNormalization(_Normalization):
    """Normalizes each image by itself, over one axis or several.

    Source: keras/src/layers/normalization/layer_normalization.py; Ba 2016, arXiv 1607.06450.
    """

    example = Example({}, ((8, 6, 4),))

    axis: Axes = optional(-1, "What it is normalized over, counted with the batch as axis 0.")

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape."""
        self._places(shape)
        return shape

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """Gamma and beta, of the normalized axes' sizes; where none is learned, any size will do."""
        if self.scale or self.center:
            yield from self._learned(_known(shape, self._places(shape)))

    def _places(self, shape: Shape) -> tuple[int, ...]:
        # Keras sorts the numbers as they are written, -1 before 1.
        axes = (self.axis,) if isinstance(self.axis, int) else tuple(sorted(self.axis))
        return positions(axes, shape, does="would mix the images of a batch")


def _known(shape: Shape, places: tuple[int, ...]) -> tuple[int, ...]:
    sizes = [size for place in places if (size := shape[place]) is not None]
    if len(sizes) < len(places):
        raise ShapeError(
            f"needs to know the size it learns a scale for, and gets {spell(shape)}",
            code=Code.UNKNOWN_SIZE,
            field="axis",
            hint="give model.input a number there, or choose another axis",
        )
    return tuple(sizes)
