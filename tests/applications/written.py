"""Rows of a table in the making, and how the file has them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.applications.expansion import IMAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# From how many rows on a value is written once and named.
MANY = 4


@dataclass(frozen=True)
class Written:
    """A row of the table in the making."""

    name: str
    kind: str
    fields: Mapping[str, Any]
    inputs: tuple[str, ...]
    conditions: Mapping[str, Any]


def shared(rows: Sequence[Written]) -> dict[str, Any]:
    """Values that stand in many rows, by the kind of thing that they are."""
    counts = Counter(
        json.dumps(value)
        for row in rows
        for value in row.fields.values()
        if isinstance(value, dict) and next(iter(value))[0] != "$"
    )
    return {
        f"v{index}": json.loads(value)
        for index, (value, count) in enumerate(counts.items())
        if count >= MANY
    }


def short(fields: Mapping[str, Any], shared_values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, with names in place of the values that many rows share."""
    names = {json.dumps(value): name for name, value in shared_values.items()}
    return {
        key: {"$is": names[json.dumps(value)]} if json.dumps(value) in names else value
        for key, value in fields.items()
    }


def text(table: Mapping[str, Any]) -> str:
    """A table as a file: JSON with one row a line."""
    parts = []
    for key, value in table.items():
        if isinstance(value, list) and value and isinstance(value[0], list):
            lines = ",\n".join(_compact(row) for row in value)
            parts.append(f'"{key}":[\n{lines}\n]')
        else:
            parts.append(f'"{key}":{_compact(value)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def lines(rows: Sequence[Written], last: str | None) -> Iterator[list[Any]]:
    """The rows as the table has them: no inputs where that is the row before."""
    last = last or IMAGES
    for row in rows:
        inputs = None if row.inputs == (last,) else [*row.inputs]
        line = [row.name, row.kind, dict(row.fields), inputs, dict(row.conditions)]
        while not line[-1]:
            line.pop()
        yield line
        last = row.name


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
