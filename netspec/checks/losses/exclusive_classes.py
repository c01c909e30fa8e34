"""A binary loss judges each class for itself, and an image has only one.

`binary_crossentropy` over several units asks of every class whether the image has it, yes or no. That is right where
an image can have several, or none. A `softmax` shares 1 among the classes, and does not go with it: Keras on
TensorFlow takes the numbers before the softmax and makes sigmoids of them, so that the network gives others than the
loss saw. The images of a data set or a folder have one class each; nine in ten of the questions are then a no that is
easy to give. The loss for more than two such classes is a categorical one: `categorical_crossentropy`, with
`activation: softmax`.

With MixUp or CutMix an image is of two classes, and a binary loss over sigmoids has a meaning (Wightman 2021, arXiv
2110.00476); nothing is said then.

Source: `_get_logits` in keras/src/backend/tensorflow/nn.py.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      optimizer: adam
      loss: binary_crossentropy  # NS606
      metrics: [accuracy]
    training: {epochs: 5}

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: sigmoid}}]
    compile:
      optimizer: adam
      loss: binary_crossentropy  # NS606
      metrics: [accuracy]
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      optimizer: adam
      loss: categorical_crossentropy
      metrics: [accuracy]
    training: {epochs: 5}

Passing:

    netspec: 1
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: sigmoid}}]
    compile: {optimizer: adam, loss: binary_crossentropy}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.endings import RAW, SOFTMAXES, values_of
from netspec.checks.losses.outputs import compiled_outputs
from netspec.checks.written import stands_bare
from netspec.diagnostics import Code, Edit, Finding, Repair
from netspec.source.nodes import find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.checks.losses.outputs import Output
    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.EXCLUSIVE_CLASSES

BINARY = {
    "BinaryCrossentropy": "categorical_crossentropy",
    "BinaryFocalCrossentropy": "categorical_focal_crossentropy",
}


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for binary losses over several classes that exclude each other."""
    for output in compiled_outputs(document, graph):
        kind, units = output.loss.kind(), output.units
        if kind not in BINARY or units is None or units < 3:  # noqa: PLR2004 - two classes are one yes or no
            continue
        values = values_of(graph, output)
        if values.are_probabilities and output.loss.from_logits:
            continue  # of that `logits_twice` tells
        if output.kind == "multi_label":
            continue  # of a softmax then `one_of_several` tells
        if values.activation in SOFTMAXES:
            why = f"{values.endings[0]}, which shares 1 among {units} classes"
            hint = f"write loss: {BINARY[kind]}"
        elif has_one_class_an_image(output) and (
            output.loss.from_logits or not values.all_in(RAW)  # else `loss_activation` tells
        ):
            why = f"every image of {output.source} has one class of {units}"
            first = "" if output.loss.from_logits else "activation: softmax and "
            hint = f"write {first}loss: {_loss(output)}"
        else:
            continue
        yield Finding(
            CODE,
            f"{kind} judges each class for itself, and {why}",
            output.loss_place,
            hint,
            repair=_repair(document, graph, output) if values.activation == "softmax" else None,
        )


def has_one_class_an_image(output: Output) -> bool:
    """Whether the labels of an output with a unit a class are known to be one class an image."""
    return (
        output.kind == "class"
        and output.shape is not None
        and len(output.shape) == 1
        and (output.units or 0) > 2  # noqa: PLR2004 - two classes are one yes or no
        and output.classes in {None, output.units}  # else `class_count` tells
        and output.mixed_by is None
    )


def _loss(output: Output) -> str:
    if not output.loss.from_logits:
        return BINARY[output.loss.kind()]
    kind = output.loss.kind().replace("Binary", "Categorical")
    return f"{{{kind}: {{from_logits: true}}}}"


def _repair(document: Document, graph: Graph, output: Output) -> Repair | None:
    """Of the plain names one is written for the other: both take one-hot labels."""
    node = find(document.root, output.loss_path)[0]
    is_shared = len(graph.outputs) > 1 and len(output.loss_path) == len(("compile", "loss"))
    if is_shared or not stands_bare(node):
        return None
    loss = BINARY[output.loss.kind()]
    return Repair(f"write {loss}", (Edit(node.place, loss),))
