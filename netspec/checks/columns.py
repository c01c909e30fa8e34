"""The data set has no images or labels for all inputs and outputs.

A named data set has one image and one label each. A network with several inputs or outputs can be validated,
summarised and built, but such a data set cannot train it.

Failing: `data: {source: mnist}` with `model: {output: [digit, parity]}`.

Passing: `data: {source: mnist}` with `model: {output: digit}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Counts inputs and outputs."""
    if document.facts is None:
        return
    source = document.facts.name
    if len(graph.inputs) > 1:
        yield Finding(
            Code.DATA_COLUMNS,
            f"the model takes {len(graph.inputs)} inputs, and {source} has one image each",
            document.place("model", "input", key=True),
            "leave `data` out to check, summarise or build it",
        )
    if graph.outputs and not graph.single_output:
        yield Finding(
            Code.DATA_COLUMNS,
            f"the model names its outputs, and {source} has one label each",
            document.place("model", "output", key=True),
            "for a single output, name the layer alone: `output: head`",
        )
