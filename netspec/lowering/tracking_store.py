"""Where MLflow writes: what the environment names, else a file beside the run directory. Imports no MLflow."""

from __future__ import annotations

import importlib.util
import os
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from netspec.errors import MissingExtraError, UsageError
from netspec.things.tracking import MLflow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netspec.fields import Thing

VARIABLE = "MLFLOW_TRACKING_URI"
# The file beside the run directory, where the environment names nothing.
LOCAL = "mlflow.db"
_FILES_ALLOWED = "MLFLOW_ALLOW_FILE_STORE"
_CREDENTIALS = re.compile(r"(?<=//)[^/@\s]*@")


def require_store(callbacks: Iterable[Thing], *, offline: bool) -> None:
    """Makes sure, before anything is done, that MLflow may and can write where the environment says.

    Args:
        callbacks: A spec's callbacks; without MLflow among them there is nothing to make sure of.
        offline: Whether nothing may go to the network.

    Raises:
        UsageError: It would go to the network and may not, or the place is one that MLflow does not take.
        MissingExtraError: A package is missing that a local store needs.
    """
    if not any(isinstance(callback, MLflow) for callback in callbacks):
        return
    named = os.environ.get(VARIABLE)
    scheme = _scheme(named) if named else "sqlite"
    if scheme in {"", "file"}:
        if os.environ.get(_FILES_ALLOWED, "").lower() not in {"true", "1"}:
            raise UsageError(
                f"{VARIABLE} names a folder, and MLflow writes to folders no longer",
                hint=f"name a file as {VARIABLE}=sqlite:///PATH/mlflow.db, or set {_FILES_ALLOWED}=true",
            )
    elif scheme == "sqlite":
        for package in ("sqlalchemy", "alembic"):
            if importlib.util.find_spec(package) is None:
                raise MissingExtraError(
                    f"MLflow needs {package} to write to a file, and it is not installed",
                    hint="pip install 'netspec-keras[mlflow]'",
                )
    elif offline:
        raise UsageError(
            f"{VARIABLE} names {spoken_address(named or '')}, and with --offline nothing goes to the network",
            hint=f"name a file as {VARIABLE}=sqlite:///PATH/mlflow.db, or unset it",
        )


def spoken_address(address: str) -> str:
    """An address without what is secret in it."""
    return without_credentials(address).partition("?")[0]


def without_credentials(text: str) -> str:
    """A text without the names and passwords of the addresses in it."""
    return _CREDENTIALS.sub("", text)


def _scheme(address: str) -> str:
    """How an address begins: `http`, `sqlite`; nothing for a path, of Windows too."""
    scheme = urlsplit(address).scheme.partition("+")[0].lower()
    return "" if len(scheme) == 1 else scheme or ("databricks" if address == "databricks" else "")
