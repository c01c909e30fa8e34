"""Files are looked at before training: which are no pictures, and who decodes each."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from netspec.data.images import FileImages
from netspec.errors import DataError
from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from netspec.data.splits import Split

Progress = Callable[[int, int], None]
# Whether Pillow decodes a file, and a digest of its contents, or its size where those are not read.
Seen = tuple[bool, str]

# Above this, decoding every file takes minutes, and only the headers are read.
DECODED_UP_TO = 2 * 2**30
_SHOWN = 10
_AHEAD = 256


@dataclass(frozen=True)
class Checked:
    """Splits that are fit to train on.

    Attributes:
        splits: The splits; each file with its decoder.
        fingerprint: SHA-256 (hexadecimal) over the data.
        fingerprints: The same for each split of a folder, over its files' names, labels, and contents (sizes where the
            files are too many to be read); empty for a named data set, which is one whole.
    """

    splits: dict[str, Split]
    fingerprint: str
    fingerprints: dict[str, str]


def check_files(splits: Mapping[str, Split], *, channels: int, progress: Progress) -> Checked:
    """Looks at every file of some splits of one folder.

    Raises:
        DataError: Some are no pictures; the first ten are named.
    """
    # Validation and test may be the same images: each file is looked at once.
    paths = list(
        dict.fromkeys(
            _files_of(split).path(index) for split in splits.values() for index in split.indices
        )
    )
    whole = sum(map(_size, paths)) <= DECODED_UP_TO

    def look(path: Path) -> Seen | str:
        return _look(path, channels=channels, whole=whole)

    seen: dict[Path, Seen] = {}
    bad: list[str] = []
    with closing(_in_threads(look, paths)) as results:
        for done, (path, result) in enumerate(zip(paths, results, strict=True), start=1):
            if isinstance(result, str):
                bad.append(f"{printable(str(path))}: {result}")
            else:
                seen[path] = result
            progress(done, len(paths))
    if bad:
        raise _no_pictures(bad)
    return _checked(splits, seen)


def _checked(splits: Mapping[str, Split], seen: Mapping[Path, Seen]) -> Checked:
    decoders = {
        id(split.images): np.zeros(len(split.images), np.bool_) for split in splits.values()
    }
    fingerprints = {}
    for name, split in splits.items():
        images = _files_of(split)
        digest = sha256()
        for index in split.indices:
            in_pillow, contents = seen[images.path(index)]
            decoders[id(images)][index] = in_pillow
            digest.update(f"{images.names[index]!a} {images.labels[index]} {contents}\n".encode())
        fingerprints[name] = digest.hexdigest()
    # Splits of the same images still share them, so that the pipeline holds their paths once.
    images_checked = {
        id(split.images): replace(_files_of(split), in_pillow=decoders[id(split.images)])
        for split in splits.values()
    }
    whole = "".join(f"{name} {digest}\n" for name, digest in fingerprints.items())
    return Checked(
        {
            name: replace(split, images=images_checked[id(split.images)])
            for name, split in splits.items()
        },
        sha256(whole.encode()).hexdigest(),
        fingerprints,
    )


def _files_of(split: Split) -> FileImages:
    assert isinstance(split.images, FileImages)  # noqa: S101 - only files are looked at
    return split.images


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # what is wrong with it is told when it is looked at


def _look(path: Path, *, channels: int, whole: bool) -> Seen | str:
    """What is seen of a file; or what is wrong with it."""
    from netspec.data.files.decoding import decode_whole
    from netspec.data.files.pictures import UnreadableImageError, read_header

    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return "it is a pipe or a device"  # opening it might wait for ever
        with path.open("rb") as file:
            if not whole:
                return read_header(file, channels=channels).in_pillow, str(status.st_size)
            data = file.read()
        in_pillow = read_header(data, channels=channels).in_pillow
        decode_whole(data, channels=channels)
    except UnreadableImageError as error:
        return str(error)
    except OSError as error:
        return error.strerror or str(error)
    return in_pillow, sha256(data).hexdigest()


def _in_threads(look: Callable[[Path], Seen | str], paths: list[Path]) -> Generator[Seen | str]:
    """Results in the paths' order; only a few are waiting at a time, so that an interruption ends it soon."""
    remaining = iter(paths)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        waiting = deque(pool.submit(look, path) for path in islice(remaining, _AHEAD))
        try:
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(pool.submit(look, path) for path in islice(remaining, 1))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _no_pictures(bad: list[str]) -> DataError:
    more = [f"and {len(bad) - _SHOWN:,} more"] if len(bad) > _SHOWN else []
    count = "a file is" if len(bad) == 1 else f"{len(bad):,} files are"
    return DataError(
        "\n".join([f"{count} no picture that can be trained on", *bad[:_SHOWN], *more]),
        hint="remove or replace what is named",
    )
