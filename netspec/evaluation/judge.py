"""A network judged on a split: loss, metrics, and how every class fares. Importing this module imports TensorFlow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from netspec.evaluation.probabilities import class_probabilities, last_activation
from netspec.runs.saved import MODEL

if TYPE_CHECKING:
    import keras
    import tensorflow as tf
    from numpy.typing import NDArray

    from netspec.data.splits import Split
    from netspec.graph.graph import Graph
    from netspec.report.evaluation import ClassRecord, EvaluationDocument
    from netspec.runs.directory import RunDirectory
    from netspec.runs.plan import Plan
    from netspec.spec.training import CompileSection


@dataclass(frozen=True)
class Judgement:
    """What a network made of a split.

    Attributes:
        metrics: Loss and metrics, as they are.
        document: What is printed and kept.
        rows: For each image its name, its class, the class it was taken for, and every class's probability.
    """

    metrics: dict[str, float]
    document: EvaluationDocument
    rows: list[list[Any]]


def judge(  # noqa: PLR0913 - each has a name
    model: keras.Model,
    split: Split,
    batches: tf.data.Dataset,
    *,
    name: str,
    checkpoint: str,
    plan: Plan,
    graph: Graph,
    section: CompileSection,
) -> Judgement:
    """Loss and metrics as Keras computes them, then what was predicted for each image.

    Args:
        model: The network, compiled.
        split: The images.
        batches: The same in the pipeline's batches, in the order of the split.
        name: What the split is called.
        checkpoint: The file that the weights came from.
        plan: The run's plan.
        graph: The network as netspec knows it.
        section: What the network was compiled with.
    """
    metrics = losses_first(model.evaluate(batches, verbose=0, return_dict=True))
    outputs = model.predict(batches, verbose=0)
    (loss,) = section.loss.values() if isinstance(section.loss, dict) else (section.loss,)
    probabilities = class_probabilities(outputs, loss=loss, activation=last_activation(graph))
    predicted, actual = predicted_classes(outputs, middle=plan.labels.middle), split.labels
    matrix = np.zeros((len(plan.classes), len(plan.classes)), dtype=np.int64)
    np.add.at(matrix, (actual, predicted), 1)
    document: EvaluationDocument = {
        "split": name,
        "images": len(split),
        "checkpoint": checkpoint,
        "metrics": {key: value if math.isfinite(value) else None for key, value in metrics.items()},
        "classes": [
            _class_record(matrix, index, label) for index, label in enumerate(plan.classes)
        ],
        "confusion": matrix.tolist(),
    }
    rows = [
        [
            split.images.name(int(index)),
            plan.classes[label],
            plan.classes[best],
            *map(float, shares),
        ]
        for index, label, best, shares in zip(
            split.indices, actual, predicted, probabilities, strict=True
        )
    ]
    return Judgement(metrics, document, rows)


def keep(judgement: Judgement, directory: RunDirectory) -> None:
    """Writes a judgement into the run.

    The test split's by the run's own model are `evaluation.json` and its tables; another split has its name in the
    files', and another checkpoint the split's and its own.
    """
    document = judgement.document
    split, checkpoint = document["split"], document["checkpoint"]
    ending = "" if split == "test" else f"-{split}"
    if checkpoint != MODEL:
        ending = f"-{split}-{_as_name(checkpoint)}"
    labels = [record["label"] for record in document["classes"]]
    directory.write_json(f"evaluation{ending}.json", document)
    directory.write_table(
        f"confusion{ending}.csv",
        ["true", *labels],
        [[label, *row] for label, row in zip(labels, document["confusion"], strict=True)],
    )
    directory.write_table(
        f"predictions{ending}.csv",
        ["image", "true", "predicted", *labels],
        judgement.rows,
    )


def _as_name(checkpoint: str) -> str:
    """A checkpoint's path as a part of a file's name: `state/best.keras` is `state-best`."""
    stem = checkpoint.removesuffix(".keras")
    if stem.endswith(".weights.h5"):  # `best.keras` may lie beside `best.weights.h5`
        stem = f"{stem.removesuffix('.weights.h5')}-weights"
    return stem.replace("/", "-")


def predicted_classes(outputs: Any, *, middle: float) -> NDArray[np.int64]:
    """The class each output names: the largest of several units, the side of the middle for one.

    Args:
        outputs: `(images, units)`, as the network gives them.
        middle: The output of one unit at which its two classes part.
    """
    if outputs.shape[-1] > 1:
        largest: NDArray[np.int64] = outputs.argmax(axis=-1)
        return largest
    sides: NDArray[np.int64] = (outputs[:, 0] > middle).astype(np.int64)
    return sides


def ranked_classes(outputs: Any, *, middle: float) -> NDArray[np.int64]:
    """All classes of each output, the likeliest first, which is the one `predicted_classes` names.

    Probabilities have no more digits than the outputs they come from, and may be equal where these are not; so the
    outputs decide.

    Args:
        outputs: `(images, units)`, as the network gives them.
        middle: The output of one unit at which its two classes part.

    Returns:
        `(images, classes)`.
    """
    if outputs.shape[-1] > 1:
        order: NDArray[np.int64] = np.argsort(-outputs, axis=-1, kind="stable")
        return order
    first = predicted_classes(outputs, middle=middle)
    return np.stack([first, 1 - first], axis=-1)


def losses_first(logs: dict[str, Any]) -> dict[str, float]:
    """Keras's logs as floats: losses before metrics, training before validation, else as Keras has them."""
    return {
        name: float(logs[name])
        for name in sorted(logs, key=lambda name: (name.startswith("val_"), "loss" not in name))
    }


def _class_record(matrix: NDArray[np.int64], index: int, label: str) -> ClassRecord:
    found, images, predicted = (
        int(matrix[index, index]),
        int(matrix[index].sum()),
        int(matrix[:, index].sum()),
    )
    return {
        "label": label,
        "images": images,
        "predicted": predicted,
        "precision": found / predicted if predicted else None,
        "recall": found / images if images else None,
    }
