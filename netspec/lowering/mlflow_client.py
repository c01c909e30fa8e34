"""MLflow's client, quiet and with less patience than its own."""

from __future__ import annotations

import logging
import os
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

# MLflow's own patience is minutes, and training would stand still.
_PATIENCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "10"}
_TALKERS = ("mlflow", "alembic", "sqlalchemy", "urllib3")


def connect(address: str | None, *, local: Path) -> Any:
    """MLflow's client; to be called within `quiet`.

    Args:
        address: What the environment names; without it the local file.
        local: The file, absolute, which is made where there is none.
    """
    from mlflow.tracking import MlflowClient

    if address:
        return MlflowClient(address)
    if not local.exists():
        _make(local)
    with _without_stray_folders(local.parent):
        return _opened(local)


def _opened(local: Path) -> Any:
    """The client of a file, which MLflow makes where there is none."""
    from mlflow.tracking import MlflowClient
    from mlflow.utils import file_utils

    client = MlflowClient(file_utils.path_to_local_sqlite_uri(str(local)))
    client.get_experiment_by_name("Default")
    return client


def _make(local: Path) -> None:
    """Makes the file beside its place, because two runs that make it at once would spoil it."""
    beside = local.with_name(f"writing-{os.getpid()}-{local.name}")
    try:
        with _without_stray_folders(local.parent):
            client = _opened(beside)
        client._tracking_client.store.engine.dispose()  # noqa: SLF001 - nothing public closes the file
        try:
            os.link(beside, local)
        except FileExistsError:  # another run has been faster
            pass
        except OSError:  # a file system without hard links
            beside.replace(local)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def quiet() -> Iterator[None]:
    """Imports MLflow, and keeps warnings and log lines of it and of what it uses away from the terminal."""
    # It would tell its makers that it is used.
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    for variable, value in _PATIENCE.items():
        os.environ.setdefault(variable, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlflow.tracking  # noqa: F401 - it sets the levels of its loggers, once

        loggers = [logging.getLogger(name) for name in _TALKERS]
        levels = [logger.level for logger in loggers]
        try:
            for logger in loggers:
                logger.setLevel(logging.CRITICAL)
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


@contextmanager
def _without_stray_folders(folder: Path) -> Iterator[None]:
    """Removes the empty folder that MLflow makes where a path has a space: `a%20b` beside `a b`."""
    stray = Path(quote(folder.as_posix()))
    made = [each for each in (stray, *stray.parents) if not each.exists()]
    try:
        yield
    finally:
        for each in made:
            with suppress(OSError):
                each.rmdir()
