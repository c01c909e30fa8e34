"""Learned weights are trained from the first step on, beside layers that begin at random.

A head that begins at random gives wrong answers at first, and large gradients with them. These go through the
application below it too, and move weights that were good. The usual way is two stages: the first trains the head alone,
which is fast as the frozen part is computed once for each image; the second trains the last layers of the application
as well, with a small learning rate. With a learning rate that is small from the beginning it can go well without, and
the head then takes longer.

Source: https://keras.io/guides/transfer_learning, on fine-tuning.

Failing:

    netspec: 1
    data: {source: cifar10, image_size: [96, 96]}
    model:
      input: [96, 96, 3]
      layers:
        - Application: {architecture: MobileNet, include_top: false, pooling: avg}  # NS771
        - Dense: {units: 10, activation: softmax}
    compile: {loss: categorical_crossentropy, optimizer: {Adam: {learning_rate: 1e-5}}}
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: cifar10, image_size: [96, 96]}
    model:
      input: [96, 96, 3]
      layers:
        - Application: {architecture: MobileNet, include_top: false, pooling: avg}
        - Dense: {units: 10, activation: softmax, name: head}
    compile: {loss: categorical_crossentropy, optimizer: adam}
    training:
      stages:
        - {epochs: 3, trainable: [head]}
        - {epochs: 5, learning_rate: 1e-5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.training.parts import parts
from netspec.checks.training.pretrained import is_large, learning, pretrained_among
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.HEAD_FIRST


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks at what the first stage trains."""
    compiled = document.compile
    if not graph.applications or compiled is None or document.training is None:
        return
    first = next(parts(document, graph), None)
    if first is None or compiled.optimizer is None:
        return
    trained = learning(graph, first)
    uses = pretrained_among(graph, trained)
    begins = [
        node
        for node in trained
        if (use := graph.application_of(node)) is None or use.fields.weights is None
    ]
    # Of a large learning rate another rule speaks, and says what to do.
    if not uses or not begins or is_large(compiled.optimizer.kind(), first.highest):
        return
    yield Finding(
        CODE,
        f"{uses[0].fields.architecture} '{uses[0].name}' trains from the first step on, beside {begins[-1].kind} "
        f"'{begins[-1].name}', which begins at random",
        uses[0].item.place("trainable"),
        "train the head alone in a first stage, or write `trainable: false`",
    )
