"""Of recurrent layers, and of layers that hold layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.layers.base import Layer
from netspec.layers.recurrent import SequenceLayer, SimpleRNN
from netspec.layers.regularization import ActivityRegularization
from netspec.layers.wrappers import Bidirectional, TimeDistributed
from netspec.things.regularizers import OrthogonalRegularizer
from tests.layers.differences.base import Difference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.layers.shapes import Shape


def _parts(layer: Layer) -> Iterator[Layer]:
    """The layer, and the layers inside it."""
    yield layer
    for value in vars(layer).values():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Layer):
                yield from _parts(part)


def _unrolled(layer: Layer, shapes: Sequence[Shape]) -> bool:
    return shapes[0][:1] == (None,) and any(
        getattr(part, "unroll", False) for part in _parts(layer)
    )


def _unknown_steps(layer: Layer, shapes: Sequence[Shape]) -> bool:
    return shapes[0][:1] == (None,) and isinstance(layer, TimeDistributed)


def _initial_state(layer: Layer, shapes: Sequence[Shape]) -> bool:
    return isinstance(layer, SequenceLayer | Bidirectional) and len(shapes) > 1


def _dropped(layer: Layer, shapes: Sequence[Shape]) -> bool:
    inside = layer.layer if isinstance(layer, TimeDistributed) else None
    if isinstance(inside, ActivityRegularization):
        return True
    return any(
        getattr(part, "activity_regularizer", None) is not None
        for part in (inside, *(part for part in _parts(layer) if isinstance(part, SimpleRNN)))
    )


def _thawed(layer: Layer, shapes: Sequence[Shape]) -> bool:
    return isinstance(layer, Bidirectional) and any(
        part.kind().startswith("ConvLSTM") and not part.trainable for part in _parts(layer)
    )


def _joined_maps(layer: Layer, shapes: Sequence[Shape]) -> bool:
    return (
        isinstance(layer, Bidirectional)
        and layer.merge_mode == "concat"
        and getattr(layer.layer, "data_format", None) == "channels_first"
    )


def _orthogonal_fields(layer: Layer) -> list[str]:
    return [
        field for field, value in vars(layer).items() if isinstance(value, OrthogonalRegularizer)
    ]


def _of_one(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, SequenceLayer | Bidirectional):
        return False
    return any(
        "activity_regularizer" in fields or 1 in {shapes[0][-1], getattr(part, "units", None)}
        for part in _parts(layer)
        if (fields := _orthogonal_fields(part))
    )


def _never_applied(layer: Layer, shapes: Sequence[Shape]) -> bool:
    return any(
        set(_orthogonal_fields(part)) - {"activity_regularizer"}
        for part in _parts(layer)
        if not (layer.trainable and part.trainable)
    )


DIFFERENCES = (
    Difference("A recurrent layer unrolled over unknown steps", _unrolled),
    Difference("TimeDistributed over unknown steps", _unknown_steps),
    Difference("An initial_state of another size, or more of them", _initial_state),
    Difference("An activity penalty that Keras drops", _dropped),
    Difference("A frozen ConvLSTM inside Bidirectional", _thawed),
    Difference("Bidirectional that joins maps side by side", _joined_maps),
    Difference("OrthogonalRegularizer where it divides by 0 or compares images", _of_one),
    Difference("A regularizer that does not fit, in a frozen layer", _never_applied),
)

_RATED = (
    *("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "GRUCell"),
    *("LSTM", "LSTMCell", "SimpleRNN", "SimpleRNNCell"),
)
_RATES = ("dropout", "recurrent_dropout")

TAKEN_BY_KERAS = {
    **{f"{kind}.{rate}: 1": "A rate of 1" for kind in _RATED for rate in _RATES},
    **{f"{kind}.{rate}: -0.5": "A negative rate" for kind in _RATED for rate in _RATES},
    **{f"{kind}.seed: -1": "A negative seed" for kind in _RATED},
}
