"""A Dropout stands right before a BatchNormalization.

While training, a Dropout makes the values vary more than they do afterwards. The BatchNormalization behind it learns
this larger variance and goes on dividing by it when nothing is dropped any more, so that values come out too small:
the network is worse in validation than it could be. Behind the last BatchNormalization a Dropout does no such harm.

Source: Li, Chen, Hu and Yang, Understanding the Disharmony between Dropout and Batch Normalization by Variance Shift,
arXiv 1801.05134.

Failing:

    netspec: 1
    model:
      input: [64]
      layers:
        - Dense: {units: 128, activation: relu}
        - Dropout: {rate: 0.5}  # NS733
        - BatchNormalization
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [64]
      layers:
        - Dense: {units: 128, activation: relu}
        - BatchNormalization
        - Dropout: {rate: 0.5}
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.families import ANY_DROPOUT, and_others, told
from netspec.checks.wiring import SHAPE_ONLY, Wiring
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.DROPOUT_BEFORE_NORMALIZATION


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - what every rule is given
    """Looks at what stands before each BatchNormalization, and tells the first."""
    wiring = Wiring(graph)
    found = []
    for node in graph.written:
        if node.kind != "BatchNormalization" or not node.trains:
            continue
        before = wiring.before(node)
        while before is not None and before.kind in SHAPE_ONLY:
            before = wiring.before(before)
        if (
            before is not None
            and before.kind in ANY_DROPOUT
            and getattr(before.layer, "rate", 0) > 0
        ):
            found.append((before, node))
    if found:
        dropout, node = found[0]
        yield Finding(
            CODE,
            f"{told(dropout)} stands before {told(node)}, which learns a variance that is there in training only"
            f"{and_others(found)}",
            dropout.item.place(),
            "put it behind the BatchNormalization, best behind the last one",
        )
