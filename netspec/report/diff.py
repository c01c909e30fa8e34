"""What differs between two specs, as data, table, Markdown and JSON."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NotRequired

from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.fields.difference import Absent, FieldChange
from netspec.graph.comparison import Comparison, LayerChange, compare_graphs
from netspec.graph.cost import flops, most_training_bytes, weight_bytes
from netspec.report.console import console_for
from netspec.report.diff_table import markdown_of, print_diff
from netspec.report.escape import json_text
from netspec.spec.freezing import most_trained
from netspec.spec.settings import setting_changes
from netspec.spec.training import TrainingSection

if TYPE_CHECKING:
    from rich.console import Console

    from netspec.graph.graph import Graph
    from netspec.graph.placed import PlacedLayer
    from netspec.spec.document import Document

_BATCH_SIZE: int = TrainingSection.model_fields["batch_size"].default


class ChangeRecord(TypedDict):
    """A field that differs; a side that has none lacks its key."""

    path: str
    before: NotRequired[Any]
    after: NotRequired[Any]


class LayerSide(TypedDict):
    """A layer in one of the two networks."""

    name: str
    type: str
    output_shape: list[int | None]
    parameters: int
    trainable_parameters: int
    macs: int | None
    inputs: list[str]
    file: str
    line: int


class LayerChangeRecord(TypedDict):
    """A layer that differs; `before` is null for one that is added, `after` for one that is removed."""

    change: Literal["added", "removed", "changed", "moved", "renamed", "follows"]
    before: LayerSide | None
    after: LayerSide | None
    fields: list[ChangeRecord]


class TotalRecord(TypedDict):
    """A total of both; null where a size is unknown."""

    before: int | None
    after: int | None
    difference: int | None


class SpecRecord(TypedDict):
    """One of the two specs."""

    name: str
    file: str


class DiffDocument(TypedDict):
    """What ``netspec diff --format json`` prints."""

    before: SpecRecord
    after: SpecRecord
    equal: bool
    inputs: list[ChangeRecord]
    outputs: list[ChangeRecord]
    layers: list[LayerChangeRecord]
    renumbered: dict[str, str]
    settings: list[ChangeRecord]
    totals: dict[str, TotalRecord]


@dataclass(frozen=True)
class Side:
    """One of the two specs.

    Attributes:
        name: What its network is called.
        file: Where it is.
        totals: Layers, parameters, cost and memory, as `netspec summary` gives them; None where a size is unknown.
    """

    name: str
    file: str
    totals: dict[str, int | None]


@dataclass(frozen=True)
class Diff:
    """What differs between two specs.

    Attributes:
        before, after: The specs, with their totals.
        network: What differs between the networks, layer by layer.
        settings: What differs outside of them.
    """

    before: Side
    after: Side
    network: Comparison
    settings: tuple[FieldChange, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing differs but numbers that netspec gives to unnamed layers, and the specs' own names."""
        network = self.network
        return not (network.inputs or network.outputs or network.layers or self.settings)

    def to_json(self) -> str:
        """The document that ``netspec diff --format json`` prints."""
        return json_text(_document(self))

    def to_markdown(self, *, everything: bool = False) -> str:
        """Tables for a pull request.

        Args:
            everything: Whether every layer has a row of its own.
        """
        return markdown_of(self, everything=everything)

    def print(self, console: Console, *, everything: bool = False) -> None:
        """Prints the tables.

        Args:
            console: Where.
            everything: Whether every layer has a row of its own.
        """
        print_diff(self, console, everything=everything)

    def __str__(self) -> str:
        buffer = io.StringIO()
        self.print(console_for(buffer))
        return buffer.getvalue().rstrip("\n")


def compare(
    before: tuple[Document, Graph], after: tuple[Document, Graph], *, files: tuple[str, str]
) -> Diff:
    """Compares two specs without errors.

    Args:
        before: The one's document and network.
        after: The other's.
        files: What they are called.
    """
    return Diff(
        before=_side(*before, files[0]),
        after=_side(*after, files[1]),
        network=compare_graphs((before[1], before[0]), (after[1], after[0])),
        settings=tuple(setting_changes(before[0], after[0])),
    )


def _side(document: Document, graph: Graph, file: str) -> Side:
    training, compiled = document.training, document.compile
    batch_size = training.batch_size if training is not None else _BATCH_SIZE
    optimizer = compiled.optimizer if compiled is not None else None
    totals = {
        "layers": len(graph.nodes),
        "total_parameters": graph.parameters,
        "trainable_parameters": graph.trainable_parameters,
        "non_trainable_parameters": graph.parameters - graph.trainable_parameters,
        "most_trained_by_a_stage": most_trained(graph, training),
        "macs": graph.macs,
        "flops": flops(graph),
        "weight_bytes": weight_bytes(graph),
        "training_bytes": most_training_bytes(
            graph, batch_size=batch_size, optimizer=optimizer, training=training
        ),
    }
    return Side(graph.name, file, totals)


def _document(diff: Diff) -> DiffDocument:
    network = diff.network
    return {
        "before": {"name": diff.before.name, "file": diff.before.file},
        "after": {"name": diff.after.name, "file": diff.after.file},
        "equal": diff.equal,
        "inputs": [_change(change) for change in network.inputs],
        "outputs": [_change(change) for change in network.outputs],
        "layers": [_layer_change(change) for change in network.layers],
        "renumbered": network.renumbered,
        "settings": [_change(change) for change in diff.settings],
        "totals": {field: _total_record(diff, field) for field in diff.before.totals},
    }


def _change(change: FieldChange) -> ChangeRecord:
    record: ChangeRecord = {"path": change.path}
    if not isinstance(change.before, Absent):
        record["before"] = change.before
    if not isinstance(change.after, Absent):
        record["after"] = change.after
    return record


def _layer_change(change: LayerChange) -> LayerChangeRecord:
    return {
        "change": change.change,
        "before": None if change.before is None else _layer(change.before),
        "after": None if change.after is None else _layer(change.after),
        "fields": [_change(field) for field in change.fields],
    }


def _layer(layer: PlacedLayer) -> LayerSide:
    node, place = layer.node, layer.node.item.place()
    return {
        "name": node.name,
        "type": node.kind,
        "output_shape": list(node.output_shape or ()),
        "parameters": node.parameters,
        "trainable_parameters": node.trainable_parameters,
        "macs": node.macs,
        "inputs": list(node.inputs),
        "file": place.source.name,
        "line": place.line,
    }


def _total_record(diff: Diff, field: str) -> TotalRecord:
    before, after = diff.before.totals[field], diff.after.totals[field]
    difference = None if before is None or after is None else after - before
    return {"before": before, "after": after, "difference": difference}
