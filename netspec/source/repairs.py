"""What mends a mistake for certain, and texts with such repairs made."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from netspec.diagnostics import Edit, Repair
from netspec.source.nodes import LINE_BREAK
from netspec.source.scalars import NumberError, resolve
from netspec.wording import Meant, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netspec.diagnostics import Finding
    from netspec.source.nodes import Place, Source

ASSIGNMENT = re.compile(r"--set\[[0-9]+\]")

_QUOTED = re.compile(r"'([^']*)'|\"([^\"\\]*)\"")
_PATH = re.compile(r"[$\w.]+")
_SAFE = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*|\$[a-z][a-z0-9_.]*")


def with_repair(finding: Finding) -> Finding:
    """The finding with its certain repair, where its hint knows one and its place is the very stretch that is wrong."""
    hint = finding.hint
    if finding.repair is not None or not isinstance(hint, Meant) or not hint.certain:
        return finding
    if ASSIGNMENT.fullmatch(finding.file):
        return finding
    text = _instead(stretch(finding.place), hint)
    if text is None:
        return finding
    edit = Edit(replace(finding.place, used_at=()), text)
    return replace(finding, repair=Repair(f"write {short(text)}", (edit,)))


def stretch(place: Place) -> str:
    """The text of a place within one line; empty for a longer one."""
    lines = place.source.lines
    if place.line != place.end_line or not 1 <= place.line <= len(lines):
        return ""
    return lines[place.line - 1][place.column - 1 : place.end_column - 1]


def repaired(source: Source, edits: Iterable[Edit]) -> str:
    """A text with edits made that do not overlap; line breaks among them are written as the text's own.

    Args:
        source: The text.
        edits: What to change in it, in any order.
    """
    starts = line_starts(source.text)
    found = LINE_BREAK.search(source.text)
    line_break = found.group() if found else "\n"
    parts, end = [], len(source.text)
    for edit in sorted(edits, key=lambda each: _span(each.place, starts), reverse=True):
        first, last = _span(edit.place, starts)
        parts += [source.text[last:end], edit.text.replace("\n", line_break)]
        end = first
    return source.text[:end] + "".join(reversed(parts))


def line_starts(text: str) -> list[int]:
    """Where each line begins, in characters."""
    return [0, *(found.end() for found in LINE_BREAK.finditer(text))]


def without_overlaps(repairs: Iterable[Repair]) -> list[Repair]:
    """Those of the repairs that can be made together: where two change one stretch, the first one."""
    kept: list[Repair] = []
    taken: dict[str, list[Place]] = {}
    for repair in repairs:
        places = [edit.place for edit in repair.edits]
        if not any(_meet(place, taken.get(place.source.name, ())) for place in places):
            kept.append(repair)
            for place in places:
                taken.setdefault(place.source.name, []).append(place)
    return kept


def _meet(place: Place, others: Sequence[Place]) -> bool:
    start, end = (place.line, place.column), (place.end_line, place.end_column)
    return any(
        (start < (other.end_line, other.end_column) and (other.line, other.column) < end)
        or start == (other.line, other.column)
        for other in others
    )


def _span(place: Place, starts: Sequence[int]) -> tuple[int, int]:
    return starts[place.line - 1] + place.column - 1, starts[
        place.end_line - 1
    ] + place.end_column - 1


def _instead(written: str, hint: Meant) -> str | None:
    """What to write instead of a stretch; None where that is not the value that is wrong."""
    quoted = _QUOTED.fullmatch(written)
    if not _is(written, hint.wrong):
        return _step_instead(written, hint)
    if not hint.is_text:
        return hint.instead
    if quoted is not None and "'" not in hint.instead and '"' not in hint.instead:
        return written[0] + hint.instead + written[0]
    return _plain(hint.instead)


def _step_instead(written: str, hint: Meant) -> str | None:
    """A dotted path with one wrong step, with the right one."""
    steps = written.split(".")
    if not _PATH.fullmatch(written) or not hint.is_text or steps.count(str(hint.wrong)) != 1:
        return None
    return ".".join(hint.instead if step == hint.wrong else step for step in steps)


def _is(written: str, value: object) -> bool:
    """Whether a stretch is a value as it is written, and not what an expression came to."""
    quoted = _QUOTED.fullmatch(written)
    if quoted is not None:
        return (quoted[1] if quoted[1] is not None else quoted[2]) == value
    if isinstance(value, list):
        inner = written[1:-1] if written[:1] + written[-1:] == "[]" else ""
        parts = inner.split(",")
        return len(parts) == len(value) and all(map(_is, map(str.strip, parts), value))
    try:
        plain = resolve(written)
    except NumberError:
        return False
    return type(plain) is type(value) and plain == value


def _plain(text: str) -> str:
    """A text as a scalar, in quotes where it would be none without them."""
    if _SAFE.fullmatch(text) and isinstance(resolve(text), str):
        return text
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"
