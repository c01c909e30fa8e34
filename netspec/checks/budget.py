"""The network costs more than its budget.

A team writes down what a network may cost where it will run: so many parameters, multiply-accumulates for one image, or
bytes of weights. The section `budget` holds for one spec; `[tool.netspec.budget]` in pyproject.toml for all of a
repository, each amount until a spec says its own (`null` for no limit). `netspec summary --sort parameters` shows where
the cost is.

Failing:

    netspec: 1
    budget: {parameters: 5e3}  # NS535
    model:
      input: [28, 28, 1]
      layers: [Flatten, {Dense: {units: 10}}]

Passing:

    netspec: 1
    budget: {parameters: 10e3, macs: 600e6, weights: 20 MiB}
    model:
      input: [28, 28, 1]
      layers: [Flatten, {Dense: {units: 10}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.graph.cost import weight_bytes
from netspec.settings import settings
from netspec.source.nodes import find
from netspec.wording import spoken_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.BUDGET
_WORDS = {"parameters": "parameters", "macs": "multiply-accumulates", "weights": "of weights"}


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds each amount against what the network takes."""
    if not graph.complete:
        return
    own = document.budget
    written = set() if own is None else own.model_fields_set
    takes = {
        "parameters": graph.parameters,
        "macs": graph.macs,
        "weights": weight_bytes(graph),
    }
    repository = settings()
    for name, amount in takes.items():
        of_spec = name in written
        limit = getattr(own, name) if of_spec else repository.budget.get(name)
        if limit is None or amount is None or amount <= limit:
            continue
        place = document.place("budget", name) if of_spec else document.place("model", key=True)
        whose = "its budget" if of_spec else f"the budget in {repository.origin}"
        yield Finding(
            CODE,
            f"the network takes {_spell(name, amount)} {_WORDS[name]}, and {whose} is "
            f"{_written(document, name) if of_spec else _spell(name, limit)}",
            place,
            f"`netspec summary --sort {'macs' if name == 'macs' else 'parameters'}` shows where they are",
        )


def _written(document: Document, name: str) -> str:
    node, _ = find(document.root, ("budget", name))
    return str(node.value())


def _spell(name: str, amount: float) -> str:
    if name != "weights":
        return f"{amount:,.0f}"
    return spoken_bytes(amount, digits=2)
