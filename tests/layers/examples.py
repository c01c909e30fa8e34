"""For every layer fields that it takes, and input shapes that fit."""

from __future__ import annotations

from typing import Any

from netspec.fields import read_model
from netspec.layers.base import Inference, Layer, Shape
from netspec.layers.registry import LAYERS

IMAGE: Shape = (8, 6, 4)

EXAMPLES: dict[str, tuple[dict[str, Any], tuple[Shape, ...]]] = {
    "Activation": ({"activation": "relu"}, (IMAGE,)),
    "Add": ({}, (IMAGE, (1, 1, 4))),
    "Average": ({}, (IMAGE, IMAGE)),
    "AveragePooling2D": ({"pool_size": 2}, (IMAGE,)),
    "BatchNormalization": ({}, (IMAGE,)),
    "Concatenate": ({}, (IMAGE, IMAGE)),
    "Conv2D": ({"filters": 4, "kernel_size": 3}, (IMAGE,)),
    "Dense": ({"units": 5}, (IMAGE,)),
    "DepthwiseConv2D": ({"kernel_size": 3}, (IMAGE,)),
    "Dropout": ({"rate": 0.5}, (IMAGE,)),
    "Flatten": ({}, (IMAGE,)),
    "GlobalAveragePooling2D": ({}, (IMAGE,)),
    "GlobalMaxPooling2D": ({}, (IMAGE,)),
    "LayerNormalization": ({}, (IMAGE,)),
    "LeakyReLU": ({}, (IMAGE,)),
    "MaxPooling2D": ({}, (IMAGE,)),
    "Multiply": ({}, (IMAGE, (1, 1, 4))),
    "ReLU": ({}, (IMAGE,)),
    "Rescaling": ({"scale": "1/255"}, (IMAGE,)),
    "Reshape": ({"target_shape": [-1, 4]}, (IMAGE,)),
    "Resizing": ({"height": 4, "width": 5}, (IMAGE,)),
    "SeparableConv2D": ({"filters": 4, "kernel_size": 3}, (IMAGE,)),
    "Softmax": ({}, (IMAGE,)),
    "SpatialDropout2D": ({"rate": 0.5}, (IMAGE,)),
    "UpSampling2D": ({}, (IMAGE,)),
    "ZeroPadding2D": ({}, (IMAGE,)),
}


def layer(kind: str, **fields: Any) -> Layer:
    """A layer as a spec says it."""
    found = LAYERS.find(kind)
    assert issubclass(found, Layer)
    return read_model(found, fields, noun=kind)


def infer(kind: str, *shapes: Shape, **fields: Any) -> Inference:
    """What netspec knows of a layer on inputs of these shapes."""
    return layer(kind, **fields).infer(shapes)
