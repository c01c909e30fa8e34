"""Whatever stands in a text, Markdown shows it as it is, and nothing of it becomes markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from netspec.report.escape import markdown, printable
from netspec.report.markdown import block, code, table

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![](http://example.org/x.png)",
    "<https://example.org>",
    "a | b",
    "&lt;b&gt; &amp;",
    "~~gone~~ **loud** _low_ $x$",
    "``` \n---\n# title",
    "\\",
    "`",
    "``a`",
]
anything = st.one_of(
    st.text(st.characters(codec=None), min_size=1), st.sampled_from(HOSTILE)
).filter(lambda text: text == text.strip(" ") and text)


def cells(lines: list[str]) -> list[tuple[set[str], str]]:
    """Of each cell of a table's body, what kinds of things are in it, and its text."""
    tokens = READER.parse("\n".join(lines))
    found, inside = [], False
    for token in tokens:
        inside = token.type == "td_open" or (inside and token.type != "td_close")
        if inside and token.type == "inline":
            children = token.children or []
            found.append(
                ({each.type for each in children}, "".join(each.content for each in children))
            )
    return found


@given(anything, anything)
def test_a_text_in_a_cell_is_read_as_it_was(one: str, other: str) -> None:
    for kinds, text in cells(table(("a", "b"), [[markdown(one), markdown(other)]])):
        assert kinds == {"text"}
        assert text in {printable(one), printable(other)}
    assert len(cells(table(("a", "b"), [[markdown(one), markdown(other)]]))) == 2


@given(anything)
def test_code_in_a_cell_is_read_as_it_was(text: str) -> None:
    assert cells(table(("a",), [[code(text)]])) == [({"code_inline"}, printable(text))]


@given(st.lists(st.one_of(anything, st.just("```"), st.just("~~~~"), st.just(""))))
def test_nothing_ends_a_block_of_code(lines: list[str]) -> None:
    told = "\n".join(printable(line) for line in lines)
    tokens = READER.parse("\n".join(block(told, "yaml")))
    assert [token.type for token in tokens] == ["fence"]
    assert tokens[0].content.rstrip("\n") == told.rstrip("\n")


def test_a_table_says_which_columns_hold_numbers() -> None:
    assert table(("name", "value"), [("a", "1")], right=[1]) == [
        "| name | value |",
        "| --- | ---: |",
        "| a | 1 |",
    ]


@pytest.mark.parametrize(("text", "told"), [("", "`  `"), ("a`b", "``a`b``"), ("`", "`` ` ``")])
def test_code_is_told_apart_from_its_marks(text: str, told: str) -> None:
    assert code(text) == told
