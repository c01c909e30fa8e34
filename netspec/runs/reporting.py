"""A page written for one run, or for several side by side."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.errors import UsageError
from netspec.report.escape import printable
from netspec.report.html.page import MARK
from netspec.runs.account import account_of
from netspec.runs.listed.named import named_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netspec.report.html.document import RunAccount

REPORT, _COMPARISON = "report.html", "comparison"
# A comparison is called after its runs, and after the first two where that is longer.
_LONGEST_NAME = 100
_MOST_NAMED = 2
_NO_NAME = re.compile(r"[^A-Za-z0-9._-]+")
# What every page of netspec has near its beginning.
_OURS = b'<meta name="generator" content="netspec">'
_BEGINNING = 4096
_DIGITS = 8


def write_report(
    runs: Sequence[Path], *, output: Path | None = None, tell: Callable[[str], object] = str
) -> Path:
    """Writes a page for one run, or one that compares several. Nothing is trained or computed.

    Args:
        runs: The run directories.
        output: The page; without, `report.html` in the one run, or in the current folder a file called after the runs,
            with a few digits where one of other runs has that name.
        tell: Is given each line that the user is to know.

    Returns:
        The page.

    Raises:
        UsageError: One is not there, the only one is no run, something else is where the page is to be, or it cannot be
            written there.
    """
    runs, notices = named_runs(runs)
    for notice in notices:
        tell(notice)
    if len(runs) == 1:
        place = output or runs[0] / REPORT
        text = _report(runs[0])
    else:
        mark = _mark_of(runs)
        place = output or _free(_called_after(runs), mark, tell)
        text = _comparison(runs, tell, mark=mark)
    _require_ours(place)
    is_anew = len(runs) > 1 and place.exists()
    _write(text, place)
    if is_anew:
        tell(f"an earlier {printable(str(place))} is replaced")
    return place


def _mark_of(runs: Sequence[Path]) -> str:
    """What a comparison's page keeps of which runs it is of: a hash of where they lie, in their order."""
    places = (os.fsencode(os.path.realpath(run)) for run in runs)
    return hashlib.sha256(b"\0".join(places)).hexdigest()


def _free(name: str, mark: str, tell: Callable[[str], object]) -> Path:
    """Where a comparison goes: beside the page of other runs that are called alike, under a name of its own."""
    place = Path(f"{name}.html")
    if not place.is_file() or place.is_symlink():
        return place
    try:
        with place.open("rb") as file:
            beginning = file.read(_BEGINNING)
    except OSError:  # it is told when it is to be written
        return place
    if _OURS not in beginning or f'name="{MARK}" content="{mark}"'.encode() in beginning:
        return place
    tell(f"{printable(str(place))} is of other runs, and stays")
    return Path(f"{name}-{mark[:_DIGITS]}.html")


def _called_after(runs: Sequence[Path]) -> str:
    """The name of a comparison's page, without its ending: `comparison-A-B`."""
    names = [_NO_NAME.sub("_", run.resolve().name) for run in runs]
    if len("-".join(names)) > _LONGEST_NAME:
        rest = len(names) - _MOST_NAMED
        names = [name[: _LONGEST_NAME // _MOST_NAMED] for name in names[:_MOST_NAMED]]
        names += [f"and-{rest}-more"] if rest else []
    return "-".join([_COMPARISON, *names])


def _report(run: Path) -> str:
    from netspec.report.html.report_page import report_page

    return report_page(account_of(run))


def _comparison(runs: Sequence[Path], tell: Callable[[str], object], *, mark: str) -> str:
    from netspec.report.html.comparison_page import comparison_page
    from netspec.runs.comparing.named import compare_named

    comparison = compare_named(runs, tell=tell)
    accounts: list[RunAccount | None] = []
    for run in runs:
        try:
            accounts.append(account_of(run, with_pictures=False))
        except UsageError:  # it is shown as what it is
            accounts.append(None)
    return comparison_page(comparison, accounts, mark=mark)


def _require_ours(place: Path) -> None:
    """Makes sure that no other file is overwritten.

    Raises:
        UsageError: One is there.
    """
    if not os.path.lexists(place):
        return
    hint = "name another file with --output"
    shown = printable(str(place))
    if not place.is_file() or place.is_symlink():
        raise UsageError(f"{shown} is no file of its own", hint=hint)
    try:
        with place.open("rb") as file:
            is_ours = _OURS in file.read(_BEGINNING)
    except OSError as error:
        raise UsageError(f"cannot read {shown}: {error.strerror or error}", hint=hint) from None
    if not is_ours:
        raise UsageError(f"{shown} is there already, and is no page of netspec's", hint=hint)


def _write(text: str, place: Path) -> None:
    """Writes a file whole, beside its place first.

    Raises:
        UsageError: It cannot be written.
    """
    beside: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=place.parent, prefix=f".{place.name}-", delete=False
        ) as file:
            beside = Path(file.name)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o666 & ~_umask())
        beside.replace(place)
    except OSError as error:
        if beside is not None:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
        raise UsageError(
            f"cannot write {printable(str(place))}: {error.strerror or error}",
            hint="name another file with --output",
        ) from None


def _umask() -> int:
    """What new files are not allowed."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
