"""Preparation of pixel values that needs to know, or learns, how they are spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from netspec.diagnostics import Code
from netspec.fields import (
    ListOf,
    Nullable,
    OneOf,
    Pair,
    Problem,
    Real,
    Whole,
    optional,
)
from netspec.layers.axes import positions
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import DataFormat, Truth
from netspec.layers.preprocessing import length
from netspec.layers.shapes import Shape, ShapeError, Weight, spell
from netspec.layers.spatial import checked, split
from netspec.things.augmentations.base import ValueRange  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from collections.abc import Iterator


class _OfARange(UnaryLayer):
    """What looks at the range that pixels have."""

    value_range: ValueRange = optional(
        (0, 255), "The lowest and the highest value that pixels have."
    )

    def contradictions(self) -> Iterator[Problem]:
        """The range has its lower end first."""
        lower, upper = self.value_range
        if lower >= upper:
            yield Problem(
                f"value_range ends at {upper:g}, which is not above {lower:g}",
                "write the lower end first: [0, 255]",
                Code.CONTRADICTION,
                ("value_range",),
            )


class AutoContrast(_OfARange):
    """Stretches each channel of each image to the whole range.

    Source: keras/src/layers/preprocessing/image_preprocessing/auto_contrast.py.
    """

    example = Example({}, ((8, 6, 3),))

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape, ``(height, width, channels)``."""
        return checked(shape, "channels_last")


class ContrastLimitedAdaptiveHistogramEqualization(_OfARange):
    """Spreads the values of each tile of an image evenly over the range, and blends the tiles (CLAHE).

    Source: keras/src/layers/preprocessing/image_preprocessing/clahe.py; Zuiderveld 1994.
    """

    example = Example({"tile_grid_size": 2}, ((8, 6, 3),))

    clip_limit: Annotated[float, Real()] = optional(
        4.0,
        "How often a value may be there, against the mean, before it is cut; 0: any number of times.",
    )
    tile_grid_size: Annotated[tuple[int, ...], Pair(Whole(1))] = optional(
        (8, 8), "How many tiles there are down and across."
    )
    data_format: DataFormat = optional("channels_last", "Which axis holds the channels.")

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape, ``(height, width, channels)``."""
        spatial, _ = split(shape, self.data_format)
        for size, tiles in zip(spatial, self.tile_grid_size, strict=True):
            # The last tiles are filled by mirroring, which reaches no further than the image does.
            if size is not None and -(-size // tiles) * tiles > 2 * size:
                raise ShapeError(
                    f"gets {spell(shape)}, too small for a grid of "
                    f"{self.tile_grid_size[0]} x {self.tile_grid_size[1]} tiles",
                    code=Code.MAP_TOO_SMALL,
                    field="tile_grid_size",
                    hint="write a smaller tile_grid_size",
                )
        return shape


class Normalization(UnaryLayer):
    """Subtracts a mean and divides by a deviation, the root of a variance, that the spec says.

    Without them it has weights for them, which start as 0 and 1, which training never changes, and which a pretrained
    network such as EfficientNet brings. A BatchNormalization learns them while training.

    Source: keras/src/layers/preprocessing/normalization.py.
    """

    example = Example({"mean": [0.5, 0.4, 0.3], "variance": [0.1, 0.2, 0.3]}, ((8, 6, 3),))

    axis: Annotated[
        int | tuple[int, ...] | None, Nullable(OneOf(Whole(), ListOf(Whole(), minimum=1)))
    ] = optional(
        -1, "The axis along which they differ, counted with the batch as axis 0; null: none."
    )
    mean: Annotated[
        float | tuple[float, ...] | None, Nullable(OneOf(Real(), ListOf(Real(), minimum=1)))
    ] = optional(None, "What is subtracted: a number, or one for each place along the last axis.")
    variance: Annotated[
        float | tuple[float, ...] | None,
        Nullable(OneOf(Real(minimum=0), ListOf(Real(minimum=0), minimum=1))),
    ] = optional(None, "The square of what is divided by: a number, or as many as mean has.")
    invert: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether normalized values are turned back.",
    )

    def contradictions(self) -> Iterator[Problem]:
        """Mean and variance are given together, and are as many."""
        if self.mean is None and self.variance is None:
            return
        if self.mean is None or self.variance is None:
            missing = "mean" if self.mean is None else "variance"
            hint = "give both, or neither: then they are weights"
            yield Problem(f"Normalization needs '{missing}'", hint, Code.MISSING_FIELD)
            return
        if isinstance(self.mean, tuple) != isinstance(self.variance, tuple) or length(
            self.mean
        ) != length(self.variance):
            yield Problem(
                "mean and variance are not as many numbers",
                "give both a number, or both a list of one length",
                Code.CONTRADICTION,
                ("variance",),
            )
        elif self.axis is None and isinstance(self.mean, tuple):
            yield Problem(
                "mean is a list, and axis: null says that there is one for all",
                "write a number, or an axis",
                Code.CONTRADICTION,
                ("mean",),
            )

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape."""
        places = self._places(shape)
        if not places or self.mean is None:
            return shape
        numbers, size = length(self.mean), shape[max(places)]
        if numbers not in {1, size}:
            raise ShapeError(
                f"has {numbers} means, and gets {spell(shape)}",
                code=Code.FIELD_AGAINST_INPUT,
                field="mean",
                hint=f"give one number, or {size}",
            )
        return shape

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """Mean and variance along the axes, and how much was seen, where the spec does not say them."""
        if self.mean is None:
            sizes = tuple(int(shape[place] or 0) for place in self._places(shape))
            yield Weight("mean", sizes, trainable=False)
            yield Weight("variance", sizes, trainable=False)
            yield Weight("count", (), trainable=False)

    def _places(self, shape: Shape) -> tuple[int, ...]:
        """Where its axes stand, in the order of the shape; their sizes are known."""
        if self.axis is None:
            return ()
        places = positions(self.axis, shape, does="would normalize the images of a batch apart")
        for place in places:
            if shape[place] is None:
                raise ShapeError(
                    f"needs to know the sizes along its axis, and gets {spell(shape)}",
                    code=Code.UNKNOWN_SIZE,
                    field="axis",
                    hint="give model.input a number there, or write axis: null and one mean",
                )
        return tuple(sorted(places))
