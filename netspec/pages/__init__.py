"""The pages of all codes: a rule's is its module's docstring, those of the stages before the rules stand here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks import RULES, silences
from netspec.diagnostics import Code, PluginCode
from netspec.errors import UsageError
from netspec.extension import Group, enabled
from netspec.pages import alike, composition, data, fields, graph, text, training
from netspec.pages.page import Example, Page, read_page
from netspec.wording import nearest_code, short

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Example", "Page", "page_of", "pages", "range_of"]

_RANGES = {
    "NS1": "The text",
    "NS2": "Fields",
    "NS3": "Composition",
    "NS4": "Graph and shapes",
    "NS5": "What cannot train",
    "NS6": "Warnings: it trains, but surely not as meant",
    "NS7": "Notes: worth knowing",
}
_OF_PLUGINS = "From plugins"


def pages() -> tuple[Page, ...]:
    """The page of every code, in the codes' order, those of enabled plugins' rules last."""
    return tuple(read_page(code, written) for code, written in _texts().items())


def page_of(code: str) -> Page:
    """The page of one code.

    Raises:
        UsageError: There is no such code.
    """
    texts = _texts()
    wanted = code.strip().upper()
    for known, written in texts.items():
        if known == wanted:
            return read_page(known, written)
    hint = nearest_code(wanted, list(texts)) or "`netspec explain` lists them"
    raise UsageError(f"there is no code '{short(code)}'", hint=hint)


def range_of(code: Code | PluginCode) -> str:
    """What codes that begin alike are of, such as ``Fields``."""
    return _OF_PLUGINS if isinstance(code, PluginCode) else _RANGES[code[:3]]


def _texts() -> Mapping[Code | PluginCode, str]:
    texts: dict[Code | PluginCode, str] = {}
    stages = text.PAGES | fields.PAGES | composition.PAGES | graph.PAGES
    stages |= training.PAGES | data.PAGES | alike.PAGES
    rules = {rule.CODE: rule.__doc__ or "" for rule in (*RULES, silences)}
    for code in Code:
        texts[code] = (stages | rules)[code]
    for name, rule in enabled().added(Group.RULES).items():
        texts[PluginCode(name)] = rule.__doc__ or ""
    return texts
