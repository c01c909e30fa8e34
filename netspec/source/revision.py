"""Files as a revision of a git repository holds them, never as they are on the disk.

Git is asked only what no configuration can make it run a program for: no diff, no text conversion, no filter, no
hook, and nothing is fetched where a clone has left something out. No path reaches its command line.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING

from netspec.errors import UsageError
from netspec.source import decode
from netspec.wording import short

if TYPE_CHECKING:
    from netspec.diagnostics import Finding
    from netspec.source.nodes import Source

_SECONDS = 30
_SAFE = ("-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false", "--no-pager")
# What git must not do for a stranger's repository: fetch from where its configuration says, or ask a person.
_QUIET = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_LINK, _MODULE = "120000", "160000"
_MAX_LINKS = 40
_LONGEST_LINK = 4096
# What git may answer: a list of a million files. A few trees that name each other can stand for more than any disk.
_LONGEST_ANSWER = 2**27
# The repository's top, as paths within a revision begin.
TOP = Path("/")


@dataclass(frozen=True)
class Revision:
    """The files of one revision. Paths are absolute, and begin at the repository's top.

    Attributes:
        name: The revision as the user named it.
        commit: Its commit's hash.
        folder: The repository's top on the disk.
    """

    name: str
    commit: str
    folder: Path

    def read(self, path: Path, name: str) -> tuple[Source, list[Finding]]:
        """A file's text, or findings that say why it is none.

        Raises:
            UsageError: There is no such file in the revision.
        """
        del name
        shown = _below_top(path)
        found = self.resolve(path)
        entry = self._entries.get(_below_top(found)) if found.is_absolute() else None
        where = f"in {short(self.name)}"
        if entry is None:
            is_folder = any(file.startswith(f"{shown}/") for file in self._entries)
            what = f"{shown} is a directory" if is_folder else f"there is no file {shown}"
            hint = "compare two files with `netspec diff A B` where one was moved or is new"
            raise UsageError(f"{what} {where}", hint=hint)
        mode, sha = entry
        if mode == _MODULE:
            raise UsageError(f"{shown} is another repository {where}, not a spec")
        size = int(self._ask("cat-file", "-s", sha))
        if size > decode.MAX_FILE_SIZE:
            return decode.limited(b" " * (decode.MAX_FILE_SIZE + 1), self.spelled(path))
        return decode.limited(self._ask("cat-file", "blob", sha), self.spelled(path))

    def spelled(self, path: Path) -> str:
        """A file as git calls it: ``HEAD~3:specs/mnist.yaml``."""
        return f"{self.name}:{_below_top(path)}"

    def within(self, folder: Path | None) -> Path | None:
        """A folder of the disk as one of the revision; the top for one around the repository."""
        try:
            return None if folder is None else TOP / folder.resolve().relative_to(self.folder)
        except (OSError, RuntimeError, ValueError):
            return TOP

    def on_disk(self, path: Path) -> Path:
        """The path below the repository's top as it is now."""
        return self.folder / _below_top(path)

    def resolve(self, path: Path) -> Path:
        """The path without links, as far as they lead to what the revision holds.

        Raises:
            ValueError: Its links lead in a circle, or one is no path.
        """
        waiting = list(reversed(path.parts[1:]))
        steps: list[str] = []
        links = 0
        while waiting:
            step = waiting.pop()
            if step == "..":
                if not steps:
                    return Path("..", *reversed(waiting))  # beyond the top
                steps.pop()
                continue
            steps.append(step)
            mode, sha = self._entries.get("/".join(steps), ("", ""))
            if mode == _LINK:
                links += 1
                if links > _MAX_LINKS:
                    raise ValueError("links that lead in a circle")
                if int(self._ask("cat-file", "-s", sha)) > _LONGEST_LINK:
                    raise ValueError("a link that is no path")
                target = Path(os.fsdecode(self._ask("cat-file", "blob", sha)))
                if target.is_absolute():
                    return Path("..", *target.parts[1:])
                steps.pop()
                waiting += reversed(target.parts)
        return TOP.joinpath(*steps)

    def is_no_file(self, path: Path) -> bool:
        """Whether a folder stands at a path without links."""
        below = _below_top(path)
        mode, _ = self._entries.get(below, ("", ""))
        return mode == _MODULE or any(file.startswith(f"{below}/") for file in self._entries)

    def top(self, path: Path) -> Path:
        """The repository's top."""
        del path
        return TOP

    @cached_property
    def _entries(self) -> dict[str, tuple[str, str]]:
        """Mode and hash of every file and link, by path below the top."""
        listed = self._ask("ls-tree", "-r", "-z", "--full-tree", self.commit)
        entries = {}
        for line in listed.split(b"\0"):
            facts, _, path = line.partition(b"\t")
            if path:
                mode, _, sha = facts.decode("ascii").split(" ")
                entries[os.fsdecode(path)] = mode, sha
        return entries

    def _ask(self, *arguments: str) -> bytes:
        try:
            return _git(self.folder, *arguments)
        except subprocess.CalledProcessError as error:
            message = f"git cannot read {short(self.name)} of this repository"
            raise UsageError(message, hint=_told(error)) from None


def revision_of(file: Path, name: str) -> tuple[Revision, Path]:
    """A revision of the repository that a file lies in, and the file's path within it.

    Args:
        file: The file, which need not be there any more.
        name: The revision: a branch, a tag, a commit, ``HEAD~3``.

    Raises:
        UsageError: There is no git, no repository, or no such revision.
    """
    try:
        folder = file.parent.resolve()
        top = Path(os.fsdecode(_git(folder, "rev-parse", "--show-toplevel")).rstrip("\n")).resolve()
        path = TOP / folder.relative_to(top) / file.name
    except subprocess.CalledProcessError as error:
        told = _told(error)
        none = "not a git repository" in told
        message = (
            f"{file} is in no git repository" if none else f"git cannot read what {file} is in"
        )
        raise UsageError(message, hint=None if none else told) from None
    except (OSError, ValueError, RuntimeError):
        raise UsageError(f"{file} is in no git repository") from None
    commit = b""
    # A name that begins with a dash would be an option.
    if name and not name.startswith("-") and "\0" not in name:
        try:
            commit = _git(folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        except subprocess.CalledProcessError:
            commit = b""
    if not commit:
        hint = "name a branch, a tag or a commit, such as main or HEAD~1"
        raise UsageError(f"there is no revision '{short(name)}' in this repository", hint=hint)
    return Revision(name, commit.decode("ascii").strip(), top), path


def removed_from_index(top: Path) -> list[str]:
    """The files of HEAD that the index has not, by their paths below a repository's top.

    Raises:
        UsageError: There is no git, no repository, or no commit in it.
    """
    options = ("--cached", "--name-only", "--diff-filter=D", "--no-renames", "-z")
    try:
        names = _git(top, "diff-index", *options, "HEAD", "--")
    except subprocess.CalledProcessError as error:
        raise UsageError(f"git cannot compare {top}", hint=_told(error)) from None
    return [os.fsdecode(name) for name in names.split(b"\0") if name]


def _git(folder: Path, *arguments: str) -> bytes:
    """What git answers in a folder.

    Raises:
        UsageError: There is no git, or it does not answer.
        CalledProcessError: It refuses.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        with (
            TemporaryFile() as told,
            subprocess.Popen(  # noqa: S603 - no shell, and no argument that could be an option
                ["git", "-C", str(folder), *_SAFE, *arguments],  # noqa: S607 - the user's own git
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=told,
                env={**environment, **_QUIET},
            ) as process,
        ):
            answer, late = _answer(process)
            told.seek(0)
            complaint = told.read(decode.MAX_FILE_SIZE)
    except FileNotFoundError:
        raise UsageError("git is not installed", hint="`--git` asks it what a file was") from None
    except OSError as error:
        raise UsageError(f"git cannot be asked: {error.strerror}") from None
    if late:
        raise UsageError("git does not answer")
    if len(answer) > _LONGEST_ANSWER:
        raise UsageError("this repository holds more files than netspec reads")
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments, answer, complaint)
    return answer


def _answer(process: subprocess.Popen[bytes]) -> tuple[bytes, bool]:
    """What a process says, unless it is too much, and whether it took too long over it."""
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    begun = monotonic()
    end = Timer(_SECONDS, process.kill)
    end.start()
    try:
        answer = process.stdout.read(_LONGEST_ANSWER + 1)
        if len(answer) > _LONGEST_ANSWER:
            process.kill()
        process.wait()
        return answer, monotonic() - begun >= _SECONDS
    finally:
        end.cancel()


def _told(error: subprocess.CalledProcessError) -> str:
    """The first line of what git says to it."""
    lines = error.stderr.decode("utf-8", errors="replace").strip().splitlines()
    return lines[0] if lines else "git does not say why"


def _below_top(path: Path) -> str:
    """A path as git writes it."""
    return "/".join(path.parts[1:])
