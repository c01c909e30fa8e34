"""A callback judges epochs by the images that the network learns from.

Without `val_` before its name, a loss or metric is that of the training images. They are learned by heart sooner or
later, so that their loss goes on falling while images that the network has not seen are judged worse and worse:
EarlyStopping then stops too late or never, and ModelCheckpoint keeps the last epoch as the best one. Where there is
validation data, its values are the ones to watch.

Failing:

    netspec: 1
    data: {source: mnist, validation: 0.1}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 30}
    callbacks:
      - EarlyStopping: {monitor: loss, patience: 3}  # NS715

Passing:

    netspec: 1
    data: {source: mnist, validation: 0.1}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 30}
    callbacks:
      - EarlyStopping: {monitor: val_loss, patience: 3}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.diagnostics import Code, Finding
from netspec.spec.logs import VALIDATION, logged
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.TRAINING_MONITOR


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks at what those watch that choose an epoch, where validation data is there."""
    section, data, facts = document.compile, document.data, document.facts
    if section is None or data is None or facts is None or not facts.has_validation(data):
        return
    names = logged(section, tuple(graph.outputs))
    callback: Any
    for index, callback in enumerate(document.callbacks or ()):
        # In the middle of an epoch there is nothing else to watch.
        chooses = callback.kind() == "EarlyStopping" or (
            callback.kind() == "ModelCheckpoint"
            and callback.counts
            and callback.save_freq == "epoch"
        )
        if chooses and callback.monitor in names:
            monitor = short(callback.monitor)
            yield Finding(
                CODE,
                f"{callback.kind()} watches '{monitor}' of the images that the network learns from, and there is "
                "validation data",
                document.place("callbacks", index, callback.kind(), "monitor"),
                f"write monitor: {VALIDATION}{monitor}",
            )
