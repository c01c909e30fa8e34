"""The loss takes probabilities, and the last layer gives other numbers.

A crossentropy takes the logarithm of what the network gives, because it reads it as a probability. A layer without an
activation gives any number. Keras says nothing: what is below 0 or above 1 is cut off and has no gradient, or is
divided by a sum that may be 0, which makes nan, or negative, which turns right and wrong around. So training starts,
and learns little, or nothing.

There are two ways out. `activation: softmax` in the last layer makes probabilities (`sigmoid` where every unit is a
yes or no of its own). Or the loss is told that it gets numbers before the softmax, which are called logits:
`from_logits: true`; that is more exact in rare cases, and the network then gives logits when it is used, too.

`Poisson` needs no probabilities, but numbers above 0.

Source: `categorical_crossentropy` and `binary_crossentropy` in keras/src/backend/tensorflow/nn.py, and
keras/src/losses/losses.py.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10}}]
    compile:
      optimizer: adam
      loss: categorical_crossentropy  # NS516
      metrics: [accuracy]
    training: {epochs: 5}

Failing:

    netspec: 1
    model:
      input: [8]
      layers:
        - Dense: {units: 16, activation: relu}
        - Dense: {units: 1, activation: tanh}  # NS516
    compile: {optimizer: adam, loss: binary_crossentropy}

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
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10}}]
    compile:
      optimizer: adam
      loss: {CategoricalCrossentropy: {from_logits: true}}
      metrics: [accuracy]
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.endings import (
    NEGATIVE,
    OF_SUMS,
    RAW,
    RECURRENT,
    values_of,
)
from netspec.checks.losses.exclusive_classes import BINARY, has_one_class_an_image
from netspec.checks.losses.outputs import OF_CLASSES, compiled_outputs
from netspec.checks.wiring import ACTIVATION_LAYERS
from netspec.checks.written import with_field
from netspec.diagnostics import Code, Finding, Repair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.checks.losses.endings import Values
    from netspec.checks.losses.outputs import Output
    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.LOSS_ACTIVATION

_OF_CLASSES = frozenset(
    {
        "CategoricalCrossentropy",
        "CategoricalFocalCrossentropy",
        "SparseCategoricalCrossentropy",
    }
)
_OF_UNITS = frozenset({"BinaryCrossentropy", "BinaryFocalCrossentropy", "Dice", "Tversky"})
_LINEAR = frozenset({"linear"})
# The metrics to which logits are as good as probabilities, as they ask for the largest only.
_OF_THE_LARGEST = frozenset(
    {
        "CategoricalAccuracy",
        "SparseCategoricalAccuracy",
        "SparseTopKCategoricalAccuracy",
        "TopKCategoricalAccuracy",
    }
)


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds each loss against what the output's values went through last."""
    for output in compiled_outputs(document, graph):
        if output.shape is None or output.takes_no_single_value:
            continue  # of a loss over one unit alone `loss_labels` tells
        if output.kind == "number" and output.loss.kind() in OF_CLASSES:
            continue  # of that `numbers_as_classes` and `loss_labels` tell
        values = values_of(graph, output)
        mistake = _mistake(output, values)
        if mistake is None:
            continue
        ending = values.endings[0]
        is_written = ending.activation != "linear" and ending.node.item.field("activation")
        yield Finding(
            CODE,
            f"{output.loss.kind()} {mistake}",
            ending.node.item.place("activation") if is_written else output.loss_place,
            _hint(output, values),
            repair=_repair(document, graph, output, values),
        )


def _mistake(output: Output, values: Values) -> str | None:
    """What the loss takes, what it gets, and what follows."""
    kind = output.loss.kind()
    if kind == "Poisson":
        if values.all_in(NEGATIVE):
            return (
                f"takes the logarithm of the output, and {values.endings[0]}: below 0 there is none"
            )
        return None
    if getattr(output.loss, "from_logits", False):
        return None
    if kind in _OF_CLASSES | _OF_UNITS | OF_SUMS and values.all_in(RAW):
        return (
            f"takes probabilities, and {values.endings[0]}: the loss of other numbers means nothing"
        )
    return None


def _hint(output: Output, values: Values) -> str:
    kind = output.loss.kind()
    last = values.endings[0].node
    is_exclusive = has_one_class_an_image(output)
    several = output.kind == "multi_label"
    if kind == "Poisson":
        activation = "softplus"
    elif output.units != 1 and not several and (is_exclusive or kind in _OF_CLASSES | OF_SUMS):
        activation = "softmax"
    else:
        activation = "sigmoid"
    as_layer = f"`Activation: {{activation: {activation}}}`"
    if len(values.endings) > 1 or last.kind in {"Bidirectional", "TimeDistributed"}:
        first = f"put {as_layer} at the end"
    elif last.kind in ACTIVATION_LAYERS:
        first = f"write {as_layer} in place of '{last.name}'"
    elif last.kind in RECURRENT:
        first = f"put a Dense layer with activation: {activation} after '{last.name}'"
    elif last.layer is not None and "activation" in type(last.layer).model_fields:
        first = f"write activation: {activation} in '{last.name}'"
    else:
        first = f"put {as_layer} after '{last.name}'"
    if kind in BINARY and activation == "softmax":
        return f"{first}, and loss: {BINARY[kind]}"
    if several and kind in _OF_CLASSES:
        return f"{first}, and loss: binary_crossentropy"
    if not hasattr(output.loss, "from_logits") or not values.all_in(_LINEAR):
        return first
    return f"{first}, or loss: {{{kind}: {{from_logits: true}}}}"


def _repair(document: Document, graph: Graph, output: Output, values: Values) -> Repair | None:
    """For one class of several: the loss takes what the network gives, and nothing else reads it."""
    kind = output.loss.kind()
    metrics = [m for m in output.metrics if not isinstance(m, str)]
    if (
        kind not in _OF_CLASSES
        or not values.all_in(_LINEAR)
        or output.units == 1
        or output.kind not in {None, "class"}
        or any(metric.kind() not in _OF_THE_LARGEST for metric in metrics)
        or (len(graph.outputs) > 1 and len(output.loss_path) == len(("compile", "loss")))
    ):
        return None
    edit = with_field(document, output.loss_path, kind, "from_logits: true")
    return None if edit is None else Repair("write from_logits: true", (edit,))
