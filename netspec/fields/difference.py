"""What differs between two values of a spec, field by field, defaults written out or not."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from netspec.fields.base import Fields, Mismatch, field_types
from netspec.fields.things import Thing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence


# Below it, every whole number is a float.
_EXACT = 2**53


class Absent:
    """Stands for a value where there is none."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


@dataclass(frozen=True)
class FieldChange:
    """A field that differs.

    Attributes:
        path: Its path, names joined by dots, as `--set` takes it.
        before, after: Its plain values; ABSENT where there is none.
    """

    path: str
    before: Any
    after: Any


def plain(value: object) -> Any:
    """A value as a spec writes it: things by kind, with the fields that are not as by default."""
    if isinstance(value, Thing):
        given = _given(value)
        return {value.kind(): given} if given else value.kind()
    if isinstance(value, Fields):
        return _given(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if is_dataclass(value) and hasattr(value, "written"):
        return value.written
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def _given(section: Fields) -> dict[str, Any]:
    given = {}
    for name, (written, read) in _defaults(type(section)).items():
        value = getattr(section, name)
        if value is not written and _differ(value := _value(name, value), read):
            given[name] = plain(value)
    return given


@cache
def _defaults(model: type[Fields]) -> dict[str, tuple[Any, Any]]:
    """What each field is by default, as it stands there and as it would be read; ABSENT where it must be given."""
    types = field_types(model)
    defaults: dict[str, tuple[Any, Any]] = {}
    for name, info in model.model_fields.items():
        written = ABSENT if info.is_required() else info.default
        defaults[name] = written, written
        if isinstance(written, str):
            with suppress(Mismatch):
                defaults[name] = written, types[name].read(written)
    return defaults


def _values(section: Fields) -> dict[str, Any]:
    """The values by name, each in the one form that says it: a default as it would be read."""
    values = {}
    for name, (written, read) in _defaults(type(section)).items():
        value = getattr(section, name)
        values[name] = read if value is written else _value(name, value)
    return values


def _value(name: str, value: Any) -> Any:
    # No activation is the linear one: keras/src/activations/__init__.py, `get`.
    return None if value == "linear" and name.endswith("activation") else value


def canonical(value: Any) -> Any:
    """A plain value in which whole numbers are equal however they are written."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [canonical(item) for item in value]
    if isinstance(value, dict):
        return {key: canonical(item) for key, item in value.items()}
    return value


def _differ(one: object, other: object) -> bool:
    if one is other:
        return False
    # Not by ==, to which true is 1.
    return repr(canonical(plain(one))) != repr(canonical(plain(other)))


def differences(
    before: object, after: object, path: str = "", *, without: Collection[str] = ()
) -> Iterator[FieldChange]:
    """Every field that differs, as deep as both sides have the same form.

    Args:
        before: The one value.
        after: The other.
        path: What the paths begin with.
        without: Fields of the values themselves that do not count.
    """
    if isinstance(before, Fields) and type(before) is type(after):
        values, others = _values(before), _values(after)
        for name in values:
            if name not in without:
                yield from differences(values[name], others[name], _below(path, name))
    elif isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            sides = before.get(name, ABSENT), after.get(name, ABSENT)
            yield from differences(*sides, _below(path, str(name)))
    elif _holds_things(before) and _holds_things(after):
        yield from _of_lists(before, after, path)
    elif _differ(before, after):
        yield FieldChange(path, plain(before), plain(after))


def _below(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step


def _holds_things(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, Fields) for item in value)


def _of_lists(before: Any, after: Any, path: str) -> Iterator[FieldChange]:
    """The differences of two lists of things, each found again by its name or kind."""
    sides = _by_label(before), _by_label(after)
    labels = [label for label in sides[0] if label in sides[1]]
    for label in sides[0]:
        below = _below(path, label)
        if label in sides[1]:
            yield from differences(sides[0][label], sides[1][label], below)
        else:
            yield FieldChange(below, plain(sides[0][label]), ABSENT)
    for label in sides[1]:
        if label not in sides[0]:
            yield FieldChange(_below(path, label), ABSENT, plain(sides[1][label]))
    if labels != [label for label in sides[1] if label in sides[0]]:
        yield FieldChange(path, list(sides[0]), list(sides[1]))


def _by_label(things: Sequence[Fields]) -> dict[str, Fields]:
    """The things by name or kind; the second of a kind is `Kind[1]`."""
    found: dict[str, Fields] = {}
    counts: dict[str, int] = {}
    for thing in things:
        name = getattr(thing, "name", None)
        label = name if isinstance(name, str) else type(thing).__name__
        count = counts.get(label, 0)
        counts[label] = count + 1
        found[f"{label}[{count}]" if count else label] = thing
    return found


def spelled(value: object) -> str:
    """A plain value on one line, as YAML writes it within braces; `-` where there is none."""
    if isinstance(value, Absent):
        return "-"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {spelled(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(spelled, value))}]"
    return str(value)
