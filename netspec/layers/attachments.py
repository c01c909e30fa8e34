"""What is attached to weights (initializers, regularizers, constraints) against their shapes."""

from __future__ import annotations

from typing import Any

MATRIX = 2


def misfit(thing: Any, shape: tuple[int, ...]) -> str | None:
    """Why an initializer, regularizer or constraint cannot take a weight of this shape, or None.

    Keras finds these when the layer is built, when the loss is computed, or after the first step.
    The answer begins with the thing's name: "Identity takes a matrix only".

    Sources: keras/src/initializers/, keras/src/regularizers/, keras/src/constraints/.
    """
    # A default stands in its field as text, and fits.
    if thing is None or isinstance(thing, str):
        return None
    problem = _misfit(thing, shape)
    return None if problem is None else f"{thing.kind()} {problem}"


def _misfit(thing: Any, shape: tuple[int, ...]) -> str | None:
    rank = len(shape)
    match thing.kind():
        case "Identity" if rank != MATRIX:
            return "takes a matrix only"
        case "Orthogonal" if rank < MATRIX:
            return "takes a matrix, or more"
        case "OrthogonalRegularizer" if rank != MATRIX:
            return "takes a matrix only"
        case "OrthogonalRegularizer" if shape[_compared(thing)] == 1:
            return f"compares its {thing.mode}, and there is one (Keras divides by 0)"
    for name in ("axis", "input_axes", "output_axes"):
        missing = [axis for axis in _axes(thing, name) if not -rank <= axis < rank]
        if missing:
            return f"has {name} {missing[0]}, which it has not"
    axes = [axis % rank for axis in _axes(thing, "axis")]
    return "names an axis twice" if len(set(axes)) < len(axes) else None


def activity_misfit(thing: Any, output_shape: tuple[int | None, ...]) -> str | None:
    """Why a regularizer cannot stand as ``activity_regularizer`` of such an output, or None."""
    if thing is None or isinstance(thing, str) or thing.kind() != "OrthogonalRegularizer":
        return None
    if len(output_shape) + 1 != MATRIX:
        return "OrthogonalRegularizer takes a matrix only, and an output of one axis is one"
    if thing.mode == "rows":
        return "OrthogonalRegularizer would compare the images of a batch; write mode: columns"
    if output_shape[0] == 1:
        return "OrthogonalRegularizer compares its columns, and there is one (Keras divides by 0)"
    return None


def _compared(regularizer: Any) -> int:
    return 0 if regularizer.mode == "rows" else 1


def _axes(thing: Any, field: str) -> tuple[int, ...]:
    axes = getattr(thing, field, None)
    if axes is None:
        return ()
    return (axes,) if isinstance(axes, int) else tuple(axes)
