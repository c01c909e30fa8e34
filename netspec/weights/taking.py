"""The arrays that a network takes from a file of weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspec.errors import UsageError
from netspec.weights.files import opened
from netspec.weights.match import Difference, compare

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from netspec.weights.match import Wanted


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Weights for a network.

    Attributes:
        names: The layers that have weights, by the names that were asked for, in the network's order.
        arrays: For each of them its weights' values, in Keras's order.
    """

    names: tuple[str, ...]
    arrays: tuple[tuple[NDArray[Any], ...], ...]


def take(path: Path, wanted: Sequence[Wanted], *, title: str) -> Taken:
    """Reads the weights of a network from a file: `.h5`, `.weights.h5` or `.keras`.

    Args:
        path: The file.
        wanted: The network's layers in Keras's order, those without weights too.
        title: What messages call the network: `MobileNet without top`.

    Raises:
        UsageError: There is no such file, or it holds the weights of another network.
        DataError: It is damaged, or holds no weights of Keras's.
    """
    with opened(path) as stored:
        found = compare(stored, wanted, title=title)
        if isinstance(found, Difference):
            raise UsageError(f"the weights in {path} do not fit: {found.message}", hint=found.hint)
        return Taken(names=found.names, arrays=tuple(map(tuple, found.arrays())))


def difference(path: Path, wanted: Sequence[Wanted], *, title: str) -> Difference | None:
    """How the weights in a file differ from a network's, None where they fit; no array is read.

    Raises:
        UsageError: There is no such file.
        DataError: It is damaged, or holds no weights of Keras's.
    """
    with opened(path) as stored:
        found = compare(stored, wanted, title=title)
        return found if isinstance(found, Difference) else None
