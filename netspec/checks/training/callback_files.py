"""Two callbacks write to the same place.

The later one would overwrite what the first one keeps, or fail because a file stands where it needs a folder. Where no
name is written, a callback's default counts: without one, ModelCheckpoint keeps `checkpoints/epoch-{epoch:02d}.keras`,
or `checkpoints/best.keras` with save_best_only. Names in capitals and small letters are one, as they are to some file
systems.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}
    callbacks:
      - ModelCheckpoint: {save_best_only: true, monitor: loss}
      - ModelCheckpoint: {save_best_only: true, monitor: accuracy}  # NS515

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}
    callbacks:
      - ModelCheckpoint: {save_best_only: true, monitor: loss}
      - ModelCheckpoint: {filepath: most-accurate.keras, save_best_only: true, monitor: accuracy}
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.things.run_paths import regex_of
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.fields import Thing
    from netspec.graph.graph import Graph
    from netspec.source.nodes import Place
    from netspec.spec.document import Document

CODE = Code.CALLBACK_FILES

# Which field of a callback says where it writes, and which property that is with the default put in.
_FIELDS = {
    "ModelCheckpoint": ("filepath", "pattern"),
    "CSVLogger": ("filename", "filename"),
    "TensorBoard": ("log_dir", "log_dir"),
}
_FOLDERS = frozenset({"TensorBoard"})


@dataclass(frozen=True)
class _Written:
    """Where a callback writes.

    Attributes:
        kind: The callback.
        path: The name inside the run directory, before values are put in.
        place: Where the name is written, or the callback whose default it is.
    """

    kind: str
    path: str
    place: Place

    @property
    def is_folder(self) -> bool:
        """Whether it writes files of its own into a folder."""
        return self.kind in _FOLDERS

    @property
    def field(self) -> str:
        """The field that says it."""
        return _FIELDS[self.kind][0]


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds what each callback writes against what the callbacks before it write."""
    del graph
    before: list[_Written] = []
    for index, callback in enumerate(document.callbacks or ()):
        if callback.kind() not in _FIELDS:
            continue
        written = _written(document, index, callback)
        findings = (_check_two(first, written) for first in before)
        finding = next(filter(None, findings), None)
        if finding is not None:
            yield finding
        before.append(written)


def _written(document: Document, index: int, callback: Thing) -> _Written:
    field, with_default = _FIELDS[callback.kind()]
    path = ("callbacks", index, callback.kind())
    is_given = field in callback.model_fields_set
    place = document.place(*path, field) if is_given else document.place(*path, key=True)
    return _Written(callback.kind(), getattr(callback, with_default), place)


def _check_two(first: _Written, second: _Written) -> Finding | None:
    """The finding about the second of two, if there is one."""
    hint = f"give one of them another name, such as {second.field}: {_other(second, first)}"
    if _is_same(first.path, second.path):
        same = "" if first.path == second.path else f", as '{short(first.path)}'"
        message = (
            f"{second.kind} writes to '{short(second.path)}', and so does the {first.kind} above"
        )
        return Finding(CODE, f"{message}{same}", second.place, hint)
    for file, other in ((first, second), (second, first)):
        if not file.is_folder and _is_folder_of(file.path, other.path):
            message = (
                f"{other.kind} writes to '{short(other.path)}', and '{short(file.path)}' is the file "
                f"of a {file.kind}"
            )
            return Finding(CODE, message, second.place, hint)
    return None


def _is_folder_of(path: str, other: str) -> bool:
    depth = path.count("/") + 1
    parts = other.split("/")
    return len(parts) > depth and _is_same(path, "/".join(parts[:depth]))


def _is_same(path: str, other: str) -> bool:
    """Whether two names can become the same one; of two that take values, only where they take the same."""
    one, two = regex_of(path), regex_of(other)
    return (
        one.lower() == two.lower()
        or re.fullmatch(one, other, re.IGNORECASE) is not None
        or re.fullmatch(two, path, re.IGNORECASE) is not None
    )


def _other(second: _Written, first: _Written) -> str:
    """A name that is neither of two."""
    *folders, name = second.path.split("/")
    # In a folder that cannot be, another name would not help.
    is_inside = not first.is_folder and _is_folder_of(first.path, second.path)
    other = (
        f"other-{'-'.join([*folders, name])}"
        if is_inside
        else "/".join([*folders, f"other-{name}"])
    )
    return f'"{other}"' if "{" in other else other
