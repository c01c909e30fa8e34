"""The state of the repository that a spec lies in, asked for without running what the repository names."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS = 5
# A repository from anywhere may name programs in its configuration: hooks, monitors of files, filters of contents.
_SAFE = (
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "status.submoduleSummary=false"),
    "--no-pager",
    "--no-optional-locks",
)
_SURROUNDINGS = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
}


def commit(folder: Path) -> str | None:
    """The commit of the repository that a folder lies in; None outside one."""
    answer = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    return None if answer is None else answer.strip()


def is_dirty(folder: Path) -> bool | None:
    """Whether files that the repository keeps differ from its last commit; None where that is not known.

    Filters do not run, so that a file that one rewrites counts as changed where git looks into it.
    """
    named = _git(folder, "config", "-z", "--name-only", "--get-regexp", r"^filter\.", none_found="")
    if named is None:
        return None
    unfiltered = []
    for key in {key.rpartition(".")[0] for key in named.split("\0") if key}:
        if "=" in key:  # git reads the name of a setting up to it
            return None
        unfiltered += ["-c", f"{key}.clean=", "-c", f"{key}.smudge=", "-c", f"{key}.process="]
        unfiltered += ["-c", f"{key}.required=false"]
    status = ("status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all")
    answer = _git(folder, *status, "--no-renames", options=unfiltered)
    return None if answer is None else bool(answer)


def _git(
    folder: Path, *arguments: str, options: list[str] | None = None, none_found: str | None = None
) -> str | None:
    """What git answers; None where it fails, takes long, or is not there.

    Args:
        folder: Where it is asked.
        arguments: The command.
        options: Settings that hold for this command.
        none_found: The answer where git ends with 1, by which it says that there is nothing.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    try:
        answer = subprocess.run(  # noqa: S603 - no shell; names of filters stand behind `-c`
            ["git", "-C", str(folder), *_SAFE, *(options or []), *arguments],  # noqa: S607
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**environment, **_SURROUNDINGS},
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    if answer.returncode == 1 and none_found is not None:
        return none_found
    return answer.stdout if answer.returncode == 0 else None
