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


def print_page(text: str) -> None:
    """Prints a page as UTF-8, as which it is read, whatever the encoding of standard output is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()


def require_no_terminal(command: str) -> None:
    """Makes sure that a page of HTML goes to a file or a program.

    Args:
        command: What makes it, as in `summary FILE`.

    Raises:
        UsageError: Standard output is a terminal.
    """
    from netspec.errors import UsageError
    from netspec.report.streams import is_terminal

    if is_terminal(sys.stdout):
        raise UsageError(
            "a page of HTML is for a browser, and this is a terminal",
            hint=f"write it into a file: `netspec {command} --format html > page.html`",
        )


class TableFormat(StrEnum):
    """How a summary is written."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"


class FindingsFormat(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


def print_findings(
    findings: Sequence[Finding], *, to_stderr: bool = False, notes: bool = False
) -> None:
    """Prints errors and warnings with their excerpts, and notes if they are wanted, then how many there are."""
    told = [finding for finding in findings if notes or finding.severity != "note"]
    if not told:
        return
    from netspec.report.console import console_for
    from netspec.report.findings import closing, finding_text

    console = console_for(sys.stderr if to_stderr else sys.stdout)
    for finding in told:
        console.print(finding_text(finding, width=console.width))
    console.print(closing(told))


def print_notes(findings: Sequence[Finding]) -> None:
    """Prints the notes among findings to standard error, each in a line with its hint below."""
    from netspec.report.notes import note_lines
    from netspec.report.streams import is_terminal

    told = [note_lines(finding) for finding in findings if finding.severity == "note"]
    if not told:
        return
    if not is_terminal(sys.stderr):
        for head, rest, hint in told:
            sys.stderr.write(f"\n{head}{rest}\n{hint}".rstrip("\n"))
        sys.stderr.write("\n")
        return
    from rich.text import Text

    from netspec.report.console import console_for

    console = console_for(sys.stderr)
    for head, rest, hint in told:
        console.print(
            Text.assemble((f"\n{head}", "bold cyan"), rest, (f"\n{hint}".rstrip(), "dim"))
        )


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
