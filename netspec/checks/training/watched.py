"""What rules ask of callbacks: whether what they watch is logged, and where their fields stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.spec.logs import LEARNING_RATE, VALIDATION, direction, logged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.fields import Thing
    from netspec.graph.graph import Graph
    from netspec.source.nodes import Place
    from netspec.spec.document import Document


def watching(document: Document, graph: Graph) -> Iterator[tuple[int, Any]]:
    """The callbacks that something follows from, and that watch what is logged, each with its number.

    The others have a mistake of their own.
    """
    section, data, facts = document.compile, document.data, document.facts
    if section is None:
        return
    names = logged(section, tuple(graph.outputs))
    validated = data is None or facts is None or facts.has_validation(data) is not False
    callback: Any
    for index, callback in enumerate(document.callbacks or ()):
        if not getattr(callback, "counts", False):
            continue
        of_validation = callback.monitor not in names and callback.monitor.startswith(VALIDATION)
        is_known = (
            direction(callback.monitor, names) is not None or callback.monitor == LEARNING_RATE
        )
        if is_known and (validated or not of_validation):
            yield index, callback


def place_of(document: Document, index: int, callback: Thing, field: str) -> Place:
    """Where a callback's field is written, or the callback whose default it is."""
    path = ("callbacks", index, callback.kind())
    if field in callback.model_fields_set:
        return document.place(*path, field)
    return document.place(*path, key=True)
