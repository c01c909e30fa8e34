"""What rules ask of a spec: each output with its shape, its loss and its metrics, and where those stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.layers.shapes import Shape
    from netspec.source.nodes import Place
    from netspec.spec.document import Document


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
    """

    key: str
    shape: Shape | None
    loss: Any
    metrics: tuple[Any, ...]
    loss_path: tuple[str | int, ...]
    loss_place: Place
    metrics_path: tuple[str | int, ...]
    place: Place

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
    for key, name in graph.outputs.items():
        loss = section.loss.get(key) if isinstance(section.loss, dict) else section.loss
        if loss is None or name not in graph.nodes:
            continue
        by_output = isinstance(section.metrics, dict)
        # Of a list of metrics beside several outputs `output_keys` tells.
        listed = section.metrics if not by_output and len(graph.outputs) == 1 else ()
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
        )
