"""What rules ask of augmentations: where a field stands, and what a factor is drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netspec.fields import Thing
    from netspec.source.nodes import Place
    from netspec.spec.document import Document


def place_of(document: Document, index: int, thing: Thing, field: str) -> Place:
    """Where an augmentation's field stands; its kind where the text does not give the field."""
    path = ("augmentation", index, thing.kind())
    if field in thing.model_fields_set:
        return document.place(*path, field)
    return document.place(*path, key=True)


def ends(factor: float | tuple[float, float], *, signed: bool) -> tuple[float, float]:
    """The interval that a factor is drawn from, its lower end first.

    Args:
        factor: The pair that it is, or one number f.
        signed: Whether one number means -f to f, and not 0 to f.
    """
    if isinstance(factor, tuple):
        return min(factor), max(factor)
    return (-abs(factor), abs(factor)) if signed else (0.0, factor)
