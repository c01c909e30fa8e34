"""Where a spec lies, and what lies around it that the spec may name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


class NotToBeReadError(Exception):
    """A path leads where a spec may not read; it has a hint."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Around:
    """A spec's place on the disk.

    Attributes:
        file: The spec's file.
        root: The folder that the user names, below which the spec may read; None for what is below the spec's
            repository; outside of one, below the current folder if the spec lies there, else below the spec's own.
        depth: How many runs lead to it: a run's spec may name another run.
    """

    file: Path
    root: Path | None = None
    depth: int = 0

    @property
    def top(self) -> Path:
        """The folder below which the spec may read, links followed.

        Raises:
            OSError, RuntimeError, ValueError: A path cannot be followed.
        """
        if self.root is not None:
            return self.root.resolve()
        own = self.file.resolve().parent
        for folder in (own, *own.parents):
            if (folder / ".git").exists():
                return folder
        here = Path.cwd()
        return here if own.is_relative_to(here) else own

    def beside(self, text: str) -> Path:
        """What a path of the spec leads to, which need not be there.

        Raises:
            NotToBeReadError: It lies outside of the folder that the spec may read, or is no path.
        """
        path = self.file.parent / text
        try:
            top = self.top
            inside = path.resolve().is_relative_to(top)
        except (OSError, RuntimeError, ValueError):
            raise NotToBeReadError("it is no path", "write a path relative to this file") from None
        if not inside:
            raise NotToBeReadError(
                "it lies outside of the folder that a spec may read",
                f"what it may read lies below {top}; `--root DIR` names another folder",
            )
        # `..` after a link leads elsewhere than it is written.
        return Path(os.path.normpath(path)) if not _has_links(path) else path.resolve()


def _has_links(path: Path) -> bool:
    return any(each.is_symlink() for each in (path, *path.parents))
