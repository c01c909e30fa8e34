"""What ends an export: a package that is missing, or a network that a format cannot hold."""

from __future__ import annotations

import importlib.util
import re
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from netspec.errors import MissingExtraError, NetspecError, UsageError
from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_REASON = 300
# The beginnings of what ONNX Runtime and TensorFlow Lite say; OpenVINO's places are lines that end in a colon.
_PLACE = re.compile(r"Load model from .* failed:|<unknown>:\d+: |loc\(.*?\): ")


def require_extra(extra: str, *packages: str) -> None:
    """Makes sure that a format's packages are there.

    Args:
        extra: What netspec calls them together.
        packages: The names that they are imported by.

    Raises:
        MissingExtraError: One is not installed.
    """
    for package in packages:
        if importlib.util.find_spec(package) is None:
            raise MissingExtraError(
                f"this needs {package}, which is not installed",
                hint=f"pip install 'netspec-keras[{extra}]'",
            )


@contextmanager
def handing_on(form: str) -> Iterator[None]:
    """Whatever a converter or a runtime raises, as one sentence; what they warn of is theirs, and dropped.

    Raises:
        UsageError: Something was raised.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (NetspecError, OSError):
        raise
    except Exception as error:  # converters raise what they like
        raise UsageError(
            f"the network cannot be handed on as {form}: {_reason(error)}",
            hint="another format may hold it",
        ) from error


def _reason(error: Exception) -> str:
    """The first line that says something, without places in files that are not the user's."""
    lines = (_PLACE.sub("", line).strip() for line in str(error).splitlines())
    said = next((line for line in lines if line and line[-1] != ":"), type(error).__name__)
    said = printable(said)
    return said if len(said) <= _LONGEST_REASON else f"{said[:_LONGEST_REASON]}…"
