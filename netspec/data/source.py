"""Where a run's images come from: one small interface, whatever the data is kept in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from netspec.data.files.checking import Checked
    from netspec.data.images import Images
    from netspec.data.splits import Split
    from netspec.spec.data import DataFacts


@dataclass(frozen=True)
class Reports:
    """Whom a source tells what it does.

    Attributes:
        notice: Something worth a line.
        fetching: A download's label, bytes so far, and bytes in all where that is known.
        checking: How many files have been looked at, and how many there are.
    """

    notice: Callable[[str], None]
    fetching: Callable[[str, int, int | None], None]
    checking: Callable[[int, int], None]

    @classmethod
    def to_nobody(cls) -> Reports:
        """For who does not want to know."""
        return cls(lambda *_: None, lambda *_: None, lambda *_: None)


class ImageSource(ABC):
    """Images with labels, in splits of which one is called `train`.

    Attributes:
        title: What people call it.
        facts: What is known of it before anything is read.
        record: What a run keeps of it, to find it again.
    """

    title: str
    facts: DataFacts
    record: dict[str, Any]

    @abstractmethod
    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        """The given splits by name.

        Raises:
            DataError: They cannot be had.
        """

    @abstractmethod
    def check(self, splits: Mapping[str, Split], reports: Reports, *, channels: int) -> Checked:
        """Makes sure that every image of some splits can be used.

        Raises:
            DataError: Some cannot; they are named.
        """
