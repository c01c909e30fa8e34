"""Feature maps, filters and pictures as one looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.evaluation.looking.colours import BLUE_RED, VIRIDIS, coloured, overlaid, shown
from netspec.evaluation.looking.filters import first_filters
from netspec.evaluation.looking.sheets import grid, map_sheet, varied_channels
from tests.evaluation.looking.networks import graph_of, model_of

if TYPE_CHECKING:
    from pathlib import Path

VGG = "Application: {architecture: VGG16, include_top: false, weights: null}"


def pixel(image: Any, x: int, y: int) -> tuple[int, ...]:
    return tuple(map(int, image.convert("RGB").getpixel((x, y))))


def test_a_map_of_colours_begins_and_ends_as_it_says() -> None:
    ends = coloured(np.array([[0.0, 1.0, -3.0, 2.0]]), VIRIDIS)[0]

    assert [bytes(each).hex() for each in ends] == ["440154", "fde725", "440154", "fde725"]
    assert coloured(np.array([[0.5]]), BLUE_RED).min() > 240


def test_viridis_grows_ever_brighter() -> None:
    shades = coloured(np.linspace(0, 1, 256)[None], VIRIDIS)[0] @ [0.2126, 0.7152, 0.0722]

    assert (np.diff(shades) > -0.5).all()
    assert shades[-1] - shades[0] > 150


def test_a_tiny_picture_is_enlarged_square_by_square() -> None:
    gray = np.array([[[0], [255]], [[100], [7]]], np.uint8)

    large = shown(gray, (6, 6))

    assert large.shape == (6, 6, 3)
    assert {tuple(each) for each in large[:3, :3].reshape(-1, 3)} == {(0, 0, 0)}
    assert large[5, 0].tolist() == [100] * 3


def test_heat_lies_where_it_is_hot_and_nowhere_else() -> None:
    picture = np.full((8, 8, 3), [200, 0, 0], np.uint8)
    heat = np.zeros((4, 4), np.float32)
    heat[0, 0] = 1

    look = overlaid(picture, heat, (80, 80)).astype(int)

    assert look[5, 5, 0] - look[5, 5, 2] > 60
    assert np.ptp(look[40:, 40:]) == 0
    assert np.abs(np.diff(look[5], axis=0)).max() < 40  # bilinear, with no step


def test_a_sheet_has_each_channel_on_its_own_scale() -> None:
    values = np.zeros((4, 4, 3), np.float32)
    values[..., 0] = np.arange(16).reshape(4, 4)
    values[..., 2] = -1000 * values[..., 0]
    channels = varied_channels(values)

    assert [tuple(each) for each in channels] == [(0, 0, 15), (1, 0, 0), (2, -15000, 0)]
    sheet = map_sheet(values, channels)
    tile, step = 192, 192 + 6
    corners = [(10 + number * step, 10) for number in range(3)]
    assert [pixel(sheet, *each) for each in corners] == [(68, 1, 84), (58, 60, 68), (253, 231, 37)]
    assert pixel(sheet, 10 + tile - 1, 10 + tile - 1) == (253, 231, 37)


def test_of_many_channels_those_are_drawn_that_vary_most() -> None:
    values = np.zeros((2, 2, 100), np.float32)
    values[0, 0] = np.arange(100)
    values[..., 50] = 1000  # it is large, and says nothing of any place
    values[0, 0, 10] = np.nan

    channels = varied_channels(values, most=4)

    assert [each.number for each in channels] == [96, 97, 98, 99]


@pytest.mark.parametrize(
    ("count", "side", "most"),
    [(1, 4, 240), (64, 8, 1000), (64, 224, 1000), (256, 3, 1200), (7, 1, 900)],
)
def test_a_sheet_has_a_size_that_one_can_look_at(count: int, side: int, most: int) -> None:
    tiles = [np.zeros((side, side, 3), np.uint8)] * count

    sheet = grid(tiles, [str(number) for number in range(count)])

    assert 56 <= min(sheet.size) <= max(sheet.size) <= most


@pytest.mark.keras
def test_filters_of_colours_are_drawn_in_them(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, "Rescaling: {scale: 2}\nConv2D: {filters: 2, kernel_size: 3}")
    model = model_of(graph)
    kernel = np.zeros((3, 3, 3, 2))
    kernel[0, 0, :, 0] = [0.5, -0.5, 0]
    model.get_layer("conv2d").kernel.assign(kernel)

    filters = first_filters(model, graph)

    assert filters is not None
    assert (filters.layer, filters.drawn, filters.shown) == ("conv2d", "colours", 2)
    sheet = filters.sheet()
    # Red speaks for it, green against it, blue neither; all else, and a filter of zeros, is gray.
    assert pixel(sheet, 12, 12) == (255, 0, 128)
    assert pixel(sheet, 150, 150) == pixel(sheet, 12 + 198, 12) == (128, 128, 128)


@pytest.mark.keras
def test_filters_behind_turned_colours_are_turned_back(tmp_path: Path) -> None:
    graph = graph_of(
        tmp_path, VGG.replace("null", "null, preprocessing: true"), shape="[32, 32, 3]"
    )
    model = model_of(graph)
    filters = first_filters(model, graph)

    assert filters is not None
    kernel = model.get_layer("application-block1_conv1").kernel.numpy()
    assert np.array_equal(filters.kernels, kernel[:, :, ::-1])


@pytest.mark.keras
@pytest.mark.parametrize(
    ("layer", "shape", "drawn", "count"),
    [
        ("DepthwiseConv2D: {kernel_size: 3, depth_multiplier: 2}", "[8, 8, 3]", "signs", 6),
        ("SeparableConv2D: {filters: 5, kernel_size: 3}", "[8, 8, 3]", "colours", 5),
        ("Conv2D: {filters: 4, kernel_size: [3, 5]}", "[8, 8, 1]", "signs", 4),
        ("Conv2D: {filters: 4, kernel_size: 3}", "[8, 8, 7]", "mean signs", 4),
    ],
)
def test_filters_of_every_kind_of_convolution(
    tmp_path: Path, layer: str, shape: str, drawn: str, count: int
) -> None:
    graph = graph_of(tmp_path, layer, shape=shape)

    filters = first_filters(model_of(graph), graph)

    assert filters is not None
    assert (filters.drawn, filters.kernels.shape[-1]) == (drawn, count)
    filters.sheet()


@pytest.mark.keras
def test_the_two_kernels_of_a_separable_convolution_are_drawn_as_the_one_that_they_are(
    tmp_path: Path,
) -> None:
    layer = "SeparableConv2D: {filters: 5, kernel_size: 3, depth_multiplier: 2}"
    graph = graph_of(tmp_path, layer, shape="[3, 3, 3]")
    model = model_of(graph)
    filters = first_filters(model, graph)
    picture = np.random.default_rng(0).random((1, 3, 3, 3)).astype(np.float32)

    given = model.predict(picture, verbose=0)[0, 0, 0]

    assert filters is not None
    assert np.einsum("hwc,hwcf->f", picture[0], filters.kernels) == pytest.approx(given, rel=1e-4)


@pytest.mark.keras
def test_without_a_convolution_there_are_no_filters(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, "Flatten\nDense: {units: 2}")

    assert first_filters(model_of(graph), graph) is None
