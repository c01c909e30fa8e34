"""The last activation cannot give what the loss asks for.

A categorical loss takes one class of several: their probabilities sum to 1. With `sigmoid` each unit has a
probability of its own, and an image can be a cat with 0.9 and a dog with 0.9. It trains: Keras on TensorFlow takes
the numbers before the sigmoid and makes a softmax of them, on JAX and PyTorch it divides the sigmoids by their sum.
But what the network gives is not what the loss saw. `KLDivergence` and `CategoricalGeneralizedCrossEntropy` do
neither, and are least where every unit gives 1. For one class of several the activation is `softmax`; where several
answers can be right at once, `sigmoid` is, and the loss `binary_crossentropy`.

A logit means no below 0 and yes above. After `relu` none is below 0, so that every probability is at least 1/2;
`tanh` keeps probabilities between 0.27 and 0.73. The last layer gives logits without an activation.

A hinge loss reads labels of 0 and 1 as -1 and 1. A unit that never is below 0 never says no; `tanh`, or no
activation, reaches both. With ten sigmoids it stays at chance, and with a softmax it is no less than 0.9 where all is
right. (`CategoricalHinge` compares units with each other, and takes a softmax.)

Source: `_get_logits` and `categorical_crossentropy` in keras/src/backend/tensorflow/nn.py,
`convert_binary_labels_to_hinge` in keras/src/losses/losses.py.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {units: 10, activation: sigmoid}  # NS605
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.endings import (
    OF_SUMS,
    POSITIVE,
    SIGMOIDS,
    SINGLE_LOGITS,
    SOFTMAXES,
    WITHIN_ONE,
    values_of,
)
from netspec.checks.losses.exclusive_classes import BINARY, has_one_class_an_image
from netspec.checks.losses.outputs import OF_CLASSES, compiled_outputs
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.checks.losses.endings import Values
    from netspec.checks.losses.outputs import Output
    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.ACTIVATION_RANGE

# Crossentropies that divide by the sum of the units.
_OF_CLASSES = frozenset(
    {
        "CategoricalCrossentropy",
        "CategoricalFocalCrossentropy",
        "SparseCategoricalCrossentropy",
    }
)


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds each loss against the range of the output's values."""
    for output in compiled_outputs(document, graph):
        values = values_of(graph, output)
        kind = output.loss.kind()
        if kind in BINARY and has_one_class_an_image(output):
            continue  # of that `exclusive_classes` tells
        if kind in SINGLE_LOGITS and output.mixed_by is not None:
            continue  # of shares for a hinge `loss_labels` tells
        if output.kind == "multi_label" and kind in _OF_CLASSES:
            continue  # of that `one_of_several` and `loss_labels` tell
        if output.kind == "number" and kind in OF_CLASSES:
            continue  # of that `numbers_as_classes` and `loss_labels` tell
        mistake = _mistake(output, values) if values.activation is not None else None
        if mistake is not None:
            message, hint = mistake
            yield Finding(CODE, message, values.endings[0].node.item.place("activation"), hint)


def _mistake(output: Output, values: Values) -> tuple[str, str] | None:
    """What is wrong, and what to do."""
    kind, ending, activation = output.loss.kind(), values.endings[0], values.activation
    from_logits = getattr(output.loss, "from_logits", False)
    if kind in _OF_CLASSES and not from_logits and activation in SIGMOIDS:
        if output.units in {1, None}:
            return None
        return (
            (
                f"{ending}, a probability for each unit by itself, and {kind} takes one class of "
                f"{output.units}"
            ),
            "write activation: softmax, or loss: binary_crossentropy where several can be right at once",
        )
    if kind in OF_SUMS and activation in SIGMOIDS and output.units != 1:
        return (
            f"{ending}, a probability for each unit by itself, and {kind} is least where all of them are 1",
            "write activation: softmax",
        )
    if kind in BINARY and from_logits and activation in POSITIVE:
        return (
            (
                f"{ending}, which is never below 0, and {kind} reads it as logits: a no can never be likelier "
                "than a yes"
            ),
            f"leave {activation} out",
        )
    if kind in BINARY and from_logits and activation in WITHIN_ONE:
        return (
            (
                f"{ending}, and {kind} reads what lies between -1 and 1 as logits: no probability gets beyond "
                "0.27 and 0.73"
            ),
            f"leave {activation} out",
        )
    if kind in SINGLE_LOGITS and activation in POSITIVE | SIGMOIDS | SOFTMAXES:
        if values.is_one_whole:
            return None  # of that `softmax_of_one` tells
        return (
            f"{ending}, which is never below 0, and {kind} asks for -1 where the answer is no",
            (
                f"leave {activation} out, or write loss: categorical_crossentropy"
                if activation in SOFTMAXES
                else "write activation: tanh, or none; with sigmoid the loss is binary_crossentropy"
            ),
        )
    return None
