"""What to do about an item's mistake, where that follows from how the item is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from netspec.diagnostics import Code
from netspec.source.expressions import has_expression
from netspec.wording import short

if TYPE_CHECKING:
    from netspec.fields import Problem
    from netspec.source.nodes import Place

_ONE_EXPRESSION = re.compile(r"\$\{([^{}]*)\}")
_CONDITION = re.compile(r"[<>=]|\b(?:and|or|not)\b")
_NAME = re.compile(r"(?!null$)[A-Za-z_(]")
_TRUTHS = {"yes": "true", "on": "true", "no": "false", "off": "false"}


def hint_of(problem: Problem, value: Any, place: Place) -> str | None:
    """A problem's hint; what to write instead of an expression's value is an expression.

    Args:
        problem: The mistake.
        value: What the wrong value came to.
        place: Where it is written.
    """
    if problem.of_field and problem.message.endswith("not null"):
        return "a layer is left out by `when: false`"
    line = place.source.lines[place.line - 1] if place.line <= len(place.source.lines) else ""
    written = line[place.column - 1 : place.end_column - 1]
    if problem.path[-1:] == ("when",) and problem.code is Code.VALUE:
        return _condition(written, value)
    if has_expression(written) and (problem.hint or "").startswith("write "):
        return (
            "`/` gives a decimal number; `//` divides whole ones"
            if "." in problem.message
            else None
        )
    return problem.hint


def _condition(written: str, value: Any) -> str:
    """What to write in `when`, where something else than true or false came out.

    Args:
        written: What stands there.
        value: What that came to.
    """
    quoted = re.fullmatch(r"(['\"])(.*)\1", written)
    text = quoted[2] if quoted else written
    alone = _ONE_EXPRESSION.fullmatch(text)
    term = short(alone[1].strip() if alone else text)
    if has_expression(text) and not alone:  # an expression within a text is a text
        whole = _ONE_EXPRESSION.sub(r"\1", text)
        if _CONDITION.search(whole):
            return f"an expression within a text gives a text: write `{short(whole)}`"
        return "write one expression, such as `depth > 2`"
    if not _NAME.match(term):
        return "write true, false, or a condition such as `depth > 2`"
    return _compared(term, value)


def _compared(term: str, value: Any) -> str:
    """The condition that an expression was probably meant to be."""
    if isinstance(value, list | dict):
        return f"take one of its elements, such as `{term}[0] > 0`"
    if value is None:
        return f"compare it: write `{term} != null`"
    if not isinstance(value, str):
        return f"compare it: write `{term} > 0`"
    if value in _TRUTHS:
        return f"'{value}' is a text in a spec: write {_TRUTHS[value]} where {term} gets it"
    quote = '"' if "'" in value else "'"
    return f"compare it: write `{term} == {quote}{short(value)}{quote}`"
