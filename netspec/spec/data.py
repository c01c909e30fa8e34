"""The section `data`: which images, in what form, and which of them are held out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from netspec.diagnostics import Code
from netspec.fields import (
    Choice,
    Fields,
    FieldType,
    JsonSchema,
    ListOf,
    MapOf,
    Mismatch,
    Nullable,
    OneOf,
    Pattern,
    Problem,
    Real,
    Text,
    Thing,
    ThingOf,
    Whole,
    optional,
    required,
)
from netspec.layers.wiring import NAME
from netspec.things.datasets import DATASETS
from netspec.things.labels import CLASS_NAME, LABEL_NAME
from netspec.things.registries import SOURCES
from netspec.wording import nearest, short

_SOURCE = ThingOf(SOURCES)
# The source that a file is for, by how its name ends.
_ENDINGS = {(".csv", ".tsv"): "Csv", (".npz",): "Arrays", (".tfrecord", ".tfrecords"): "TFRecord"}


@dataclass(frozen=True)
class Source(FieldType):
    """The name of a data set that netspec knows, or a data source with its fields."""

    @property
    def words(self) -> str:
        """What it takes."""
        return "the name of a data set, or a source such as `ImageFolder: {path: …}`"

    def read(self, value: object) -> str | Thing:
        """The name, or the source."""
        if isinstance(value, dict) or (isinstance(value, str) and _is_kind(value)):
            thing: Thing = _SOURCE.read(value)
            return thing
        if isinstance(value, list):
            hint = "for pictures of several folders put these into one, or list all in a table for `Csv`"
            raise Mismatch(Problem("takes one source, not a list", hint, of_field=True))
        if not isinstance(value, str):
            raise self.mismatch(value, hint=f"one of {', '.join(DATASETS)}")
        if value not in DATASETS:
            raise Mismatch(Problem(f"there is no data set '{short(value)}'", _meant(value)))
        return value

    def schema(self) -> JsonSchema:
        """An enumeration of the names, or a source."""
        return {
            "type": ["string", "object"],
            "if": {"type": "string"},
            "then": {"enum": list(DATASETS)},
            "else": {"$ref": _SOURCE.schema()["$ref"]},
        }


def _is_kind(name: str) -> bool:
    return name in SOURCES or name in SOURCES.not_yet


def _meant(value: str) -> str:
    for endings, kind in _ENDINGS.items():
        if value.lower().endswith(endings):
            return f"write `{kind}: {{path: {short(value)}}}`"
    if "/" in value or "\\" in value:
        return f"for a folder with pictures write `ImageFolder: {{path: {short(value)}}}`"
    meant = nearest(value, list(DATASETS))
    if meant is not None:
        return meant
    folder = f"; for a folder with pictures write `ImageFolder: {{path: {short(value)}}}`"
    return f"one of {', '.join(DATASETS)}{folder if value.strip() else ''}"


@dataclass(frozen=True)
class _SplitName(Text):
    """The name of a split, for which neither a number nor a truth value is meant."""

    what: str = "the name of a split"
    pattern: str = r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"

    def read(self, value: object) -> str:
        """The name."""
        if not isinstance(value, str):
            raise self.mismatch(value)
        return super().read(value)


SPLIT_NAME = _SplitName()


@dataclass(frozen=True)
class PerClass:
    """So many images of each class, as a spec writes it."""

    per_class: int


@dataclass(frozen=True)
class PerClassType(FieldType):
    """`{per_class: 500}`."""

    @property
    def words(self) -> str:
        """What it takes."""
        return "`{per_class: 500}`"

    def read(self, value: object) -> PerClass:
        """The number of each class."""
        if not isinstance(value, dict):
            raise self.mismatch(value)
        if [*value] != ["per_class"]:
            keys = [str(key) for key in value if key != "per_class"]
            had = f"and has '{short(keys[0])}'" if keys else "not an empty mapping"
            message = f"takes {self.words}, {had}"
            raise Mismatch(Problem(message, "write {per_class: 500}", of_field=True))
        try:
            return PerClass(Whole(1).read(value["per_class"]))
        except Mismatch as mismatch:
            raise Mismatch(*(each.below("per_class") for each in mismatch.problems)) from None

    def schema(self) -> JsonSchema:
        """An object with the one key."""
        return {
            "type": "object",
            "properties": {"per_class": Whole(1).schema()},
            "required": ["per_class"],
            "additionalProperties": False,
        }


@dataclass(frozen=True)
class _Share(Real):
    """A fraction; what is not below 1 could be meant in many ways."""

    def read(self, value: object) -> float:
        """The fraction."""
        if isinstance(value, float) and value >= 1:
            hint = "a fraction is below 1, such as 0.2 for 20 %; a number of images has no decimal point"
            raise Mismatch(Problem(f"takes {HELD_OUT.words}, not {value}", hint, of_field=True))
        return super().read(value)


_FRACTION = _Share(above=0, below=1)
TRAINED = OneOf(
    PerClassType(),
    Whole(1),
    _FRACTION,
    what="a fraction between 0 and 1, a whole number of images, or `{per_class: 500}`",
)
HELD_OUT = OneOf(
    SPLIT_NAME,
    PerClassType(),
    Whole(1),
    _FRACTION,
    what="a fraction between 0 and 1, a whole number of images, `{per_class: 500}`, or the name of a split such as "
    "`test`",
)
CHANNELS = {"rgb": 3, "grayscale": 1}


class DataSection(Fields):
    """Which images the network learns from and is judged by."""

    not_yet: ClassVar[frozenset[str]] = frozenset({"inputs"})
    # Defaults that mean something else when they are written.
    wishes: ClassVar[frozenset[str]] = frozenset({"validation", "test"})

    source: Annotated[str | Thing, Source()] = required(
        "The name of a data set; or of one's own pictures `ImageFolder`, `ImageFiles`, `Csv`, `Arrays` or `TFRecord` "
        "with its fields, such as `ImageFolder: {path: …}`."
    )
    validation: Annotated[str | int | float | PerClass | None, Nullable(HELD_OUT)] = optional(
        "validation",
        "What is watched after every epoch: the name of a split, or a fraction or number of the training images, or "
        "a number of each class, which are then held out. Without it, the split `validation` where the source has "
        "one.",
    )
    test: Annotated[str | int | float | PerClass | None, Nullable(HELD_OUT)] = optional(
        "test",
        "What the trained network is judged by: the name of a split, or a fraction or number of the training images, "
        "or a number of each class, which are then held out. Without it, the split `test` where the source has one.",
    )
    train: Annotated[int | float | PerClass | None, Nullable(TRAINED)] = optional(
        None,
        "How many of the images that are left are trained on: a fraction or number of them, or a number of each "
        "class; without it, all.",
    )
    group: Annotated[str | None, Nullable(Pattern())] = optional(
        None,
        "A regular expression that is searched in an image's name. Images in which it finds the same, its first group "
        "or the whole match, are never on two sides of what is held out.",
    )
    image_size: Annotated[
        tuple[int, int] | None,
        Nullable(ListOf(Whole(1, maximum=65_535), minimum=2, maximum=2, what="[height, width]")),
    ] = optional(
        None, "The size [height, width] that images are brought to; without it, the model's input."
    )
    resize: Annotated[str, Choice("stretch", "crop", "pad")] = optional(
        "stretch",
        "How an image of other proportions is brought to its size: stretched, cut to the middle, or padded "
        "with black.",
    )
    color: Annotated[str | None, Nullable(Choice(*CHANNELS))] = optional(
        None, "Whether images have three channels or one; without it, the model's input says."
    )
    classes: Annotated[
        tuple[str, ...] | None,
        Nullable(ListOf(CLASS_NAME, minimum=2, what="a list of class names in label order")),
    ] = optional(None, "What the classes are called when shown, in label order.")
    labels: Annotated[
        dict[str, str] | None,
        Nullable(MapOf(LABEL_NAME, NAME, what="a mapping of output names to labels of the source")),
    ] = optional(
        None,
        "Which of the source's labels each output learns; without it, the one that has the output's name.",
    )
    limit: Annotated[int | None, Nullable(Whole(1))] = optional(
        None, "Use at most so many images of each split, for a quick try."
    )

    on_error: Annotated[str, Choice("stop", "skip")] = optional(
        "stop",
        "What becomes of files that cannot be read: the run stops before its first step, or goes without them and "
        "lists them.",
    )
    verify: Annotated[str | None, Nullable(Choice("decode", "header", "off"))] = optional(
        None,
        "How closely files are looked at before training: decoded, by their first bytes, or not at all. Without it, "
        "decoded up to 2 GiB of images, and by their first bytes above.",
    )
    cache: Annotated[str, Choice("auto", "memory", "disk", "off")] = optional(
        "auto",
        "Where decoded images are kept after the first epoch. `auto` takes the memory where they fit, else the disk, "
        "else neither.",
    )

    def contradictions(self) -> Iterator[Problem]:
        """Every class has a name of its own."""
        for index, name in enumerate(self.classes or ()):
            if name in (self.classes or ())[:index]:
                yield Problem(
                    f"two classes are called '{name}'",
                    "give each a name of its own",
                    Code.CONTRADICTION,
                    ("classes", index),
                )

    def split_named(self, field: str, splits: Mapping[str, int]) -> str | None:
        """The split that `validation` or `test` names, or None where it names none.

        A default is a wish, so that it names a split only where there is one.
        """
        name = getattr(self, field)
        if not isinstance(name, str) or (field not in self.model_fields_set and name not in splits):
            return None
        return name

    def held_out(self, field: str, images: int, classes: int | None = None) -> int:
        """How many of the training images `validation` or `test` takes away.

        Args:
            field: Which of the two.
            images: The training images before it.
            classes: How many classes they have, where that is known.
        """
        written: Any = getattr(self, field)
        return 0 if isinstance(written, str) else _amount(written, images, classes)

    def left_to_train(self, images: int, classes: int | None = None) -> int:
        """How many of the training images are trained on: of those that are not held out, up to the limit."""
        left = images - sum(
            self.held_out(field, images, classes) for field in ("test", "validation")
        )
        trained = left if self.train is None else min(left, _amount(self.train, left, classes))
        return trained if self.limit is None else min(trained, self.limit)


def _amount(written: float | PerClass | None, images: int, classes: int | None) -> int:
    """How many of some images are meant; one of each class counts once where the classes are not known."""
    if written is None:
        return 0
    if isinstance(written, PerClass):
        return written.per_class * (classes or 1)
    return max(1, round(written * images)) if isinstance(written, float) else written
