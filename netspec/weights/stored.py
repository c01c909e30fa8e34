"""What a file of weights holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspec.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class StoredWeight:
    """One array of a file.

    Attributes:
        name: What the file calls it: `kernel`, or a number in Keras 3's files.
        shape: Its shape.
        part: The layer inside the layer that it belongs to; empty where it is the layer's own.
        read: Reads it, while the file is open; raises DataError where it is damaged.
    """

    name: str
    shape: tuple[int, ...]
    part: str = ""
    read: Callable[[], NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class StoredLayer:
    """A layer of a file that has weights.

    Attributes:
        name: Its name, None where the file has none.
        key: Where Keras 3's files keep it, such as `conv2d_1`; None in others.
        weights: Its arrays, in the file's order.
    """

    name: str | None
    key: str | None = None
    weights: tuple[StoredWeight, ...]

    @property
    def called(self) -> str:
        """What messages call it."""
        return self.name or self.key or "a layer without a name"


@dataclass(frozen=True, kw_only=True)
class StoredWeights:
    """A file of weights, open.

    Attributes:
        path: The file.
        layers: Its layers that have weights.
        in_order: Whether they stand in Keras's order of layers. In a `.weights.h5` they do not: it is no part of it.
    """

    path: Path
    layers: tuple[StoredLayer, ...]
    in_order: bool


def damaged(path: Path, what: object) -> DataError:
    """The error for a file that cannot be read."""
    return DataError(
        f"the weights in {path} cannot be read: {what}",
        hint="the file is damaged or incomplete; fetch or write it anew",
    )


def foreign(path: Path, what: str) -> DataError:
    """The error for a file that is whole and holds no weights of Keras's."""
    return DataError(
        f"{path} is no file of Keras's weights: {what}",
        hint="give a .h5, .weights.h5 or .keras file that Keras or netspec has written",
    )
