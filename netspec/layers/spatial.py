"""Arithmetic of sequences, images and volumes: their axes apart from channels, and windows that move over them.

How many axes there are besides the channels is called the rank here, as in Keras: 1, 2 or 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from netspec.diagnostics import Code
from netspec.layers import reach
from netspec.layers.shapes import Shape, ShapeError, rank_error

if TYPE_CHECKING:
    from netspec.layers.reach import Reach

Size = TypeVar("Size")

# The sizes of a map: an image's height and width, a sequence's steps.
Map = tuple[int | None, ...]

NOUNS = {1: "sequences", 2: "images", 3: "volumes"}
AXES = {1: ("steps",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def checked(shape: Shape, data_format: str, *, rank: int = 2) -> Shape:
    """The shape, once it is known to have the axes of a sequence, an image or a volume.

    Raises:
        ShapeError: It has more or fewer.
    """
    if len(shape) != rank + 1:
        axes = ", ".join(join(AXES[rank], "channels", data_format))
        hint = _way_to_such_a_map(shape, rank)
        raise rank_error(shape, takes=f"{NOUNS[rank]}, ({axes})", hint=hint)
    return shape


def _way_to_such_a_map(shape: Shape, rank: int) -> str:
    if len(shape) == rank:
        return f"a Reshape above it can add the missing axis: [{', '.join(AXES[rank])}, 1]"
    if len(shape) < rank:
        *others, last = AXES[rank]
        lost = f"{', '.join(others)} and {last}"
        return f"place it above the Flatten or global pooling that took {lost} away"
    return "a Reshape above it can join two axes"


def channel_axis(data_format: str) -> int:
    """The channels' axis in a shape without batch."""
    return -1 if data_format == "channels_last" else 0


def split(shape: Shape, data_format: str, *, rank: int = 2) -> tuple[Map, int | None]:
    """The sizes of the map, and the channels.

    Raises:
        ShapeError: The shape has not ``rank + 1`` axes.
    """
    shape = checked(shape, data_format, rank=rank)
    if data_format == "channels_last":
        return shape[:-1], shape[-1]
    return shape[1:], shape[0]


def join(spatial: tuple[Size, ...], channels: Size, data_format: str) -> tuple[Size, ...]:
    """The shape of such a map with such channels."""
    return (*spatial, channels) if data_format == "channels_last" else (channels, *spatial)


def window_output(  # noqa: PLR0913 - a window is these
    spatial: Map,
    window: tuple[int, ...],
    *,
    strides: tuple[int, ...],
    padding: str,
    dilation: tuple[int, ...] | None = None,
    what: str = "kernel",
) -> Map:
    """Where a window of this size can stand: the output's sizes.

    ``causal`` pads before the first step only, and as much as ``same`` does: the sizes are the same.

    Source: ``compute_conv_output_shape`` in keras/src/ops/operation_utils.py.

    Raises:
        ShapeError: The window does not fit the map.
    """
    spans = dilated(window, dilation)
    if padding == "valid" and any(
        size is not None and span > size for size, span in zip(spatial, spans, strict=True)
    ):
        spread = "" if spans == window else " (dilated)"
        raise ShapeError(
            f"gets {_smaller(spatial, spans, what)}{spread}",
            code=Code.MAP_TOO_SMALL,
            field="kernel_size" if what == "kernel" else "pool_size",
            hint=f"use padding: same, a smaller {what}, or remove a pooling layer above",
        )
    return tuple(
        _positions(size, span, stride, padding)
        for size, span, stride in zip(spatial, spans, strides, strict=True)
    )


def window_reach(
    spatial: Map,
    window: tuple[int, ...],
    *,
    strides: tuple[int, ...],
    padding: str,
    dilation: tuple[int, ...] | None = None,
) -> tuple[Reach | None, ...]:
    """How far such a window looks along each axis."""
    spans = dilated(window, dilation)
    return tuple(
        reach.window(
            span,
            stride=stride,
            before=reach.padded_before(size, span, stride=stride, padding=padding),
        )
        for size, span, stride in zip(spatial, spans, strides, strict=True)
    )


def dilated(window: tuple[int, ...], dilation: tuple[int, ...] | None) -> tuple[int, ...]:
    """How far a window reaches whose elements stand apart."""
    rates = dilation or (1,) * len(window)
    return tuple((size - 1) * rate + 1 for size, rate in zip(window, rates, strict=True))


def by(sizes: tuple[int | None, ...]) -> str:
    """Sizes as a person writes them: ``8 x 6``."""
    return " x ".join("?" if size is None else str(size) for size in sizes)


def _positions(size: int | None, span: int, stride: int, padding: str) -> int | None:
    if size is None:
        return None
    return (size - span) // stride + 1 if padding == "valid" else -(-size // stride)


def _smaller(spatial: Map, spans: tuple[int, ...], what: str) -> str:
    if len(spatial) == 1:
        return f"{by(spatial)} steps, fewer than the {by(spans)} of its {what}"
    return f"a {by(spatial)} map, smaller than its {by(spans)} {what}"
