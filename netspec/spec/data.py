"""The section `data`: which images, and which of them are held out."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from netspec.fields import (
    Choice,
    Fields,
    FieldType,
    JsonSchema,
    Mismatch,
    Nullable,
    OneOf,
    Problem,
    Real,
    Whole,
    not_yet,
    optional,
    required,
)
from netspec.things.datasets import DATASETS
from netspec.wording import nearest

_SOURCES_TO_COME = ("ImageFolder", "ImageFiles", "Csv", "Arrays", "TFRecord")


@dataclass(frozen=True)
class DatasetName(FieldType):
    """The name of a data set that netspec knows."""

    @property
    def words(self) -> str:
        """What it takes."""
        return "the name of a data set"

    def read(self, value: object) -> str:
        """The name."""
        kind = next(iter(value), None) if isinstance(value, dict) else value
        if kind in _SOURCES_TO_COME:
            raise Mismatch(not_yet(f"the data source {kind}"))
        if not isinstance(value, str):
            raise self.mismatch(value, hint=f"one of {', '.join(DATASETS)}")
        if value not in DATASETS:
            hint = nearest(value, list(DATASETS)) or f"one of {', '.join(DATASETS)}"
            raise Mismatch(Problem(f"there is no data set '{value}'", hint))
        return value

    def schema(self) -> JsonSchema:
        """An enumeration of the names."""
        return {"enum": list(DATASETS)}


HELD_OUT = OneOf(
    Choice("test"),
    Whole(1),
    Real(above=0, below=1),
    what="a fraction between 0 and 1, a whole number of images, or the split `test`",
)


class DataSection(Fields):
    """Which images the network learns from and is judged by."""

    not_yet: ClassVar[frozenset[str]] = frozenset(
        [
            "image_size",
            "resize",
            "color",
            "classes",
            "on_error",
            "verify",
            "cache",
            "group",
            "inputs",
            "labels",
        ]
    )

    source: Annotated[str, DatasetName()] = required("The name of a data set.")
    validation: Annotated[str | int | float | None, Nullable(HELD_OUT)] = optional(
        None,
        "What is watched after every epoch: a fraction or a number of the training images, which are then "
        "held out, or the split `test`.",
    )
    test: Annotated[str | int | float | None, Nullable(HELD_OUT)] = optional(
        "test",
        "What the trained network is judged by: the split `test`, a fraction or a number of the training "
        "images, which are then held out, or null.",
    )
    limit: Annotated[int | None, Nullable(Whole(1))] = optional(
        None, "Use at most so many images of each split, for a quick try."
    )


def held_out(written: str | float | None, images: int) -> int:
    """How many of the training images `validation` or `test` takes away."""
    if written is None or isinstance(written, str):
        return 0
    return max(1, round(written * images)) if isinstance(written, float) else written
