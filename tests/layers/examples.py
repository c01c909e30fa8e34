"""Layers as tests make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.fields import read_model
from netspec.layers.base import Layer
from netspec.layers.registry import CELLS, LAYERS

if TYPE_CHECKING:
    from netspec.layers.shapes import Inference, Shape

IMAGE: Shape = (8, 6, 4)


def example_of(kind: str) -> tuple[dict[str, Any], tuple[Shape, ...]]:
    """Fields that a layer takes, and input shapes that fit."""
    found = class_of(kind)
    return dict(found.example.fields), found.example.shapes


def class_of(kind: str) -> type[Layer]:
    """The class of a layer, or of a cell."""
    found = (CELLS if kind in CELLS.modules else LAYERS).find(kind)
    assert issubclass(found, Layer)
    return found


def layer(kind: str, **fields: Any) -> Layer:
    """A layer as a spec says it."""
    return read_model(class_of(kind), fields, noun=kind)


def infer(kind: str, *shapes: Shape, **fields: Any) -> Inference:
    """What netspec knows of a layer on inputs of these shapes."""
    return layer(kind, **fields).infer(shapes)
