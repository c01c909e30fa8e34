"""A network judged on a split: loss, metrics, and how each of its outputs fares."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from netspec.evaluation.output import Drawing, Table
from netspec.evaluation.outputs import outputs_of, values_by_output
from netspec.evaluation.pictures import pictures_of
from netspec.runs.learned import is_one_class

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import keras
    import tensorflow as tf

    from netspec.data.pipeline import Pipeline
    from netspec.data.splits import Split
    from netspec.evaluation.answers import Mistake
    from netspec.evaluation.output import Floats, Output, Verdict
    from netspec.evaluation.pictures import Picture
    from netspec.graph.graph import Graph
    from netspec.report.evaluation import EvaluationDocument, MistakeRecord, OutputRecord
    from netspec.spec.labels import Target
    from netspec.spec.training import CompileSection

_Kept = TypeVar("_Kept", Table, Drawing)


@dataclass(frozen=True, eq=False, kw_only=True)
class Judgement:
    """What a network made of a split. `netspec.evaluation.keeping.keep` writes it into a run.

    Attributes:
        metrics: Loss and metrics, as they are.
        document: What is printed and kept; no mistake has a picture in it before it is kept.
        tables: What is kept beside it: tables for each output, and what was predicted for each image.
        drawings: Pictures of matrices and of calibration.
        split: The images that were judged.
        mistakes: By the key of each output that names a class, the mistakes that the document lists, in its order. A
            mistake's `place` is that of its image in `split.indices`, in the batches, and in what the network gave.
        pictures: The images of mistakes as the network saw them, by their place.
        looks: Pictures of where the network looked, by the output's key and the mistake's place, of any size. Who makes
            them adds them by `dataclasses.replace(judgement, looks=…)`.
        data_name: What files' names call other data than the run's own that was judged; None for the run's own.
    """

    metrics: dict[str, float]
    document: EvaluationDocument
    tables: Sequence[Table]
    drawings: Sequence[Drawing]
    split: Split
    mistakes: Mapping[str, Sequence[Mistake]]
    pictures: Mapping[int, Picture] = field(default_factory=dict)
    looks: Mapping[tuple[str, int], Picture] = field(default_factory=dict)
    data_name: str | None = None


def judge(  # noqa: PLR0913 - each has a name
    model: keras.Model,
    split: Split,
    batches: tf.data.Dataset,
    *,
    name: str,
    checkpoint: str,
    targets: Sequence[Target],
    graph: Graph,
    section: CompileSection,
    pipeline: Pipeline | None = None,
) -> Judgement:
    """Loss and metrics as Keras computes them, then what was predicted for each image.

    Any images will do whose labels are those that the outputs learned, be they the run's own or others.

    Args:
        model: The network, compiled.
        split: The images.
        batches: The same in the pipeline's batches, in the order of the split.
        name: What the split is called.
        checkpoint: The file that the weights came from.
        targets: What each of its outputs learned.
        graph: The network as netspec knows it.
        section: What the network was compiled with.
        pipeline: Reads the pictures of mistakes; without it there are none.
    """
    metrics = losses_first(model.evaluate(batches, verbose=0, return_dict=True))
    outputs = outputs_of(targets, section=section, graph=graph)
    values = values_by_output(model.predict(batches, verbose=0), outputs)
    labels = {key: split.labels(output.target.label) for key, output in outputs.items()}
    verdicts = {key: each.verdict(values[key], labels[key]) for key, each in outputs.items()}
    alone = is_one_class(targets)
    document: EvaluationDocument = {
        "split": name,
        "images": len(split),
        "checkpoint": checkpoint,
        "metrics": {key: value if math.isfinite(value) else None for key, value in metrics.items()},
    }
    records = {
        key: _with_mistakes(verdict, outputs[key].target.names, split)
        for key, verdict in verdicts.items()
    }
    if alone:
        (record,) = records.values()
        document = {**document, **_of_the_whole(record)}
    else:
        document["outputs"] = records
    stems = {each.stem for one in verdicts.values() for each in one.tables}
    mistakes = {key: each.mistakes for key, each in verdicts.items() if each.mistakes}
    return Judgement(
        metrics=metrics,
        document=document,
        tables=[
            *(
                each if alone else _named(each, key, stems)
                for key, one in verdicts.items()
                for each in one.tables
            ),
            _predictions(split, outputs, values, labels, alone=alone),
        ],
        drawings=[
            each if alone else _named(each, key, stems)
            for key, one in verdicts.items()
            for each in one.drawings
        ],
        split=split,
        mistakes=mistakes,
        pictures=_pictures(split, mistakes, pipeline),
    )


def _with_mistakes(verdict: Verdict, names: Sequence[str], split: Split) -> OutputRecord:
    """An output's record with its mistakes, of which none has a picture as yet."""
    record = verdict.record
    if record["kind"] != "class":
        return record
    mistakes: list[MistakeRecord] = [
        {
            "image": split.images.name(int(split.indices[each.place])),
            "true": names[each.true],
            "predicted": names[each.predicted],
            "probability": each.probability,
            "true_probability": each.true_probability,
            "picture": None,
            "look": None,
        }
        for each in verdict.mistakes
    ]
    return {**record, "mistakes": mistakes}


def _of_the_whole(record: OutputRecord) -> Any:
    """What the document has at its top where this is all that the network says."""
    return {key: value for key, value in record.items() if key != "kind"}


def _named(kept: _Kept, key: str, stems: Collection[str]) -> _Kept:
    """A table or drawing whose file's name says of which output it is.

    `confusion-normalized` begins the names of tables of every output, so that the matrix of an output that is called
    `normalized` is `confusion--normalized`: what its name goes on with may be what another output is called.
    """
    name = f"{kept.stem}-{key}"
    return kept._replace(stem=f"{kept.stem}--{key}" if name in stems else name)


def _pictures(
    split: Split, mistakes: Mapping[str, Sequence[Mistake]], pipeline: Pipeline | None
) -> dict[int, Picture]:
    if pipeline is None:
        return {}
    return pictures_of(split, {each.place for some in mistakes.values() for each in some}, pipeline)


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


def losses_first(logs: dict[str, Any]) -> dict[str, float]:
    """Keras's logs as floats: the loss, outputs' losses, metrics; training before validation; else in Keras's order."""

    def place(name: str) -> tuple[bool, bool, bool]:
        return name.startswith("val_"), name.removeprefix("val_") != "loss", "loss" not in name

    return {name: float(logs[name]) for name in sorted(logs, key=place)}
