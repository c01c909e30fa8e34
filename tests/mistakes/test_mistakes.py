"""Every row of docs/mistakes.md is true: of netspec, and of plain Keras.

`pytest tests/mistakes --overwrite-golden` writes the table into the page anew.
"""

from __future__ import annotations

import inspect
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.mistakes import in_keras
from tests.mistakes.rows import NEVER, Row, graver, rows, table

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "mistakes.md"
TABLE = re.compile(r"^\| mistake \|.*?\n(?!\|)", re.MULTILINE | re.DOTALL)
ROWS = [pytest.param(row, id=row.name) for row in rows()]


@pytest.mark.parametrize("row", ROWS)
def test_netspec_finds_the_mistake_where_it_is_and_no_other(row: Row) -> None:
    (finding,) = graver(row.path)
    grade = " warning" if finding.severity == "warning" else ""
    assert f"{finding.code} {finding.line}:{finding.column}{grade}" == row.finding


@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS)
def test_keras_tells_it_when_and_as_the_page_says(row: Row) -> None:
    raised, when, text = happened(getattr(in_keras, row.name))
    assert (raised, when) == (row.raised, row.when)
    assert when == NEVER or row.says in text


def test_each_mistake_is_made_in_keras_too() -> None:
    functions = inspect.getmembers(in_keras, inspect.isfunction)
    made = {
        name for name, function in functions if [*inspect.signature(function).parameters] == ["at"]
    }
    assert made == {row.name for row in rows()}


def test_there_are_twenty_rows_and_each_has_a_thread_of_its_own() -> None:
    threads = {row.thread for row in rows()}
    assert len(threads) == len(rows()) >= 20
    assert all(thread.startswith("https://") for thread in threads)


def test_the_page_has_the_table(request: pytest.FixtureRequest) -> None:
    written = PAGE.read_text(encoding="utf-8")
    if request.config.getoption("--overwrite-golden"):
        PAGE.write_text(TABLE.sub(lambda _: table(), written), encoding="utf-8")
    (found,) = TABLE.findall(PAGE.read_text(encoding="utf-8"))
    assert found.strip() == table().strip()


def happened(make: Callable[[Callable[[str], None]], None]) -> tuple[str, str, str]:
    """What Keras raises or, where it goes on, warns of first; when; and its words."""
    now: list[str] = []
    told: list[tuple[str, str, str]] = []

    def show(message: Warning | str, category: type[Warning], *_: object) -> None:
        if category is UserWarning:
            told.append((category.__name__, now[-1], str(message)))

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = show  # type: ignore[assignment]
        try:
            make(now.append)
        except (TypeError, ValueError) as error:
            return type(error).__name__, now[-1], str(error)
    return told[0] if told else ("nothing", NEVER, "")
