"""Where a run happened: versions, hardware, the state of the repository, the memory that it took."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.errors import MissingExtraError
from netspec.runs import repository
from netspec.runs.hardware import hardware

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netspec.fields import Thing

_STATUS = Path("/proc/self/status")
# What a run's bits come from. Those of NVIDIA are there with the extra `cuda`.
COMPUTING = (
    "netspec-keras",
    "keras",
    "tensorflow",
    "numpy",
    "pydantic",
    "PyYAML",
    "pillow",
    "h5py",
    "ml_dtypes",
    "nvidia-cublas-cu12",
    "nvidia-cuda-runtime-cu12",
    "nvidia-cudnn-cu12",
)
# What only watches a run, or hands it on.
_BESIDES = (
    "ai-edge-litert",
    "google-crc32c",
    "imagehash",
    "mlflow",
    "mlflow-skinny",
    "onnx",
    "onnxruntime",
    "openvino",
    "tensorboard",
    "tf2onnx",
)


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
    """Versions, platform, hardware, and the state of the repository that holds the spec; no name of a machine or user.

    The commit is None outside a repository; whether files differ from it, where that is not known too.
    """
    folder = spec_file.resolve().parent
    commit = repository.commit(folder)
    return {
        "versions": {"python": platform.python_version(), **_versions()},
        "platform": platform.platform(),
        "hardware": hardware(),
        "git_commit": commit,
        "git_dirty": None if commit is None else repository.is_dirty(folder),
    }


def peak_memory() -> int | None:
    """The most bytes of memory that this process has had so far; None where the system does not say it."""
    with suppress(OSError, ValueError, StopIteration):
        # Linux's `getrusage` counts in what the process had before it became this program.
        lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])
    with suppress(ImportError):
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024
    return None


def _versions() -> dict[str, str]:
    found = {}
    for package in (*COMPUTING, *_BESIDES):
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found
