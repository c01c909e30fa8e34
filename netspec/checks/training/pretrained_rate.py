"""Weights that were learned before are trained with a learning rate for random ones.

An application with `weights: imagenet` is worth what its weights know. Steps of the size that a network needs which
begins at random overwrite that within the first few hundred images, and what is left learns no better than without
them. Fine-tuning takes a learning rate a tenth to a hundredth as large: 1e-5 for Adam in Keras's guide, 1e-4 at most in
most tutorials; for SGD 0.01 is the usual most. More than that is told here. Mostly the layers need not train at first:
`trainable: false`, and a second stage that trains the last of them.

Source: https://keras.io/guides/transfer_learning (Adam with 1e-5); Li and others, Rethinking the Hyperparameters for
Fine-tuning, ICLR 2020 (SGD with 0.01).

Failing:

    netspec: 1
    data: {source: cifar10, image_size: [96, 96]}
    model:
      input: [96, 96, 3]
      layers:
        - Application: {architecture: MobileNet, include_top: false, pooling: avg}
        - Dense: {units: 10, activation: softmax}
    compile: {loss: categorical_crossentropy, optimizer: {Adam: {learning_rate: 0.001}}}  # NS672
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: cifar10, image_size: [96, 96]}
    model:
      input: [96, 96, 3]
      layers:
        - Application: {architecture: MobileNet, include_top: false, pooling: avg, name: backbone}
        - Dense: {units: 10, activation: softmax, name: head}
    compile: {loss: categorical_crossentropy, optimizer: {Adam: {learning_rate: 0.001}}}
    training:
      stages:
        - {epochs: 5, trainable: [head]}
        - {epochs: 5, trainable: {from: backbone.conv_dw_12}, learning_rate: 1e-5}
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

CODE = Code.PRETRAINED_RATE


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks at the highest learning rate of each stage that trains such weights, and tells the first."""
    if not graph.applications or document.compile is None or document.compile.optimizer is None:
        return
    kind = document.compile.optimizer.kind()
    for part in parts(document, graph):
        uses = pretrained_among(graph, learning(graph, part))
        if not uses or not is_large(kind, part.highest):
            continue
        in_stage = f" in {part.name}" if part.path else ""
        yield Finding(
            CODE,
            f"{kind} trains the learned weights of {uses[0].fields.architecture} '{uses[0].name}'{in_stage} with a "
            f"learning rate of {part.highest:g}, which overwrites what they know",
            document.place(*part.rate_path),
            f"freeze it, with `trainable: false`, or {_slower(kind, in_stage=bool(part.path))}",
        )
        return


def _slower(kind: str, *, in_stage: bool) -> str:
    rate = "0.001" if kind == "SGD" else "1e-5"
    return f"give the stage `learning_rate: {rate}`" if in_stage else f"train it with {rate}"
