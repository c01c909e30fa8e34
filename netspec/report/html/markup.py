"""HTML put together from elements; a text becomes markup only by being escaped."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, TypeAlias

from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

_VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
# In these a browser acts on the text itself, so that escaping would not be enough.
_RAW = frozenset({"script", "style"})
# A page is read without a network, and a name in a run must not lead its reader anywhere.
_PLACES = frozenset(
    {"action", "background", "data", "formaction", "href", "ping", "poster", "src", "srcdoc", "srcset", "xlink-href"}
)  # fmt: skip
_OWN = ("#", "data:image/png;base64,", "data:image/jpeg;base64,")


class Markup(str):
    """HTML that is whole, and in which every text has been escaped."""

    __slots__ = ()


Child: TypeAlias = "str | int | None | Iterable[Child]"


def element(tag: str, *children: Child, **attributes: str | float | bool | None) -> Markup:
    """An element with what is in it.

    Args:
        tag: Its name, such as `td`; of SVG, too.
        children: Texts, which are escaped, markup, numbers, and lists of these; None is nothing.
        attributes: A trailing `_` is cut (`class_`) and each other becomes `-` (`aria_label`); True gives the name
            alone, False and None leave it out. What would lead somewhere is a place in the page (`#…`) or a picture.

    Raises:
        ValueError: A name is no name of HTML's, the element runs or styles what is in it, or leads out of the page.
    """
    if not _NAME.fullmatch(tag) or tag.lower() in _RAW:
        raise ValueError(f"no element is made by the name {tag!r}")
    head = f"<{tag}{''.join(_attribute(name, value) for name, value in attributes.items())}>"
    return Markup(head if tag in _VOID else f"{head}{join(*children)}</{tag}>")


def join(*children: Child) -> Markup:
    """What stands one after another, without an element around it."""
    return Markup("".join(_content(child) for child in children))


def text(value: str) -> Markup:
    """A text of several lines: these stay as they are, and what cannot be seen is written by its number."""
    lines = (html.escape(printable(line.expandtabs(4))) for line in value.split("\n"))
    return Markup("\n".join(lines))


def data_block(name: str, value: object) -> Markup:
    """Data for a page's scripts, as JSON in an element of this id.

    Raises:
        ValueError: It holds a number that JSON has not: NaN, or infinite.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"no id is made of {name!r}")
    told = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    # Nothing in it can end the element or begin a comment.
    for character in "<>&":
        told = told.replace(character, f"\\u{ord(character):04x}")
    return Markup(f'<script type="application/json" id="{name}">{told}</script>')


def _content(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return html.escape(printable(child))
    if isinstance(child, int):
        return str(child)
    return "".join(_content(each) for each in child)


def _attribute(name: str, value: str | float | bool | None) -> str:  # noqa: FBT001 - an attribute may be a flag
    spelled = name.rstrip("_").replace("_", "-")
    if not _NAME.fullmatch(spelled) or spelled.lower().startswith("on"):
        raise ValueError(f"no attribute is made by the name {name!r}")
    if value is None or value is False:
        return ""
    if value is True:
        return f" {spelled}"
    if spelled.lower() in _PLACES and not str(value).startswith(_OWN):
        raise ValueError(f"a page leads nowhere outside of itself: {value!r}")
    return f' {spelled}="{html.escape(printable(str(value)))}"'
