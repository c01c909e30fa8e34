"""A network judged on a split: loss, metrics, and how each of its outputs fares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspec.evaluation.outputs import Table, outputs_of, values_by_output
from netspec.runs.learned import is_one_class
from netspec.runs.saved import MODEL

if TYPE_CHECKING:
    from collections.abc import Mapping

    import keras
    import tensorflow as tf

    from netspec.data.splits import Split
    from netspec.evaluation.outputs import Floats, Output
    from netspec.graph.graph import Graph
    from netspec.report.evaluation import EvaluationDocument
    from netspec.runs.directory import RunDirectory
    from netspec.runs.plan import Plan
    from netspec.spec.training import CompileSection


@dataclass(frozen=True)
class Judgement:
    """What a network made of a split.

    Attributes:
        metrics: Loss and metrics, as they are.
        document: What is printed and kept.
        tables: What is kept beside it: a table for each output, and what was predicted for each image.
    """

    metrics: dict[str, float]
    document: EvaluationDocument
    tables: tuple[Table, ...]


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
    outputs = outputs_of(plan.targets, section=section, graph=graph)
    values = values_by_output(model.predict(batches, verbose=0), outputs)
    document: EvaluationDocument = {
        "split": name,
        "images": len(split),
        "checkpoint": checkpoint,
        "metrics": {key: value if math.isfinite(value) else None for key, value in metrics.items()},
    }
    labels = {key: split.labels(output.target.label) for key, output in outputs.items()}
    records = {key: each.record(values[key], labels[key]) for key, each in outputs.items()}
    tables = {key: each.table(values[key], labels[key]) for key, each in outputs.items()}
    alone = is_one_class(plan.targets)
    if alone:
        (record,) = records.values()
        assert record["kind"] == "class"  # noqa: S101 - see above
        document["classes"], document["confusion"] = record["classes"], record["confusion"]
    else:
        document["outputs"] = records
        tables = {key: table._replace(stem=f"{table.stem}-{key}") for key, table in tables.items()}
    predictions = _predictions(split, outputs, values, labels, alone=alone)
    return Judgement(metrics, document, (*tables.values(), predictions))


def _predictions(
    split: Split,
    outputs: Mapping[str, Output],
    values: Mapping[str, Floats],
    labels: Mapping[str, Any],
    *,
    alone: bool,
) -> Table:
    """What is true and what was predicted for each image; columns begin with their output where it is not alone."""
    columns = [
        name if alone else f"{key}.{name}"
        for key, output in outputs.items()
        for name in output.columns
    ]
    parts = [output.rows(values[key], labels[key]) for key, output in outputs.items()]
    rows = [
        [split.images.name(int(index)), *(cell for part in row for cell in part)]
        for index, *row in zip(split.indices, *parts, strict=True)
    ]
    return Table("predictions", ["image", *columns], rows)


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
    directory.write_json(f"evaluation{ending}.json", document)
    for table in judgement.tables:
        directory.write_table(f"{table.stem}{ending}.csv", table.columns, table.rows)


def _as_name(checkpoint: str) -> str:
    """A checkpoint's path as a part of a file's name: `state/best.keras` is `state-best`."""
    stem = checkpoint.removesuffix(".keras")
    if stem.endswith(".weights.h5"):  # `best.keras` may lie beside `best.weights.h5`
        stem = f"{stem.removesuffix('.weights.h5')}-weights"
    return stem.replace("/", "-")


def losses_first(logs: dict[str, Any]) -> dict[str, float]:
    """Keras's logs as floats: the loss, outputs' losses, metrics; training before validation; else in Keras's order."""

    def place(name: str) -> tuple[bool, bool, bool]:
        return name.startswith("val_"), name.removeprefix("val_") != "loss", "loss" not in name

    return {name: float(logs[name]) for name in sorted(logs, key=place)}
