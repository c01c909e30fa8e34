"""The cache of decoded images: where it is kept, and the images themselves."""

from __future__ import annotations

import tempfile
import threading
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from netspec.data import room
from netspec.errors import DataError
from netspec.wording import spoken_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netspec.data.counts import SplitCounts
    from netspec.data.form import ImageForm

CachePlace = Literal["memory", "disk", "off"]


@dataclass(frozen=True)
class CachePlan:
    """Where decoded images are kept after the first epoch.

    Attributes:
        place: The memory, the disk, or nowhere.
        size: Bytes that they take.
        reason: Why it is not what was asked for, or not kept at all; empty where nothing is to be said.
    """

    place: CachePlace
    size: int
    reason: str = ""

    def __str__(self) -> str:
        """One line for people."""
        what = self.place if self.place == "off" else f"{self.place}, {spoken_bytes(self.size)}"
        return f"{what}: {self.reason}" if self.reason else what


def plan_cache(written: str, *, counts: SplitCounts, form: ImageForm, epochs: int) -> CachePlan:
    """Where the images of training and validation are kept, which is nothing that a run's results hang on.

    `auto` takes the memory where half of what is free holds them, else the disk on the same terms. A place that was
    asked for may be filled; where it does not hold them, what `auto` takes is taken, and the reason says so.

    Args:
        written: `auto`, `memory`, `disk` or `off`.
        counts: Images of each split.
        form: The form in which images reach the network.
        epochs: How often they are seen.
    """
    sizes = ((counts.train, form.training_size), (counts.validation, form.size))
    size = sum(images * height * width for images, (height, width) in sizes) * form.channels
    if written == "off":
        return CachePlan("off", size)
    if epochs == 1:
        return CachePlan("off", size, "one epoch reads every image once")
    free: dict[CachePlace, int] = {
        "memory": room.free_memory(),
        "disk": room.free_disk(room.cache_folder()),
    }
    for place, bytes_free in free.items():
        if written == place and size <= bytes_free:
            return CachePlan(place, size)
    reason = ""
    if written != "auto":
        of_it = next(bytes_free for place, bytes_free in free.items() if place == written)
        reason = (
            f"the {written} has {spoken_bytes(of_it)} free, and {spoken_bytes(size)} are needed"
        )
    for place, bytes_free in free.items():
        if place != written and 2 * size <= bytes_free:
            return CachePlan(place, size, reason)
    return CachePlan(
        "off",
        size,
        reason
        or f"{spoken_bytes(size)} are needed, of {spoken_bytes(free['memory'])} of memory and "
        f"{spoken_bytes(free['disk'])} of disk that are free at most half",
    )


class DecodedImages:
    """Images of one split, each kept from when it has been decoded first. Threads may keep and take at once.

    Attributes:
        failure: Why nothing more can be kept; None as long as all goes well.
    """

    def __init__(
        self,
        place: CachePlace,
        indices: NDArray[Any],
        *,
        images: int,
        shape: tuple[int, int, int],
    ) -> None:
        """Makes room; the disk's is taken as images come.

        Args:
            place: `memory` or `disk`. On disk it is a file without a name, which is gone when the process ends,
                however it ends.
            indices: int64, which images are to be kept, and no others are asked for.
            images: How many images there are, of which those are some.
            shape: Height, width and channels of each.

        Raises:
            DataError: There is no room.
        """
        import numpy as np

        self.failure: DataError | None = None
        self._rows = np.zeros(images, np.int64)
        self._rows[indices] = np.arange(len(indices))
        self._held = np.zeros(len(indices), np.bool_)
        self._row_size = int(np.prod(shape))
        self._writing = threading.Lock()
        self._file = None
        whole = (len(indices), *shape)
        size = len(indices) * self._row_size
        folder = room.cache_folder()
        try:
            if place == "memory":
                # Written to at once, so that memory which is not there after all is missed before the first step.
                self._pixels = np.empty(whole, np.uint8)
                self._pixels.fill(0)
                return
            folder.mkdir(parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=folder, prefix="decoded-", buffering=0)  # noqa: SIM115 - kept open
            weakref.finalize(self, self._file.close)
            self._file.truncate(max(1, size))
            self._pixels = np.asarray(np.memmap(self._file, np.uint8, mode="r", shape=whole))
        except OSError as error:
            where = "memory" if place == "memory" else folder
            raise _no_room(where, error) from None

    def holds(self, indices: NDArray[Any]) -> NDArray[Any]:
        """Which of some images are kept: bool `(images,)`."""
        held: NDArray[Any] = self._held[self._rows[indices]]
        return held

    def take(self, indices: NDArray[Any]) -> NDArray[Any]:
        """Images that are kept: uint8 `(images, height, width, channels)`."""
        taken: NDArray[Any] = self._pixels.take(self._rows[indices], axis=0)
        return taken

    def keep(self, indices: NDArray[Any], images: NDArray[Any]) -> NDArray[Any]:
        """Keeps images, uint8 `(images, height, width, channels)`, and gives their indices back.

        Raises:
            DataError: The disk is full.
        """
        rows = self._rows[indices]
        if self._file is None:
            self._pixels[rows] = images
        else:
            self._write(rows, images)
        self._held[rows] = True
        return indices

    def _write(self, rows: NDArray[Any], images: NDArray[Any]) -> None:
        # Written by calls, not through the mapping: there a full disk ends the process.
        assert self._file is not None  # noqa: S101 - it is kept on disk
        try:
            with self._writing:
                for row, image in zip(rows.tolist(), images, strict=True):
                    self._file.seek(row * self._row_size)
                    rest = memoryview(image.tobytes())
                    while rest:
                        rest = rest[self._file.write(rest) :]
        except OSError as error:
            self.failure = _no_room(room.cache_folder(), error)
            raise self.failure from None


def _no_room(where: object, error: OSError) -> DataError:
    return DataError(
        f"cannot keep decoded images in {where}: {error.strerror or error}",
        hint="free some space, or write `cache: off` in the section data",
    )
