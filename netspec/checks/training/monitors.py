"""A callback watches something that training does not log.

Training logs `loss` and every metric under its name; for several outputs there is a `_loss` for each, and the output's
name stands before its metrics'. With validation data each is logged again with `val_` before it. `learning_rate` is
logged from the first ReduceLROnPlateau on, and whether less or more of it is better has to be said. The same names can
stand in the name of a ModelCheckpoint's file.

Failing:

    netspec: 1
    data: {source: mnist, validation: 0.1}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}
    callbacks:
      - EarlyStopping: {monitor: val_acuracy}  # NS511

Failing, as nothing is held out for validation:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}
    callbacks:
      - EarlyStopping: {monitor: val_accuracy}  # NS511

Passing:

    netspec: 1
    data: {source: mnist, validation: 0.1}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}
    callbacks:
      - EarlyStopping: {monitor: val_accuracy}
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspec.checks.losses import output_keys
from netspec.diagnostics import Code, Finding
from netspec.spec.logs import LEARNING_RATE, VALIDATION, direction, logged
from netspec.wording import did_you_mean, nearest, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.source.nodes import Place
    from netspec.spec.document import Document

CODE = Code.MONITOR

_MOST_NAMES = 12


@dataclass(frozen=True)
class _Asked:
    """A value that a callback asks for.

    Attributes:
        name: The value's name.
        what: The callback, and what it does with it.
        index: Which callback it is.
        place: Where the name is written, or the callback whose default it is.
        mode: Whether less or more of it is better; None where that does not count.
    """

    name: str
    what: str
    index: int
    place: Place
    mode: str | None = None


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds every name that a callback asks for against those that are logged."""
    section, callbacks = document.compile, document.callbacks
    if section is None or not callbacks or not _outputs_are_known(document, graph):
        return
    names = logged(section, tuple(graph.outputs))
    validation = _has_validation(document)
    plateaus = [i for i, callback in enumerate(callbacks) if callback.kind() == "ReduceLROnPlateau"]
    measured = list(names)
    if validation is not False:
        measured += [VALIDATION + name for name in names]
    told = False
    for asked in _asked(document, callbacks):
        if asked.name in measured:
            continue
        if asked.name == LEARNING_RATE:
            yield from _of_learning_rate(asked, plateaus)
        elif direction(asked.name, names) is None:
            known = measured if len(measured) <= _MOST_NAMES else [*measured[:_MOST_NAMES], "…"]
            yield Finding(
                CODE,
                f"{asked.what} '{short(asked.name)}', and training logs nothing of that name",
                asked.place,
                _meant(
                    asked.name, measured, plateaus=bool(plateaus), several=len(graph.outputs) > 1
                )
                or nearest(asked.name, measured)
                or f"it logs {', '.join(known)}",
            )
        elif not told:
            # One missing split is one mistake, however many callbacks wait for it.
            told = True
            yield _without_validation(asked)


def _meant(name: str, measured: list[str], *, plateaus: bool, several: bool) -> str | None:
    """The hint for a name that Keras has, or had, under other circumstances; None where it is no such name."""
    if name == "lr":
        without = f"{LEARNING_RATE} is logged only where ReduceLROnPlateau stands above"
        return did_you_mean(name, LEARNING_RATE) if plateaus else without
    other = re.sub(r"(?<![a-z])acc(uracy)?$", lambda found: "acc" if found[1] else "accuracy", name)
    if other in measured:
        return did_you_mean(name, other)
    if not several:
        return None
    # Of several outputs each has its own.
    is_validation, bare = name.startswith(VALIDATION), name.removeprefix(VALIDATION)
    own = [
        each
        for each in measured
        if each.endswith(f"_{bare}") and each.startswith(VALIDATION) == is_validation
    ]
    return f"each output has its own: {', '.join(own[:_MOST_NAMES])}" if own else None


def _has_validation(document: Document) -> bool | None:
    """Whether there is validation data; None where only the data can say."""
    if document.data is None or document.facts is None:
        return None
    return document.facts.has_validation(document.data)


def _outputs_are_known(document: Document, graph: Graph) -> bool:
    """Whether the outputs, and what is compiled for each, have no mistake of their own."""
    written = document.output
    several = written if isinstance(written, tuple | dict) else None
    if not graph.outputs or (several is not None and len(several) != len(graph.outputs)):
        return False
    return not any(True for _ in output_keys.check(document, graph))


def _asked(document: Document, callbacks: tuple[Any, ...]) -> Iterator[_Asked]:
    """Every name a callback asks for, in the order of the text."""
    for index, callback in enumerate(callbacks):
        path = ("callbacks", index, callback.kind())
        for name in getattr(callback, "values", ()):
            if name not in {"epoch", "batch"}:
                place = document.place(*path, "filepath")
                yield _Asked(name, f"{callback.kind()} names its file by", index, place)
        counts, is_written = (
            getattr(callback, "counts", False),
            "monitor" in callback.model_fields_set,
        )
        # A name that is written is meant, and a typo in it a mistake, even where nothing follows from it.
        if counts or is_written:
            place = (
                document.place(*path, "monitor") if is_written else document.place(*path, key=True)
            )
            mode = callback.mode if counts else None
            yield _Asked(callback.monitor, f"{callback.kind()} watches", index, place, mode)


def _of_learning_rate(asked: _Asked, plateaus: list[int]) -> Iterator[Finding]:
    """It is put among the logs by ReduceLROnPlateau, for itself and the callbacks after it."""
    if not plateaus:
        yield Finding(
            CODE,
            f"{asked.what} '{LEARNING_RATE}', which only ReduceLROnPlateau logs",
            asked.place,
            "name a loss or a metric",
        )
    elif asked.index < plateaus[0]:
        yield Finding(
            CODE,
            f"{asked.what} '{LEARNING_RATE}', which is logged from ReduceLROnPlateau on",
            asked.place,
            "put ReduceLROnPlateau above it",
        )
    elif asked.mode == "auto":
        yield Finding(
            CODE,
            f"{asked.what} '{LEARNING_RATE}', and nothing says whether less or more of it is better",
            asked.place,
            "write mode: min or mode: max",
        )


def _without_validation(asked: _Asked) -> Finding:
    return Finding(
        CODE,
        f"{asked.what} '{short(asked.name)}', and there is no validation data",
        asked.place,
        "hold some images out, such as `data: {validation: 0.1}`, or take "
        f"'{short(asked.name.removeprefix(VALIDATION))}'",
    )
