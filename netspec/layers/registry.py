"""The closed table of layers: a name and the module that defines it."""

from __future__ import annotations

from netspec.fields import Registry

LAYERS = Registry(
    noun="layer",
    families={
        "netspec.layers.convolution": ("Conv2D", "DepthwiseConv2D", "SeparableConv2D"),
    },
)
