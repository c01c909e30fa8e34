"""A few images are held out of thousands, where per cent may be meant.

A whole number for `validation` or `test` counts images, and a number below 1 is a share: 20 holds out 20 images, 0.2 a
fifth of them. Of 20 images one more that is right is 5 % more accuracy, so that what is watched jumps from epoch to
epoch, and an EarlyStopping stops by chance. A number of each class, `{per_class: 20}`, is meant as it stands.

How many images there are is known for a named data set, and for an image folder when it has been looked at. Where
`data.limit` cuts them down for a quick try, nothing is said.

Failing:

    netspec: 1
    data: {source: mnist, validation: 20}  # NS727
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]

Passing:

    netspec: 1
    data: {source: mnist, validation: 0.2}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.HELD_OUT_PER_CENT

_WHOLE = 100
_MANY = 1_000  # training images


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds what is held out against the images that there are."""
    del graph
    data, facts = document.data, document.facts
    if data is None or facts is None or facts.splits is None or data.limit is not None:
        return
    images = facts.splits["train"]
    for field in ("validation", "test"):
        count = getattr(data, field)
        if isinstance(count, int) and count < _WHOLE and images >= _MANY:
            yield Finding(
                CODE,
                f"{field}: {count} holds out {count} of the {images:,} training images of {facts.name}, and what so "
                "few say is left to chance",
                document.place("data", field),
                f"for {count} % of them write {count / _WHOLE:g}",
            )
