"""What augmentations have in common: their base and the types of their fields."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from netspec.diagnostics import Code
from netspec.fields import Choice, ListOf, OneOf, Problem, Real, Thing, optional
from netspec.things.fields import Seed


class Augmentation(Thing):
    """What varies a training image by chance.

    Source: keras/src/layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.py.

    Attributes:
        mixes: Whether it mixes an image, and its label, with another.
    """

    mixes: ClassVar[bool] = False

    seed: Seed = optional(None, "What its draws follow from; null: the spec's seed.")

    def colour_fields(self) -> tuple[str, ...]:
        """The fields by which it needs images of 3 channels; none where any number will do."""
        return ()

    def contradictions(self) -> Iterator[Problem]:
        """The range of the pixels has its lower end first."""
        value_range = getattr(self, "value_range", None)
        if value_range is not None and value_range[0] >= value_range[1]:
            lower, upper = value_range
            yield Problem(
                f"value_range ends at {upper:g}, which is not above {lower:g}",
                "write the lower end first: [0, 255]",
                Code.CONTRADICTION,
                ("value_range",),
            )


def _number_or_pair(number: Real) -> OneOf:
    return OneOf(
        number,
        ListOf(number, minimum=2, maximum=2, what="a pair of numbers"),
        what=f"{number.words}, or a pair of them",
    )


Interval = float | tuple[float, float]
SHARE = _number_or_pair(Real(minimum=0, maximum=1))
SIGNED = _number_or_pair(Real(minimum=-1, maximum=1))
ZOOM = _number_or_pair(Real(above=-1, maximum=1))
ShareFactor = Annotated[Interval, SHARE]
SignedFactor = Annotated[Interval, SIGNED]
ZoomFactor = Annotated[Interval, ZOOM]

ValueRange = Annotated[
    tuple[float, float],
    ListOf(Real(), minimum=2, maximum=2, what="a pair of numbers, the lower end first"),
]
VALUE_RANGE = "The range of the pixels, which are 0 to 255 here; what leaves it is cut off."

FillMode = Annotated[str, Choice("reflect", "wrap", "constant", "nearest")]
FILL_MODE = (
    "What stands where the image has left: itself mirrored, repeated, its edge, or fill_value."
)
Interpolation = Annotated[str, Choice("nearest", "bilinear")]
INTERPOLATION = "How values between pixels are found."
FillValue = Annotated[float, Real()]
FILL_VALUE = "The value that stands there under `fill_mode: constant`."
