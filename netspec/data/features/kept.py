"""The features of one part of a network that are kept: which images have some, their rows, and how more are added."""

from __future__ import annotations

import os
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from netspec.data.features import entries, segments
from netspec.data.features.mapped import MappedSegment
from netspec.data.features.store import no_room
from netspec.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

    from netspec.data.features.rows import RowForm, TensorForm
    from netspec.data.features.store import FeatureStore

SEGMENT_BYTES = 2**26
# A row is known by its segment's number and its place in that.
_SHIFT = 32
_WITHIN = 2**_SHIFT - 1
_AT_ONCE = 256


class Features:
    """Features of images, by the digests of those. Threads may add and take at once.

    What is read is mapped into memory, and a row is held to its checksum before it is first served. What is added is on
    disk when it fills a segment, and after `flush`.

    Attributes:
        path: The entry's folder.
        form: How an image's features lie in a row.
    """

    def __init__(
        self, store: FeatureStore, path: Path, digest: bytes, form: RowForm, file: int
    ) -> None:
        """Looks at what there is; what killed processes left half written is removed.

        Args:
            store: Whose entry it is.
            path: The entry's folder.
            digest: Of the entry's key.
            form: How an image's features lie in a row.
            file: The descriptor that keeps others from removing the entry, from here on this object's.
        """
        self.path = path
        self.form = form
        self._store = store
        self._digest = digest
        self._closed = weakref.finalize(self, os.close, file)
        self._segments: list[MappedSegment] = []
        self._known: set[str] = set()
        self._places: dict[bytes, int] = {}
        self._waiting: dict[bytes, None] = {}
        self._buffer: list[NDArray[np.uint8]] = []
        self._failure: DataError | None = None
        self._lock = threading.RLock()
        parts = [name for name in entries.names(path) if name.endswith(segments.PART)]
        segments.remove_left_parts(path, parts)
        with self._lock:
            self._look()

    @property
    def tensors(self) -> tuple[TensorForm, ...]:
        """The form of each of an image's features."""
        return self.form.tensors

    def __len__(self) -> int:
        """How many images have features on disk."""
        return len(self._places)

    def __enter__(self) -> Self:
        """The features."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Writes what is not written yet, and lets others remove the entry."""
        del error, trace
        try:
            with suppress(*(() if kind is None else (DataError,))):
                self.flush()
        finally:
            self.close()

    def close(self) -> None:
        """Lets others remove the entry; what was not flushed is lost, and rows may not be taken any more."""
        if self._closed.alive:
            entries.mark_used(self.path)
        self._closed()

    def missing(self, digests: Sequence[bytes]) -> NDArray[np.int64]:
        """The places of the images that have no features on disk, ascending: int64 `(missing,)`.

        What other processes have added by now counts. Every row that is there is held to its checksum, once; a segment
        in which one is damaged is removed.

        Args:
            digests: Of the images, 32 bytes each.
        """
        with self._lock:
            self._look()
            self._prove([row for each in digests if (row := self._places.get(each)) is not None])
            absent = [at for at, each in enumerate(digests) if each not in self._places]
        return np.array(absent, np.int64)

    def rows(self, digests: Sequence[bytes]) -> NDArray[np.int64]:
        """Where the features of images are, -1 for one that has none: int64 `(images,)`.

        Args:
            digests: Of the images, 32 bytes each.
        """
        with self._lock:
            self._prove([row for each in digests if (row := self._places.get(each)) is not None])
            return np.array([self._places.get(each, -1) for each in digests], np.int64)

    def take(self, rows: NDArray[np.int64]) -> tuple[NDArray[Any], ...]:
        """Features by their rows: for each tensor `(rows, …)`; bfloat16 as the uint16 of the same bits.

        Args:
            rows: As `rows` gave them.

        Raises:
            ValueError: One of them is -1.
        """
        if len(rows) and rows.min() < 0:
            raise ValueError("a row of an image that has no features")
        numbers, places = rows >> _SHIFT, rows & _WITHIN
        if len(rows) and (numbers == numbers[0]).all():
            taken = self._segments[numbers[0]].rows.take(places, axis=0)
        else:
            taken = np.empty((len(rows), self.form.bytes), np.uint8)
            kept = self._segments
            pairs = zip(numbers.tolist(), places.tolist(), strict=True)
            for at, (number, place) in enumerate(pairs):
                taken[at] = kept[number].rows[place]
        return tuple(
            np.ascontiguousarray(taken[:, begin : begin + tensor.bytes])
            .view(tensor.numpy_type)
            .reshape(len(rows), *tensor.shape)
            for tensor, begin in zip(self.tensors, self.form.places, strict=False)
        )

    def add(self, digests: Sequence[bytes], arrays: Sequence[NDArray[Any]]) -> None:
        """Adds features of images; those that an image has already stay.

        Args:
            digests: Of the images, 32 bytes each.
            arrays: For each tensor `(images, …)`, in its type; bfloat16 as such or as the uint16 of the same bits.

        Raises:
            DataError: There is no room for them, now or before.
            ValueError: They have another form.
        """
        rows = self._packed(digests, arrays)
        with self._lock:
            if self._failure is not None:
                raise self._failure
            new = [
                at
                for at, each in enumerate(digests)
                if each not in self._places and each not in self._waiting
            ]
            # Two images of one batch may be copies.
            first = {digests[at]: at for at in reversed(new)}
            if not first:
                return
            chosen = sorted(first.values())
            self._waiting.update((digests[at], None) for at in chosen)
            self._buffer.append(rows if len(chosen) == len(rows) else rows[chosen])
            if len(self._waiting) * self.form.bytes >= SEGMENT_BYTES:
                self.flush()

    def flush(self) -> None:
        """Writes what was added and is not on disk yet.

        Raises:
            DataError: There is no room for it, now or before.
        """
        with self._lock:
            if self._failure is not None:
                raise self._failure
            digests, buffer = list(self._waiting), self._buffer
            self._waiting, self._buffer = {}, []
            if not digests:
                return
            size = segments.size_of(len(digests), self.form.bytes)
            try:
                self._store.make_room(size)
                rows = [memoryview(each.data).cast("B") for each in buffer]
                path = segments.write(self.path, self._digest, digests, rows, self.form.bytes)
                self._open(path.name)
            except DataError as error:
                self._failure = error
                raise
            except OSError as error:
                self._failure = no_room(self._store.folder, error)
                raise self._failure from None

    def _packed(
        self, digests: Sequence[bytes], arrays: Sequence[NDArray[Any]]
    ) -> NDArray[np.uint8]:
        """Rows of features: uint8 `(images, bytes)`.

        Raises:
            ValueError: They have another form.
        """
        if any(len(each) != segments.DIGEST_BYTES for each in digests):
            raise ValueError("digests are of 32 bytes")
        if len(arrays) != len(self.tensors):
            raise ValueError(f"{len(arrays)} tensors, and not {len(self.tensors)}")
        rows = np.zeros((len(digests), self.form.bytes), np.uint8)
        for array, tensor, begin in zip(arrays, self.tensors, self.form.places, strict=False):
            found = (array.shape, array.dtype.name)
            if found[0] != (len(digests), *tensor.shape) or found[1] not in {
                tensor.type,
                tensor.numpy_type,
            }:
                raise ValueError(f"features {found}, and not {tensor}")
            flat = np.ascontiguousarray(array).reshape(len(digests), -1).view(np.uint8)
            rows[:, begin : begin + tensor.bytes] = flat
        return rows

    def _look(self) -> None:
        """Opens segments that are not open yet; a damaged one is removed."""
        for name in entries.names(self.path):
            if name.endswith(segments.SUFFIX) and name not in self._known:
                with suppress(OSError):
                    self._open(name)

    def _open(self, name: str) -> None:
        """Opens a segment, or removes it where it is damaged.

        Raises:
            OSError: It cannot be read.
        """
        path = self.path / name
        index = segments.read_index(path, self._digest, self.form.bytes)
        self._known.add(name)
        if index is None:
            path.unlink(missing_ok=True)
            return
        first = len(self._segments) << _SHIFT
        self._segments.append(MappedSegment(path, index, self.form.bytes))
        for at, digest in enumerate(index.digests):
            self._places.setdefault(digest, first + at)

    def _prove(self, rows: Sequence[int]) -> None:
        """Holds rows to their checksums, each once; a segment with a damaged one is given up and removed."""
        chosen = np.array(rows, np.int64)
        numbers, places = chosen >> _SHIFT, chosen & _WITHIN
        works = []
        for number in np.unique(numbers).tolist():
            segment = self._segments[number]
            own = np.unique(places[numbers == number])
            own = own[~segment.proved[own]]
            works += [(number, own[at : at + _AT_ONCE]) for at in range(0, len(own), _AT_ONCE)]
        if not works:
            return
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            are_whole = list(
                pool.map(lambda work: self._segments[work[0]].is_whole(work[1]), works)
            )
        bad = {number for (number, _), whole in zip(works, are_whole, strict=True) if not whole}
        for number in bad:
            segment = self._segments[number]
            with suppress(OSError):
                segment.path.unlink()
            for at, digest in enumerate(segment.index.digests):
                if self._places.get(digest) == (number << _SHIFT) + at:
                    del self._places[digest]
