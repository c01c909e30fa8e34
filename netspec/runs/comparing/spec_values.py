"""The resolved specs of runs as plain values, and where these differ. No spec is checked for it: they were trained."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from netspec.errors import UsageError
from netspec.fields import Mismatch
from netspec.runs.listed.untrusted import content, mapping, why_unread
from netspec.runs.saved import RESOLVED
from netspec.source.decode import forbidden
from netspec.source.nodes import Source
from netspec.source.parse import parse
from netspec.spec.logs import logged_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from netspec.report.comparison.document import SpecDifference
    from netspec.spec.logs import Direction

NETWORK = "model"
_NOTHING = object()


def spec_values(run: Path) -> dict[str, Any]:
    """What a run's resolved spec says.

    Raises:
        UsageError: It cannot be read, or says what no spec does.
    """
    try:
        text = content(run / RESOLVED)
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        why = "is not there" if missing else f"cannot be read: {why_unread(error)}"
        raise UsageError(f"its {RESOLVED} {why}") from None
    root, findings = parse(Source(RESOLVED, text)) if forbidden(text) is None else (None, [])
    values = root.value() if root is not None and not findings else None
    if not isinstance(values, dict):
        raise UsageError(f"its {RESOLVED} is no spec")
    return values


def differing(values: Sequence[Any], path: tuple[str, ...] = ()) -> Iterator[SpecDifference]:
    """Everything that is not the same in all specs, in order: each difference as deep as the specs are alike.

    Args:
        values: What each spec says at the path.
        path: Where that is.
    """
    if _are_alike(values, dict):
        for key in dict.fromkeys(key for each in values for key in each):
            yield from differing([each.get(key, _NOTHING) for each in values], (*path, str(key)))
    elif _are_alike(values, list):
        for index in range(max(map(len, values))):
            items = [each[index] if index < len(each) else _NOTHING for each in values]
            yield from differing(items, (*path, str(index)))
    elif any(not _same(values[0], each) for each in values[1:]):
        has = [each is not _NOTHING for each in values]
        told = [
            _told(value) if is_there else None for value, is_there in zip(values, has, strict=True)
        ]
        yield {"path": ".".join(path), "values": told, "has": has}


def directions(values: Mapping[str, Any]) -> dict[str, Direction]:
    """Whether less or more is better of what training logs, by name, as far as the spec's metrics are known here."""
    from netspec.things.metric_field import METRIC

    def read(written: Any) -> list[Any]:
        read_ones = []
        for each in written if isinstance(written, list) else [written]:
            with suppress(Mismatch):  # a metric of a plugin's that is not enabled
                read_ones.append(METRIC.read(each))
        return read_ones

    output = mapping(values.get(NETWORK)).get("output")
    outputs = [str(each) for each in output] if isinstance(output, list | dict) else [""]
    written = mapping(values.get("compile")).get("metrics")
    if isinstance(written, dict) and len(outputs) > 1:
        return logged_by({str(key): read(each) for key, each in written.items()}, outputs)
    return logged_by(read(written) if isinstance(written, list | str) else [], outputs)


def _told(value: Any) -> Any:
    """A value as JSON has it, which knows no infinite numbers."""
    if isinstance(value, dict):
        return {str(key): _told(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_told(each) for each in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _are_alike(values: Sequence[Any], kind: type) -> bool:
    """Whether all are mappings, or lists, of which one may tell part by part how they differ."""
    if not all(isinstance(each, kind) for each in values):
        return False
    if kind is dict:
        first = values[0].keys()
        return all(each.keys() & first or each.keys() == first for each in values[1:])
    shortest = min(map(len, values))
    if all(len(each) == shortest for each in values):
        return True
    # Something put in before others would make all of these differ.
    return all(
        _sort_of(each[index]) == _sort_of(values[0][index])
        for each in values[1:]
        for index in range(shortest)
    )


def _sort_of(value: Any) -> Any:
    return sorted(value) if isinstance(value, dict) else value


def _same(one: Any, other: Any) -> bool:
    # 1, 1.0 and true are three.
    return type(one) is type(other) and bool(one == other)
