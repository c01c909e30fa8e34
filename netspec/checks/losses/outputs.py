"""What rules ask of a spec: each output with its shape, its loss and its metrics, and where those stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspec.spec.labels import label_form
from netspec.spec.shares import mixing
from netspec.things.labels import LABEL
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.layers.shapes import Shape
    from netspec.source.nodes import Place
    from netspec.spec.document import Document
    from netspec.spec.labels import LabelForm
    from netspec.things.labels import LabelFacts, LabelKind


# Losses that compare the output with classes, and mean nothing where labels are any numbers.
OF_CLASSES = frozenset(
    {
        "BinaryCrossentropy",
        "BinaryFocalCrossentropy",
        "CategoricalCrossentropy",
        "CategoricalFocalCrossentropy",
        "CategoricalGeneralizedCrossEntropy",
        "CategoricalHinge",
        "SparseCategoricalCrossentropy",
    }
)


@dataclass(frozen=True)
class Output:
    """One output of a network that is compiled.

    Attributes:
        key: Its key in losses, metrics and labels.
        shape: The shape it gives, None where that is unknown for a mistake.
        loss: Its loss.
        metrics: Its metrics: things, or Keras's special strings.
        loss_path: The loss's path.
        loss_place: Where the loss stands.
        metrics_path: The path of its list of metrics.
        place: Where the layer that gives it stands.
        called: What a message calls it where there are others, else the network.
        facts: What is known of the label that it learns, None where that is nothing.
        labelled: What a message calls that label with the data it is from, None where it has no name.
        source: What a message calls the data, None without any.
        mixed_by: The augmentation that mixes images and their labels, None without one.
    """

    key: str
    shape: Shape | None
    loss: Any
    metrics: tuple[Any, ...]
    loss_path: tuple[str | int, ...]
    loss_place: Place
    metrics_path: tuple[str | int, ...]
    place: Place
    called: str = "the network"
    facts: LabelFacts | None = None
    labelled: str | None = None
    source: str | None = None
    mixed_by: str | None = None

    @property
    def kind(self) -> LabelKind | None:
        """What its label is, None where that is not known."""
        return self.facts.kind if self.facts is not None else None

    @property
    def classes(self) -> int | None:
        """How many classes there are, where that is known and every image has one of them."""
        return self.facts.count if self.facts is not None and self.facts.kind == "class" else None

    @property
    def learned(self) -> str:
        """What a message calls its label."""
        return self.labelled or f"the label of {self.source}"

    @property
    def form(self) -> LabelForm:
        """The form of its labels, as its loss is written: of classes where nothing else is known."""
        if self.kind == "multi_label":
            return "flags"
        return "numbers" if self.kind == "number" else label_form(self.loss, self.units)

    @property
    def units(self) -> int | None:
        """The size of its last axis, None where that is not known."""
        return self.shape[-1] if self.shape else None

    @property
    def takes_no_single_value(self) -> bool:
        """Whether the loss compares one value a class, and the output is one value: `loss_labels` tells of that."""
        labels = getattr(self.loss, "labels", None)
        return self.shape == (1,) and labels in {"integer", "one_hot"}


def compiled_outputs(document: Document, graph: Graph) -> Iterator[Output]:
    """The outputs that have a loss, with all that belongs to them."""
    section = document.compile
    if section is None:
        return
    facts, data = document.facts, document.data
    labels = (
        facts.label_names(data, graph.outputs) if facts is not None and data is not None else {}
    )
    for key, name in graph.outputs.items():
        loss = section.loss.get(key) if isinstance(section.loss, dict) else section.loss
        if loss is None or name not in graph.nodes:
            continue
        by_output = isinstance(section.metrics, dict)
        # Of a list of metrics beside several outputs `output_keys` tells.
        listed = section.metrics if not by_output and len(graph.outputs) == 1 else ()
        label = labels.get(key)
        loss_path = ("compile", "loss", key)[: 3 if isinstance(section.loss, dict) else 2]
        yield Output(
            key=key,
            shape=graph.shape(name),
            loss=loss,
            metrics=section.metrics.get(key, ()) if by_output else listed,
            loss_path=loss_path,
            loss_place=document.place(*loss_path),
            metrics_path=("compile", "metrics", key)[: 3 if by_output else 2],
            place=graph.nodes[name].item.place("units"),
            called=f"the output '{key}'" if len(graph.outputs) > 1 else "the network",
            facts=facts.labels[label] if facts is not None and label is not None else None,
            labelled=f"the label '{short(label or '')}'" if label not in {None, LABEL} else None,
            source=facts.name if facts is not None else None,
            mixed_by=mixing(document.augmentation),
        )
