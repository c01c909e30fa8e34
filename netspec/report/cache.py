"""The cache of features as a table and as JSON."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.cells import cell_len
from rich.text import Text
from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.report.escape import json_text, printable
from netspec.wording import spoken_bytes

_TITLES = ("key", "features", "images", "size", "last used (UTC)", "of")
_TO_THE_RIGHT = {2, 3}
_GAP = "  "
_SHORT = 12


class FeatureRecord(TypedDict):
    """The form of one of an image's features, without the batch."""

    shape: list[int]
    type: str


class EntryRecord(TypedDict):
    """The features of one part of a network.

    `about` is what it was called when it was used last, null where nobody said; `features` null where its key cannot
    be read. `images` counts versions of one image each; `in_use` is null where nobody can tell.
    """

    key: str
    about: str | None
    features: list[FeatureRecord] | None
    images: int
    bytes: int
    used: str
    in_use: bool | None


class OtherRecord(TypedDict):
    """Another folder of netspec's cache, which `netspec cache clear` leaves alone."""

    name: str
    bytes: int


class CacheDocument(TypedDict):
    """The cache of features, the entry that was used last at the end; `limit` is what all may take, in bytes."""

    folder: str
    limit: int
    bytes: int
    entries: list[EntryRecord]
    others: list[OtherRecord]


def cache_json(document: CacheDocument) -> str:
    """The cache as a JSON document."""
    return json_text(document, ascii_only=True)


def cache_text(document: CacheDocument) -> Text:
    """The entries below each other, the titles first; then what all of it takes, and where it is."""
    rows = [tuple(printable(cell) for cell in _cells(entry)) for entry in document["entries"]]
    lines = []
    if rows:
        widths = [max(map(cell_len, column)) for column in zip(_TITLES, *rows, strict=True)]
        lines = [
            Text(_line(_TITLES, widths), style="dim"),
            *(Text(_line(row, widths)) for row in rows),
        ]
        lines.append(Text())
    total, limit = spoken_bytes(document["bytes"]), spoken_bytes(document["limit"])
    lines.append(Text(f"features: {total} of {limit} in {printable(document['folder'])}"))
    lines += [
        Text(f"{printable(other['name'])}: {spoken_bytes(other['bytes'])}", style="dim")
        for other in document["others"]
    ]
    return Text("\n").join(lines)


def _cells(entry: EntryRecord) -> tuple[str, ...]:
    features = entry["features"]
    used = datetime.fromisoformat(entry["used"]).astimezone(UTC)
    return (
        entry["key"][:_SHORT],
        "unknown" if features is None else " + ".join(map(_form, features)),
        f"{entry['images']:,}",
        spoken_bytes(entry["bytes"]),
        "in use" if entry["in_use"] else f"{used:%Y-%m-%d %H:%M}",
        entry["about"] or "",
    )


def _form(feature: FeatureRecord) -> str:
    """Such as `5 x 5 x 2048 float32`."""
    return " ".join(filter(None, [" x ".join(map(str, feature["shape"])), feature["type"]]))


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = []
    for number, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        blank = " " * (width - cell_len(cell))
        padded.append(blank + cell if number in _TO_THE_RIGHT else cell + blank)
    return _GAP.join(padded).rstrip()
