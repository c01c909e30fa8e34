"""A loss or a metric speaks of another number of classes than the output has units.

Some of their fields speak of single classes: `alpha` of a focal loss has one number for each, `class_id` picks one,
`num_labels` and `label_weights` of AUC count them, and of fewer units than `top_k` none are the highest. Training
fails at its first step where the output has other units than they say.

`IoU` and `MeanIoU` compare class numbers, as far as they are not told otherwise. A network gives a value for each
class instead: with `sparse_y_pred: false` the largest is taken. A single unit is cut to a whole number, so that a
sigmoid's always is 0; `BinaryIoU` is the one for it.

Source: keras/src/metrics/metrics_utils.py and keras/src/metrics/iou_metrics.py.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      optimizer: adam
      loss: categorical_crossentropy
      metrics:
        - Precision: {class_id: 10}  # NS518
        - MeanIoU: {num_classes: 10}  # NS518
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
      metrics:
        - Precision: {class_id: 9}
        - MeanIoU: {num_classes: 10, sparse_y_true: false, sparse_y_pred: false}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.checks.losses.endings import SIGMOIDS, values_of
from netspec.checks.losses.outputs import compiled_outputs
from netspec.checks.written import field_place
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.checks.losses.outputs import Output
    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.FIELDS_OF_CLASSES

_WITH_CLASS = frozenset(
    {
        "Precision",
        "PrecisionAtRecall",
        "Recall",
        "RecallAtPrecision",
        "SensitivityAtSpecificity",
        "SpecificityAtSensitivity",
    }
)
_FORMS = {"integer": "class indices", "one_hot": "one-hot vectors"}
_OVERLAPS = frozenset({"IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU"})


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks at the fields that speak of classes."""
    for output in compiled_outputs(document, graph):
        units = output.units
        if units is None:
            continue
        alpha = getattr(output.loss, "alpha", None)
        if isinstance(alpha, tuple) and len(alpha) not in {1, units}:
            yield Finding(
                CODE,
                f"alpha of {output.loss.kind()} has {len(alpha)} numbers, and the output has {_units(units)}",
                field_place(document, output.loss_path, "alpha"),
                "give one number a unit",
            )
        for index, metric in enumerate(output.metrics):
            if isinstance(metric, str):
                continue
            mistake = _mistake(metric, units) or _overlap(graph, output, metric)
            if mistake is not None:
                field, message, hint = mistake
                path = (*output.metrics_path, index)
                yield Finding(CODE, message, field_place(document, path, field), hint)


def _mistake(metric: Any, units: int) -> tuple[str, str, str] | None:
    """The field, what is wrong with it, and what to do."""
    kind = metric.kind()
    has = f"and the output has {_units(units)}"
    if kind == "AUC" and metric.multi_label:
        weights = metric.label_weights
        if metric.num_labels not in {None, units}:
            return (
                "num_labels",
                f"num_labels of AUC is {metric.num_labels}, {has}",
                f"write num_labels: {units}",
            )
        if weights is not None and len(weights) != units:
            return (
                "label_weights",
                f"label_weights of AUC has {len(weights)} numbers, {has}",
                "give one number a unit",
            )
    if kind in _WITH_CLASS and metric.class_id is not None and metric.class_id >= units:
        return (
            "class_id",
            f"{kind} counts class {metric.class_id} only, {has}",
            f"classes count from 0 to {units - 1}",
        )
    if kind in {"Precision", "Recall"} and metric.top_k is not None and metric.top_k > units:
        return (
            "top_k",
            f"{kind} looks for the {metric.top_k} highest units, {has}",
            f"write less than {units}",
        )
    return None


def _overlap(graph: Graph, output: Output, metric: Any) -> tuple[str, str, str] | None:
    """What an overlap's metric takes for class numbers, and what it gets."""
    kind, units = metric.kind(), output.units or 0
    if kind not in _OVERLAPS:
        return None
    if units == 1:
        if metric.sparse_y_pred and values_of(graph, output).activation in SIGMOIDS:
            return (
                "sparse_y_pred",
                f"{kind} cuts the output to a whole number, which of a sigmoid is always 0",
                "take BinaryIoU",
            )
        return None
    given = output.form
    if given not in _FORMS:
        return None
    form, is_integer = _FORMS[given], given == "integer"
    labels = []
    if getattr(metric, "sparse_y_true", None) not in {None, is_integer}:
        labels.append(f"sparse_y_true: {'true' if is_integer else 'false'}")
    if metric.sparse_y_pred:
        return (
            "sparse_y_pred",
            f"{kind} takes class numbers, and the network gives a value for each class",
            f"write {', '.join(['sparse_y_pred: false', *labels])}",
        )
    if labels:
        return (
            "sparse_y_true",
            f"{kind} takes other labels than {output.loss.kind()}, which has {form}",
            f"write {labels[0]}",
        )
    if metric.num_classes < units:
        return (
            "num_classes",
            f"{kind} counts {metric.num_classes} classes, and the output has {_units(units)}",
            f"write num_classes: {units}",
        )
    return None


def _units(units: int) -> str:
    return "1 unit" if units == 1 else f"{units} units"
