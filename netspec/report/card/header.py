"""A model card's metadata, as Hugging Face's Hub reads it: what is known for certain, and nothing else.

Source of the fields: https://github.com/huggingface/hub-docs, modelcard.md, and `ModelCardData` of huggingface_hub.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from netspec.report.escape import printable
from netspec.report.html.document import Absent
from netspec.report.html.judged import ClassOutput, LabelsOutput
from netspec.things.datasets import DATASETS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netspec.report.html.document import DataAccount, RunAccount
    from netspec.report.html.judged import Evaluation, OutputAccount

_TASK = "image-classification"
# Where the Hub has the named data sets.
_ON_THE_HUB = {
    "mnist": "ylecun/mnist",
    "fashion_mnist": "zalando-datasets/fashion_mnist",
    "cifar10": "uoft-cs/cifar10",
    "cifar100": "uoft-cs/cifar100",
}
# What the Hub's library loads a folder of classes with; the other sources have no name there.
_FOLDER, _FOLDERS, _OTHERS = "ImageFolder", "imagefolder", "custom"
# The Hub's names of what Keras measures, by the names that Keras logs.
_METRICS = {
    "accuracy": "accuracy",
    "acc": "accuracy",
    "binary_accuracy": "accuracy",
    "categorical_accuracy": "accuracy",
    "sparse_categorical_accuracy": "accuracy",
    "f1_score": "f1",
    "mae": "mae",
    "mean_absolute_error": "mae",
    "mean_squared_error": "mse",
    "mse": "mse",
    "precision": "precision",
    "recall": "recall",
}


def header(  # noqa: PLR0913 - each has a name
    account: RunAccount,
    evaluation: Evaluation | None,
    *,
    name: str,
    tags: tuple[str, ...],
    library: str | None,
    names_classes: bool,
) -> str:
    """The lines of metadata, between `---` and `---`.

    Args:
        account: The run.
        evaluation: How these weights were judged on the test split; None where they were not.
        name: What the network is called.
        tags: What it is to be found by.
        library: The Hub's name of what opens it; None where the Hub finds that out by the files.
        names_classes: Whether an output names classes.
    """
    fields: dict[str, Any] = {"library_name": library} if library else {}
    if names_classes:
        fields["pipeline_tag"] = _TASK
    fields["tags"] = list(tags)
    data = account.data
    if not isinstance(data, Absent) and data.source in _ON_THE_HUB:
        fields["datasets"] = [_ON_THE_HUB[data.source]]
    results = [] if evaluation is None else list(_results(evaluation, data))
    types = [metric["type"] for result in results for metric in result["metrics"]]
    if known := sorted(set(types) & set(_METRICS.values())):
        fields["metrics"] = known
    if results:
        fields["model-index"] = [{"name": printable(name), "results": results}]
    # On one line each, so that no line begins with what ends the metadata.
    written = yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=2**20)
    return f"---\n{written}---\n"


def _results(evaluation: Evaluation, data: DataAccount | Absent) -> Iterator[dict[str, Any]]:
    """What was measured, an output that names classes each."""
    outputs = [each for each in evaluation.outputs if isinstance(each, ClassOutput | LabelsOutput)]
    for output in outputs:
        metrics = list(_metrics(output, evaluation.metrics))
        if all(metric["type"] == "loss" for metric in metrics):
            continue  # a loss says something only beside others of the same training
        name = (
            "Image Classification" if output.key is None else f"Image Classification: {output.key}"
        )
        yield {
            "task": {"type": _TASK, "name": printable(name)},
            "dataset": _dataset(evaluation, data),
            "metrics": metrics,
        }


def _metrics(
    output: OutputAccount, measured: Mapping[str, float | None]
) -> Iterator[dict[str, Any]]:
    """An output's accuracy, and what else was measured of it."""
    seen: set[str] = set()
    if isinstance(output, ClassOutput) and output.accuracy is not None:
        seen.add("accuracy")
        yield {"type": "accuracy", "value": output.accuracy, "name": "Accuracy"}
    prefix = "" if output.key is None else f"{output.key}_"
    for logged, value in measured.items():
        plain = logged.removeprefix(prefix)
        if value is None or not logged.startswith(prefix) or (prefix and plain == logged):
            continue
        kind = _METRICS.get(plain, printable(plain))
        if kind not in seen:
            seen.add(kind)
            yield {"type": kind, "value": value, "name": printable(plain)}


def _dataset(evaluation: Evaluation, data: DataAccount | Absent) -> dict[str, str]:
    """What was judged on: a data set of the Hub's only where it is its whole test split."""
    split = printable(evaluation.split)
    if isinstance(data, Absent):
        return {"type": _OTHERS, "name": "not known", "split": split}
    facts = DATASETS.get(data.source)
    if facts is None:
        place = (data.path or "").rstrip("/").rpartition("/")[2] or data.source
        kind = _FOLDERS if data.source == _FOLDER else _OTHERS
        return {"type": kind, "name": printable(place), "split": split}
    is_whole = evaluation.images == facts.test and data.came_from.get("test", "test") == "test"
    if is_whole and data.source in _ON_THE_HUB:
        return {"type": _ON_THE_HUB[data.source], "name": facts.title, "split": split}
    counted = "" if is_whole or evaluation.images is None else f", {evaluation.images:,} images"
    return {"type": _OTHERS, "name": f"{facts.title}{counted}", "split": split}
