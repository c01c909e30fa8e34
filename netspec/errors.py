"""The exceptions netspec raises, and the exit code each becomes on the command line.

    NetspecError
    ├── UsageError            2   the command or call cannot be carried out as it was given
    │   └── MissingExtraError 2   an optional dependency is not installed
    ├── SpecError             1   a spec has findings that are errors
    ├── DataError             3   data is missing, damaged or not what it claims to be
    └── TrainingError         4   training started and failed

Whatever else escapes is a defect of netspec's and exits with 70.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.diagnostics import Finding


class NetspecError(Exception):
    """Base of everything netspec raises on purpose.

    Attributes:
        message: One sentence that says what is wrong.
        hint: What to do about it, or None.
        exit_code: The exit status of a command that ends with this error.
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(NetspecError):
    """The command or call cannot be carried out as it was given."""

    exit_code = 2


class MissingExtraError(UsageError):
    """An optional dependency that this action needs is not installed."""


class SpecError(NetspecError):
    """A spec has findings that are errors.

    Attributes:
        findings: Everything found, errors and warnings, in order of place.
    """

    exit_code = 1

    def __init__(self, findings: Sequence[Finding]) -> None:
        errors = [finding for finding in findings if finding.severity == "error"]
        first = errors[0]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(f"{first}{more}", hint=first.hint)
        self.findings = tuple(findings)


class DataError(NetspecError):
    """Data is missing, damaged or not what it claims to be."""

    exit_code = 3


class TrainingError(NetspecError):
    """Training started and failed."""

    exit_code = 4
