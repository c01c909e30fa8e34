"""Where netspec refuses what Keras takes, and why. ``docs/parity.md`` says the same in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.layers.base import Layer, MergeLayer
from netspec.layers.merging import Concatenate
from netspec.layers.activation import Softmax
from netspec.layers.preprocessing import Resizing, Rescaling
from netspec.layers.regularization import Dropout

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netspec.layers.base import Shape


@dataclass(frozen=True)
class Difference:
    """A case that netspec refuses on purpose; its title stands in ``docs/parity.md``."""

    title: str
    applies: Callable[[Layer, Sequence[Shape]], bool]


def _one_input(layer: Layer, shapes: Sequence[Shape]) -> bool:
    return isinstance(layer, MergeLayer) and len(shapes) == 1


def _batch_axis(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, Concatenate | Softmax):
        return False
    axes = (layer.axis,) if isinstance(layer.axis, int) else layer.axis
    return any(axis in {0, -len(shapes[0]) - 1} for axis in axes)


def _noise_shape(layer: Layer, shapes: Sequence[Shape]) -> bool:
    if not isinstance(layer, Dropout) or layer.noise_shape is None:
        return False
    return len(layer.noise_shape) <= len(shapes[0]) or layer.noise_shape[0] == 2  # noqa: PLR2004


def _unbatched(layer: Layer, shapes: Sequence[Shape]) -> bool:
    return isinstance(layer, Resizing) and len(shapes[0]) == 2  # noqa: PLR2004


def _orthogonal(layer: Layer, shapes: Sequence[Shape]) -> bool:
    return any(
        getattr(value, "kind", str)() == "OrthogonalRegularizer" for value in vars(layer).values()
    )


DIFFERENCES = (
    Difference("A merge of one input", _one_input),
    Difference("An axis that is the batch", _batch_axis),
    Difference("A noise_shape that leaves axes out or names the batch's size", _noise_shape),
    Difference("Resizing of unbatched images", _unbatched),
    Difference("OrthogonalRegularizer where it divides by 0 or compares images", _orthogonal),
)
