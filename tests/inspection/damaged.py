"""Folders of pictures that are damaged in one way each, or in all ways at once."""

from __future__ import annotations

import gzip
import io
import os
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from PIL import Image

from netspec.diagnostics import Code
from tests.data.made_pictures import bomb, encoded, png, turned, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

SIZE = 40
EACH = 6
HTML = b"<!DOCTYPE html><html><body>404 Not Found</body></html>"
EVIL = "a\x1b]0;owned\x07\nb.jpg"


def picture(number: int, *, size: int = SIZE) -> NDArray[np.uint8]:
    """A picture of soft colours, unlike that of any other number: `(size, size, 3)`."""
    colours = np.random.default_rng(number).integers(0, 256, (5, 5, 3), np.uint8)
    return np.asarray(Image.fromarray(colours).resize((size, size), Image.Resampling.BICUBIC))


def jpeg(number: int, *, size: int = SIZE, quality: int = 92) -> bytes:
    return encoded(picture(number, size=size), "JPEG", quality=quality)


def sound(root: Path) -> Path:
    """Cats and dogs in two splits, with nothing wrong."""
    number = 0
    for split in ("train", "test"):
        for name in ("cat", "dog"):
            for index in range(EACH):
                write(root, {f"{split}/{name}/{index}.jpg": jpeg(number)})
                number += 1
    return root


def spec(path: str = "pets", *, classes: int = 2, more: str = "") -> str:
    """A spec that trains on such a folder."""
    return f"""netspec: 1
data: {{source: {{ImageFolder: {{path: {path}}}}}{more}}}
model:
  input: [32, 32, 3]
  layers: [{{Rescaling: {{scale: 1/255}}}}, Flatten, {{Dense: {{units: {classes}, activation: softmax}}}}]
compile: {{optimizer: adam, loss: sparse_categorical_crossentropy}}
training: {{epochs: 1, batch_size: 4}}
"""


@dataclass(frozen=True)
class Damage:
    """One way in which a folder is damaged.

    Attributes:
        name: What it is called.
        make: Does it to a folder.
        told: What must stand in a finding; its file, as a rule. Empty where nothing is to be found.
        code: The finding's code, None where nothing is to be found.
        run: What a run does about it.
        classes: How many classes there are then.
    """

    name: str
    make: Callable[[Path], object]
    told: str = ""
    code: Code | None = None
    run: Literal["trains", "stops"] = "trains"
    classes: int = 2


def _file(name: str, contents: bytes) -> Callable[[Path], object]:
    return lambda root: write(root, {name: contents})


def _link(name: str, target: str) -> Callable[[Path], object]:
    return lambda root: (root / name).symlink_to(target)


def _unreadable(root: Path) -> None:
    path = root / "train/cat/secret.jpg"
    path.write_bytes(jpeg(500))
    path.chmod(0)


def _raw_name(root: Path) -> None:
    path = os.path.join(os.fsencode(root), b"train/cat/caf\xe9.jpg")  # noqa: PTH118 - bytes
    with open(path, "wb") as file:  # noqa: PTH123 - bytes
        file.write(jpeg(501))


def _copy(source: str, target: str) -> Callable[[Path], object]:
    return lambda root: write(root, {target: (root / source).read_bytes()})


def _exif(contents: bytes) -> bytes:
    """A JPEG with EXIF data of nonsense."""
    nonsense = b"Exif\x00\x00II*\x00\xff\xff\xff\xffnonsense"
    return (
        contents[:2] + b"\xff\xe1" + struct.pack(">H", len(nonsense) + 2) + nonsense + contents[2:]
    )


def _bmp(width: int, height: int) -> bytes:
    """A BMP whose header promises more than there is."""
    contents = bytearray(encoded(picture(1), "BMP"))
    contents[18:26] = struct.pack("<ii", width, height)
    return bytes(contents)


def _deep(values: NDArray[Any]) -> bytes:
    rows = [row.astype(">u2").tobytes() for row in values]
    return png(rows, width=values.shape[1], depth=16, color=0)


def _palette() -> bytes:
    image = Image.fromarray(picture(510)).convert("P")
    return encoded(image, "PNG", transparency=0)


def _frames() -> bytes:
    first, second = (Image.fromarray(picture(number)) for number in (511, 512))
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=[second])
    return file.getvalue()


def _white(root: Path) -> None:
    for index in range(EACH):
        shade = np.full((SIZE, SIZE, 3), 200 + index, np.uint8)
        write(root, {f"train/white/{index}.jpg": encoded(shade, "JPEG")})


def _class(name: str, first: int) -> Callable[[Path], object]:
    return lambda root: write(
        root, {f"train/{name}/{index}.jpg": jpeg(first + index) for index in range(EACH)}
    )


UNREADABLE = Code.UNREADABLE_IMAGE
LITTER = Code.PASSED_OVER
LAYOUT = Code.DATA_LAYOUT


def _bad(name: str, file: str, contents: bytes) -> Damage:
    return Damage(name, _file(f"train/cat/{file}", contents), file, UNREADABLE, "stops")


DAMAGES = [
    _bad("a truncated JPEG", "half.jpg", jpeg(600, size=120)[:900]),
    _bad("a truncated PNG", "half.png", encoded(picture(601), "PNG")[:-400]),
    _bad("a truncated GIF", "half.gif", encoded(Image.fromarray(picture(602)), "GIF")[:300]),
    _bad("a truncated WebP", "half.webp", encoded(picture(603), "WEBP", lossless=True)[:200]),
    _bad("zero bytes", "none.jpg", b""),
    _bad("a file of zeros", "zeros.jpg", bytes(4096)),
    _bad("HTML named .jpg", "page.jpg", HTML),
    _bad("a text named .png", "text.png", b"a cat on a mat"),
    _bad("a text among pictures", "notes.txt", b"the third is Tom"),
    _bad("gzip named .png", "zipped.png", gzip.compress(encoded(picture(604), "PNG"))),
    _bad("SVG named .png", "vector.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    _bad("TIFF named .jpg", "scan.jpg", encoded(picture(605), "TIFF")),
    _bad("a PNG of 30,000 x 30,000", "bomb.png", bomb(30_000, 30_000)),
    _bad("a BMP that says it is huge", "huge.bmp", _bmp(40_000, 40_000)),
    Damage(
        "a link to itself", _link("train/cat/loop.jpg", "loop.jpg"), "loop.jpg", UNREADABLE, "stops"
    ),
    Damage(
        "a link to nowhere", _link("train/cat/gone.jpg", "no.jpg"), "gone.jpg", UNREADABLE, "stops"
    ),
    Damage(
        "a link out of the place",
        _link("train/cat/out.jpg", "/etc/hostname"),
        "out.jpg",
        LAYOUT,
        "stops",
    ),
    Damage("a file that may not be read", _unreadable, "secret.jpg", UNREADABLE, "stops"),
    Damage(
        "a pipe",
        lambda root: os.mkfifo(root / "train/cat/pipe.jpg"),
        "pipe.jpg",
        UNREADABLE,
        "stops",
    ),
    Damage(
        "a name of control codes",
        _file(f"train/cat/{EVIL}", b""),
        r"a\u001b]0;owned\u0007\u000ab.jpg",
        UNREADABLE,
        "stops",
    ),
    Damage(
        "an empty class",
        lambda root: (root / "train/bird").mkdir(),
        "bird",
        Code.EMPTY_CLASS,
        "stops",
        3,
    ),
    Damage("two classes by case", _class("Dog", 700), "Dog, dog", Code.CLASSES_BY_CASE, "stops", 3),
    Damage("a class whose name is no line", _class("a\nb", 710), r"a\nb", LAYOUT, "stops", 3),
    Damage(
        "a class that is only tested",
        _file("test/fish/0.jpg", jpeg(720)),
        "fish",
        Code.UNKNOWN_CLASS,
        "stops",
    ),
    Damage(
        "a picture beside the classes",
        _file("train/lost.jpg", jpeg(721)),
        "lost.jpg",
        LAYOUT,
        "stops",
    ),
    Damage("a class of one colour", _white, "'white'", Code.SUSPICIOUS_CLASS, classes=3),
    Damage(".DS_Store", _file("train/cat/.DS_Store", b"\0\0\0\1Bud1"), ".DS_Store", LITTER),
    Damage("Thumbs.db", _file("train/dog/Thumbs.db", b"\xd0\xcf\x11\xe0"), "Thumbs.db", LITTER),
    Damage("__MACOSX", _file("train/__MACOSX/._0.jpg", b"\0\5\x16\7"), "__MACOSX", LITTER),
    Damage(
        "a PNG named .jpg",
        _file("train/cat/really.jpg", encoded(picture(800), "PNG")),
        "really.jpg",
        Code.MISNAMED_IMAGE,
    ),
    Damage(
        "a copy in two splits",
        _copy("train/cat/0.jpg", "test/cat/again.jpg"),
        "test/cat/again.jpg",
        Code.IMAGE_IN_TWO_SPLITS,
    ),
    Damage(
        "a copy under two labels",
        _copy("train/cat/1.jpg", "train/dog/again.jpg"),
        "train/dog/again.jpg",
        Code.IMAGE_UNDER_TWO_LABELS,
    ),
    Damage(
        "a copy in one class",
        _copy("train/cat/2.jpg", "train/cat/again.jpg"),
        "train/cat/again.jpg",
        Code.DUPLICATE_IMAGES,
    ),
    Damage(
        "nearly a copy in two splits",
        _file("test/cat/near.jpg", jpeg(3, size=90, quality=80)),
        "test/cat/near.jpg",
        Code.NEAR_DUPLICATE_IN_TWO_SPLITS,
    ),
    Damage(
        "nearly a copy under two labels",
        _file("train/dog/near.jpg", jpeg(4, quality=60)),
        "train/dog/near.jpg",
        Code.NEAR_DUPLICATE_UNDER_TWO_LABELS,
    ),
    Damage(
        "nearly a copy in one class",
        _file("train/cat/near.jpg", jpeg(5, size=64)),
        "train/cat/near.jpg",
        Code.NEAR_DUPLICATES,
    ),
    Damage(
        "a picture of one colour",
        _file("train/cat/grey.jpg", encoded(np.full((40, 40, 3), 90, np.uint8), "JPEG")),
        "grey.jpg",
        Code.PLAIN_IMAGES,
    ),
    Damage(
        "a picture of 9 x 9",
        _file("train/cat/tiny.png", encoded(picture(801, size=9), "PNG")),
        "tiny.png",
        Code.SMALL_IMAGES,
    ),
    Damage("a name that is no UTF-8", _raw_name),
    Damage("a folder in a class", _file("train/cat/more/deep.jpg", jpeg(900))),
    Damage("a folder named as a picture", lambda root: (root / "train/cat/x.jpg").mkdir()),
    Damage("a link back up", _link("train/cat/up", "..")),
    Damage(
        "CMYK",
        _file(
            "train/cat/print.jpg", encoded(Image.fromarray(picture(901)).convert("CMYK"), "JPEG")
        ),
    ),
    Damage("a turned photo", _file("train/cat/turned.jpg", turned(picture(902), "JPEG", 6))),
    Damage("damaged EXIF data", _file("train/cat/exif.jpg", _exif(jpeg(903)))),
    Damage(
        "16 bits", _file("train/cat/deep.png", _deep(picture(904)[..., 0].astype(np.uint16) * 257))
    ),
    Damage("a palette with a hole", _file("train/cat/palette.png", _palette())),
    Damage("an animation", _file("train/cat/moving.gif", _frames())),
    Damage("gray", _file("train/cat/gray.jpg", encoded(picture(905)[..., 0], "JPEG"))),
    Damage("bytes after the picture", _file("train/cat/tail.jpg", jpeg(906) + b"more" * 50)),
]
# What this machine cannot make: to the superuser every file is open.
MAKEABLE = [
    damage
    for damage in DAMAGES
    if not (
        damage.name == "a file that may not be read" and hasattr(os, "geteuid") and not os.geteuid()
    )
]
