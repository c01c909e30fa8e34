"""What a run will do, known before it starts and without TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.data.counts import SplitCounts
from netspec.diagnostics import Code, Finding
from netspec.errors import SpecError
from netspec.spec.data import held_out
from netspec.spec.labels import LabelEncoding, label_encoding
from netspec.things.datasets import DATASETS

if TYPE_CHECKING:
    from netspec.graph.graph import Graph
    from netspec.layers.base import Shape
    from netspec.spec.data import DataSection
    from netspec.spec.document import Document
    from netspec.things.datasets import NamedDataset

_NEEDED = {
    "data": "which images to learn from, such as `data: {source: fashion_mnist_sample}`",
    "compile": "what to minimise, such as `compile: {optimizer: adam, loss: …}`",
    "training": "for how long, such as `training: {epochs: 5}`",
}


@dataclass(frozen=True)
class Plan:
    """Everything that is settled before a run starts.

    Attributes:
        dataset: The data set.
        counts: Images of each split.
        input_shape: The model's input without the batch.
        parameters: All parameters.
        trainable_parameters: Those that training changes.
        labels: How labels reach the loss.
        positive_class: The class that is 1 where one unit tells two classes apart, else None.
        epochs: How often every training image is seen.
        batch_size: Images a step.
        steps: Steps an epoch; the last one takes what is left.
        seed: What every random choice follows from.
    """

    dataset: NamedDataset
    counts: SplitCounts
    input_shape: Shape
    parameters: int
    trainable_parameters: int
    labels: LabelEncoding
    positive_class: str | None
    epochs: int
    batch_size: int
    steps: int
    seed: int


def make_plan(document: Document, graph: Graph) -> Plan:
    """The plan of a spec without errors.

    Raises:
        SpecError: A section that a run needs is missing.
    """
    missing = [name for name in _NEEDED if not document.has(name)]
    if missing:
        raise SpecError(
            [
                Finding(
                    Code.MISSING_SECTION,
                    f"a run needs the section `{name}`",
                    document.root.place,
                    f"say {_NEEDED[name]}",
                )
                for name in missing
            ]
        )
    data, section, training = document.data, document.compile, document.training
    assert document.spec and data and section and training  # noqa: S101, PT018 - no errors, none missing
    dataset = DATASETS[data.source]
    counts = split_counts(data, dataset)
    ((key, shape),) = graph.output_shapes().items()
    loss = section.loss[key] if isinstance(section.loss, dict) else section.loss
    labels = label_encoding(loss, shape[-1] if shape else None, len(dataset.classes))
    return Plan(
        dataset=dataset,
        counts=counts,
        input_shape=next(iter(graph.inputs.values())),
        parameters=graph.parameters,
        trainable_parameters=graph.trainable_parameters,
        labels=labels,
        positive_class=dataset.classes[1] if labels.form == "binary" else None,
        epochs=training.epochs,
        batch_size=training.batch_size,
        steps=-(-counts.train // training.batch_size),
        seed=document.spec.seed,
    )


def split_counts(data: DataSection, dataset: NamedDataset) -> SplitCounts:
    """How many images each split gets."""
    held_test = held_out(data.test, dataset.train)
    held_validation = held_out(data.validation, dataset.train)
    validation = dataset.test if data.validation == "test" else held_validation
    test = dataset.test if data.test == "test" else held_test
    limit = data.limit or dataset.train + dataset.test
    return SplitCounts(
        train=min(dataset.train - held_test - held_validation, limit),
        validation=min(validation, limit),
        test=min(test, limit),
        held_for_validation=held_validation,
        held_for_test=held_test,
    )
