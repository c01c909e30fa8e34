"""What every command does with streams: findings and errors to where a person looks for them."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.diagnostics import Finding
    from netspec.errors import NetspecError


@contextmanager
def as_long_as_it_is_read() -> Iterator[None]:
    """Lets a reader such as `head` stop early: what it does not read is dropped, and all else goes on."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def prepare_streams() -> None:
    """Makes standard output and error take any text, whatever their encoding, and be there at all."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # it was closed before the process began
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


class TableFormat(StrEnum):
    """How a summary is written."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"


class FindingsFormat(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"


def print_findings(findings: Sequence[Finding], *, to_stderr: bool = False) -> None:
    """Prints findings with their excerpts, then how many there are; nothing where there are none."""
    if not findings:
        return
    from netspec.report.console import console_for
    from netspec.report.findings import finding_text, tally

    console = console_for(sys.stderr if to_stderr else sys.stdout)
    for finding in findings:
        console.print(finding_text(finding, width=console.width))
    console.print(tally(findings), style="bold")


@contextmanager
def findings_printed() -> Iterator[None]:
    """Prints the findings of a spec with mistakes, and ends the command."""
    import typer

    from netspec.errors import SpecError

    try:
        yield
    except SpecError as error:
        print_findings(error.findings, to_stderr=True)
        raise typer.Exit(error.exit_code) from None


def print_error(error: NetspecError) -> None:
    """Prints one error and its hint to standard error."""
    from rich.text import Text

    from netspec.report.console import console_for
    from netspec.report.escape import printable

    console = console_for(sys.stderr)
    text = Text("error: ", style="bold red")
    lines = error.message.splitlines()
    text.append(printable(lines[0]), style="default")
    for line in lines[1:]:
        text.append(f"\n  {printable(line)}", style="default")
    if error.hint:
        text.append("\n hint: ", style="bold")
        text.append("\n       ".join(map(printable, error.hint.splitlines())), style="default")
    console.print(text)
