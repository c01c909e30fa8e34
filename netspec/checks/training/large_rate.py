"""The learning rate is far too large for its optimizer.

Adam, RMSprop and their kin divide every gradient by its own size, so that a step moves each weight by about the
learning rate, whatever the gradient. Weights begin at hundredths to tenths: with 0.1 the first steps overwrite them. A
network of several layers then stays at chance for good; its ReLUs give 0 for every image. For Adam 0.001 is a
beginning, and 0.01 is much. SGD is another matter, and 0.1 is common there: it multiplies gradients that are small.
But 10 is too much there, too, unless gradients are clipped.

For a single layer, which has nothing to lose below it, nothing is said.

Source: measured with three convolutions and two Dense layers on Fashion-MNIST: at 0.1, 10 % right with Adam, AdamW,
Adamax, Nadam and Lion, against 80 % at 0.03 with the first four. With two convolutions and two Dense layers: at 0.1,
10 % right with RMSprop, against 73 % at 0.03; SGD has 79 % at 0.1, and 10 % at 3 and at 10.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Conv2D: {filters: 16, kernel_size: 3, activation: relu}
        - Flatten
        - Dense: {units: 10, activation: softmax}
    compile: {loss: categorical_crossentropy, optimizer: {Adam: {learning_rate: 0.1}}}  # NS617
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Conv2D: {filters: 16, kernel_size: 3, activation: relu}
        - Flatten
        - Dense: {units: 10, activation: softmax}
    compile: {loss: categorical_crossentropy, optimizer: {SGD: {learning_rate: 0.1}}}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.training.parts import parts
from netspec.checks.training.pretrained import OF_ONE_SIZE, PLAIN, learning
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.fields import Thing
    from netspec.graph.graph import Graph
    from netspec.source.nodes import Place
    from netspec.spec.document import Document

CODE = Code.LARGE_RATE

_LARGE = 0.1
_LARGE_FOR_PLAIN = 10
_CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks at the highest learning rate of all steps."""
    optimizer = document.compile.optimizer if document.compile is not None else None
    if optimizer is None:
        return
    told: set[Place] = set()
    for part in parts(document, graph):
        place = document.place(*part.rate_path)
        if place in told or len(learning(graph, part)) <= 1:
            continue
        for message, hint in _too_large(optimizer, part.highest):
            told.add(place)
            yield Finding(CODE, message, place, hint)


def _too_large(optimizer: Thing, rate: float) -> Iterator[tuple[str, str]]:
    """What is wrong with a learning rate that is too large, and the hint."""
    kind = optimizer.kind()
    if kind in OF_ONE_SIZE and rate >= _LARGE:
        yield (
            (
                f"{kind} moves every weight by about the learning rate in each step, and {rate:g} is more than "
                "most weights are"
            ),
            "0.001 is a beginning, and 0.01 is much",
        )
    elif kind == PLAIN and rate >= _LARGE_FOR_PLAIN and not _clips(optimizer):
        yield (
            (
                f"{kind} moves every weight by {rate:g} times its gradient in each step, far beyond where the loss is "
                "smaller"
            ),
            "0.01 is a beginning, and 0.1 is common",
        )


def _clips(optimizer: Thing) -> bool:
    return any(getattr(optimizer, field, None) is not None for field in _CLIPS)
