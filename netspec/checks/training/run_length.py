"""What rules ask of a run: how many steps it makes, where that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.spec.data import PerClass

if TYPE_CHECKING:
    from netspec.graph.graph import Graph
    from netspec.spec.document import Document


@dataclass(frozen=True)
class RunLength:
    """How long training takes.

    Attributes:
        images: The training images.
        batch_size: Images of a step.
        epochs: How often every image is seen.
    """

    images: int
    batch_size: int
    epochs: int

    @property
    def steps_per_epoch(self) -> int:
        """The batches of an epoch; the last one takes what is left."""
        return -(-self.images // self.batch_size)

    @property
    def steps(self) -> int:
        """All batches of all epochs."""
        return self.steps_per_epoch * self.epochs


def run_length(document: Document, graph: Graph) -> RunLength | None:
    """How long training takes; None where it is not known, or the run is a try."""
    return None if is_try(document) else known_length(document, graph)


def known_length(document: Document, graph: Graph) -> RunLength | None:
    """How long training takes, try or not; None where the images are not known before they are looked at."""
    data, training, facts = document.data, document.training, document.facts
    if data is None or training is None or facts is None or facts.splits is None:
        return None
    stratum = facts.stratum(data, graph.outputs)
    classes = facts.labels[stratum].count if stratum else None
    per_class = any(
        isinstance(amount, PerClass) for amount in (data.train, data.validation, data.test)
    )
    if per_class and classes is None:
        return None
    images = data.left_to_train(facts.splits["train"], classes)
    if images < 1:
        return None
    return RunLength(images, training.batch_size, training.total_epochs)


def is_try(document: Document) -> bool:
    """Whether a run is cut short: some of the images only, or epochs from the command line.

    What its other settings are meant for is the whole run, so that they cannot be held against its length.
    """
    limited = document.data is not None and document.data.limit is not None
    stages = document.training.stages if document.training is not None else ()
    paths = [("epochs",), *(("stages", index, "epochs") for index in range(len(stages)))]
    return limited or any(
        document.place("training", *path).source.name.startswith("--set[") for path in paths
    )
