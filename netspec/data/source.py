"""Where a run's images come from: one small interface, whatever the data is kept in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from netspec.data.files.listed import ListedFiles
    from netspec.data.images import Images
    from netspec.spec.facts import DataFacts


@dataclass(frozen=True)
class Reports:
    """Whom a source tells what it does.

    Attributes:
        notice: Something worth a line.
        fetching: A download's label, bytes so far, and bytes in all where that is known.
        checking: How many files have been looked at, and how many there are.
        moving: How many moved images have been judged, and how many there will be.
    """

    notice: Callable[[str], None]
    fetching: Callable[[str, int, int | None], None]
    checking: Callable[[int, int], None]
    moving: Callable[[int, int], None] = lambda *_: None

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
        files: The images of each split as they were listed; empty where they are not in files of their own.
        fingerprint: SHA-256 (hexadecimal) over all of it, where it proves that when it is loaded; else empty, and what
            a run uses of it has a fingerprint of its own.
        is_encoded: Whether its images are decoded whenever they are read, so that keeping them decoded saves time.
    """

    title: str
    facts: DataFacts
    record: dict[str, Any]
    files: Mapping[str, ListedFiles] = MappingProxyType({})
    fingerprint: str = ""
    is_encoded: bool = False

    def names(self, split: str) -> Sequence[str] | None:
        """What the images of a split are called, as `Images.name` says it; None where that is not known yet.

        Args:
            split: One of the given splits.
        """
        files = self.files.get(split)
        return None if files is None else files.names

    @abstractmethod
    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        """The given splits by name. What their `problems` name is left out or refused, as the spec has it.

        Raises:
            DataError: They cannot be had.
        """
