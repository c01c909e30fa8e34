"""What is known of the images and their labels, from the text alone or after a look at the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from netspec.spec.data import CHANNELS
from netspec.things.datasets import DATASETS
from netspec.things.labels import LABEL, LabelFacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netspec.layers.shapes import Shape
    from netspec.spec.data import DataSection
    from netspec.things.sources import DataSource


@dataclass(frozen=True)
class DataFacts:
    """What is known of the data.

    Attributes:
        name: What a message calls it.
        labels: What every image is labelled with, by the source's names for it; a source that has one label and no
            name for it calls it `label`.
        image_shape: `(height, width, channels)` of every image; None where they differ. Of features their shape.
        splits: How many images each split has; None where nobody has looked.
        are_images: Whether there are pixels; else features of any shape stand in the images' place.
    """

    name: str
    labels: Mapping[str, LabelFacts]
    image_shape: tuple[int, ...] | None = None
    splits: Mapping[str, int] | None = None
    are_images: bool = True

    @property
    def label(self) -> LabelFacts | None:
        """The one label, None where there are several."""
        return next(iter(self.labels.values())) if len(self.labels) == 1 else None

    @property
    def folders(self) -> tuple[str, ...] | None:
        """The classes' own names in label order; None where they are not known, or there are several labels."""
        label = self.label
        return label.names if label is not None and label.kind == "class" else None

    @property
    def classes(self) -> int | None:
        """How many classes there are, where that is known and every image has one class."""
        label = self.label
        return label.count if label is not None and label.kind == "class" else None

    def label_names(self, data: DataSection, outputs: Iterable[str]) -> dict[str, str | None]:
        """Which label each output of a network learns, by the source's name for it; None where there is none.

        That is what `data.labels` says; else the label that has the output's name; else, where there is one output and
        one label, the one.

        Args:
            data: The section.
            outputs: The outputs' keys.
        """
        keys = list(outputs)
        alone = len(keys) == 1 and len(self.labels) == 1
        names: dict[str, str | None] = {}
        for key in keys:
            meant = (data.labels or {}).get(key, next(iter(self.labels)) if alone else key)
            names[key] = meant if meant in self.labels else None
        return names

    def learned(self, data: DataSection, outputs: Iterable[str]) -> LabelFacts | None:
        """What is known of the label that a network of one output learns; None where it has several, or none."""
        names = list(self.label_names(data, outputs).values())
        return self.labels[names[0]] if len(names) == 1 and names[0] is not None else None

    def stratum(self, data: DataSection, outputs: Iterable[str]) -> str | None:
        """The label of which every split has its share of each class: the first that is learned and is a class.

        Args:
            data: The section.
            outputs: The outputs' keys.

        Returns:
            The source's name for it; None where no class is learned.
        """
        names = self.label_names(data, outputs).values()
        classes = (name for name in names if name and self.labels[name].kind == "class")
        return next(classes, None)

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
            labels={LABEL: LabelFacts("class", dataset.classes)},
            image_shape=dataset.image_shape,
            splits={"train": dataset.train, "test": dataset.test},
        )
    source = cast("DataSource", data.source)
    labels = dict(source.label_facts())
    if len(labels) == 1 and data.classes:
        ((name, label),) = labels.items()
        if label.kind != "number":
            labels[name] = LabelFacts(label.kind, label.names, len(data.classes))
    return DataFacts(source.called(), labels, are_images=source.holds_images)
