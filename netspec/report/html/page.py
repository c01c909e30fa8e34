"""The page around what is shown: one file that needs no network and runs no script but its own."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from netspec.report.html.markup import Markup, data_block, element, join

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHARTS = "echarts.common.min.js"
LAYOUT = "dagre.min.js"
# The `meta` that says which of several pages of one kind this is.
MARK = "netspec-of"
_ASSETS = "assets"
_STYLE, _SCRIPT = "page.css", "page.js"
_VENDORED = "vendored.json"
# Pictures are in the page itself; charts set the style of what they draw.
_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {scripts}; "
    "base-uri 'none'; form-action 'none'"
)
_MOST_IN_SHORT = 3


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes:
        name: Its id, in lower case.
        title: Its heading, and what leads to it.
        body: What is in it.
    """

    name: str
    title: str
    body: Markup


def page(  # noqa: PLR0913 - each has a name
    *,
    title: str,
    head: Markup,
    sections: Sequence[Section],
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    data: Mapping[str, object] | None = None,
    mark: str | None = None,
) -> str:
    """A whole page.

    Args:
        title: What the browser calls it, and its first heading.
        head: What stands below that heading: what matters most.
        sections: The rest, each with a link on the side.
        styles: Files of `assets/` besides the page's own style.
        scripts: Files of `assets/`, in the order in which they need each other; the page's own comes before them.
        data: What scripts draw, by the ids of the blocks that hold it.
        mark: What tells it from other pages that may lie in its place; a few letters and digits.
    """
    texts = [_asset(name) for name in (_SCRIPT, *scripts)]
    policy = _POLICY.format(scripts=" ".join(map(_digest, texts)))
    names = {"http_equiv": "Content-Security-Policy", "content": policy}
    inside = join(
        element("meta", charset="utf-8"),
        element("meta", **names),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="generator", content="netspec"),
        None if mark is None else element("meta", name=MARK, content=mark),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        Markup("".join(f"<style>{_asset(name)}</style>" for name in (_STYLE, *styles))),
    )
    body = join(
        element("a", "Skip to the contents", class_="skip", href="#contents"),
        element(
            "header",
            element("h1", title),
            element("button", "Dark", type="button", id="theme", class_="quiet", hidden=True),
            head,
        ),
        _links(sections),
        element("main", [_section(each) for each in sections], id="contents"),
        element("footer", "Made by netspec."),
        [data_block(name, value) for name, value in (data or {}).items()],
        _licences(scripts),
        Markup("".join(f"<script>{text}</script>" for text in texts)),
    )
    return f'<!doctype html>\n<html lang="en"><head>{inside}</head>\n<body>{body}</body></html>\n'


def figure(value: str, name: str, note: str | None = None) -> Markup:
    """A number that matters, in large letters: it, what it is, and what more there is to say."""
    under = None if note is None else element("dd", note, class_="note")
    return element("div", element("dt", name), element("dd", value), under, class_="figure")


def figures(each: Sequence[Markup]) -> Markup:
    """Numbers that matter, side by side."""
    return element("dl", each, class_="figures")


def table(
    titles: Sequence[str],
    rows: Sequence[Sequence[Markup | str]],
    *,
    right: Sequence[int] = (),
    caption: str | None = None,
    sortable: bool = False,
) -> Markup:
    """A table, which is scrolled by itself where it is wider than the page.

    Args:
        titles: The columns' heads.
        rows: The cells.
        right: The columns that hold numbers.
        caption: What the table is, for those who cannot see it too.
        sortable: Whether a click on a head sorts it.
    """
    sides = [("number" if column in right else None) for column in range(len(titles))]
    heads = [
        element("th", each, scope="col", class_=side)
        for each, side in zip(titles, sides, strict=True)
    ]
    lines = [
        element(
            "tr", [element("td", cell, class_=side) for cell, side in zip(row, sides, strict=True)]
        )
        for row in rows
    ]
    whole = element(
        "table",
        None if caption is None else captioned(caption),
        element("thead", element("tr", heads)),
        element("tbody", lines),
        class_="sortable" if sortable else None,
    )
    return element(
        "div",
        whole,
        class_="scrolled",
        tabindex="0",
        role="region",
        aria_label=caption or ", ".join(titles),
    )


def captioned(caption: str) -> Markup:
    """A table's caption, which is as wide as the table's place on the page."""
    return element("caption", element("span", caption))


def facts(each: Sequence[tuple[str, Markup | str]]) -> Markup:
    """Names with what they stand for, below each other."""
    return element(
        "dl", [(element("dt", name), element("dd", value)) for name, value in each], class_="facts"
    )


def absent(what: str, why: str, todo: str | None = None) -> Markup:
    """What is not there to be shown, why, and what would bring it."""
    return element(
        "p",
        f"{what}: {why}.",
        None if todo is None else join(" ", element("code", todo)),
        class_="absent",
    )


def folded(title: str, *inside: Markup | str, is_open: bool = False) -> Markup:
    """What is shown when its title is chosen, and printed in any case."""
    return element("details", element("summary", title), inside, open=is_open)


def tabs(name: str, each: Sequence[tuple[str, Markup]]) -> Markup:
    """Parts of which one is shown at a time, chosen by its title; all of them where no script runs, and in print.

    Args:
        name: An id of their own.
        each: Titles and parts.
    """
    parts = [
        element(
            "section",
            element("h4", title),
            part,
            class_="tab",
            id=f"{name}-{number}",
            data_title=title,
        )
        for number, (title, part) in enumerate(each)
    ]
    return element("div", parts, class_="tabs", id=name)


def chart(name: str, *, label: str, kind: str, height: int = 320) -> Markup:
    """The place of a chart that a script draws from the data block `NAME-data`.

    Args:
        name: Its id.
        label: What it shows, in words, for those who cannot see it.
        kind: How it is drawn: a name that `charts.js` knows.
        height: Pixels.
    """
    place = element(
        "div",
        class_="chart",
        id=name,
        data_kind=kind,
        data_height=height,
        style=f"height:{height}px",
        role="img",
        aria_label=label,
        tabindex="0",
    )
    return element("figure", place, element("figcaption", label))


def picture(png: bytes, *, label: str, class_: str | None = None) -> Markup:
    """A PNG or JPEG picture in the page itself.

    Args:
        png: The file's bytes.
        label: What it shows, in words.
        class_: How it is styled.
    """
    kind = "jpeg" if png.startswith(b"\xff\xd8") else "png"
    inside = base64.b64encode(png).decode("ascii")
    return element("img", src=f"data:image/{kind};base64,{inside}", alt=label, class_=class_)


def _section(section: Section) -> Markup:
    name = f"{section.name}-title"
    return element(
        "section",
        element("h2", section.title, id=name),
        section.body,
        id=section.name,
        aria_labelledby=name,
    )


def _links(sections: Sequence[Section]) -> Markup | None:
    if len(sections) < _MOST_IN_SHORT:
        return None
    each = [element("li", element("a", one.title, href=f"#{one.name}")) for one in sections]
    return element("nav", element("ul", each), aria_label="Contents")


@cache
def _asset(name: str) -> str:
    """A file of the package, without what would look for another file."""
    text = files(__package__).joinpath(_ASSETS, name).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("//# sourceMappingURL="))
    return "\n".join(lines)


def _licences(scripts: Sequence[str]) -> Markup:
    """What the makers of these scripts ask for: their licences, for whoever reads the page's source."""
    each = [
        _asset(one["file"])
        for package in json.loads(_asset(_VENDORED))
        for one in package["files"]
        if package["script"] in scripts and one["file"] != package["script"]
    ]
    return Markup("".join(f"\n<!--\n{licence}\n-->" for licence in each))


def _digest(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
