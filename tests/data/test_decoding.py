"""Files to tensors: both decoders see the same picture, and it is brought to its size as Keras would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from netspec.data.files.pictures import UnreadableImageError, decode_in_pillow, read_header
from netspec.data.form import ImageForm
from tests.data.made_pictures import NOISE, SMOOTH, bomb, encoded, numbered, write
from tests.data.test_pictures import CLOSE, EXACT, NO_PICTURES, damaged

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore:::PIL")]

FILES = {
    **{name: contents for name, (contents, _) in EXACT.items()},
    **CLOSE,
    "jpeg-noise": encoded(NOISE, "JPEG", quality=100, subsampling=0),
    "jpeg-gray": encoded(SMOOTH[..., 0], "JPEG", quality=95),
    "jpeg-colors-halved": encoded(SMOOTH, "JPEG", quality=75, subsampling=2),
}
# Those that TensorFlow would see otherwise than a person, or not at all, and those that it decodes as well, but faster.
IN_PILLOW = {"jpeg-cmyk"} | {
    name for name in FILES if "alpha" in name or "transparent" in name or name[:3] in {"bmp", "gif", "web"}
} | {"one-row", "one-column"}  # fmt: skip
GRAY_IN_PILLOW = IN_PILLOW | {"png", "png-16-bits-color", "png-gamma", "png-palette", "one-pixel"}


def test_pillow_decodes_what_tensorflow_would_see_otherwise_and_nothing_else() -> None:
    for channels, expected in ((3, IN_PILLOW), (1, GRAY_IN_PILLOW)):
        chosen = {n for n, data in FILES.items() if read_header(data).in_pillow(channels)}
        assert chosen == expected


@pytest.mark.parametrize("channels", [3, 1])
@pytest.mark.parametrize("name", FILES)
def test_whoever_decodes_a_file_the_pixels_are_the_same(name: str, channels: int) -> None:
    from netspec.data.files.decoding import decode_whole

    pixels = np.asarray(decode_whole(FILES[name], channels=channels))

    assert pixels.dtype == np.uint8
    other = decode_in_pillow(FILES[name], channels=channels)
    assert pixels.shape == other.shape
    # A JPEG keeps its gray apart; Pillow makes it of the colours again, which cuts off what is out of range.
    assert np.abs(pixels.astype(int) - other).max() <= (1 if channels == 1 else 0)


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_unreadable(name: str) -> None:
    from netspec.data.files.decoding import decode_whole

    with pytest.raises(UnreadableImageError, match=r"^it is (no JPEG|empty)"):
        decode_whole(NO_PICTURES[name], channels=3)


@pytest.mark.parametrize("name", ["png", "png-1-bit", "jpeg", "jpeg-progressive"])
def test_a_cut_file_is_damaged_to_tensorflow_too(name: str) -> None:
    from netspec.data.files.decoding import decode_whole

    with pytest.raises(UnreadableImageError, match=r"damaged"):
        decode_whole(FILES[name][: len(FILES[name]) * 2 // 3], channels=3)


def test_tensorflow_decodes_no_picture_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have taken the place of a file that was looked at."""
    import tensorflow as tf

    from netspec.data.files.decoding import decode

    def in_a_pipeline(contents: bytes) -> Any:
        files = tf.data.Dataset.from_tensors(contents)
        return next(iter(files.map(lambda data: decode(data, in_pillow=False, channels=3)))).numpy()

    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", NOISE[..., 0].size)
    for kind in ("PNG", "JPEG"):
        assert in_a_pipeline(encoded(NOISE, kind)).shape == NOISE.shape
    larger = np.concatenate([NOISE, NOISE[:1]])
    for contents in (
        encoded(larger, "PNG"),
        encoded(larger, "JPEG"),
        bomb(2**31 - 1, 3),
        b"",
        b"x",
    ):
        with pytest.raises(tf.errors.InvalidArgumentError):
            in_a_pipeline(contents)


@given(contents=damaged(), channels=st.sampled_from([1, 3]))
def test_damaged_bytes_give_pixels_or_one_kind_of_error(contents: bytes, channels: int) -> None:
    from netspec.data.files.decoding import decode_whole

    try:
        pixels = np.asarray(decode_whole(contents, channels=channels))
    except UnreadableImageError:
        return
    assert pixels.dtype == np.uint8
    assert pixels.ndim == 3
    assert pixels.shape[2] == channels
    assert pixels.size


@pytest.mark.parametrize("resize", ["stretch", "crop", "pad"])
def test_a_single_picture_comes_as_the_network_takes_it(resize: str) -> None:
    from netspec.data.files.decoding import read_picture

    form = ImageForm(size=(10, 10), channels=3, resize=resize, training_size=(12, 12))
    for contents in (numbered(9, size=(10, 10)), numbered(9, kind="WEBP"), FILES["jpeg"]):
        pixels = read_picture(contents, form)
        assert pixels.dtype == "uint8"
        assert pixels.shape == (10, 10, 3)


SIZES = st.tuples(st.integers(1, 40), st.integers(1, 40))


def fitted(image: Any, size: tuple[int, int], resize: str) -> Any:
    """A picture brought to a size in all ways there are, which must be one; of whole numbers, rounded at the end."""
    import tensorflow as tf

    from netspec.data.files.decoding import fit

    alone = fit(tf.constant(image), size, resize).numpy()
    traced = tf.function(
        lambda picture: fit(picture, size, resize),
        input_signature=[tf.TensorSpec((None, None, image.shape[-1]), tf.uint8)],
    )
    assert traced.get_concrete_function().output_shapes == (*size, image.shape[-1])
    assert alone.dtype == np.uint8
    exact = fit(tf.constant(image.astype(np.float32)), size, resize).numpy()
    assert np.array_equal(alone, np.round(exact))
    assert np.array_equal(traced(image), alone)
    assert np.array_equal(fit(tf.constant(image[None]), size, resize)[0], alone)
    return exact


@settings(max_examples=12)
@given(
    own=SIZES,
    size=SIZES,
    channels=st.sampled_from([1, 3]),
    resize=st.sampled_from(["stretch", "crop"]),
)
def test_stretching_and_cropping_are_keras_s_to_the_bit(
    own: tuple[int, int], size: tuple[int, int], channels: int, resize: str
) -> None:
    import keras
    import tensorflow as tf

    image = np.random.default_rng(sum(own)).integers(0, 256, (*own, channels), np.uint8)

    pixels = fitted(image, size, resize)

    expected = keras.ops.image.resize(
        image.astype(np.float32), size, crop_to_aspect_ratio=resize == "crop"
    )
    assert np.array_equal(pixels, expected)
    if resize == "stretch":
        assert np.array_equal(pixels, tf.image.resize(image, size))


@settings(max_examples=12)
@given(own=SIZES, size=SIZES)
def test_padding_shows_the_whole_picture_in_the_middle_of_black(
    own: tuple[int, int], size: tuple[int, int]
) -> None:
    image = np.full((*own, 1), 200, np.uint8)

    pixels = fitted(image, size, "pad")[..., 0]

    rows, columns = (pixels > 0).any(axis=1), (pixels > 0).any(axis=0)
    height, width = int(rows.sum()), int(columns.sum())
    assert set(np.unique(pixels)) <= {0, 200}
    assert np.array_equal(pixels > 0, np.outer(rows, columns))
    assert height == size[0] or width == size[1]
    assert height == max(1, min(size[0], size[1] * own[0] // own[1]))
    assert width == max(1, min(size[1], size[0] * own[1] // own[0]))
    assert np.flatnonzero(rows)[0] == (size[0] - height) // 2
    assert np.flatnonzero(columns)[0] == (size[1] - width) // 2


@pytest.mark.parametrize("own", [(1, 5000), (5000, 1), (1, 1)])
@pytest.mark.parametrize("resize", ["stretch", "crop", "pad"])
def test_the_narrowest_pictures_fit(own: tuple[int, int], resize: str) -> None:
    pixels = fitted(np.full((*own, 3), 50, np.uint8), (8, 6), resize)

    assert pixels.max() == 50


def test_what_pads_differs_from_keras_at_the_border_only() -> None:
    """Keras pads first and resizes then, so that black and picture mix where they meet."""
    import keras

    image = np.asarray(Image.fromarray(SMOOTH).resize((300, 200), Image.Resampling.BILINEAR))

    pixels = fitted(image, (60, 60), "pad")

    expected = np.array(
        keras.ops.image.resize(image.astype(np.float32), (60, 60), pad_to_aspect_ratio=True)
    )
    assert np.array_equal(pixels[11:49], expected[11:49])
    assert pixels[:10].max() == expected[:10].max() == 0


@pytest.mark.parametrize("resize", ["stretch", "crop"])
def test_a_folder_comes_as_keras_s_own_loader_gives_it(resize: str, tmp_path: Path) -> None:
    import keras

    from netspec.data.files.decoding import read_picture

    pictures = {f"a/{n}.png": encoded(NOISE[: 9 + n, : 30 - n], "PNG") for n in range(4)}
    write(tmp_path, {**pictures, "b/0.png": encoded(SMOOTH, "PNG")})
    form = ImageForm(size=(16, 12), channels=3, resize=resize, training_size=(16, 12))

    batches = keras.utils.image_dataset_from_directory(
        tmp_path,
        image_size=form.size,
        shuffle=False,
        verbose=False,
        crop_to_aspect_ratio=resize == "crop",
    )
    expected = np.concatenate([images.numpy() for images, _ in batches])

    names = sorted(path for path in tmp_path.rglob("*.png"))
    pixels = np.stack([read_picture(path.read_bytes(), form) for path in names])
    assert np.array_equal(pixels, np.round(expected))
