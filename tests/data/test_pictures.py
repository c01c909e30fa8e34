"""Picture files: every form of them is decoded as a person sees it, and what is none is said to be none."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from netspec.data.files import pictures
from netspec.data.files.first_bytes import ENOUGH, plain_header
from netspec.data.files.header import Header
from netspec.data.files.pictures import (
    FORMATS,
    UnreadableImageError,
    decode_in_pillow,
    read_header,
)
from tests.data.made_pictures import (
    ALPHA,
    HEIGHT,
    NOISE,
    SMOOTH,
    WIDTH,
    bomb,
    chunk,
    encoded,
    png,
    turned,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.data.made_pictures import Pixels

# pytest makes errors of warnings, whatever the program does with them.
pytestmark = pytest.mark.filterwarnings("ignore:::PIL")

GRAY = SMOOTH[..., 0]
OVER_WHITE = np.round(
    SMOOTH * (ALPHA[..., None] / 255) + 255 * (1 - ALPHA[..., None] / 255)
).astype(np.uint8)
RGBA = np.dstack([SMOOTH, ALPHA])
DEEP = (GRAY.astype(np.uint16) << 8) + 200
PALETTE = Image.fromarray(SMOOTH).quantize(64)
UNTURNED: dict[int, Callable[[Pixels], Pixels]] = {
    1: lambda seen: seen,
    2: lambda seen: seen[:, ::-1],
    3: lambda seen: seen[::-1, ::-1],
    4: lambda seen: seen[::-1],
    5: lambda seen: seen.transpose(1, 0, 2),
    6: np.rot90,
    7: lambda seen: np.rot90(seen.transpose(1, 0, 2), 2),
    8: lambda seen: np.rot90(seen, -1),
}


def gray_rows(depth: int) -> list[bytes]:
    """The rows of a picture in 1, 2, 4 or 16 bits of gray."""
    if depth == 16:
        return [row.astype(">u2").tobytes() for row in DEEP]
    bits = np.unpackbits(GRAY[..., None], axis=-1)[..., :depth]
    return [np.packbits(row.ravel()).tobytes() for row in bits]


def few_grays(depth: int) -> Pixels:
    levels = 2**depth - 1
    seen: Pixels = np.round((GRAY >> (8 - depth)) * (255 / levels)).astype(np.uint8)
    return seen


def colored(gray: Pixels) -> Pixels:
    return np.repeat(gray[..., None], 3, axis=-1)


EXACT: dict[str, tuple[bytes, Pixels]] = {
    "png": (encoded(NOISE, "PNG"), NOISE),
    "png-gray": (encoded(GRAY, "PNG"), colored(GRAY)),
    "png-1-bit": (encoded(Image.fromarray(GRAY > 127), "PNG"), colored(np.uint8(255) * (GRAY > 127))),
    "png-2-bits": (png(gray_rows(2), width=WIDTH, depth=2, color=0), colored(few_grays(2))),
    "png-4-bits": (png(gray_rows(4), width=WIDTH, depth=4, color=0), colored(few_grays(4))),
    "png-16-bits": (png(gray_rows(16), width=WIDTH, depth=16, color=0), colored(GRAY)),
    "png-16-bits-color": (
        png(
            [((row.astype(np.uint16) << 8) + 255).astype(">u2").tobytes() for row in NOISE],
            width=WIDTH,
            depth=16,
            color=2,
        ),
        NOISE,
    ),
    "png-gamma": (
        png(
            [row.tobytes() for row in NOISE],
            width=WIDTH,
            depth=8,
            color=2,
            extra=chunk(b"gAMA", (20000).to_bytes(4, "big")),
        ),
        NOISE,
    ),
    "png-palette": (encoded(PALETTE, "PNG"), np.asarray(PALETTE.convert("RGB"))),
    "png-alpha": (encoded(RGBA, "PNG"), OVER_WHITE),
    "png-gray-alpha": (
        encoded(np.dstack([GRAY, ALPHA]), "PNG"),
        np.round(colored(GRAY) * (ALPHA[..., None] / 255) + 255 - ALPHA[..., None]).astype(np.uint8),
    ),
    "png-16-bits-one-transparent": (
        png(
            gray_rows(16),
            width=WIDTH,
            depth=16,
            color=0,
            extra=chunk(b"tRNS", int(DEEP[3, 0]).to_bytes(2, "big")),
        ),
        colored(np.where(GRAY[3, 0] == GRAY, 255, GRAY).astype(np.uint8)),
    ),
    "bmp": (encoded(NOISE, "BMP"), NOISE),
    "bmp-gray": (encoded(GRAY, "BMP"), colored(GRAY)),
    "bmp-palette": (encoded(PALETTE, "BMP"), np.asarray(PALETTE.convert("RGB"))),
    "bmp-1-bit": (encoded(Image.fromarray(GRAY > 127), "BMP"), colored(np.uint8(255) * (GRAY > 127))),
    "gif": (encoded(PALETTE, "GIF"), np.asarray(PALETTE.convert("RGB"))),
    "gif-animated": (
        encoded(PALETTE, "GIF", save_all=True, append_images=[Image.fromarray(GRAY)]),
        np.asarray(PALETTE.convert("RGB")),
    ),
    "webp-lossless": (encoded(NOISE, "WEBP", lossless=True), NOISE),
    "webp-alpha": (encoded(RGBA, "WEBP", lossless=True, exact=True), OVER_WHITE),
    "webp-animated": (
        encoded(SMOOTH, "WEBP", lossless=True, save_all=True, append_images=[Image.fromarray(NOISE)]),
        SMOOTH,
    ),
    "one-pixel": (encoded(NOISE[:1, :1], "PNG"), NOISE[:1, :1]),
    "one-row": (encoded(NOISE[:1], "WEBP", lossless=True), NOISE[:1]),
    "one-column": (encoded(NOISE[:, :1], "BMP"), NOISE[:, :1]),
}  # fmt: skip
CLOSE: dict[str, bytes] = {
    "jpeg": encoded(SMOOTH, "JPEG", quality=95),
    "jpeg-progressive": encoded(SMOOTH, "JPEG", quality=95, progressive=True),
    "jpeg-rgb": encoded(SMOOTH, "JPEG", quality=95, keep_rgb=True),
    "jpeg-restart-markers": encoded(SMOOTH, "JPEG", quality=95, restart_marker_blocks=1),
    "jpeg-cmyk": encoded(Image.fromarray(SMOOTH).convert("CMYK"), "JPEG", quality=95),
    "jpeg-of-several": encoded(
        SMOOTH, "MPO", quality=95, save_all=True, append_images=[Image.fromarray(NOISE)]
    ),
    "webp": encoded(SMOOTH, "WEBP", quality=95),
}
NO_PICTURES = {
    "empty": b"",
    "text": b"this is no picture\n" * 40,
    "html": b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64,
    "tiff": encoded(SMOOTH, "TIFF"),
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n",
    "zip": b"PK\3\4" + b"\0" * 60,
}


def test_only_formats_of_pictures_are_open() -> None:
    assert FORMATS == ("JPEG", "PNG", "BMP", "GIF", "WEBP")


@pytest.mark.parametrize("name", EXACT)
def test_a_picture_without_loss_is_exactly_what_was_put_in(name: str) -> None:
    contents, original = EXACT[name]

    pixels = decode_in_pillow(contents, channels=3)

    assert pixels.dtype == np.uint8
    assert pixels.shape == original.shape
    # Blending over white may round the other way.
    assert np.abs(pixels.astype(int) - original).max() <= ("alpha" in name)


@pytest.mark.parametrize("name", CLOSE)
def test_a_picture_with_loss_is_close_to_what_was_put_in(name: str) -> None:
    pixels = decode_in_pillow(CLOSE[name], channels=3)

    assert pixels.shape == SMOOTH.shape
    assert np.abs(pixels.astype(int) - SMOOTH).mean() < 6


@pytest.mark.parametrize("name", [*EXACT, *CLOSE])
def test_one_channel_is_the_gray_of_what_is_seen(name: str) -> None:
    contents = CLOSE[name] if name in CLOSE else EXACT[name][0]
    seen = decode_in_pillow(contents, channels=3)

    gray = decode_in_pillow(contents, channels=1)

    assert gray.shape == (*seen.shape[:2], 1)
    expected = seen @ np.array([0.299, 0.587, 0.114])
    assert np.abs(gray[..., 0] - expected).max() <= 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", UNTURNED)
def test_a_photo_is_turned_upright(kind: str, orientation: int) -> None:
    stored = np.ascontiguousarray(UNTURNED[orientation](SMOOTH))
    contents = turned(stored, kind, orientation)

    assert np.abs(decode_in_pillow(contents, channels=3).astype(int) - SMOOTH).mean() < 2
    header = read_header(contents)
    assert (header.height, header.width) == stored.shape[:2]
    assert header.orientation == orientation
    assert header.in_pillow(3) == (orientation != 1 or kind == "WEBP")


def test_a_deep_gray_photo_and_a_transparent_one_are_turned_upright_too() -> None:
    for stored, seen in (
        (Image.fromarray(DEEP), colored(GRAY)),
        (Image.fromarray(RGBA), OVER_WHITE),
    ):
        exif = Image.Exif()
        exif[0x0112] = 6
        contents = encoded(stored.transpose(Image.Transpose.ROTATE_90), "PNG", exif=exif)

        assert np.abs(decode_in_pillow(contents, channels=3).astype(int) - seen).max() <= 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize(
    "exif", [b"Exif\0\0garbage", b"Exif\0\0II*\0", b"Exif\0\0MM\0*\0\0\0\x08\xff"]
)
def test_damaged_exif_data_leave_the_picture_as_it_is_stored(exif: bytes, kind: str) -> None:
    contents = encoded(SMOOTH, kind, exif=exif)

    assert not read_header(contents).in_pillow(3)
    assert decode_in_pillow(contents, channels=3).shape == SMOOTH.shape


def test_the_ending_of_a_name_says_nothing_and_the_first_bytes_all() -> None:
    header = read_header(io.BytesIO(EXACT["webp-lossless"][0]))

    assert header == Header("WEBP", WIDTH, HEIGHT, "RGB")
    assert header.in_pillow(3)


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_said_to_be_none(name: str) -> None:
    expected = "it is empty" if name == "empty" else "it is no JPEG, PNG, BMP, GIF or WebP picture"
    for read in (read_header, lambda data: decode_in_pillow(data, channels=3)):
        with pytest.raises(UnreadableImageError) as raised:
            read(NO_PICTURES[name])
        assert str(raised.value) == expected


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (12_000, 9_000), (2**31 - 1, 1)])
def test_a_picture_of_too_many_pixels_is_refused_by_its_header(width: int, height: int) -> None:
    with pytest.raises(
        UnreadableImageError, match=r"^it has more than 89,478,485 pixels, the limit$"
    ):
        read_header(bomb(width, height))


def test_a_picture_without_pixels_is_refused() -> None:
    for width, height in ((0, 5), (5, 0), (0, 0)):
        with pytest.raises(UnreadableImageError):
            read_header(bomb(width, height))


@pytest.mark.parametrize("name", ["png", "bmp", "gif", "webp-lossless"])
def test_a_cut_file_is_damaged(name: str) -> None:
    contents = EXACT[name][0]
    with pytest.raises(UnreadableImageError, match=r"^it is damaged"):
        decode_in_pillow(contents[: len(contents) // 2], channels=3)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A picture file with some bytes changed, lost or cut off."""
    contents = bytearray(draw(st.sampled_from([*(c for c, _ in EXACT.values()), *CLOSE.values()])))
    for _ in range(draw(st.integers(0, 3))):
        # Mistakes near the start meet the most code.
        start = draw(st.integers(0, min(len(contents), 200)) | st.integers(0, len(contents)))
        lost = draw(st.integers(0, 3) | st.integers(0, len(contents)))
        contents[start : start + lost] = draw(st.binary(max_size=4))
    return bytes(contents)


@given(contents=damaged(), channels=st.sampled_from([1, 3]))
def test_damaged_bytes_give_pixels_or_one_kind_of_error(contents: bytes, channels: int) -> None:
    try:
        header = read_header(contents)
    except UnreadableImageError:
        with pytest.raises(UnreadableImageError):
            decode_in_pillow(contents, channels=channels)
        return
    assert read_header(io.BytesIO(contents)) == header
    try:
        pixels = decode_in_pillow(contents, channels=channels)
    except UnreadableImageError:
        return
    assert pixels.shape[2] == channels
    assert pixels.shape[:2] in {(header.height, header.width), (header.width, header.height)}


PLAIN = {
    "png", "png-gray", "png-gamma", "png-palette", "png-alpha", "png-gray-alpha", "one-pixel",
    "jpeg", "jpeg-progressive", "jpeg-rgb", "jpeg-restart-markers",
}  # fmt: skip


@pytest.mark.parametrize("name", [*EXACT, *CLOSE])
def test_a_plain_file_s_first_bytes_say_what_pillow_says(name: str) -> None:
    contents = EXACT[name][0] if name in EXACT else CLOSE[name]

    plain = plain_header(contents[:ENOUGH], limit=None)

    assert (plain is not None) == (name in PLAIN)
    assert plain in {None, by_pillow(contents)}


@given(contents=damaged())
def test_of_damaged_files_too(contents: bytes) -> None:
    plain = plain_header(contents, limit=Image.MAX_IMAGE_PIXELS)

    try:
        expected = by_pillow(contents)
    except UnreadableImageError:
        return
    assert plain in {None, expected}


def by_pillow(contents: bytes) -> Header:
    """A file's header as Pillow alone reads it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "plain_header", lambda *_, **__: None)
        return read_header(contents)


def test_warnings_of_pillow_are_silent_and_no_thread_leaves_a_filter_behind() -> None:
    """Many threads decode at once; what they did to the warnings of all others would stay."""
    code = (
        "import sys, warnings\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from netspec.data.files.pictures import decode_in_pillow, read_header\n"
        "data = sys.stdin.buffer.read()\n"
        "before = list(warnings.filters)\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    list(pool.map(lambda _: decode_in_pillow(data, channels=3), range(200)))\n"
        "assert warnings.filters == before\n"
    )
    contents = encoded(SMOOTH, "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x05\0")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        input=contents,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")


def test_reading_a_header_leaves_most_of_a_file_unread() -> None:
    large = encoded(np.random.default_rng(1).integers(0, 256, (600, 600, 3), np.uint8), "PNG")
    file = io.BytesIO(large)

    read_header(file)

    assert file.tell() < len(large) / 10
