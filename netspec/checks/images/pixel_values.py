"""What rules ask of pixels: between which values they lie when they reach each layer.

A run gives a model pixels of 0 to 255, whatever they come from. They are followed through layers that move, choose or
average values, and computed through those that scale them; behind all others nothing is said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from netspec.checks.wiring import SHAPE_ONLY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.layers.intensity import AutoContrast, Normalization
    from netspec.layers.preprocessing import Rescaling
    from netspec.spec.document import Document

LOWEST, HIGHEST = 0.0, 255.0

# Layers whose weights multiply what they are given.
WEIGHTED = {
    *(f"{kind}{rank}D" for kind in ("Conv", "ConvLSTM") for rank in (1, 2, 3)),
    *(f"Conv{rank}DTranspose" for rank in (1, 2, 3)),
    *(f"{kind}Conv{rank}D" for kind in ("Depthwise", "Separable") for rank in (1, 2)),
    *("Dense", "EinsumDense", "SpectralNormalization"),
    *("GRU", "LSTM", "RNN", "SimpleRNN", "Bidirectional"),
    *("GroupQueryAttention", "MultiHeadAttention"),
}
# Layers whose values lie where their input's do, or all but: noise and dropout change little.
KEEPING = SHAPE_ONLY | {
    *(
        f"{kind}{rank}D"
        for kind in (
            *("AveragePooling", "MaxPooling", "GlobalAveragePooling", "GlobalMaxPooling"),
            *("AdaptiveAveragePooling", "AdaptiveMaxPooling", "SpatialDropout", "UpSampling"),
        )
        for rank in (1, 2, 3)
    ),
    *("ActivityRegularization", "Dropout", "GaussianDropout", "GaussianNoise"),
    *("CenterCrop", "Flip", "Resizing"),
}
_PADDING = {f"ZeroPadding{rank}D" for rank in (1, 2, 3)}
_JOINING = {"Average", "Concatenate", "Maximum", "Minimum"}
OF_A_RANGE = {"AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization"}

_AXES = 3
_EPSILON = 1e-7  # Keras's, below which Normalization lets no deviation fall
_SLACK = 0.1  # by which share of a range another may differ and still be meant as the same


@dataclass(frozen=True)
class Values:
    """Between which values pixels lie.

    Attributes:
        low: The lowest.
        high: The highest.
        scaled_by: The layers that changed that, in their order.
        unadapted: A Normalization that has neither mean nor variance, and so changes nothing.
    """

    low: float = LOWEST
    high: float = HIGHEST
    scaled_by: tuple[LayerNode, ...] = ()
    unadapted: LayerNode | None = None

    def __str__(self) -> str:
        return f"{_number(self.low)} to {_number(self.high)}"


def pixels(document: Document, graph: Graph) -> dict[str, Values]:
    """The values of every tensor that pixels flow through, as far as they are known; none without data."""
    if document.data is None or len(graph.inputs) != 1:
        return {}
    ((name, shape),) = graph.inputs.items()
    if len(shape) != _AXES:  # it takes no images, which is told
        return {}
    found = {name: Values()}
    for node in graph.nodes.values():
        given = [found[tensor] for tensor in node.inputs if tensor in found]
        if given and len(given) == len(node.inputs) and node.layer is not None:
            values = through(node, given)
            if values is not None and math.isfinite(values.low) and math.isfinite(values.high):
                found[node.outputs[0]] = values
    return found


def first_weighted(graph: Graph, found: dict[str, Values]) -> Iterator[tuple[LayerNode, Values]]:
    """The layers with weights that take pixels, in the order of the text; what an application takes is its own."""
    for node in graph.written:
        if node.kind in WEIGHTED and node.inference is not None:
            for tensor in dict.fromkeys(node.inputs):
                if tensor in found:
                    yield node, found[tensor]
                    break


def fits(value_range: tuple[float, float], values: Values) -> bool:
    """Whether a range that is written is about that of the values."""
    slack = _SLACK * (values.high - values.low)
    ends = zip(value_range, (values.low, values.high), strict=True)
    return all(abs(written - value) <= slack for written, value in ends)


def through(node: LayerNode, given: list[Values]) -> Values | None:
    """What a layer makes of the values, None where that is not known."""
    values = _hull(given)
    if node.kind in KEEPING or node.kind in _JOINING:
        return values
    if node.kind in _PADDING:
        return replace(values, low=min(0, values.low), high=max(0, values.high))
    if node.kind in OF_A_RANGE:
        low, high = cast("AutoContrast", node.layer).value_range
        return replace(values, low=low, high=high) if fits((low, high), values) else None
    if node.kind == "Rescaling":
        rescaling = cast("Rescaling", node.layer)
        return _scaled(node, values, _pairs(rescaling.scale, rescaling.offset))
    if node.kind == "Normalization":
        normalization = cast("Normalization", node.layer)
        if normalization.mean is None:
            return replace(values, unadapted=node)
        return _scaled(node, values, _normalized(normalization))
    return None


def _hull(given: list[Values]) -> Values:
    if len(given) == 1:
        return given[0]
    scaled_by = {node.name: node for values in given for node in values.scaled_by}
    return Values(
        low=min(values.low for values in given),
        high=max(values.high for values in given),
        scaled_by=tuple(scaled_by.values()),
        unadapted=next((values.unadapted for values in given if values.unadapted), None),
    )


def _scaled(node: LayerNode, values: Values, lines: Iterable[tuple[float, float]]) -> Values:
    """The values after a multiplication and an addition for each channel."""
    ends = [end * scale + offset for scale, offset in lines for end in (values.low, values.high)]
    return Values(min(ends), max(ends), (*values.scaled_by, node), values.unadapted)


def _normalized(layer: Normalization) -> Iterator[tuple[float, float]]:
    """What each channel is multiplied by, and what is added then."""
    assert layer.mean is not None and layer.variance is not None  # noqa: S101, PT018 - given together
    for mean, variance in _pairs(layer.mean, layer.variance):
        deviation = max(math.sqrt(variance), _EPSILON)
        yield (deviation, mean) if layer.invert else (1 / deviation, -mean / deviation)


def _pairs(
    first: float | tuple[float, ...], second: float | tuple[float, ...]
) -> Iterator[tuple[float, float]]:
    """Two fields' numbers, channel by channel; one number is for all."""
    firsts = first if isinstance(first, tuple) else (first,)
    seconds = second if isinstance(second, tuple) else (second,)
    channels = max(len(firsts), len(seconds))
    if len(firsts) == 1:
        firsts *= channels
    if len(seconds) == 1:
        seconds *= channels
    return zip(firsts, seconds, strict=False)


def _number(value: float) -> str:
    """A value as a person says it."""
    if value == round(value) and abs(value) < 1e9:  # noqa: PLR2004 - as long as it can be read
        return str(round(value))
    return f"{value:.0f}" if 100 <= abs(value) < 1e9 else f"{value:.2g}"  # noqa: PLR2004 - likewise
