"""Where images come from, beside the data sets that go by a name."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Annotated, ClassVar

from netspec.diagnostics import Code
from netspec.fields import (
    Choice,
    MapOf,
    Mismatch,
    Nullable,
    Problem,
    Text,
    Thing,
    optional,
    required,
)
from netspec.fields.patterns import Pattern
from netspec.things.columns import ARRAY, ARRAY_LABEL, COLUMN, TABLE_LABEL, ArrayLabel, TableLabel
from netspec.things.labels import LABEL, LABEL_NAME, LabelFacts
from netspec.wording import short


@dataclass(frozen=True)
class RelativePath(Text):
    """A path that says the same on every machine."""

    what: str = "a path relative to the spec, such as data/pets"
    pattern: str = r"^(?![~/]|[A-Za-z]:)[^\x00-\x1f\x7f\\]{1,1000}$"
    absolute: str = "write it relative to the spec, or relative to a folder named with --data-root"

    def read(self, value: object) -> str:
        """The path."""
        if isinstance(value, str) and (value[:1] in {"~", "/"} or PureWindowsPath(value).drive):
            message = f"takes {self.words}, and '{short(value)}' is absolute"
            raise Mismatch(Problem(message, self.absolute, of_field=True))
        if isinstance(value, str) and "\\" in value:
            raise self.mismatch(value, hint="write / between folders")
        return super().read(value)


class DataSource(Thing):
    """Where images come from: netspec's own, and those of plugins.

    Attributes:
        opener: Where the function is that opens it, ``module:name``. It takes this thing, and a function that
            says where a path of the spec leads; it gives a `netspec.data.source.ImageSource`.
        names_images: Whether its images have names, in which `data.group` can be searched.
    """

    opener: ClassVar[str]
    names_images: ClassVar[bool] = True

    @property
    def holds_images(self) -> bool:
        """Whether it holds pixels; else features of any shape."""
        return True

    def label_facts(self) -> Mapping[str, LabelFacts]:
        """What its text says of the labels, by their names; one class of unknown names if it says nothing."""
        return {LABEL: LabelFacts("class")}

    def called(self) -> str:
        """What a message calls it."""
        return self.kind()


class ImageFolder(DataSource):
    """Pictures in folders: one folder a class, or `train`, `validation` and `test` with such folders each."""

    opener = "netspec.data.sources.folder:open_folder"

    path: Annotated[str, RelativePath()] = required(
        "The folder, relative to the spec's own or to the one that --data-root names."
    )

    def called(self) -> str:
        """What a message calls it."""
        return "the image folder"


class ImageFiles(DataSource):
    """Picture files in one folder, flat or nested, whose names say what they show."""

    opener = "netspec.data.sources.files:open_files"

    path: Annotated[str, RelativePath()] = required(
        "The folder, relative to the spec's own or to the one that --data-root names."
    )
    label: Annotated[
        str,
        Pattern(r"a regular expression with a group around the class, such as `^(cat|dog)\.`"),
    ] = required(
        "A regular expression that is searched in each file's path below the folder. Its group is the class; named "
        "groups, `(?P<breed>…)`, are several labels."
    )

    def contradictions(self) -> Iterator[Problem]:
        """The pattern says which part of a name is the class."""
        pattern = re.compile(self.label)
        named = len(pattern.groupindex)
        if pattern.groups == 0:
            yield Problem(
                f"the pattern {short(self.label)} has no group that is the class",
                r"put round brackets around what names the class, such as `^(\w+)\.`",
                Code.CONTRADICTION,
                ("label",),
            )
        elif pattern.groups > max(named, 1) or (named and pattern.groups != named):
            yield Problem(
                f"the pattern {short(self.label)} has {pattern.groups} groups, and {named or 'none'} "
                f"of them {'has' if named < 2 else 'have'} a name",  # noqa: PLR2004 - one and many
                "name each that is a label, (?P<breed>…), and write (?:…) for the others",
                Code.CONTRADICTION,
                ("label",),
            )

    def label_facts(self) -> Mapping[str, LabelFacts]:
        """A class for each named group, or the one."""
        names = re.compile(self.label).groupindex or [LABEL]
        return {name: LabelFacts("class") for name in names}

    def called(self) -> str:
        """What a message calls it."""
        return "the folder of image files"


class Csv(DataSource):
    """A table of pictures: a CSV file with a row for each, its path and its labels."""

    opener = "netspec.data.sources.table:open_csv"

    path: Annotated[str, RelativePath("a path relative to the spec, such as data/photos.csv")] = (
        required(
            "The file, relative to the spec's own folder or to the one that --data-root names."
        )
    )
    image: Annotated[str, COLUMN] = optional("image", "The column with the pictures' paths.")
    images: Annotated[
        str | None,
        Nullable(
            RelativePath(
                "a path relative to the file's folder, such as images",
                absolute="write it relative to the folder of the table",
            )
        ),
    ] = optional(
        None,
        "The folder that these are relative to, relative to the file's own, which it is without.",
    )
    label: Annotated[TableLabel | None, Nullable(TABLE_LABEL)] = optional(
        None, "The column with the class, or what else it says. Without it, the column `label`."
    )
    labels: Annotated[
        dict[str, TableLabel] | None,
        Nullable(MapOf(TABLE_LABEL, LABEL_NAME, "a mapping of label names to columns")),
    ] = optional(None, "Several labels by their names, instead of `label`.")
    split: Annotated[str | None, Nullable(COLUMN)] = optional(
        None, "The column that says of each picture whether it is for train, validation or test."
    )
    weight: Annotated[str | None, Nullable(COLUMN)] = optional(
        None, "The column that says how much each picture counts in training's loss."
    )

    def contradictions(self) -> Iterator[Problem]:
        """There is one label, or several by their names."""
        yield from one_or_several(self.label, self.labels)

    def all_labels(self) -> dict[str, TableLabel]:
        """Its labels by name."""
        return self.labels or {LABEL: self.label or TableLabel.model_construct(column="label")}

    def label_facts(self) -> Mapping[str, LabelFacts]:
        """What the columns' names and kinds say."""
        return {name: label.facts() for name, label in self.all_labels().items()}

    def called(self) -> str:
        """What a message calls it."""
        return short(self.path)


class Arrays(DataSource):
    """Arrays of pixels, or of features, and labels: an `.npz` file, or a folder of `.npy` files."""

    opener = "netspec.data.sources.arrays:open_arrays"
    names_images = False

    path: Annotated[str, RelativePath("a path relative to the spec, such as data/digits.npz")] = (
        required(
            "The `.npz` file, or the folder of `.npy` files, relative to the spec's own folder or to the one that "
            "--data-root names."
        )
    )
    images: Annotated[str, ARRAY] = optional(
        "x", "The images' arrays: with x, x_train and where they are there x_validation and x_test."
    )
    holds: Annotated[str, Choice("pixels", "features")] = optional(
        "pixels",
        "What the images' arrays hold: pixels from 0 to 255; or features, such as those of `netspec features`: numbers "
        "of any shape, which the network takes as they are.",
    )
    label: Annotated[ArrayLabel | None, Nullable(ARRAY_LABEL)] = optional(
        None, "The labels' arrays, or what else they hold. Without it, y_train and so on."
    )
    labels: Annotated[
        dict[str, ArrayLabel] | None,
        Nullable(MapOf(ARRAY_LABEL, LABEL_NAME, "a mapping of label names to arrays")),
    ] = optional(None, "Several labels by their names, instead of `label`.")

    def contradictions(self) -> Iterator[Problem]:
        """There is one label, or several by their names."""
        yield from one_or_several(self.label, self.labels)

    def all_labels(self) -> dict[str, ArrayLabel]:
        """Its labels by name."""
        return self.labels or {LABEL: self.label or ArrayLabel.model_construct(array="y")}

    @property
    def holds_images(self) -> bool:
        """Whether its arrays are pixels."""
        return self.holds == "pixels"

    def label_facts(self) -> Mapping[str, LabelFacts]:
        """What the labels' kinds say."""
        return {name: label.facts() for name, label in self.all_labels().items()}

    def called(self) -> str:
        """What a message calls it."""
        return short(self.path)


def one_or_several(label: object, labels: object) -> Iterator[Problem]:
    """`label` and `labels` of a source exclude each other."""
    if label is not None and labels is not None:
        yield Problem(
            "`label` and `labels` exclude each other",
            "write all of them under `labels`, each with its name",
            Code.CONTRADICTION,
            ("label",),
        )
