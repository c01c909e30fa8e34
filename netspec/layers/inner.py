"""A layer inside another: what it makes of what the other gives it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netspec.layers.shapes import ShapeError
from netspec.wording import with_article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.layers.base import Layer
    from netspec.layers.shapes import Inference, Shape


def infer_inner(layer: Layer, shapes: Sequence[Shape], *, field: str = "layer") -> Inference:
    """What is known of a layer inside another; a frozen one's weights do not train.

    Args:
        layer: The layer inside.
        shapes: What it is given.
        field: The field of the outer layer that holds it, where its mistakes are told.

    Raises:
        ShapeError: It cannot take the shapes.
    """
    try:
        inference = layer.infer(shapes)
    except ShapeError as error:
        if not error.message:  # told where the mistake stands
            raise
        raise ShapeError(
            f"holds {with_article(layer.kind())} that {error.message}",
            code=error.code,
            field=field,
            hint=error.hint,
        ) from None
    if layer.trainable:
        return inference
    frozen = tuple(replace(weight, trainable=False) for weight in inference.weights)
    return replace(inference, weights=frozen)
