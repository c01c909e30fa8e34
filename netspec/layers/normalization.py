"""Normalization: values are brought to mean 0 and variance 1, then scaled as was learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from netspec.diagnostics import Code
from netspec.fields import Choice, MapOf, Nullable, Problem, Real, Whole, optional
from netspec.layers.axes import position, positions
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import Axes, Axis, Constraint, Epsilon, Initializer, Regularizer, Truth
from netspec.layers.shapes import Shape, ShapeError, Weight, known_channels, spell

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
        return _sorted_places(self.axis, shape)


class GroupNormalization(_Normalization):
    """Normalizes each image by itself, over groups of channels.

    With one group it is nearly a LayerNormalization, with `groups: -1` instance normalization.

    Source: keras/src/layers/normalization/group_normalization.py; Wu 2018, arXiv 1803.08494.
    """

    example = Example({"groups": 2}, ((8, 6, 4),))

    groups: Annotated[int, Whole(-1)] = optional(
        32, "Into how many groups the channels are split; -1: each channel is one."
    )
    axis: Axis = optional(-1, "The channels' axis, counted with the batch as axis 0.")

    def contradictions(self) -> Iterator[Problem]:
        """There is a group."""
        if self.groups == 0:
            yield Problem(
                "channels cannot be split into 0 groups",
                "-1 makes each channel a group",
                Code.CONTRADICTION,
                ("groups",),
            )

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape."""
        self._channels(shape)
        return shape

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """Gamma and beta ``(channels)``."""
        yield from self._learned((self._channels(shape),))

    def _channels(self, shape: Shape) -> int:
        place = position(self.axis, shape, does="would split the images of a batch")
        channels = known_channels(shape, place)
        if self.groups != -1 and channels % self.groups:
            raise ShapeError(
                f"cannot split {channels} channels into {self.groups} groups",
                code=Code.FIELD_AGAINST_INPUT,
                field="groups",
                hint="groups must divide the input's channels; it is 32 unless you write it",
            )
        return channels


class RMSNormalization(UnaryLayer):
    """Divides each image by its root mean square, over the last axis or several; no mean is taken off.

    Source: keras/src/layers/normalization/rms_normalization.py; Zhang 2019, arXiv 1910.07467.
    """

    example = Example({}, ((8, 6, 4),))

    axis: Axes = optional(
        -1, "The axes that it is normalized over, the last ones, with the batch as axis 0."
    )
    epsilon: Epsilon = optional(1e-6, "Added to the mean square, so that nothing is divided by 0.")

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape."""
        self._places(shape)
        return shape

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """A scale, of the normalized axes' sizes."""
        yield Weight("scale", _known(shape, self._places(shape)))

    def _places(self, shape: Shape) -> tuple[int, ...]:
        places = _sorted_places(self.axis, shape)
        last = tuple(range(len(shape) - len(places), len(shape)))
        # Keras multiplies by the scale as it is, which lays it along the last axes.
        if places != last:
            axes = [place + 1 for place in last]
            written = self.axis if isinstance(self.axis, int) else list(self.axis)
            raise ShapeError(
                f"learns a scale along the last axes of {spell(shape)}, and has axis {written}",
                code=Code.FIELD_AGAINST_INPUT,
                field="axis",
                hint=f"write {axes if len(axes) > 1 else -1}, or place a Permute above",
            )
        return places


class UnitNormalization(UnaryLayer):
    """Brings each vector along an axis, or several, to length 1.

    Source: keras/src/layers/normalization/unit_normalization.py.
    """

    example = Example({}, ((8, 6, 4),))

    axis: Axes = optional(-1, "Along what lengths are taken, counted with the batch as axis 0.")

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape."""
        positions(self.axis, shape, does="would mix the images of a batch")
        return shape


def _sorted_places(axis: int | tuple[int, ...], shape: Shape) -> tuple[int, ...]:
    # Keras sorts the numbers as they are written, -1 before 1.
    axes = (axis,) if isinstance(axis, int) else tuple(sorted(axis))
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
