"""Axes as Keras counts them: the batch is axis 0, and -1 the last."""

from __future__ import annotations

from netspec.diagnostics import Code
from netspec.layers.shapes import Shape, ShapeError, spell


def position(axis: int, shape: Shape, *, does: str, field: str = "axis") -> int:
    """Where a Keras axis stands in a shape without batch.

    Args:
        axis: The axis, counted with the batch.
        shape: The shape, without the batch.
        does: What would happen along the batch: "would join the images of a batch".
        field: The field that names the axis.

    Raises:
        ShapeError: There is no such axis, or it is the batch.
    """
    rank = len(shape) + 1
    if not -rank <= axis < rank:
        raise ShapeError(
            f"has axis {axis}, and gets {spell(shape)}, which has no such axis",
            code=Code.FIELD_AGAINST_INPUT,
            field=field,
            hint=_choices(shape),
        )
    place = axis % rank - 1
    if place < 0:
        raise ShapeError(
            f"{does} with axis {axis}, which is the batch",
            code=Code.FIELD_AGAINST_INPUT,
            field=field,
            hint=f"the batch counts as axis 0: {_choices(shape)}",
        )
    return place


def positions(
    axes: int | tuple[int, ...], shape: Shape, *, does: str, field: str = "axis"
) -> tuple[int, ...]:
    """Where one or several Keras axes stand in a shape without batch, in the order given.

    Raises:
        ShapeError: One is not there, is the batch, or is given twice.
    """
    axes = (axes,) if isinstance(axes, int) else axes
    places = tuple(position(axis, shape, does=does, field=field) for axis in axes)
    if len(set(places)) < len(places):
        raise ShapeError(
            f"names an axis of {spell(shape)} twice",
            code=Code.FIELD_AGAINST_INPUT,
            field=field,
            hint="an axis counted from the front and from the back is the same one",
        )
    return places


def _choices(shape: Shape) -> str:
    if len(shape) == 1:
        return "here it is 1, or -1 for the last"
    return f"here it is 1 to {len(shape)}, or -1 for the last"
