"""What a run will do, known before it starts and without TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.checks import check_rules
from netspec.data.counts import SplitCounts, split_counts
from netspec.data.form import ImageForm, image_form
from netspec.data.sources.opening import open_source
from netspec.data.sources.place import Place, locate
from netspec.diagnostics import Code, Finding, has_errors, in_order
from netspec.errors import SpecError
from netspec.spec.class_weights import weights_by_class
from netspec.spec.labels import LabelEncoding, label_encoding

if TYPE_CHECKING:
    from netspec.analysis import Analysis
    from netspec.data.source import ImageSource
    from netspec.graph.graph import Graph
    from netspec.layers.shapes import Shape
    from netspec.spec.document import Document

_NEEDED = {
    "data": "which images to learn from, such as `data: {source: fashion_mnist_sample}`",
    "compile": "what to minimise, such as `compile: {optimizer: adam, loss: …}`",
    "training": "for how long, such as `training: {epochs: 5}`",
}


@dataclass(frozen=True)
class Plan:
    """Everything that is settled before a run starts.

    Attributes:
        data: Where the images come from.
        classes: The classes' display names in label order.
        own_classes: What the data calls them.
        counts: Images of each split.
        unused: The source's splits that serve for nothing, with their images.
        form: The form in which images reach the network.
        augmentation: The kinds of augmentation, in order.
        input_shape: The model's input without the batch.
        parameters: All parameters.
        trainable_parameters: Those that training changes.
        labels: How labels reach the loss.
        positive_class: The class that is 1 where one unit tells two classes apart, else None.
        epochs: How often every training image is seen.
        batch_size: Images a step.
        steps: Steps an epoch; the last one takes what is left.
        seed: What every random choice follows from.
        class_weights: How much an image of each class counts in training's loss; None where all count alike.
    """

    data: ImageSource
    classes: tuple[str, ...]
    own_classes: tuple[str, ...]
    counts: SplitCounts
    unused: dict[str, int]
    form: ImageForm
    augmentation: tuple[str, ...]
    input_shape: Shape
    parameters: int
    trainable_parameters: int
    labels: LabelEncoding
    positive_class: str | None
    epochs: int
    batch_size: int
    steps: int
    seed: int
    class_weights: tuple[float, ...] | None = None


def make_plan(
    analysis: Analysis, *, data_root: Path | None = None, place: Place | None = None
) -> Plan:
    """The plan of a spec without errors. An image folder is listed for it; no picture is opened.

    Args:
        analysis: What is known of the spec.
        data_root: The folder that an image folder's path is relative to, if not the spec's own.
        place: Where the image folder is, if that is known already.

    Raises:
        SpecError: A section that a run needs is missing, or the spec does not fit the image folder.
        DataError: The image folder is not there, or is not laid out as it should be.
    """
    document, graph = analysis.require()
    _require_sections(document)
    data, section, training, spec = (
        document.data,
        document.compile,
        document.training,
        document.spec,
    )
    assert data and section and training and spec and document.facts  # noqa: S101, PT018 - no errors, none missing

    def find(path: str) -> Place:
        return place or locate(path, spec_file=Path(analysis.path), data_root=data_root)

    source = open_source(data, document.facts, find=find)
    _check_again(replace(document, facts=source.facts), graph)
    assert source.facts.folders and source.facts.splits  # noqa: S101, PT018 - it has been looked at
    classes = data.classes or source.facts.folders
    counts = split_counts(data, source.facts.splits)
    ((key, shape),) = graph.output_shapes().items()
    loss = section.loss[key] if isinstance(section.loss, dict) else section.loss
    labels = label_encoding(loss, shape[-1] if shape else None, len(classes))
    return Plan(
        data=source,
        classes=classes,
        own_classes=source.facts.folders,
        counts=counts,
        unused={
            name: images
            for name, images in source.facts.splits.items()
            if name not in {"train", counts.validation_from, counts.test_from}
        },
        form=image_form(document, graph),
        augmentation=tuple(thing.kind() for thing in spec.augmentation),
        input_shape=next(iter(graph.inputs.values())),
        parameters=graph.parameters,
        trainable_parameters=graph.trainable_parameters,
        labels=labels,
        positive_class=classes[1] if labels.form == "binary" else None,
        epochs=training.epochs,
        batch_size=training.batch_size,
        steps=-(-counts.train // training.batch_size),
        seed=spec.seed,
        class_weights=weights_by_class(training.class_weight, classes),
    )


def _require_sections(document: Document) -> None:
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


def _check_again(document: Document, graph: Graph) -> None:
    """The rules once more, now that the data has been looked at."""
    findings = in_order(check_rules(document, graph))
    if has_errors(findings):
        raise SpecError(findings)
