"""Accuracy counts classes, and the loss is one for numbers.

Where the output has one unit, Keras takes `accuracy` for binary accuracy: the share of labels that are equal to 0 or 1,
as the output is below or above 0.5. Of prices or ages that is near 0, however well they are met. Of several units it
compares which is the largest. How far numbers are off is what `mae` or `RootMeanSquaredError` say.

An output that is a map, a picture or a depth for each pixel, mostly holds numbers as well, though it may end in tanh.
Where the classes are known, from a data set or because the output ends in a softmax or a sigmoid, accuracy has its
meaning, whatever the loss is. Where the data says that the label is a number, no metric that counts answers has one.

Source: `get_metric` in keras/src/trainers/compile_utils.py.

Failing:

    netspec: 1
    model:
      input: [13]
      layers:
        - Dense: {units: 64, activation: relu}
        - Dense: {units: 1}
    compile: {optimizer: adam, loss: mse, metrics: [accuracy]}  # NS607

Passing:

    netspec: 1
    model:
      input: [13]
      layers:
        - Dense: {units: 64, activation: relu}
        - Dense: {units: 1}
    compile: {optimizer: adam, loss: mse, metrics: [mae]}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.endings import WITHIN_ONE, values_of
from netspec.checks.losses.outputs import OF_CLASSES, compiled_outputs
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.checks.losses.outputs import Output
    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.ACCURACY_OF_NUMBERS

OF_NUMBERS = frozenset(
    {
        "Huber",
        "LogCosh",
        "MeanAbsoluteError",
        "MeanAbsolutePercentageError",
        "MeanSquaredError",
        "MeanSquaredLogarithmicError",
        "Poisson",
    }
)
# Metrics that ask of a label whether it is yes or no, or which class it is.
_OF_ANSWERS = frozenset(
    {
        "AUC",
        "BinaryAccuracy",
        "BinaryIoU",
        "CategoricalAccuracy",
        "F1Score",
        "FBetaScore",
        "FalseNegatives",
        "FalsePositives",
        "IoU",
        "MeanIoU",
        "OneHotIoU",
        "OneHotMeanIoU",
        "Precision",
        "PrecisionAtRecall",
        "Recall",
        "RecallAtPrecision",
        "SensitivityAtSpecificity",
        "SpecificityAtSensitivity",
        "TopKCategoricalAccuracy",
        "TrueNegatives",
        "TruePositives",
    }
)
_ANY_NUMBER = frozenset({"linear", "relu", "softplus"})
_OF_A_MAP = _ANY_NUMBER | WITHIN_ONE
_AXES_OF_A_MAP = 3


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for accuracy beside a loss for numbers, and for what counts answers where labels are numbers."""
    for output in compiled_outputs(document, graph):
        if output.kind == "number":
            yield from _of_numbers(document, output)
        if document.has("data"):  # which says what the labels are
            continue
        plain = [metric for metric in output.metrics if isinstance(metric, str)]
        if not plain or output.loss.kind() not in OF_NUMBERS:
            continue
        if not _are_numbers(graph, output):
            continue
        compares = (
            "asks whether a label is exactly 0 or 1"
            if output.units == 1
            else "asks which unit is the largest"
        )
        yield Finding(
            CODE,
            f"{plain[0]} {compares}, and {output.loss.kind()} is a loss for numbers",
            document.place(*output.metrics_path, output.metrics.index(plain[0])),
            "write mae or RootMeanSquaredError",
        )


def _of_numbers(document: Document, output: Output) -> Iterator[Finding]:
    """The metrics that count classes, where the label is a number."""
    if output.loss.kind() in OF_CLASSES:
        return  # of that `numbers_as_classes` and `loss_labels` tell
    for index, metric in enumerate(output.metrics):
        name = metric if isinstance(metric, str) else metric.kind()
        if isinstance(metric, str) or name in _OF_ANSWERS:
            yield Finding(
                CODE,
                f"{name} counts answers that are right, and {output.learned} is a number",
                document.place(*output.metrics_path, index),
                "write mae or RootMeanSquaredError",
            )


def _are_numbers(graph: Graph, output: Output) -> bool:
    """Whether an output's values are numbers, and no answers of yes and no."""
    values = values_of(graph, output)
    if output.shape is None or len(output.shape) != _AXES_OF_A_MAP:
        return values.all_in(_ANY_NUMBER)
    last = graph.nodes[graph.outputs[output.key]]
    return last.kind == "Rescaling" or values.all_in(_OF_A_MAP)
