"""A Dropout leaves next to nothing.

`rate` is the share of values that is dropped, not the share that is kept, as it was in TensorFlow 1 and is in some
papers (`keep_prob`). With a rate of 0.9 a layer sees one value in ten, ten times as large as it is; what it gets
differs so much from step to step that hardly anything is learned. Usual rates lie between 0.1 and 0.5.

Source: keras/src/layers/regularization/dropout.py; Srivastava 2014.

Failing:

    netspec: 1
    model:
      input: [64]
      layers:
        - Dense: {units: 128, activation: relu}
        - Dropout: {rate: 0.9}  # NS632
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [64]
      layers:
        - Dense: {units: 128, activation: relu}
        - Dropout: {rate: 0.1}
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.families import ANY_DROPOUT, told
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.document import Document

CODE = Code.DROPOUT_RATE

TOO_MUCH = 0.9


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - what every rule is given
    """Looks at the rate of every dropout."""
    for node in graph.written:
        field, rate = rate_of(node)
        if rate >= TOO_MUCH:
            yield Finding(
                CODE,
                f"{told(node)} drops {per_cent(rate)} of the values in every step of training",
                node.item.place(field),
                f"{field} is the share that is dropped; to drop {per_cent(1 - rate)} write {number(1 - rate)}",
            )


def rate_of(node: LayerNode) -> tuple[str, float]:
    """The field that says how much a layer drops, and how much that is; 0 for one that calls another again."""
    field = "rate" if node.kind in ANY_DROPOUT else "dropout"
    rate = getattr(node.layer, field, None)
    is_known = node.shares is None and isinstance(rate, float | int)
    return field, float(rate) if is_known and rate is not None else 0.0


def per_cent(share: float) -> str:
    """A share as messages tell it: ``80 %``."""
    return f"{round(100 * share, 2):g} %"


def number(share: float) -> str:
    """A share as a spec has it."""
    return f"{round(share, 4):g}"
