"""Layers as tests make them."""

from __future__ import annotations

from typing import Any

from netspec.fields import read_model
from netspec.layers.base import Inference, Layer, Shape
from netspec.layers.registry import LAYERS

IMAGE: Shape = (8, 6, 4)


def example_of(kind: str) -> tuple[dict[str, Any], tuple[Shape, ...]]:
    """Fields that a layer takes, and input shapes that fit."""
    found = LAYERS.get(kind)
    assert issubclass(found, Layer)
    return dict(found.example.fields), found.example.shapes


def layer(kind: str, **fields: Any) -> Layer:
    """A layer as a spec says it."""
    found = LAYERS.find(kind)
    assert issubclass(found, Layer)
    return read_model(found, fields, noun=kind)


def infer(kind: str, *shapes: Shape, **fields: Any) -> Inference:
    """What netspec knows of a layer on inputs of these shapes."""
    return layer(kind, **fields).infer(shapes)
