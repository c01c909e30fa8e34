"""Where a run happened: versions, hardware, the state of the repository."""

from __future__ import annotations

import importlib.util
import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from netspec.errors import MissingExtraError

if TYPE_CHECKING:
    from pathlib import Path

_PACKAGES = ("netspec-keras", "keras", "tensorflow", "numpy", "pydantic", "PyYAML")
_GIT_SECONDS = 5


def require_tensorflow() -> None:
    """Makes sure that training can import what it needs.

    Raises:
        MissingExtraError: TensorFlow or Keras is not installed, or Keras is set to another backend.
    """
    for package in ("tensorflow", "keras"):
        if importlib.util.find_spec(package) is None:
            raise MissingExtraError(
                f"this needs {package}, which is not installed",
                hint="pip install 'netspec-keras[tensorflow]'",
            )
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow":
        raise MissingExtraError(
            f"KERAS_BACKEND is {backend}, and netspec trains on tensorflow",
            hint="unset KERAS_BACKEND",
        )


def describe(spec_file: Path) -> dict[str, Any]:
    """Versions, platform, and the git state of the folder that holds the spec."""
    return {
        "versions": {"python": platform.python_version(), **_versions()},
        "platform": platform.platform(),
        "processor": platform.machine(),
        "cpus": os.cpu_count(),
        "git": _git(spec_file),
    }


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _git(spec_file: Path) -> dict[str, Any] | None:
    """The commit and whether the work tree differs from it; None outside a repository."""
    folder = spec_file.resolve().parent
    commit = _ask_git(folder, "rev-parse", "HEAD")
    if commit is None:
        return None
    return {"commit": commit, "dirty": bool(_ask_git(folder, "status", "--porcelain"))}


def _ask_git(folder: Path, *arguments: str) -> str | None:
    try:
        answer = subprocess.run(  # noqa: S603 - fixed arguments
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - whichever git the user has
            capture_output=True,
            text=True,
            timeout=_GIT_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
