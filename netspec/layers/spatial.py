"""Arithmetic of images: height and width apart from channels, and windows that move over them."""

from __future__ import annotations

from netspec.diagnostics import Code
from netspec.layers.base import Shape, ShapeError, rank_error

IMAGE_RANK = 3

Map = tuple[int | None, int | None]


def image(shape: Shape, data_format: str) -> Shape:
    """The shape, once it is known to be an image's.

    Raises:
        ShapeError: It has not three dimensions.
    """
    if len(shape) != IMAGE_RANK:
        axes = "(height, width, channels)"
        if data_format == "channels_first":
            axes = "(channels, height, width)"
        raise rank_error(shape, takes=f"images, {axes}", hint=_way_to_an_image(shape))
    return shape


def _way_to_an_image(shape: Shape) -> str:
    if len(shape) == IMAGE_RANK - 1:
        return "a Reshape above it can add the missing axis: [height, width, 1]"
    if len(shape) < IMAGE_RANK:
        return "place it above the Flatten or global pooling that took height and width away"
    return "a Reshape above it can join two axes"


def channel_axis(data_format: str) -> int:
    """The channels' axis in a shape without batch."""
    return -1 if data_format == "channels_last" else 0


def split(shape: Shape, data_format: str) -> tuple[Map, int | None]:
    """Height and width, and the channels, of an image's shape.

    Raises:
        ShapeError: It has not three dimensions.
    """
    if data_format == "channels_last":
        height, width, channels = image(shape, data_format)
    else:
        channels, height, width = image(shape, data_format)
    return (height, width), channels


def join(spatial: Map, channels: int | None, data_format: str) -> Shape:
    """The shape of such a map with such channels."""
    return (*spatial, channels) if data_format == "channels_last" else (channels, *spatial)


def window_output(  # noqa: PLR0913 - a window is these
    spatial: Map,
    window: tuple[int, int],
    *,
    strides: tuple[int, int],
    padding: str,
    dilation: tuple[int, int] = (1, 1),
    what: str = "kernel",
) -> Map:
    """Where a window of this size can stand: the output's height and width.

    Source: ``compute_conv_output_shape`` in keras/src/ops/operation_utils.py.

    Raises:
        ShapeError: The window does not fit the map.
    """
    spans = [(size - 1) * rate + 1 for size, rate in zip(window, dilation, strict=True)]
    if padding == "valid" and any(
        size is not None and span > size for size, span in zip(spatial, spans, strict=True)
    ):
        dilated = " (dilated)" if max(dilation) > 1 else ""
        raise ShapeError(
            f"gets a {_by(spatial)} map, smaller than its {_by(tuple(spans))} {what}{dilated}",
            code=Code.MAP_TOO_SMALL,
            field="kernel_size" if what == "kernel" else "pool_size",
            hint=f"use padding: same, a smaller {what}, or remove a pooling layer above",
        )
    height, width = (
        _positions(size, span, stride, padding)
        for size, span, stride in zip(spatial, spans, strides, strict=True)
    )
    return height, width


def _positions(size: int | None, span: int, stride: int, padding: str) -> int | None:
    if size is None:
        return None
    return -(-size // stride) if padding == "same" else (size - span) // stride + 1


def _by(sizes: tuple[int | None, ...]) -> str:
    return " x ".join("?" if size is None else str(size) for size in sizes)
