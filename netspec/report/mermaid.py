"""A summary as a flowchart in Mermaid's language, which GitHub draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.graph.folding import depth_of
from netspec.layers.shapes import spell
from netspec.report.escape import mermaid
from netspec.report.summary import summarize_graph
from netspec.report.summary_rows import type_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.report.summary import LayerSummary, Summary
    from netspec.spec.document import Document


# What GitHub draws at most: arrows, and characters.
MAX_ARROWS = 500
MAX_TEXT = 50_000


def chart_of(graph: Graph, document: Document, *, depth: int | None = None) -> str:
    """A network's flowchart.

    Args:
        graph: The network.
        document: The spec.
        depth: Where blocks are folded; without it, as deep as GitHub draws the whole.
    """
    chart = flowchart(summarize_graph(graph, document, depth=depth))
    if depth is not None or drawable(chart):
        return chart
    for each in range(depth_of(graph) - 1, 0, -1):
        chart = flowchart(summarize_graph(graph, document, depth=each))
        if drawable(chart):
            break
    else:
        return chart
    first, _, rest = chart.partition("\n")
    return (
        f"{first}\n    %% --depth {each}, as GitHub draws no more than {MAX_ARROWS} arrows\n{rest}"
    )


def drawable(chart: str) -> bool:
    """Whether GitHub draws it."""
    arrows = sum(" --> " in line or " .- " in line for line in chart.splitlines())
    return arrows <= MAX_ARROWS and len(chart) <= MAX_TEXT


def flowchart(summary: Summary) -> str:
    """A box for each row, an arrow for each way that a tensor takes; a dotted line joins those of the same weights."""
    boxes = {name: f"n{index}" for index, name in enumerate((*summary.inputs, *_names(summary)))}
    lines = ["flowchart TD"]
    for name, shape in summary.inputs.items():
        lines.append(f"    {boxes[name]}([{_label(name, 'Input', spell(shape))}]):::ends")
    lines += [f"    {boxes[layer.name]}[{_layer_label(layer)}]" for layer in summary.layers]
    for index, key in enumerate(summary.outputs):
        lines.append(f"    out{index}([{_label(key, 'Output')}]):::ends")
    lines += [f"    {line}" for line in _arrows(summary, boxes)]
    lines.append("    classDef ends stroke-width:3px")
    return "\n".join(lines)


def _names(summary: Summary) -> tuple[str, ...]:
    return tuple(layer.name for layer in summary.layers)


def _arrows(summary: Summary, boxes: dict[str, str]) -> Iterator[str]:
    for layer in summary.layers:
        givers = dict.fromkeys(tensor.partition(":")[0] for tensor in layer.inputs)
        for giver in givers:
            yield f"{boxes[giver]} --> {boxes[layer.name]}"
    for index, tensor in enumerate(summary.outputs.values()):
        yield f"{boxes[tensor.partition(':')[0]]} --> out{index}"
    weighty = {layer.name for layer in summary.layers if layer.parameters}
    for layer in summary.layers:
        if layer.shares in weighty:
            yield f"{boxes[layer.shares]} -. same weights .- {boxes[layer.name]}"


def _layer_label(layer: LayerSummary) -> str:
    shapes = ", ".join(map(spell, layer.output_shapes))
    lines = [layer.name, type_text(layer), shapes]
    if layer.parameters:
        lines.append(f"{layer.parameters:,} parameters")
    return _label(*lines)


def _label(*lines: str) -> str:
    first, *others = (mermaid(line) for line in lines)
    return f'"{"<br>".join((f"<b>{first}</b>", *others))}"'
