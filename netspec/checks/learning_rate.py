"""ReduceLROnPlateau stands beside a learning-rate schedule.

Both set the learning rate. Keras lets a schedule alone do it, and fails in the epoch in which the callback first would.

Failing: `callbacks: [ReduceLROnPlateau]` with `optimizer: {SGD: {learning_rate: {CosineDecay: {…}}}}`.

Passing: `callbacks: [ReduceLROnPlateau]` with `optimizer: {SGD: {learning_rate: 0.1}}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.fields import Thing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for the callback where the optimizer's learning rate is a schedule."""
    del graph
    if document.compile is None:
        return
    schedule = getattr(document.compile.optimizer, "learning_rate", None)
    if not isinstance(schedule, Thing):
        return
    for index, callback in enumerate(document.callbacks or ()):
        if callback.kind() == "ReduceLROnPlateau":
            yield Finding(
                Code.LEARNING_RATE,
                f"ReduceLROnPlateau cannot lower the learning rate, which {schedule.kind()} sets",
                document.place("callbacks", index, callback.kind(), key=True),
                "take the callback out, or write a number as the optimizer's learning_rate",
            )
