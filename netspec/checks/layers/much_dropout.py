"""A Dropout leaves a fifth of the values or less.

`rate` is the share of values that is dropped. In TensorFlow 1 and in some papers the number was the share that is
kept (`keep_prob`), and 0.8 meant what is 0.2 here. With 0.8 four values of five are dropped in every step: a network
can learn so, slowly, where the layer before is very wide. Usual rates lie between 0.1 and 0.5.

From 0.9 it is a warning.

Source: keras/src/layers/regularization/dropout.py; Srivastava 2014.

Failing:

    netspec: 1
    model:
      input: [64]
      layers:
        - Dense: {units: 128, activation: relu}
        - Dropout: {rate: 0.8}  # NS744
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [64]
      layers:
        - Dense: {units: 128, activation: relu}
        - Dropout: {rate: 0.2}
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.dropout_rate import TOO_MUCH, number, per_cent, rate_of
from netspec.checks.layers.families import and_others, told
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.MUCH_DROPOUT

_MUCH = 0.8


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - what every rule is given
    """Finds such layers, and tells the first."""
    rates = [(node, *rate_of(node)) for node in graph.written]
    found = [each for each in rates if _MUCH <= each[2] < TOO_MUCH]
    if found:
        node, field, rate = found[0]
        yield Finding(
            CODE,
            f"{told(node)} drops {per_cent(rate)} of the values in every step of training{and_others(found)}",
            node.item.place(field),
            f"{field} is the share that is dropped, not the share that is kept; usual are 0.1 to 0.5"
            f" (to drop {per_cent(1 - rate)} write {number(1 - rate)})",
        )
