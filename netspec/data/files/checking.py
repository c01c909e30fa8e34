"""Files are looked at before training: what each holds, who decodes it, and which are no pictures."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import numpy as np

from netspec.data.files.index import Known
from netspec.data.files.listed import (
    LARGEST_FILE,
    NO_FILE,
    TOO_LARGE,
    of_status,
    size_and_time,
)
from netspec.data.files.looking import is_enough
from netspec.data.images import EncodedImages, FileImages

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from netspec.data.files.looking import Closeness, Indexes

Progress = Callable[[int, int], None]
_Work = TypeVar("_Work")
_Result = TypeVar("_Result")
# What is known of a file, or why it cannot be read.
Seen = Known | str

_AT_ONCE = 16
_AHEAD = 4
# A pipe is not waited for, and no other program gets the file.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True)
class _Reading:
    """What is done with a file that is opened."""

    how: Closeness
    channels: int


def look_at(  # noqa: PLR0913 - each has a name
    given: Mapping[str, EncodedImages],
    *,
    how: Closeness,
    channels: int,
    indexes: Indexes,
    progress: Progress,
    chosen: Mapping[str, NDArray[np.int64]] | None = None,
) -> dict[str, EncodedImages]:
    """Looks at files; an unchanged one that is known well enough is not opened.

    Args:
        given: The images, by the names of their splits.
        how: How closely each is looked at.
        channels: 3 or 1, those that are wanted.
        indexes: What is known of files, which learn what is seen.
        progress: Is told how many files were opened, and how many will be.
        chosen: By the same names, those that are looked at; all without.

    Returns:
        The same images with their sizes, contents, decoders and problems. Where nothing is opened, each is asked for
        its decoder when it is read.
    """
    given = {name: _asked(images) for name, images in given.items()}
    found: dict[str, dict[int, Seen]] = {}
    unknown: list[tuple[str, int]] = []
    for name, images in given.items():
        index = indexes.of(images.root)
        seen: dict[int, Seen] = {}
        found[name] = seen
        places = range(len(images)) if chosen is None else chosen[name].tolist()
        sizes, times = images.sizes.tolist(), images.mtimes.tolist()
        for place in places:
            size = sizes[place]
            if place in images.problems:
                continue
            if size < 0:
                seen[place] = images.absent.get(place) or _why_none(images.location(place))
                continue
            known = index.find(images.names[place], size, times[place]) or Known(size, times[place])
            seen[place] = known
            if not is_enough(known, how, channels=channels):
                unknown.append((name, place))

    def read(places: Sequence[tuple[str, int]]) -> list[Seen]:
        return [
            _read(given[name], place, found[name][place], _Reading(how, channels))
            for name, place in places
        ]

    chunks = [unknown[at : at + _AT_ONCE] for at in range(0, len(unknown), _AT_ONCE)]
    done = 0
    try:
        with closing(_in_threads(read, chunks)) as results:
            for chunk, seen_of in zip(chunks, results, strict=True):
                for (name, place), each in zip(chunk, seen_of, strict=True):
                    found[name][place] = each
                    if isinstance(each, Known):
                        indexes.of(given[name].root).keep(given[name].names[place], each)
                done += len(chunk)
                progress(done, len(unknown))
        _forget_gone(given, indexes)
    finally:
        indexes.flush()
    return {name: _looked_at(images, found[name], how, channels) for name, images in given.items()}


def _forget_gone(given: Mapping[str, EncodedImages], indexes: Indexes) -> None:
    """Has the folders' indexes forget files that are gone."""
    for root in {images.root for images in given.values()}:
        named = (images.names for images in given.values() if images.root == root)
        indexes.of(root).forget_gone(chain.from_iterable(named))


def _looked_at(
    images: EncodedImages, seen: Mapping[int, Seen], how: Closeness, channels: int
) -> EncodedImages:
    problems = dict(images.problems)
    contents = list(images.contents) or [b""] * len(images)
    in_pillow = (
        images.in_pillow.copy() if len(images.in_pillow) else np.zeros(len(images), np.bool_)
    )
    sizes, mtimes = images.sizes.copy(), images.mtimes.copy()
    by_content = how in {"decode", "hash"}
    for place, each in seen.items():
        complaint = _complaint(each, how, channels)
        if complaint is not None:
            problems[place] = complaint
        if isinstance(each, str):
            continue
        sizes[place], mtimes[place] = each.size, each.mtime_ns
        contents[place] = (
            each.sha256 or b"" if by_content else _by_size(images.names[place], each.size)
        )
        in_pillow[place] = each.in_pillow(channels)
    return images.looked_at(
        in_pillow=in_pillow if how != "off" else np.zeros(0, np.bool_),
        contents=tuple(contents),
        sizes=sizes,
        mtimes=mtimes,
        problems=problems,
    )


def _complaint(seen: Seen, how: Closeness, channels: int) -> str | None:
    """What a look of this closeness finds wrong, whatever is known from closer ones."""
    if isinstance(seen, str):
        return seen
    if seen.size > LARGEST_FILE:
        return TOO_LARGE
    if how == "off":
        return None
    return seen.complaint(channels) if how == "decode" else seen.problem


def _by_size(name: str, size: int) -> bytes:
    """What stands for a file's contents where they are not read."""
    return os.fsencode(name) + b"\0" + str(size).encode()


def _asked(images: EncodedImages) -> EncodedImages:
    """The images with their files' sizes and times."""
    if len(images.sizes) == len(images) or not isinstance(images, FileImages):
        return images
    asked = np.array(
        [size_and_time(images.location(place)) for place in range(len(images))], np.int64
    ).reshape(-1, 2)
    return images.looked_at(sizes=asked[:, 0], mtimes=asked[:, 1])


def _why_none(path: str) -> str:
    """Why there is no file that could be read."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - as it was listed
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    return _no_file(mode) or "it was no file when the folder was listed"


def _no_file(mode: int) -> str | None:
    if stat.S_ISREG(mode):
        return None
    return "it is a folder" if stat.S_ISDIR(mode) else "it is a pipe or a device"


def _read(images: EncodedImages, place: int, known: Seen, reading: _Reading) -> Seen:
    """What is seen of an image; or why it cannot be read."""
    assert isinstance(known, Known)  # noqa: S101 - others are not read
    if known.size > LARGEST_FILE:
        return TOO_LARGE
    try:
        if isinstance(images, FileImages):
            return _read_file(images.location(place), known, reading)
        if reading.how == "header":
            with images.open(place) as file:
                return _with_header(file, known)
        data = images.read_whole(place)
    except OSError as error:
        return error.strerror or str(error)
    return _read_whole(data, known._replace(sha256=sha256(data).digest()), reading)


def _read_file(path: str, known: Known, reading: _Reading) -> Seen:
    """What is seen of a file; or why there is none.

    Raises:
        OSError: It cannot be read.
    """
    with open(os.open(path, _FLAGS), "rb") as file:  # noqa: PTH123 - a Path takes no flags
        status = os.fstat(file.fileno())
        size, mtime = of_status(status)
        if (size, mtime) == NO_FILE:
            return _no_file(status.st_mode) or "it cannot be read"
        if known[:2] != (size, mtime):
            known = Known(size, mtime)
        if size > LARGEST_FILE:
            return TOO_LARGE
        if reading.how == "header":
            return _with_header(file, known)
        data = file.read(size + 1)
    if len(data) != size:
        return "it changes while it is read"
    return _read_whole(data, known._replace(sha256=sha256(data).digest()), reading)


def _with_header(file: BinaryIO, known: Known) -> Known:
    """What a file's first bytes tell of it."""
    from netspec.data.files.pictures import UnreadableImageError, read_header

    try:
        return known.with_header(read_header(file if known.size else b""))
    except UnreadableImageError as error:
        return known._replace(format=None, problem=str(error))


def _read_whole(data: bytes, known: Known, reading: _Reading) -> Known:
    """What a file's bytes tell of it."""
    from netspec.data.files.pictures import UnreadableImageError, read_header

    try:
        header = read_header(data)
    except UnreadableImageError as error:
        return known._replace(format=None, problem=str(error))
    known = known.with_header(header)
    if reading.how != "decode":
        return known
    from netspec.data.files.decoding import why_not_decoded

    why = why_not_decoded(data, header, channels=reading.channels)
    if header.in_pillow(reading.channels):
        return known._replace(pillow=why)
    return known._replace(tensorflow=why)


def _in_threads(act: Callable[[_Work], _Result], works: Iterable[_Work]) -> Generator[_Result]:
    """Results in order; only a few are waiting at a time, so that an interruption ends it soon."""
    remaining = iter(works)
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(max_workers=workers) as pool:
        waiting = deque(pool.submit(act, work) for work in islice(remaining, _AHEAD * workers))
        try:
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(pool.submit(act, work) for work in islice(remaining, 1))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
