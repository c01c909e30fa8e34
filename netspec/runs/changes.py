"""What differs between two resolved specs, and whether a run may go on with the second."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspec.report.escape import printable
from netspec.spec.kept import kept_networks
from netspec.spec.resolved import resolved_tree, with_runs_at
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.spec.document import Document

_MOST_SHOWN = 12
# How often a state is kept, and how images are read, are nothing that a step follows from.
_HARMLESS = ("training.checkpoint", "data.cache", "data.verify", "budget", "ignore")
_NOTHING = object()


@dataclass(frozen=True)
class Change:
    """One value that differs.

    Attributes:
        path: Where it is: names and places joined by dots.
        before: What it was; None where there was nothing.
        after: What it is; None where there is nothing.
    """

    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        """One line for people."""
        return f"{printable(self.path)}: {_spoken(self.before)} -> {_spoken(self.after)}"


def settled(document: Document) -> Any:
    """The resolved spec as plain values. The path of its data is left out: the images' fingerprint says more.

    Raises:
        UsageError: A run that it builds on is not there any more.
    """
    runs = {run: kept.path for run, kept in kept_networks(document).items()}
    values: Any = json.loads(json.dumps(with_runs_at(resolved_tree(document), runs).value()))
    data = values.get("data")
    source = data.get("source") if isinstance(data, dict) else None
    if isinstance(source, dict):
        for fields in source.values():
            if isinstance(fields, dict):
                fields.pop("path", None)
    return values


def changes(before: Any, after: Any) -> list[Change]:
    """Everything that differs between two specs as `settled` gives them, in order."""
    return list(_changes(before, after, ()))


def unsafe(found: Sequence[Change], *, stages: int) -> list[Change]:
    """Those changes after which the run would not be the same one.

    Safe are more epochs at the end, and what no step follows from.

    Args:
        found: All changes.
        stages: How many stages there are.
    """
    last = f"training.stages.{stages - 1}.epochs"
    return [each for each in found if not _is_safe(each, last)]


def is_of_rate(change: Change) -> bool:
    """Whether it is about the learning rate."""
    return change.path == "compile.optimizer" or "learning_rate" in change.path.split(".")


def adds_epochs(change: Change) -> bool:
    """Whether a run that is finished has more to train by it: more epochs, or another stage."""
    is_stage = re.fullmatch(r"training\.stages\.[0-9]+", change.path) is not None
    return (is_stage and change.before is None) or _epochs_more(change) > 0


def adds_nothing(change: Change) -> bool:
    """Whether a run that is finished stays as it is by it: no step follows from it, or fewer epochs are asked for."""
    return _is_harmless(change) or _epochs_more(change) < 0


def _epochs_more(change: Change) -> int:
    """How many epochs more there are by it."""
    is_count = type(change.before) is int and type(change.after) is int
    is_of_epochs = re.fullmatch(r"training\.(stages\.[0-9]+\.)?epochs", change.path) is not None
    return int(change.after - change.before) if is_count and is_of_epochs else 0


def _is_harmless(change: Change) -> bool:
    """Whether no step follows from it."""
    return any(change.path == each or change.path.startswith(f"{each}.") for each in _HARMLESS)


def spoken(found: Sequence[Change]) -> str:
    """The changes for a message, one a line."""
    lines = [f"  {each}" for each in found[:_MOST_SHOWN]]
    more = len(found) - len(lines)
    return "\n".join([*lines, *([f"  and {more} more"] if more else [])])


def _is_safe(change: Change, last: str) -> bool:
    is_last = change.path in {"training.epochs", last}
    return _is_harmless(change) or (is_last and _epochs_more(change) > 0)


def _changes(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            yield from _changes(
                before.get(key, _NOTHING), after.get(key, _NOTHING), (*path, str(key))
            )
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            yield from _changes(
                before[index] if index < len(before) else _NOTHING,
                after[index] if index < len(after) else _NOTHING,
                (*path, str(index)),
            )
    elif before is _NOTHING or after is _NOTHING or not _same(before, after):
        yield Change(".".join(path), _or_none(before), _or_none(after))


def _same(before: Any, after: Any) -> bool:
    # 1, 1.0 and true are three.
    return type(before) is type(after) and bool(before == after)


def _or_none(value: Any) -> Any:
    return None if value is _NOTHING else value


def _spoken(value: Any) -> str:
    if value is None:
        return "nothing"
    return short(json.dumps(value, ensure_ascii=False))
