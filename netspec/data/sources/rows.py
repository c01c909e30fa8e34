"""A CSV file's columns, read as text."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from netspec.data.sources.complaints import Complaints
from netspec.data.sources.folder import ENDINGS
from netspec.errors import DataError
from netspec.report.escape import printable
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import TextIO

_DELIMITERS = (",", ";", "\t", "|")
_LONGEST_LINE = 1_000_000
_SHOWN = 8


@dataclass(frozen=True)
class Table:
    """The columns of a table that are wanted, without the spaces around their fields.

    Attributes:
        name: What people call its file.
        lines: For each row the line that it begins in, counted from 1.
        columns: For each column its field in each row.
    """

    name: str
    lines: list[int]
    columns: dict[str, list[str]]


def read_table(file: Path, *, name: str, columns: Iterable[str], complaints: Complaints) -> Table:
    """Reads some columns of a CSV file, whose first line names them.

    The file is UTF-8, with or without a byte order mark. Commas, semicolons, tabs or | part its fields, whichever
    gives the first line the columns.

    Args:
        file: Where it is.
        name: What people call it.
        columns: The columns that are wanted.
        complaints: Is told of rows that have other fields than the first line; they are left out.

    Raises:
        DataError: It is no such file, lacks a column, or has no rows.
    """
    wanted = tuple(dict.fromkeys(columns))
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            return _read(_lines(text, name), name, wanted, complaints)
    except OSError as error:
        raise DataError(f"cannot read {name}: {error.strerror or error}") from None


def has_column(file: Path, column: str) -> bool:
    """Whether the first line of a CSV file names a column; False where it cannot be read, too."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            first = next(_lines(text, file.name), "")
    except (OSError, DataError):
        return False
    return any(column in _fields(first, delimiter) for delimiter in _DELIMITERS)


def _lines(text: TextIO, name: str) -> Iterator[str]:
    """A file's lines, each with its end.

    Raises:
        DataError: One is too long for a table's, or not UTF-8.
    """
    number = 0
    while True:
        number += 1
        try:
            line = text.readline(_LONGEST_LINE)
        except UnicodeDecodeError as error:
            raise DataError(
                f"{name} is not UTF-8 text: {error.reason}, in line {number:,} or soon after",
                hint="save it as UTF-8, which spreadsheets call CSV UTF-8",
            ) from None
        if len(line) == _LONGEST_LINE:
            raise DataError(
                f"{name}:{number}: the line has {_LONGEST_LINE:,} characters or more",
                hint="it is no table of pictures",
            )
        if not line:
            return
        yield line


def _read(lines: Iterator[str], name: str, wanted: Sequence[str], complaints: Complaints) -> Table:
    first = next(lines, "")
    rows = _rows(chain([first], lines), name, _delimiter(first, wanted))
    _, header = next(rows, (1, []))
    if not any(header):
        raise DataError(f"{name}:1: the first line names no columns", hint=f"such as {wanted[0]}")
    places = _places(name, header, wanted)
    table = Table(name, [], {column: [] for column in places})
    for line, fields in rows:
        if not any(fields):
            continue
        complaints.rows += 1
        if len(fields) < len(header) or any(fields[len(header) :]):
            count = f"{len(fields)} field{'s' * (len(fields) != 1)}"
            complaints.add(
                f"the row has {count}, and the first line names {len(header)} columns",
                line=line,
                hint='put a field in quotes that has the delimiter in it: "a, b"',
                alike="fields",
            )
            continue
        table.lines.append(line)
        for column, place in places.items():
            table.columns[column].append(fields[place])
    if not complaints.rows:
        raise DataError(f"{name} has no rows below its first line", hint="it needs one a picture")
    return table


def _delimiter(line: str, wanted: Sequence[str]) -> str:
    """What parts the fields of the first line: what gives most of the columns, else most fields."""

    def found(delimiter: str) -> tuple[int, int]:
        fields = _fields(line, delimiter)
        return len(set(fields) & set(wanted)), len(fields)

    return max(_DELIMITERS, key=found)


def _fields(line: str, delimiter: str) -> list[str]:
    """A line's fields; none where something is wrong with it, which reading the row tells."""
    try:
        return [field.strip() for field in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _rows(lines: Iterable[str], name: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row's first line, and its fields."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    line = 1
    try:
        for fields in reader:
            yield line, [field.strip() for field in fields]
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{name}:{line}: the row that begins here cannot be read: {error}",
            hint='look at its quotes: a quote within a field in quotes is written twice, ""',
        ) from None


def _header_hint(fields: Sequence[str]) -> str | None:
    """What to do where the first line names a picture instead of columns, or nothing parts it."""
    picture = next((each for each in fields if PurePosixPath(each).suffix.lower() in ENDINGS), None)
    if picture is not None:
        shown = printable(short(picture))
        return f"its first line has {shown}, as a picture's row: put a line above it that names the columns"
    if len(fields) == 1 and not fields[0].isidentifier():
        return f"its first line is {printable(short(fields[0]))}: a comma, semicolon, tab or | has to part the columns"
    return None


def _places(name: str, header: list[str], wanted: Iterable[str]) -> dict[str, int]:
    """Where in a row each column stands."""
    complaints = Complaints(name)
    for column in wanted:
        if column not in header:
            known = [each for each in dict.fromkeys(header) if each]
            more = " …" if len(known) > _SHOWN else ""
            has = f"it has {printable(short(', '.join(known[:_SHOWN])))}{more}"
            hint = _header_hint(known) or nearest(column, known) or has
            complaints.add(f"there is no column '{column}'", line=1, hint=hint)
        elif header.count(column) > 1:
            hint = "give each column a name of its own"
            complaints.add(f"two columns are called '{column}'", line=1, hint=hint)
    complaints.settle()
    return {column: header.index(column) for column in wanted}
