"""A callback takes what gets worse for better.

`mode` says whether less or more of what is watched is better. Of a loss or an error less is, of an accuracy more.
Said the wrong way round, EarlyStopping ends training while the network still learns and brings back its worst
weights, ModelCheckpoint keeps the worst epoch as the best, and ReduceLROnPlateau lowers the learning rate when all
goes well. Left out, `mode` follows from the metric.

Failing:

    netspec: 1
    data: {source: mnist, validation: 0.1}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 30}
    callbacks:
      - EarlyStopping: {monitor: val_accuracy, patience: 5, mode: min}  # NS611

Passing:

    netspec: 1
    data: {source: mnist, validation: 0.1}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 30}
    callbacks:
      - EarlyStopping: {monitor: val_accuracy, patience: 5, mode: max}
      - ModelCheckpoint: {monitor: val_loss, save_best_only: true}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.training.watched import watching
from netspec.diagnostics import Code, Edit, Finding, Repair
from netspec.spec.logs import direction, logged
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.MONITOR_MODE


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds each mode that is written against what is watched."""
    if document.compile is None or not document.callbacks:
        return
    names = logged(document.compile, tuple(graph.outputs))
    for index, callback in watching(document, graph):
        better = direction(callback.monitor, names)
        if better is None or callback.mode in {better, "auto"}:
            continue
        takes, is_better = ("less", "more") if better == "max" else ("more", "less")
        place = document.place("callbacks", index, callback.kind(), "mode")
        yield Finding(
            CODE,
            f"{callback.kind()} takes {takes} of '{short(callback.monitor)}' for better, and {is_better} of it is",
            place,
            f"write mode: {better}, or leave it out",
            repair=Repair(f"write {better}", (Edit(place, better),)),
        )
