"""Training ends before the learning rate would be lowered.

EarlyStopping and ReduceLROnPlateau watch the same value, and both count the epochs in which it does not get better.
The one with less patience acts first: where that is EarlyStopping, training is over before a lower learning rate is
tried. Usual is half or a third of EarlyStopping's patience for ReduceLROnPlateau; its patience is 10 when nothing is
said.

Failing:

    netspec: 1
    data: {source: mnist, validation: 0.1}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 50}
    callbacks:
      - ReduceLROnPlateau  # NS613
      - EarlyStopping: {patience: 5}

Passing:

    netspec: 1
    data: {source: mnist, validation: 0.1}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 50}
    callbacks:
      - ReduceLROnPlateau: {patience: 3}
      - EarlyStopping: {patience: 8}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.checks.training.idle_callbacks import is_too_patient
from netspec.checks.training.parts import first_schedule
from netspec.checks.training.watched import place_of, watching
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.LATE_PLATEAU


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds each ReduceLROnPlateau against every EarlyStopping."""
    if first_schedule(document, graph) is not None:
        return
    callbacks = list(watching(document, graph))
    stops = [each for _, each in callbacks if each.kind() == "EarlyStopping"]
    for index, plateau in callbacks:
        if plateau.kind() != "ReduceLROnPlateau" or is_too_patient(document, plateau):
            continue
        first = next((stop for stop in stops if _acts_first(stop, plateau)), None)
        if first is not None:
            yield Finding(
                CODE,
                f"ReduceLROnPlateau waits for {plateau.patience} epochs, and EarlyStopping ends training after "
                f"{max(1, first.patience)} that are no better",
                place_of(document, index, plateau, "patience"),
                "give ReduceLROnPlateau the smaller patience, such as half of EarlyStopping's",
            )


def _acts_first(stop: Any, plateau: Any) -> bool:
    """Whether one certainly ends training before the other does anything.

    What gets better by little counts for EarlyStopping alone where its min_delta is smaller: that difference may be
    wanted where it is written, while Keras's own of 0.0001 hardly matters.
    """
    is_stricter = "min_delta" in plateau.model_fields_set and plateau.min_delta > stop.min_delta
    return (
        stop.monitor == plateau.monitor
        and stop.mode == plateau.mode
        and stop.start_from_epoch == 0
        and not is_stricter
        and plateau.patience >= max(1, stop.patience)
    )
