"""A network for review: its layers, shapes, parameters and cost, as data, table, Markdown and JSON."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text
from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.graph.cost import flops, training_bytes, weight_bytes
from netspec.layers.base import spell
from netspec.report.console import PIPED_WIDTH, aligned, console_for
from netspec.report.escape import markdown, printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from netspec.graph.graph import Graph, LayerNode
    from netspec.layers.base import Shape
    from netspec.spec.document import Document

_DEFAULT_BATCH_SIZE = 32
_COLUMNS = ("name", "type", "output shape", "parameters", "share", "MACs", "takes")
# What a narrow terminal can do without, in this order.
_LEFT_OUT_FIRST = ("share", "takes", "MACs")
_NUMBERS = frozenset({"parameters", "share", "MACs"})


class LayerRecord(TypedDict):
    """One layer of ``netspec summary --format json``."""

    name: str
    type: str
    output_shape: list[int | None]
    parameters: int
    trainable_parameters: int
    macs: int | None
    inputs: list[str]
    line: int


class SummaryDocument(TypedDict):
    """What ``netspec summary --format json`` prints."""

    name: str
    inputs: dict[str, list[int | None]]
    outputs: dict[str, str]
    total_parameters: int
    trainable_parameters: int
    non_trainable_parameters: int
    macs: int | None
    flops: int | None
    weight_bytes: int
    training_bytes: int | None
    batch_size: int
    layers: list[LayerRecord]


@dataclass(frozen=True)
class LayerSummary:
    """One layer: name, Keras class, output shape without batch, parameters, cost and inputs."""

    name: str
    type: str
    output_shape: Shape
    parameters: int
    trainable_parameters: int
    macs: int | None
    inputs: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Summary:
    """A network's layers and totals. Bytes are of float32; MACs and FLOPs are for one sample."""

    name: str
    inputs: dict[str, Shape]
    outputs: dict[str, str]
    layers: tuple[LayerSummary, ...]
    total_parameters: int
    trainable_parameters: int
    macs: int | None
    flops: int | None
    weight_bytes: int
    training_bytes: int | None
    batch_size: int

    @property
    def non_trainable_parameters(self) -> int:
        """Parameters that training does not change by gradients."""
        return self.total_parameters - self.trainable_parameters

    def to_json(self) -> str:
        """The document that ``netspec summary --format json`` prints."""
        return json.dumps(_document(self), indent=2)

    def to_markdown(self) -> str:
        """A table for a pull request."""
        lines = [
            f"### {markdown(self.name)}",
            "",
            f"| {' | '.join(_COLUMNS)} |",
            f"| {' | '.join('---:' if name in _NUMBERS else '---' for name in _COLUMNS)} |",
        ]
        lines += [f"| {' | '.join(markdown(cell) for cell in row)} |" for row in _rows(self)]
        lines += ["", *(f"- {name}: **{value}**" for name, value in _totals(self))]
        return "\n".join(lines)

    def print(self, console: Console) -> None:
        """Prints the table and the totals."""
        console.print(Text(printable(self.name), style="bold"))
        rows = [dict(zip(_COLUMNS, row, strict=True)) for row in _rows(self)]
        columns = list(_COLUMNS)
        unbounded = console.options.update(width=PIPED_WIDTH)
        for name in _LEFT_OUT_FIRST:
            wanted = console.measure(_table(columns, rows), options=unbounded).maximum
            if wanted > console.width:
                columns.remove(name)
        console.print(_table(columns, rows))
        if len(columns) < len(_COLUMNS):
            console.print(Text("a wider terminal, or a pipe, shows more columns", style="dim"))
        console.print(aligned(_totals(self), right=True))

    def __str__(self) -> str:
        buffer = io.StringIO()
        self.print(console_for(buffer))
        return buffer.getvalue().rstrip("\n")


def _table(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> Table:
    table = Table()
    for name in columns:
        right = name in _NUMBERS
        table.add_column(name, justify="right" if right else "left", no_wrap=right, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(row[name])) for name in columns))
    return table


def summarize_graph(graph: Graph, document: Document) -> Summary:
    """The summary of a network that is complete."""
    training = document.training
    batch_size = training.batch_size if training is not None else _DEFAULT_BATCH_SIZE
    optimizer = document.compile.optimizer if document.compile is not None else None
    return Summary(
        name=graph.name,
        inputs=graph.inputs,
        outputs=graph.outputs,
        layers=tuple(_layer(node) for node in graph.nodes.values()),
        total_parameters=graph.parameters,
        trainable_parameters=graph.trainable_parameters,
        macs=graph.macs,
        flops=flops(graph),
        weight_bytes=weight_bytes(graph),
        training_bytes=training_bytes(graph, batch_size=batch_size, optimizer=optimizer),
        batch_size=batch_size,
    )


def _layer(node: LayerNode) -> LayerSummary:
    return LayerSummary(
        name=node.name,
        type=node.kind,
        output_shape=node.output_shape or (),
        parameters=node.parameters,
        trainable_parameters=node.trainable_parameters,
        macs=node.macs,
        inputs=node.inputs,
        line=node.item.place().line,
    )


def _rows(summary: Summary) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        (name, "Input", spell(shape), "0", "", "0", "") for name, shape in summary.inputs.items()
    ]
    rows += [
        (
            layer.name,
            layer.type,
            spell(layer.output_shape),
            f"{layer.parameters:,}",
            _share(layer.parameters, summary.total_parameters),
            "?" if layer.macs is None else f"{layer.macs:,}",
            ", ".join(layer.inputs),
        )
        for layer in summary.layers
    ]
    return rows


def _totals(summary: Summary) -> list[tuple[str, str]]:
    return [
        ("parameters", f"{summary.total_parameters:,}"),
        ("trainable", f"{summary.trainable_parameters:,}"),
        ("non-trainable", f"{summary.non_trainable_parameters:,}"),
        ("MACs per sample", _count(summary.macs)),
        ("FLOPs per sample", _count(summary.flops)),
        ("weights", _mebibytes(summary.weight_bytes)),
        (
            f"memory to train (estimate, batch {summary.batch_size})",
            _mebibytes(summary.training_bytes),
        ),
    ]


def _share(part: int, total: int) -> str:
    return f"{part / total:.1%}" if part else ""


def _count(number: int | None) -> str:
    return "unknown: a size of the input is not given" if number is None else f"{number:,}"


def _mebibytes(size: int | None) -> str:
    return _count(None) if size is None else f"{size / 2**20:,.2f} MiB"


def _document(summary: Summary) -> SummaryDocument:
    return {
        "name": summary.name,
        "inputs": {name: list(shape) for name, shape in summary.inputs.items()},
        "outputs": summary.outputs,
        "total_parameters": summary.total_parameters,
        "trainable_parameters": summary.trainable_parameters,
        "non_trainable_parameters": summary.non_trainable_parameters,
        "macs": summary.macs,
        "flops": summary.flops,
        "weight_bytes": summary.weight_bytes,
        "training_bytes": summary.training_bytes,
        "batch_size": summary.batch_size,
        "layers": [
            {
                "name": layer.name,
                "type": layer.type,
                "output_shape": list(layer.output_shape),
                "parameters": layer.parameters,
                "trainable_parameters": layer.trainable_parameters,
                "macs": layer.macs,
                "inputs": list(layer.inputs),
                "line": layer.line,
            }
            for layer in summary.layers
        ],
    }
