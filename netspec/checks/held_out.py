"""More images are held out than there are to train on.

Validation and test images given as a number or a fraction are taken from the training images, and some must be left.

Failing: `data: {source: mnist, validation: 60000}`.

Passing: `data: {source: mnist, validation: 0.1}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.spec.data import held_out
from netspec.things.datasets import DATASETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds what the splits take against the number of training images."""
    del graph
    data = document.data
    if data is None:
        return
    dataset = DATASETS[data.source]
    taken = {
        field: held_out(getattr(data, field), dataset.train) for field in ("validation", "test")
    }
    if sum(taken.values()) >= dataset.train:
        most = max(taken, key=taken.__getitem__)
        yield Finding(
            Code.SPLIT,
            f"{sum(taken.values()):,} of the {dataset.train:,} training images of {dataset.name} "
            "are held out, and none is left to train on",
            document.place("data", most),
            "hold out fewer",
        )
