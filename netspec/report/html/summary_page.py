"""The page of `netspec summary --format html`: a spec for review, before it is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.layers.shapes import spell
from netspec.report.html import architecture, spec_text
from netspec.report.html.findings import findings_list
from netspec.report.html.layer_table import layer_table
from netspec.report.html.markup import Markup, element, join
from netspec.report.html.page import Section, facts, figure, figures, page
from netspec.report.spoken import by_stage
from netspec.report.summary import summarize_graph
from netspec.wording import spoken_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.diagnostics import Finding
    from netspec.graph.graph import Graph
    from netspec.report.summary import SortKey, Summary
    from netspec.spec.document import Document

_UNITS = ((10**12, "T"), (10**9, "G"), (10**6, "M"))
_UNKNOWN = "?"
_WHY_UNKNOWN = "a size of the input is not given"


def summary_page(
    graph: Graph,
    document: Document,
    findings: Sequence[Finding],
    *,
    depth: int | None = None,
    sort: SortKey | None = None,
) -> str:
    """The page.

    Args:
        graph: A complete network.
        document: Its spec.
        findings: What was found in it.
        depth: How many names of a layer's path are unfolded in the graph at first, and told apart in the table.
        sort: What the table is sorted by.
    """
    summary = summarize_graph(graph, document, depth=depth)
    if sort is not None:
        summary = summary.sorted(sort)
    files = spec_text.files_of(document)
    text, anchors = spec_text.texts("files", files)
    drawn, data = architecture.architecture(
        graph, document, depth=depth, anchors=anchors, table=False
    )
    sections = [
        Section("network", "Architecture", drawn),
        Section("layers", "Layers", layer_table(summary, anchors=anchors, graph="architecture")),
        Section("findings", "Findings", findings_list(findings, anchors=anchors)),
        Section("spec", "Spec", text),
    ]
    return page(
        title=summary.name,
        head=_head(summary, files[0][0], len(graph.nodes)),
        sections=sections,
        styles=(*architecture.STYLES, *spec_text.STYLES),
        scripts=architecture.SCRIPTS,
        data=data,
    )


def _head(summary: Summary, file: str, layers: int) -> Markup:
    inputs = ", ".join(f"{name} {spell(shape)}" for name, shape in summary.inputs.items())
    outputs = ", ".join(summary.outputs)
    return join(
        facts(
            [
                ("spec", element("code", file)),
                ("inputs", inputs),
                ("outputs", outputs),
                ("layers", f"{layers:,}"),
            ]
        ),
        figures(
            [
                figure(f"{summary.total_parameters:,}", "parameters"),
                _trainable(summary),
                _large(summary.macs, "MACs per sample"),
                _large(summary.flops, "FLOPs per sample"),
                figure(spoken_bytes(summary.weight_bytes), "weights", "in float32"),
                _memory(summary.activation_bytes, "activations per sample"),
                _memory(
                    summary.training_bytes,
                    "memory to train",
                    f"estimate, batch of {summary.batch_size}",
                ),
            ]
        ),
    )


def _trainable(summary: Summary) -> Markup:
    """How many parameters train: with stages, in the one that trains most."""
    stages = summary.trained_by_stage
    if stages:
        return figure(f"{max(stages.values()):,}", "trainable", f"by stage: {by_stage(stages)}")
    fixed = summary.non_trainable_parameters
    note = f"{fixed:,} are not" if fixed else None
    return figure(f"{summary.trainable_parameters:,}", "trainable", note)


def _large(number: int | None, name: str) -> Markup:
    if number is None:
        return figure(_UNKNOWN, name, _WHY_UNKNOWN)
    size, unit = next(((size, unit) for size, unit in _UNITS if number >= size), (1, ""))
    if size == 1:
        return figure(f"{number:,}", name)
    return figure(f"{number / size:.3g} {unit}", name, f"{number:,}")


def _memory(size: int | None, name: str, note: str | None = None) -> Markup:
    if size is None:
        return figure(_UNKNOWN, name, _WHY_UNKNOWN)
    return figure(spoken_bytes(size), name, note)
