"""A callback can do nothing in the epochs that there are.

EarlyStopping and ReduceLROnPlateau wait for `patience` epochs in which nothing gets better. Where training has no
more epochs than that, they wait for its end and do nothing; the patience of ReduceLROnPlateau is 10 when nothing is
said. The first epoch is always better than nothing, so that the count begins after it. EarlyStopping that is to bring
back the best weights does so in any case, and is left alone. With `start_from_epoch` it watches nothing before that
epoch, and from `min_lr` on the learning rate is not lowered further. With `training.stages` each stage waits anew, so
that the longest one counts. A patience of a tenth to a third of the epochs is usual.

Left alone are runs of one or two epochs, and runs that are cut short with `--set` or `data.limit`: those are tries.

Source: keras/src/callbacks/early_stopping.py and reduce_lr_on_plateau.py.

Failing:

    netspec: 1
    data: {source: mnist, validation: 0.1}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 10}
    callbacks:
      - ReduceLROnPlateau  # NS612
      - EarlyStopping: {patience: 12}  # NS612

Passing:

    netspec: 1
    data: {source: mnist, validation: 0.1}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 10}
    callbacks:
      - ReduceLROnPlateau: {patience: 2}
      - EarlyStopping: {patience: 4}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.checks.training.parts import first_schedule, parts
from netspec.checks.training.run_length import is_try
from netspec.checks.training.watched import place_of, watching
from netspec.diagnostics import Code, Finding
from netspec.spec.logs import LEARNING_RATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.IDLE_CALLBACK

# With fewer epochs nothing that compares them can do anything, and nobody means it.
_FEWEST = 3


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for the first epoch in which each callback could do something."""
    for index, callback in watching(document, graph):
        if callback.kind() == "EarlyStopping":
            yield from _check_stopping(document, index, callback)
        # Beside a schedule it can do nothing at all, and another rule says so.
        elif callback.kind() == "ReduceLROnPlateau" and first_schedule(document, graph) is None:
            yield from _check_plateau(document, graph, index, callback)


def is_too_patient(document: Document, callback: Any) -> bool:
    """Whether a ReduceLROnPlateau waits longer than training lasts."""
    epochs = _epochs(document)
    return epochs is not None and _lowers_after(callback) >= epochs


def _epochs(document: Document) -> int | None:
    """The epochs, where something follows from their number; of stages those of the longest, as each waits anew."""
    if document.training is None or is_try(document) or document.training.total_epochs < _FEWEST:
        return None
    return max(stage.epochs for stage in document.training.phases)


def _check_stopping(document: Document, index: int, callback: Any) -> Iterator[Finding]:
    epochs = _epochs(document)
    if epochs is None or document.training is None:
        return
    start, total = callback.start_from_epoch, document.training.total_epochs
    has = _has(document, epochs)
    # Epochs are numbered from 1 here. What beats no baseline counts as waiting from the first one on.
    waits = max(1, callback.patience - (callback.baseline is not None))
    # Epochs are counted on through all stages, and each stage waits anew.
    ends_after = 1 + waits + (0 if document.training.stages else start)
    if start >= total:
        yield Finding(
            CODE,
            f"EarlyStopping watches from epoch {start + 1} on, and training has {total}",
            place_of(document, index, callback, "start_from_epoch"),
            "take a smaller start_from_epoch, or more epochs",
        )
    elif ends_after >= epochs and not callback.restore_best_weights:
        yield Finding(
            CODE,
            f"EarlyStopping can end training after epoch {ends_after} at the earliest, and {has}",
            place_of(document, index, callback, "patience"),
            "take a smaller patience, or more epochs",
        )


def _check_plateau(
    document: Document, graph: Graph, index: int, callback: Any
) -> Iterator[Finding]:
    epochs = _epochs(document)
    rate = max((part.highest for part in parts(document, graph)), default=0)
    if 0 < rate <= callback.min_lr:
        yield Finding(
            CODE,
            f"ReduceLROnPlateau lowers the learning rate to {callback.min_lr:g} at least, and it begins at {rate:g}",
            place_of(document, index, callback, "min_lr"),
            "take a smaller min_lr",
        )
    elif epochs is not None and is_too_patient(document, callback) and not _logs_rate(document):
        yield Finding(
            CODE,
            f"ReduceLROnPlateau can lower the learning rate after epoch {_lowers_after(callback)} at the earliest, "
            f"and {_has(document, epochs)}",
            place_of(document, index, callback, "patience"),
            "take a smaller patience, or more epochs",
        )


def _has(document: Document, epochs: int) -> str:
    """How long training is, or its longest stage."""
    has_stages = document.training is not None and document.training.stages
    return f"{'its longest stage' if has_stages else 'training'} has {epochs}"


def _lowers_after(callback: Any) -> int:
    """The first epoch after which the learning rate can be lowered, from 1."""
    return 1 + max(1, int(callback.patience))


def _logs_rate(document: Document) -> bool:
    """Whether a callback asks for the learning rate, which is logged with ReduceLROnPlateau alone."""
    return any(
        getattr(callback, "monitor", None) == LEARNING_RATE
        or LEARNING_RATE in getattr(callback, "values", ())
        for callback in document.callbacks or ()
    )
