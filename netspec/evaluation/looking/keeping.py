"""Where looks are kept: a folder for each image, which appears whole."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.errors import UsageError
from netspec.report.escape import printable
from netspec.runs.folders import make_folder
from netspec.runs.listed.untrusted import content, mapping

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

FOLDER = "look"
RECORD, PICTURE, GRAD_CAM = "look.json", "picture.png", "grad-cam.png"
_LARGEST_RECORD = 2**20
_LONGEST_NAME = 80


def open_folder(run: Path, output: Path | None) -> Path:
    """Makes the folder of all looks: the one asked for, or `look` inside the run.

    Raises:
        OSError: It cannot be made.
    """
    if output is None:
        return make_folder(run, FOLDER)
    output.mkdir(parents=True, exist_ok=True)
    return output


@contextmanager
def refused(folder: Path) -> Iterator[None]:
    """Says in a sentence that something cannot be written.

    Raises:
        UsageError: It cannot: the run may only be read, or the disk is full.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(
            f"cannot write to {printable(str(folder))}: {reason}",
            hint="name another folder with --output",
        ) from None


def place_of(image: Path) -> str:
    """A hash of where an image lies, which tells it from others of its name and gives no path away."""
    where = os.fsencode(Path(os.path.realpath(image)))
    return hashlib.sha256(where).hexdigest()[:16]


def free_name(folder: Path, image: Path, ending: str = "") -> str:
    """The name of an image's folder: its own from before, else the first that nothing has.

    Args:
        folder: The folder of all looks.
        image: The image's file.
        ending: What the name ends with, such as the checkpoint's.
    """
    stem = _safe(image.stem, "picture")[: _LONGEST_NAME - len(ending)] + ending
    place = place_of(image)
    for number in itertools.count(1):
        name = stem if number == 1 else f"{stem}-{number}"
        if not os.path.lexists(folder / name) or _place_in(folder / name) == place:
            return name
    raise AssertionError  # pragma: no cover - the count has no end


def file_name(stem: str, taken: Collection[str]) -> str:
    """The name of a PNG that none of those taken has, be it in other letters."""
    stem = _safe(stem, "layer")[:_LONGEST_NAME]
    lower = {name.lower() for name in taken}
    names = (
        f"{stem}.png" if number == 1 else f"{stem}-{number}.png" for number in itertools.count(1)
    )
    return next(name for name in names if name.lower() not in lower)


@contextmanager
def replacing_folder(folder: Path, name: str) -> Iterator[Path]:
    """A new folder, which takes its place among the others at the end; what was there goes.

    Args:
        folder: Where the others lie.
        name: What it is called there.

    Raises:
        OSError: Something cannot be written.
    """
    # No image's folder begins with a dot.
    for left in folder.glob(f".writing-*-{name}"):
        if re.fullmatch(r"\.writing-[0-9]+", left.name.removesuffix(f"-{name}")):
            _remove(left)  # a process that was killed left it
    beside = folder / f".writing-{os.getpid()}-{name}"
    new, old = beside / "new", beside / "old"
    try:
        new.mkdir(parents=True)
        yield new
        if os.path.lexists(folder / name):
            (folder / name).rename(old)
        new.rename(folder / name)
    finally:
        with suppress(OSError):  # where nothing can be written, nothing can be removed
            _remove(beside)


def _safe(text: str, otherwise: str) -> str:
    """A text as a file's name anywhere."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip(".-") or otherwise


def _place_in(folder: Path) -> str | None:
    """The place that a folder's record says; None of what is no look."""
    if folder.is_symlink():
        return None
    try:
        place = mapping(json.loads(content(folder / RECORD, largest=_LARGEST_RECORD))).get("place")
    except (OSError, ValueError, RecursionError):
        return None
    return place if isinstance(place, str) else None


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif os.path.lexists(path):
        path.unlink()
