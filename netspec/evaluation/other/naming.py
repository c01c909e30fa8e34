"""What `--data` says: the name of a data set, a folder or file, or a source as a spec writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from netspec.data.sources.folder import ENDINGS
from netspec.data.sources.place import locate, locate_named
from netspec.data.sources.rows import has_column
from netspec.errors import DataError, UsageError
from netspec.evaluation.other.arrays import judged_arrays
from netspec.fields import Mismatch, read_model
from netspec.source.nodes import Source
from netspec.source.parse import parse
from netspec.spec.data import DataSection
from netspec.things.datasets import DATASETS
from netspec.things.records import TFRecord
from netspec.things.registries import SOURCES
from netspec.things.sources import Arrays, Csv, DataSource, ImageFiles, ImageFolder
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.data.sources.place import Place
    from netspec.fields import Thing

_TABLES = {".csv", ".tsv"}
_ARRAYS = {".npy", ".npz"}
_RECORDS = {".tfrecord", ".tfrecords"}
_LONGEST_NAME = 40
_WAYS = (
    "give a folder of class folders, an .npz or .csv file, the name of a data set, or a source such as "
    "'ImageFiles: {path: …, label: …}'"
)


@dataclass(frozen=True)
class NamedData:
    """Data that a user names.

    Attributes:
        source: What the section `data` would say: a data set's name, or a source.
        find: Says where a path of it leads.
        called: What the user called it, in a line; of YAML the path in it.
        name: The same as a part of a file's name.
    """

    source: str | Thing
    find: Callable[[str], Place]
    called: str
    name: str


def read_data(text: str, *, like: object, data_root: Path | None) -> NamedData:
    """The data that a text names.

    A folder or file is read as the run's own data are where these are of a kind that can be kept so: a table with the
    same columns, files whose names say the same. Else a folder has class folders, and an array's and a table's names
    are the usual ones.

    Args:
        text: A data set's name; a path, relative to the current folder; or YAML, as `data.source` has it.
        like: The run's own source.
        data_root: The folder that a path is relative to, instead.

    Raises:
        UsageError: It names no data.
        DataError: The folder or file is not there, or not below the data root.
    """
    called = " ".join(text.split())
    if not called:
        raise UsageError("--data names no data", hint=_WAYS)
    if called in DATASETS:
        return NamedData(called, _found_by(data_root), called, called)
    if _exists(text, data_root):
        place = locate_named(text, data_root=data_root)
        source: Any = _of_place(place, text, like)
        at = place.at.resolve()
        name = at.name if at.is_dir() else at.stem
        return NamedData(source, lambda _: place, called, _as_name(name))
    source = _as_written(text, data_root)
    path = getattr(source, "path", None)
    called = " ".join(path.split()) if isinstance(path, str) else source.kind()
    name = Path(path).stem if isinstance(path, str) else called
    return NamedData(source, _found_by(data_root), called, _as_name(name))


def _found_by(data_root: Path | None) -> Callable[[str], Place]:
    """Says where a path leads that a source names: below the current repository or folder, or the data root."""
    return lambda path: locate(path, spec_file=Path.cwd() / "spec.yaml", data_root=data_root)


def _exists(text: str, data_root: Path | None) -> bool:
    try:
        return ((data_root or Path()) / text).exists()
    except (OSError, ValueError):  # what no path can be
        return False


def _as_name(text: str) -> str:
    """A text as a part of a file's name on any system."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text)[:_LONGEST_NAME].strip("-._") or "data"


def _of_place(place: Place, text: str, like: object) -> DataSource:
    """The source that a folder or file is."""
    if place.at.is_dir():
        return _with_path(_of_folder(place.at, like), like, place)
    ending = place.at.suffix.lower()
    if ending in _ARRAYS:
        own = like if isinstance(like, Arrays) else None
        return _with_path(Arrays, like, place, **judged_arrays(place.at, own))
    if ending in _TABLES:
        return _with_path(Csv, like, place, **_of_table(place, like))
    if ending in _RECORDS:
        raise UsageError(
            f"{text} is a file of records, and --data names their folder",
            hint=f"write --data 'TFRecord: {{path: FOLDER, train: {place.at.name}, label: …}}'",
        )
    if ending in ENDINGS:
        raise UsageError(
            f"{text} is one picture",
            hint="`netspec predict RUN PICTURE` says what the network makes of it",
        )
    raise UsageError(f"{text} is no data that netspec reads", hint=_WAYS)


def _of_folder(folder: Path, like: object) -> type[DataSource]:
    """The kind of source that a folder is."""
    try:
        inside = list(folder.iterdir())
    except OSError as error:
        raise DataError(f"cannot read the folder {folder}: {error.strerror or error}") from None
    if isinstance(like, TFRecord) and any(fnmatchcase(each.name, like.train) for each in inside):
        return TFRecord
    if any(each.suffix == ".npy" and each.is_file() for each in inside):
        return Arrays
    return ImageFiles if isinstance(like, ImageFiles) else ImageFolder


def _of_table(place: Place, like: object) -> dict[str, Any]:
    """What a table need not have that the run's own had: splits, and weights, of which a judgement takes none."""
    split = like.split if isinstance(like, Csv) else None
    has_splits = split is not None and has_column(place.at, split)
    return {"split": split if has_splits else None, "weight": None}


def _with_path(kind: type[Any], like: Any, place: Place, **other: Any) -> DataSource:
    """A source of a kind at a place, with all else as the run's own has it where that is of the kind.

    Args:
        kind: The kind.
        like: The run's own source.
        place: The place.
        other: Fields that the run's own has otherwise.
    """
    # It is what messages call it; where it lies, the place knows.
    path = place.at.resolve().name
    if isinstance(like, kind):
        source: DataSource = like.model_copy(update={"path": path, **other})
        return source
    return cast("DataSource", kind.model_construct(path=path, **other))


def _as_written(text: str, data_root: Path | None) -> Thing:
    """The source that YAML says."""
    node, findings = parse(Source("--data", text))
    value = node.value() if node is not None and not findings else text
    if isinstance(value, dict) or (isinstance(value, str) and value in SOURCES):
        try:
            section = read_model(DataSection, {"source": value}, noun="data")
        except Mismatch as mismatch:
            problem = mismatch.problems[0]
            raise UsageError(f"--data: {problem.message}", hint=problem.hint) from None
        assert not isinstance(section.source, str)  # noqa: S101 - it is no data set's name
        return section.source
    if findings and text.lstrip()[:1] in "{[":
        raise UsageError(f"--data: {findings[0].message}", hint=findings[0].hint)
    raise DataError(
        f"there is no data set '{short(text)}', and no such folder or file in {data_root or Path.cwd()}",
        hint=_meant(text, data_root) or _WAYS,
    )


def _meant(text: str, data_root: Path | None) -> str | None:
    """The name that was probably meant: a data set's, or that of something in the folder."""
    try:
        beside = [each.name for each in ((data_root or Path()) / text).parent.iterdir()]
    except (OSError, ValueError):
        beside = []
    return nearest(text, list(DATASETS)) or nearest(Path(text).name, beside)
