"""Where a spec and its bases are read from: the disk, or what a repository held once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from netspec.source import decode

if TYPE_CHECKING:
    from netspec.diagnostics import Finding
    from netspec.source.nodes import Source


class Files(Protocol):
    """Files by path."""

    def read(self, path: Path, name: str) -> tuple[Source, list[Finding]]:
        """A file's text, or findings that say why it is none.

        Args:
            path: The file.
            name: What it is called in findings.

        Raises:
            UsageError: There is no such file, or it cannot be opened.
        """

    def resolve(self, path: Path) -> Path:
        """The path without links.

        Raises:
            OSError, RuntimeError, ValueError: It is no path.
        """

    def is_no_file(self, path: Path) -> bool:
        """Whether something that is no file stands at a path without links."""

    def top(self, path: Path) -> Path:
        """The folder below which a spec's bases may lie, unless the user names one."""

    def spelled(self, path: Path) -> str:
        """A file or folder without links, as a message calls it."""

    def on_disk(self, path: Path) -> Path:
        """Where a path is that is no file of these, such as a run's."""


class Disk:
    """The files that are there now."""

    def read(self, path: Path, name: str) -> tuple[Source, list[Finding]]:
        """A file's text, or findings that say why it is none.

        Raises:
            UsageError: There is no such file, or it cannot be opened.
        """
        return decode.read(path, name=name)

    def resolve(self, path: Path) -> Path:
        """The path without links."""
        return path.resolve()

    def is_no_file(self, path: Path) -> bool:
        """Whether something that is no file stands at a path without links."""
        return path.exists() and not path.is_file()

    def is_linked(self, path: Path) -> bool:
        """Whether a link below the repository's top, or in place of the file, says what a path leads to.

        Whoever names `specs/*.yaml` of a stranger has not chosen where the links among them lead. What a system has
        below `/dev` and `/proc` is the user's own word.
        """
        steps = Path.cwd() / path
        if steps.parts[1:2] in {("dev",), ("proc",)}:
            return False
        tops = [one for one in steps.parents if os.path.lexists(one / ".git")]
        below = len(steps.parts) - len(tops[0].parts if tops else steps.parent.parts)
        # Pathlib raises over a name that is too long.
        return any(os.path.islink(one) for one in (steps, *steps.parents)[:below])  # noqa: PTH114

    def top(self, path: Path) -> Path:
        """The repository that a file is in, or its folder."""
        folder = path.resolve().parent
        return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), folder)

    def spelled(self, path: Path) -> str:
        """The path itself."""
        return str(path)

    def on_disk(self, path: Path) -> Path:
        """The path itself."""
        return path
