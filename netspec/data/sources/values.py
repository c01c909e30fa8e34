"""What a table's fields say: classes, several of them at once, numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.data.sources.classes import check_alike, check_classes, in_order, is_class_name
from netspec.errors import DataError
from netspec.things.labels import LabelFacts
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netspec.data.sources.complaints import Complaints
    from netspec.data.sources.rows import Table
    from netspec.things.columns import TableLabel

# The largest float32.
LARGEST = 3.4028234e38
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?\Z")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+\Z")
# So many fields tell something of a column.
_TELLING = 3
_FLAGS = {"0": 0.0, "1": 1.0, "0.0": 0.0, "1.0": 1.0, "false": 0.0, "true": 1.0}


@dataclass(frozen=True)
class LabelValues:
    """One label of every row.

    Attributes:
        facts: Its kind, and the names of its classes or numbers.
        values: A class's number for each row; or for each several flags or numbers.
    """

    facts: LabelFacts
    values: Sequence[int] | Sequence[Sequence[float]]


class Label:
    """A label of a table: its fields first, all that is wrong with them told, then its values."""

    def __init__(self, table: Table, name: str, label: TableLabel, complaints: Complaints) -> None:
        """Reads the fields.

        Args:
            table: The table.
            name: What the label is called.
            label: Its columns, and what they say.
            complaints: Is told what is wrong with a field.
        """
        self._table, self._name, self._label = table, name, label
        self._classes: list[str] = []
        self._several: list[frozenset[str]] = []
        self._numbers: list[tuple[float, ...]] = []
        if label.kind == "number":
            self._numbers = numbers(table, label.names, complaints)
        elif label.columns is not None:
            self._numbers = _flags(table, label.columns, complaints)
        elif label.kind == "class":
            self._classes = _classes(table, label.names[0], complaints)
        else:
            self._several = _several(table, label, complaints)

    def values(self, splits: Mapping[str, Sequence[int]]) -> LabelValues:
        """The values, once no field is wrong.

        Args:
            splits: The rows of each split; `train` among them.

        Raises:
            DataError: They are right one by one, but there are not the classes to learn.
        """
        where, kind = self._table.name, self._label.kind
        if self._numbers:
            return LabelValues(LabelFacts(kind, self._label.names), self._numbers)
        if self._classes:
            held = {split: {self._classes[row] for row in rows} for split, rows in splits.items()}
            names = check_classes(where, self._name, held)
            number = {name: index for index, name in enumerate(names)}
            return LabelValues(LabelFacts(kind, names), [number[each] for each in self._classes])
        names = in_order(frozenset().union(*self._several))
        if not names:
            column = self._label.names[0]
            raise DataError(f"no image of {where} has a class in '{column}'", hint="add some")
        check_alike(where, self._name, names)
        flags = {each: [float(name in each) for name in names] for each in set(self._several)}
        return LabelValues(LabelFacts(kind, names), [flags[each] for each in self._several])


def numbers(
    table: Table, columns: Sequence[str], complaints: Complaints
) -> list[tuple[float, ...]]:
    """The numbers of several columns, row by row; 0 where a field is wrong."""
    return list(zip(*(_column(table, column, complaints) for column in columns), strict=True))


def _column(table: Table, column: str, complaints: Complaints) -> list[float]:
    found = []
    for line, text in zip(table.lines, table.columns[column], strict=True):
        number = float(text) if _NUMBER.match(text) else None
        if number is None or abs(number) > LARGEST:
            message, hint = _no_number(text, column)
            complaints.add(message, line=line, hint=hint, alike=f"number {column}")
        found.append(number or 0.0)
    return found


def _no_number(text: str, column: str) -> tuple[str, str | None]:
    """What is wrong with a field that should be a number, and what to do."""
    if not text:
        return f"'{column}' is empty, and should be a number", None
    if _NUMBER.match(text):
        return f"'{short(text)}' in '{column}' is too large for a float32", None
    hint = f"write {short(text.replace(',', '.'))}" if _DECIMAL_COMMA.match(text) else None
    return f"'{short(text)}' in '{column}' is no number", hint


def _flags(table: Table, columns: Sequence[str], complaints: Complaints) -> list[tuple[float, ...]]:
    found = []
    for column in columns:
        flags = [_FLAGS.get(text.lower()) for text in table.columns[column]]
        for line, text, flag in zip(table.lines, table.columns[column], flags, strict=True):
            if flag is None:
                what = f"'{column}' is empty" if not text else f"'{column}' is '{short(text)}'"
                complaints.add(f"{what}, and should be 0 or 1", line=line, alike=f"flag {column}")
        found.append([flag or 0.0 for flag in flags])
    return list(zip(*found, strict=True))


def _classes(table: Table, column: str, complaints: Complaints) -> list[str]:
    texts = table.columns[column]
    held = set(texts)
    decimal = _decimal(held)
    if decimal is not None:
        complaints.add(
            f"'{column}' has numbers such as {short(decimal)}, and classes are no decimal numbers",
            hint=f"for numbers to learn say {{column: {column}, kind: number}}",
        )
        return texts
    bad = {text for text in held if not is_class_name(text)}
    hint = _several_hint(texts, column)
    for line, text in zip(table.lines, texts, strict=True):
        if text in bad:
            complaints.add(_no_class(text, column), line=line, hint=hint, alike=f"class {column}")
    return texts


def _decimal(texts: set[str]) -> str | None:
    """One that is no whole number, where all are numbers."""
    numbers = {text.replace(",", ".") if _DECIMAL_COMMA.match(text) else text for text in texts}
    if not all(not text or _NUMBER.match(text) for text in numbers):
        return None
    return min((text for text in numbers if text and float(text) % 1), default=None)


def _several_hint(texts: list[str], column: str) -> str | None:
    """What to do where a column looks as if it held several classes at once, or none."""
    if sum("|" in text for text in texts) * 4 < len(texts) or not all(
        is_class_name(text) for text in texts if text
    ):
        return None
    return f"for several classes at once, or none, say {{column: {column}, kind: multi_label}}"


def _several(table: Table, label: TableLabel, complaints: Complaints) -> list[frozenset[str]]:
    column = label.names[0]
    texts = table.columns[column]
    read = {
        text: frozenset(name for each in text.split(label.separator) if (name := each.strip()))
        for text in set(texts)
    }
    other = _other_separator(texts, label.separator)
    if other is not None:
        what = "a space" if other == " " else f"'{other}'"
        complaints.add(
            f"'{column}' has no '{label.separator}', and looks as if {what} stood between its classes",
            hint=f"say {{column: {column}, kind: multi_label, separator: '{other}'}}",
        )
        return [frozenset()] * len(texts)
    bad = {text: names for text, names in read.items() if not all(map(is_class_name, names))}
    for line, text in zip(table.lines, texts, strict=True):
        if text in bad:
            name = next(name for name in bad[text] if not is_class_name(name))
            complaints.add(_no_class(name, column), line=line, alike=f"class {column}")
    return [read[text] for text in texts]


def _other_separator(texts: Sequence[str], separator: str) -> str | None:
    """What seems to stand between classes where the separator never does.

    It is in at least half of the fields, and parts them into names that come again: no more of them than there are
    fields, or for a space, which names have in them, half as many.
    """
    held = [text for text in texts if text]
    if len(held) < _TELLING or any(separator in text for text in held):
        return None
    different = set(held)
    for other, times in (("|", 1), (";", 1), (",", 1), (" ", 2)):
        names = {name for text in different for each in text.split(other) if (name := each.strip())}
        if sum(other in text for text in held) * 2 >= len(held) and len(names) * times <= len(
            different
        ):
            return other
    return None


def _no_class(text: str, column: str) -> str:
    if not text:
        return f"'{column}' is empty, and should be a class"
    return f"the class '{short(text)}' in '{column}' is no single line of at most 100 characters"
