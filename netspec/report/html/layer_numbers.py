"""What a layer costs and sees, alone or with others, as a graph's data has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.layers.shapes import product, total

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from netspec.layers.shapes import Shape
    from netspec.report.html.graph_records import Numbers
    from netspec.report.summary import LayerSummary


def numbers(layer: LayerSummary) -> Numbers:
    """What is known of a layer, or of the layers of one use of a block."""
    found: Numbers = {
        "parameters": layer.parameters,
        "trainable": layer.trainable_parameters,
        "macs": layer.macs,
        "bytes": layer.activation_bytes,
    }
    if layer.receptive_field is not None:
        found["field"] = _by(layer.receptive_field)
    if layer.stride is not None:
        found["stride"] = _by(layer.stride)
    return found


def sums(layers: Sequence[LayerSummary]) -> Numbers:
    """What layers one after another come to; the last one's receptive field is that of all."""
    last = numbers(layers[-1])
    return {
        **last,
        "parameters": sum(layer.parameters for layer in layers),
        "trainable": sum(layer.trainable_parameters for layer in layers),
        "macs": total(*(layer.macs for layer in layers)),
        "bytes": total(*(layer.activation_bytes for layer in layers)),
    }


def _by(sizes: Sequence[int | Fraction]) -> str:
    """Sizes of the axes, one where all are the same."""
    return str(sizes[0]) if len({*sizes}) == 1 else " x ".join(map(str, sizes))


def places(shape: Shape) -> int | None:
    """How many places a map has."""
    return product(*shape[:-1]) if len(shape) > 1 else None
