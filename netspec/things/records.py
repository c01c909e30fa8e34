"""Pictures in TFRecord files, and how their records are described."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from netspec.diagnostics import Code
from netspec.fields import (
    Choice,
    Fields,
    Flag,
    ListOf,
    MapOf,
    Nullable,
    Problem,
    Text,
    Whole,
    optional,
    required,
)
from netspec.things.columns import Kind, LabelOf
from netspec.things.labels import CLASS_NAME, LABEL, LABEL_NAME, LabelFacts
from netspec.things.sources import DataSource, RelativePath, one_or_several

# No picture of the world has more classes; a feature with higher numbers is no class.
MAX_CLASSES = 65_536
# The feature that holds the class in records as most tools write them.
_USUAL = "image/class/label"
_FEATURE = Text(
    "the name of a feature of the records, such as image/encoded",
    r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,200}$",
)
_SHARDS = Text(
    "a pattern of file names in the folder, such as train-*.tfrecord",
    r"^[^\x00-\x1f\x7f\\/]{1,200}$",
)


class RecordLabel(Fields):
    """What images are labelled with: a feature of their records, and what it means."""

    feature: Annotated[str, _FEATURE] = required("The feature that holds it.")
    kind: Kind = optional(
        "class",
        "What it is: one class of several, any number of several classes at once, or one or more numbers.",
    )
    type: Annotated[str | None, Nullable(Choice("int64", "float", "bytes"))] = optional(
        None,
        "The feature's type: of classes int64 for their numbers or bytes for their names, of numbers int64 or float. "
        "Without it, the one that the first record has.",
    )
    names: Annotated[
        tuple[str, ...] | None,
        Nullable(ListOf(CLASS_NAME, minimum=1, maximum=MAX_CLASSES, what="a list of names")),
    ] = optional(
        None,
        "What the classes, or the numbers, are called, in order. Without it, as the records call them where they hold "
        "names, in the order of the alphabet; else by their numbers.",
    )
    size: Annotated[int | None, Nullable(Whole(1, maximum=MAX_CLASSES))] = optional(
        None,
        "How many classes there are, or numbers. Without it, as many as the training images have.",
    )
    first: Annotated[int, Whole(0)] = optional(0, "The number of the first class.")
    flags: Annotated[bool, Flag()] = optional(
        description="Whether a label of several classes is a 0 or a 1 for each of them, not the numbers of some.",
        default=False,
    )

    def facts(self) -> LabelFacts:
        """What its text says."""
        return LabelFacts(self.kind, self.names, self.size)

    def contradictions(self) -> Iterator[Problem]:
        """What is said fits the kind and the type."""
        for field, message, hint in self._disagreements():
            yield Problem(message, hint, Code.CONTRADICTION, (field,))

    def _disagreements(self) -> Iterator[tuple[str, str, str]]:
        if self.kind == "number" and self.type == "bytes":
            yield "type", "bytes are no numbers", "write the numbers as float or int64"
        if self.kind != "number" and self.type == "float" and not self.flags:
            yield "type", "a float is no class", "write class numbers as int64, or names as bytes"
        if self.flags and self.kind != "multi_label":
            yield "flags", f"flags are of several classes, and the kind is {self.kind}", "remove it"
        if self.flags and self.type == "bytes":
            yield "flags", "flags are numbers, and the type is bytes", "remove it"
        if self.first and (self.kind == "number" or self.flags or self.type == "bytes"):
            yield "first", "nothing is counted here that could begin with it", "remove it"
        if self.names is not None and self.size not in {None, len(self.names)}:
            yield (
                "size",
                f"{len(self.names)} names are given, and size says {self.size}",
                "remove it",
            )
        for index, name in enumerate(self.names or ()):
            if name in (self.names or ())[:index]:
                yield "names", f"two are called '{name}'", "give each a name of its own"


_LABEL = LabelOf(RecordLabel, "feature", _FEATURE)


class TFRecord(DataSource):
    """Pictures in TFRecord files, each a record of features, in one file or more for each split."""

    opener = "netspec.data.sources.records:open_records"

    path: Annotated[str, RelativePath()] = required(
        "The folder of the files, relative to the spec's own or to the one that --data-root names."
    )
    train: Annotated[str, _SHARDS] = required(
        "The files of the training images: a name, or a pattern with `*`, such as `train-*.tfrecord`."
    )
    validation: Annotated[str | None, Nullable(_SHARDS)] = optional(
        None, "The files of the split `validation`."
    )
    test: Annotated[str | None, Nullable(_SHARDS)] = optional(
        None, "The files of the split `test`."
    )
    image: Annotated[str, _FEATURE] = optional(
        "image/encoded",
        "The feature that holds the picture, a whole JPEG, PNG, BMP, GIF or WebP file.",
    )
    raw: Annotated[
        tuple[int, int, int] | None,
        Nullable(
            ListOf(Whole(1, maximum=65_535), minimum=3, maximum=3, what="[height, width, channels]")
        ),
    ] = optional(
        None,
        "The [height, width, channels] of pictures that are kept as bare pixels, a byte each, instead of as files.",
    )
    label: Annotated[RecordLabel | None, Nullable(_LABEL)] = optional(
        None,
        "What images are labelled with: the feature's name, or `{feature: …, kind: …}`. Without it, the class in "
        "`image/class/label`.",
    )
    labels: Annotated[
        dict[str, RecordLabel] | None,
        Nullable(MapOf(_LABEL, LABEL_NAME, what="a mapping of names to labels")),
    ] = optional(None, "The same for several labels, by names that are chosen here.")
    weight: Annotated[str | None, Nullable(_FEATURE)] = optional(
        None, "The feature that holds how much an image counts in training's loss."
    )
    name: Annotated[str | None, Nullable(_FEATURE)] = optional(
        None, "The feature that holds what lists call an image. Without it, its file and number."
    )

    def all_labels(self) -> dict[str, RecordLabel]:
        """Its labels by name."""
        return self.labels or {LABEL: self.label or RecordLabel.model_construct(feature=_USUAL)}

    @property
    def shards(self) -> dict[str, str]:
        """The pattern of each split's files."""
        each = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: pattern for name, pattern in each.items() if pattern is not None}

    def label_facts(self) -> Mapping[str, LabelFacts]:
        """What its text says of the labels."""
        return {name: label.facts() for name, label in self.all_labels().items()}

    def contradictions(self) -> Iterator[Problem]:
        """There is one label, or several by their names; and pixels have the channels of a picture."""
        yield from one_or_several(self.label, self.labels)
        if self.raw is not None and self.raw[2] not in {1, 3}:
            yield Problem(
                f"raw pictures have 1 or 3 channels, not {self.raw[2]}",
                "correct the last of the three numbers",
                Code.CONTRADICTION,
                ("raw",),
            )

    def called(self) -> str:
        """What a message calls it."""
        return "the folder of TFRecord files"
