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
    Mismatch,
    Nullable,
    OneOf,
    Problem,
    Real,
    Text,
    Thing,
    ThingOf,
    Whole,
    optional,
    required,
)
from netspec.layers.shapes import Shape
from netspec.things.datasets import DATASETS
from netspec.things.registries import SOURCES
from netspec.wording import nearest, short

_SOURCE = ThingOf(SOURCES)


@dataclass(frozen=True)
class Source(FieldType):
    """The name of a data set that netspec knows, or a data source with its fields."""

    @property
    def words(self) -> str:
        """What it takes."""
        return "the name of a data set, or `ImageFolder: {path: …}`"

    def read(self, value: object) -> str | Thing:
        """The name, or the source."""
        if isinstance(value, dict) or (isinstance(value, str) and _is_kind(value)):
            thing: Thing = _SOURCE.read(value)
            return thing
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
    if "/" in value or "\\" in value:
        return f"for a folder with pictures write `ImageFolder: {{path: {short(value)}}}`"
    return nearest(value, list(DATASETS)) or f"one of {', '.join(DATASETS)}"


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


HELD_OUT = OneOf(
    _SplitName(),
    Whole(1),
    Real(above=0, below=1),
    what="a fraction between 0 and 1, a whole number of images, or the name of a split such as `test`",
)
CHANNELS = {"rgb": 3, "grayscale": 1}
CLASS_NAME = Text(
    "a class's name, one line of at most 100 characters",
    r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,100}$",
)


class DataSection(Fields):
    """Which images the network learns from and is judged by."""

    not_yet: ClassVar[frozenset[str]] = frozenset(
        ["on_error", "verify", "cache", "group", "inputs", "labels"]
    )
    # Defaults that mean something else when they are written.
    wishes: ClassVar[frozenset[str]] = frozenset({"validation", "test"})

    source: Annotated[str | Thing, Source()] = required(
        "The name of a data set, or `ImageFolder: {path: …}` for pictures of one's own."
    )
    validation: Annotated[str | int | float | None, Nullable(HELD_OUT)] = optional(
        "validation",
        "What is watched after every epoch: the name of a split, or a fraction or number of the training "
        "images, which are then held out. Without it, the split `validation` where the source has one.",
    )
    test: Annotated[str | int | float | None, Nullable(HELD_OUT)] = optional(
        "test",
        "What the trained network is judged by: the name of a split, or a fraction or number of the "
        "training images, which are then held out. Without it, the split `test` where the source has one.",
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
    limit: Annotated[int | None, Nullable(Whole(1))] = optional(
        None, "Use at most so many images of each split, for a quick try."
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

    def held_out(self, field: str, images: int) -> int:
        """How many of the training images `validation` or `test` takes away."""
        written: Any = getattr(self, field)
        if written is None or isinstance(written, str):
            return 0
        return max(1, round(written * images)) if isinstance(written, float) else written

    def left_to_train(self, images: int) -> int:
        """How many of the training images are trained on: those that are not held out, up to the limit."""
        left = images - self.held_out("test", images) - self.held_out("validation", images)
        return left if self.limit is None else min(left, self.limit)


@dataclass(frozen=True)
class DataFacts:
    """What is known of the images, from the text alone or after a look at the folder.

    Attributes:
        name: What a message calls them.
        folders: The classes' own names in label order; None where nobody has looked.
        classes: How many classes there are, where it is known.
        image_shape: `(height, width, channels)` of every image; None where they differ.
        splits: How many images each split has; None where nobody has looked.
    """

    name: str
    folders: tuple[str, ...] | None
    classes: int | None
    image_shape: tuple[int, int, int] | None
    splits: Mapping[str, int] | None

    def has_validation(self, data: DataSection) -> bool | None:
        """Whether anything is watched after an epoch; None where that is not known yet."""
        if data.validation is None or "validation" in data.model_fields_set:
            return data.validation is not None
        return None if self.splits is None else "validation" in self.splits

    def size(self, data: DataSection, shape: Shape) -> Shape:
        """The height and width that images are brought to, before augmentation.

        Args:
            data: The section.
            shape: The model's input, `(height, width, channels)`.
        """
        if data.image_size is not None:
            return data.image_size
        return self.image_shape[:2] if self.image_shape is not None else shape[:2]

    def channels(self, data: DataSection) -> int | None:
        """The channels that images are brought to; None where the model's input decides."""
        if data.color is not None:
            return CHANNELS[data.color]
        return self.image_shape[2] if self.image_shape is not None else None


def facts_of(data: DataSection) -> DataFacts:
    """What the text alone says of the images."""
    if isinstance(data.source, str):
        dataset = DATASETS[data.source]
        return DataFacts(
            name=dataset.name,
            folders=dataset.classes,
            classes=len(dataset.classes),
            image_shape=dataset.image_shape,
            splits={"train": dataset.train, "test": dataset.test},
        )
    return DataFacts(
        name="the image folder" if data.source.kind() == "ImageFolder" else data.source.kind(),
        folders=None,
        classes=len(data.classes) if data.classes else None,
        image_shape=None,
        splits=None,
    )
