"""What augmentations have in common: their base and the types of their fields."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from netspec.diagnostics import Code
from netspec.fields import Choice, ListOf, Mismatch, OneOf, Problem, Real, Thing, optional
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


@dataclass(frozen=True)
class _Part(Real):
    """A share of something, for which a number of another unit is easily written.

    Attributes:
        meant: The hint for a number that is no share, ``{0:g}`` standing for it.
    """

    meant: str = ""

    def read(self, value: object) -> float:
        """The number."""
        try:
            return super().read(value)
        except Mismatch:
            if type(value) not in {int, float} or not math.isfinite(value):  # type: ignore[arg-type]
                raise
            raise self.mismatch(value, hint=self.meant.format(value)) from None


def _number_or_pair(number: Real) -> OneOf:
    return OneOf(
        number,
        ListOf(number, minimum=2, maximum=2, what="a pair of numbers"),
        what=f"{number.words}, or a pair of them",
    )


Interval = float | tuple[float, float]
SHARE = _number_or_pair(Real(minimum=0, maximum=1))
SIGNED = _number_or_pair(Real(minimum=-1, maximum=1))
ZOOM = _number_or_pair(
    _Part(above=-1, maximum=1, meant="0 leaves the size as it is: write 0.2 for a fifth more")
)
_TURN = _Part(minimum=-1, maximum=1, meant="1 is a full turn: write {0:g}/360 for {0:g} degrees")
_SHIFT = _Part(minimum=-1, maximum=1, meant="1 is the whole side: write 4/32 for 4 of 32 pixels")
_BRIGHTNESS = _Part(
    minimum=-1, maximum=1, meant="1 is from black to white: write 20/255 for 20 of 255"
)
_CONTRAST = _Part(
    minimum=0, maximum=1, meant="0 leaves it as it is: write [0.2, 0.2] for 0.8 to 1.2 times"
)
BRIGHTNESS, CONTRAST = _number_or_pair(_BRIGHTNESS), _number_or_pair(_CONTRAST)
ShareFactor = Annotated[Interval, SHARE]
SignedFactor = Annotated[Interval, SIGNED]
ZoomFactor = Annotated[Interval, ZOOM]
TurnFactor = Annotated[Interval, _number_or_pair(_TURN)]
ShiftFactor = Annotated[Interval, _number_or_pair(_SHIFT)]
BrightnessFactor = Annotated[Interval, BRIGHTNESS]
ContrastFactor = Annotated[Interval, CONTRAST]

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
