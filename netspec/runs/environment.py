"""Where a run happened: versions, hardware, the state of the repository."""

from __future__ import annotations

import importlib.util
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from netspec.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from netspec.fields import Thing

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
    # Keras would otherwise take the backend from a file in the user's home.
    backend = os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if "keras" in sys.modules:
        backend = sys.modules["keras"].config.backend()
    if backend != "tensorflow":
        raise MissingExtraError(
            f"Keras runs on {backend} here, and netspec trains on tensorflow",
            hint="unset KERAS_BACKEND",
        )


def require_packages(callbacks: Iterable[Thing]) -> None:
    """Makes sure that every callback has the package it needs.

    Raises:
        MissingExtraError: One is not installed.
    """
    for callback in callbacks:
        package = getattr(callback, "package", None)
        if package is not None and importlib.util.find_spec(package) is None:
            raise MissingExtraError(
                f"{callback.kind()} needs {package}, which is not installed",
                hint=f"pip install 'netspec-keras[{package}]'",
            )


def describe(spec_file: Path) -> dict[str, Any]:
    """Versions, platform, and the git commit of the repository that holds the spec."""
    return {
        "versions": {"python": platform.python_version(), **_versions()},
        "platform": platform.platform(),
        "processor": platform.machine(),
        "cpus": os.cpu_count(),
        "git_commit": _commit(spec_file),
    }


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _commit(spec_file: Path) -> str | None:
    """The commit of the repository that the spec lies in; None outside one.

    Nothing is asked that could run a program which a repository's own configuration names, as `git status` does.
    """
    try:
        answer = subprocess.run(  # noqa: S603 - fixed arguments
            [
                *("git", "-C", str(spec_file.resolve().parent)),
                *("-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false"),
                *("rev-parse", "--verify", "--quiet", "HEAD^{commit}"),
            ],
            capture_output=True,
            text=True,
            timeout=_GIT_SECONDS,
            check=True,
            env={key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
