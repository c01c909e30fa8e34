"""There are more or fewer class names than classes.

`data.classes` gives every class the name under which it is shown, in label order: for a named data set the order in
which its makers number them, for an image folder the alphabetical order of the folders.

Failing:

    netspec: 1
    data: {source: mnist, classes: [zero, one]}  # NS513
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Passing:

    netspec: 1
    data: {source: mnist, classes: [zero, one, two, three, four, five, six, seven, eight, nine]}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.CLASS_NAMES


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Counts both."""
    del graph
    data, facts = document.data, document.facts
    if data is None or facts is None or data.classes is None or facts.folders is None:
        return
    if len(data.classes) != len(facts.folders):
        yield Finding(
            CODE,
            f"{len(data.classes)} names are given, and {facts.name} has {len(facts.folders)} classes",
            document.place("data", "classes"),
            f"in this order: {short(', '.join(facts.folders))}",
        )
