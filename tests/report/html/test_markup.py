"""Whatever a text holds, a browser reads that text and nothing else of it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.report.escape import printable
from netspec.report.html.markup import Markup, data_block, element, join, text

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</p></td></table><script>alert(1)</script>",
    "\"' onmouseover=alert(1) x='\"",
    "--><script>alert(1)</script><!--",
    "&lt;script&gt; &amp; &#60; &NotEqualTilde;",
    "]]><svg onload=alert(1)>",
    "</title></style></textarea>",
    "javascript:alert(1)",
    "${7*7} {{7*7}} <%= 7*7 %>",
]


class Read(HTMLParser):
    """What is read of a markup: elements with their attributes, in order, and all texts."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.ended: list[str] = []
        self.others: list[str] = []
        self.said = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.ended.append(tag)

    def handle_data(self, data: str) -> None:
        self.said += data

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)


anything = st.one_of(st.text(st.characters(codec=None)), st.sampled_from(HOSTILE))


@given(child=anything, other=anything, value=anything)
def test_whatever_text_goes_in_the_same_is_read_and_no_element_more(
    child: str, other: str, value: str
) -> None:
    read = Read(element("td", child, [other, (element("b", child), 7, None)], title=value))
    assert read.elements == [("td", {"title": printable(value)}), ("b", {})]
    assert read.ended == ["b", "td"]
    assert read.others == []
    assert read.said == f"{printable(child)}{printable(other)}{printable(child)}7"


@given(anything)
def test_lines_stay_lines_and_are_read_as_they_were(value: str) -> None:
    read = Read(text(value))
    assert (read.elements, read.ended, read.others) == ([], [], [])
    assert read.said == "\n".join(printable(line.expandtabs(4)) for line in value.split("\n"))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | anything,
    lambda inside: st.lists(inside) | st.dictionaries(anything, inside),
    max_leaves=8,
)  # fmt: skip


@given(json_values)
def test_data_comes_out_of_its_block_as_it_went_in(value: object) -> None:
    read = Read(data_block("curves-data", value))
    assert read.elements == [("script", {"type": "application/json", "id": "curves-data"})]
    assert read.ended == ["script"]
    assert json.loads(read.said) == value


@pytest.mark.parametrize(
    "value", ["</script><script>alert(1)", "<!--<script>", "<![CDATA[", "\u2028"]
)
def test_data_cannot_end_its_block_or_begin_another(value: str) -> None:
    block = data_block("x", {value: value})
    inside = block.removeprefix('<script type="application/json" id="x">').removesuffix("</script>")
    assert not set(inside) & set("<>&\u2028")
    assert json.loads(inside) == {value: value}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [-float("inf")]])
def test_data_has_only_numbers_that_json_has(value: object) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        data_block("x", value)


@pytest.mark.parametrize(
    "unseen", ["\x00", "\x1b[2J", "\u202e", "\u2066", "\u200b", "\ud800", "\n"]
)
@pytest.mark.parametrize(
    "made",
    [
        lambda value: element("p", value),
        lambda value: element("p", title=value),
        lambda value: join([value]),
        lambda value: text(f"a{value}b".replace("\n", "\x0c")),
    ],
)
def test_what_cannot_be_seen_is_written_by_its_number(
    made: Callable[[str], Markup], unseen: str
) -> None:
    said = made(f"a{unseen}b")
    assert unseen not in said
    assert "\\u" in said


def test_markup_is_taken_as_it_is_and_a_text_that_looks_like_it_is_not() -> None:
    inside = element("b", "a")
    assert element("p", inside, "<b>a</b>") == "<p><b>a</b>&lt;b&gt;a&lt;/b&gt;</p>"
    # What is done to markup may cut it anywhere, so that the result is a text again.
    assert element("p", inside + "<i>") == "<p>&lt;b&gt;a&lt;/b&gt;&lt;i&gt;</p>"
    assert element("p", inside.upper(), inside[1:]) == "<p>&lt;B&gt;A&lt;/B&gt;b&gt;a&lt;/b&gt;</p>"


def test_children_are_texts_numbers_nothing_and_lists_of_these() -> None:
    assert element("p", "a", 3, None, ["b", (4, [None])], (x for x in "cd")) == "<p>a3b4cd</p>"
    with pytest.raises(TypeError):
        element("p", 1.5)  # type: ignore[arg-type]  # how many digits, nobody has said


def test_attributes_are_told_by_their_values() -> None:
    made = element(
        "input", class_="a b", aria_label='"', hidden=True, disabled=False, id=None, max=3
    )
    assert made == '<input class="a b" aria-label="&quot;" hidden max="3">'


@pytest.mark.parametrize("tag", ["script", "style", "SCRIPT", "Style", "a b", "", "p>", "1", "b\n"])
def test_no_element_runs_or_is_called_by_what_is_no_name(tag: str) -> None:
    with pytest.raises(ValueError, match="no element is made"):
        element(tag, "x")


@pytest.mark.parametrize(
    "name", ["onclick", "ONLOAD", "on_click", "onerror_", "a b", "a=b", "a>", "", '"']
)
def test_no_attribute_runs_anything_or_is_called_by_what_is_no_name(name: str) -> None:
    attributes: dict[str, Any] = {name: "x"}
    with pytest.raises(ValueError, match="no attribute is made"):
        element("p", **attributes)


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "http://example.org/",
        "//example.org/",
        "file:///etc/passwd",
        "other.html",
        "data:text/html,<script>alert(1)</script>",
        "data:image/svg+xml;base64,AAAA",
        "",
    ],
)
def test_nothing_leads_out_of_the_page(value: str) -> None:
    for name in (
        "href",
        "HREF",
        "src",
        "srcset",
        "srcdoc",
        "action",
        "formaction",
        "poster",
        "data",
    ):
        attributes: dict[str, Any] = {name: value}
        with pytest.raises(ValueError, match="leads nowhere outside of itself"):
            element("a", **attributes)


def test_what_leads_somewhere_in_the_page_is_made() -> None:
    assert element("a", "x", href="#curves") == '<a href="#curves">x</a>'
    assert element("img", src="data:image/png;base64,AAAA").startswith("<img src=")


@pytest.mark.parametrize("name", ["", "1", "a b", '"><script>', "a\n"])
def test_the_id_of_data_is_a_name(name: str) -> None:
    with pytest.raises(ValueError, match="no id is made"):
        data_block(name, 1)
