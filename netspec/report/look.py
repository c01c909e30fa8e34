"""What a look inside a network found, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.text import Text
from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.report.escape import json_text, printable
from netspec.report.predictions import Answer, prediction_text

if TYPE_CHECKING:
    from collections.abc import Sequence

Drawn = Literal["colours", "signs", "mean signs"]
_DRAWN: dict[Drawn, str] = {
    "colours": "as colours, gray is 0",
    "signs": "blue below 0, red above",
    "mean signs": "the mean of their inputs, blue below 0, red above",
}


# Before a file's name.
_INDENT = "  "
# Columns that a description has at least, however long names are.
_LEAST = 16


class FiltersRecord(TypedDict):
    """The filters of the first convolution.

    `kernel` is their height and width, `inputs` how many channels one looks at; `filters` counts them, `shown` those
    that are drawn, the first. `drawn` says how: `colours` of the picture, of 3 inputs; `signs` of 1; `mean signs`, the
    mean over all inputs. `picture` is a file beside `filters.json`.
    """

    layer: str
    kind: str
    kernel: list[int]
    inputs: int
    filters: int
    shown: int
    drawn: Drawn
    checkpoint: str
    picture: str


class ChannelRecord(TypedDict):
    """A tile of a sheet: the channel's number, and its values where it is darkest and brightest; null is no number."""

    channel: int
    low: float | None
    high: float | None


class MapRecord(TypedDict):
    """What one layer made of an image: `shown` are the tiles of its picture, row by row."""

    layer: str
    kind: str
    height: int
    width: int
    channels: int
    shown: list[ChannelRecord]
    picture: str


class GradCamRecord(TypedDict):
    """Which part of an image speaks for what an output says.

    `name` is the class that was asked for, or the number; `predicted` whether it is the class that the network names.
    `value` is the number whose gradient was followed, `before_activation` whether it is the one before the output's
    softmax or sigmoid. `layer` gave the map, of `height` and `width`. `picture` is null where `reason` says why.
    """

    output: str
    kind: Literal["class", "multi_label", "number"]
    name: str
    predicted: bool
    value: float | None
    before_activation: bool
    layer: str
    height: int
    width: int
    picture: str | None
    reason: str | None


class LookRecord(TypedDict):
    """One image: what `look.json` holds in the folder `name`, beside the pictures.

    `image` is as the user named it, `place` a hash of where it lay, by which the same image is known again. `picture`
    is the image as the network saw it, of `height`, `width` and `channels`. `said` is what the network says of it, by
    the outputs' keys. `grad_cam` is null where no feature map leads to the output.
    """

    name: str
    image: str
    place: str
    checkpoint: str
    height: int
    width: int
    channels: int
    picture: str
    said: dict[str, Answer]
    grad_cam: GradCamRecord | None
    maps: list[MapRecord]


class LookDocument(TypedDict):
    """What ``netspec look --format json`` prints.

    `folder` holds everything: the filters, and a folder for each image. `filters` is null where no convolution is.
    `notices` says what could not be made, and why.
    """

    folder: str
    checkpoint: str
    filters: FiltersRecord | None
    images: list[LookRecord]
    notices: list[str]


def look_json(document: LookDocument) -> str:
    """The document as text."""
    return json_text(document)


def look_text(document: LookDocument, *, bars: bool, width: int | None = None) -> Text:
    """Of each image what the network says, and the files that were written; then the filters, and what is missing.

    Names of files and folders stay whole, so that they can be copied.

    Args:
        document: What was found.
        bars: Whether a bar shows each probability, as on a terminal.
        width: How many columns the terminal has, after which lines go on in the next; None where nothing is broken, as
            in a pipe.
    """
    folder = document["folder"]
    parts = [_image(each, folder, bars=bars, width=width) for each in document["images"]]
    filters = document["filters"]
    if filters is not None:
        lines = _files(folder, [(filters["picture"], _filters(filters))], width)
        parts.append(Text("\n").join(lines))
    parts += [Text("\n").join(_dim(notice, 0, width)) for notice in document["notices"]]
    return Text("\n\n").join(parts)


def _image(record: LookRecord, folder: str, *, bars: bool, width: int | None) -> Text:
    """What is said of an image, and its folder with a line for each file."""
    said = prediction_text({"image": record["image"], "outputs": record["said"]}, bars=bars)
    size = f"{record['height']} x {record['width']}"
    rows = [(record["picture"], f"as the network sees it, {size}")]
    cam = record["grad_cam"]
    if cam is not None and cam["picture"] is not None:
        rows.append((cam["picture"], _grad_cam(cam)))
    rows += [(each["picture"], _map(each)) for each in record["maps"]]
    lines = _files(f"{folder}/{record['name']}", rows, width)
    if cam is not None and cam["reason"] is not None:
        lines += _dim(f"no Grad-CAM: {cam['reason']}", len(_INDENT), width)
    return Text("\n").join([said, *(Text.assemble("  ", line) for line in lines)])


def _files(folder: str, rows: Sequence[tuple[str, str]], width: int | None) -> list[Text]:
    """A folder, and below it its files, with what they show below each other."""
    names = [printable(name) for name, _ in rows]
    begin = len(_INDENT) + max(map(cell_len, names)) + 2
    lines = [Text(f"in {printable(folder)}")]
    for name, (_, what) in zip(names, rows, strict=True):
        first, *more = _dim(what, begin, width)
        gap = Text(f"{_INDENT}{name}".ljust(begin + len(name) - cell_len(name)))
        lines += [gap + first[begin:], *more]
    return lines


def _dim(sentence: str, begin: int, width: int | None) -> list[Text]:
    """A sentence in lines that all begin at a column, and break between words where there is room for some."""
    lines, line = [], ""
    room = None if width is None else width - begin - len(_INDENT)
    for word in printable(sentence).split(" "):
        longer = f"{line} {word}" if line else word
        if line and room is not None and cell_len(longer) > max(room, _LEAST):
            lines.append(line)
            longer = word
        line = longer
    return [Text.assemble(" " * begin, (each, "dim")) for each in (*lines, line)]


def _grad_cam(cam: GradCamRecord) -> str:
    return f"Grad-CAM of {cam['name']} at {cam['layer']}, {cam['height']} x {cam['width']}"


def _map(each: MapRecord) -> str:
    shown, channels = len(each["shown"]), each["channels"]
    some = f"{channels}" if shown == channels else f"{shown} of {channels}"
    return f"{some} channels of {each['height']} x {each['width']}"


def _filters(filters: FiltersRecord) -> str:
    shown, count = filters["shown"], filters["filters"]
    some = f"{count}" if shown == count else f"{shown} of {count}"
    height, width = filters["kernel"]
    return f"{some} filters of {filters['layer']}, {height} x {width}, {_DRAWN[filters['drawn']]}"
