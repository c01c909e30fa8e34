"""Text becomes a tree in which every node knows its place, or findings at the right one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netspec.diagnostics import MAX_FINDINGS, Code, Finding, in_order
from netspec.source import parse as module
from netspec.source.nodes import ListNode, MapNode, Node, ScalarNode, Source, find
from netspec.source.parse import parse

pytestmark = pytest.mark.usefixtures("loader")


def tree(text: str) -> Node:
    root, findings = parse(Source("spec.yaml", text))
    assert findings == []
    assert root is not None
    return root


def at(node: Node | ScalarNode | None) -> tuple[int, int, int, int]:
    assert node is not None
    return (node.line, node.column, node.end_line, node.end_column)


def findings(text: str) -> list[Finding]:
    return parse(Source("spec.yaml", text))[1]


def only(text: str) -> Finding:
    (finding,) = findings(text)
    return finding


def place(finding: Finding) -> tuple[str, int, int]:
    return (finding.code, finding.line, finding.column)


def test_every_node_has_the_place_where_it_is_written() -> None:
    root = tree("a: 1\nb:\n  - two\n  - {c: [3, 'four']}\n")
    assert at(root) == (1, 1, 4, 21)
    assert at(find(root, ("a",))[0]) == (1, 4, 1, 5)
    assert at(find(root, ("a",))[1]) == (1, 1, 1, 2)
    assert at(find(root, ("b",))[0]) == (3, 3, 4, 21)
    assert at(find(root, ("b", 0))[0]) == (3, 5, 3, 8)
    assert at(find(root, ("b", 1))[0]) == (4, 5, 4, 21)
    assert at(find(root, ("b", 1, "c"))[0]) == (4, 9, 4, 20)
    assert at(find(root, ("b", 1, "c", 1))[0]) == (4, 13, 4, 19)


def test_a_column_counts_characters_and_not_bytes() -> None:
    root = tree('ä: "🙂" # 大\n"🙂": {é: 1}\n')
    assert at(find(root, ("ä",))[0]) == (1, 4, 1, 7)
    assert at(find(root, ("🙂", "é"))[0]) == (2, 10, 2, 11)


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_every_line_break_counts_as_one(line_break: str) -> None:
    root = tree(line_break.join(["a: 1", "", "b: 2", ""]))
    assert at(find(root, ("b",))[0]) == (3, 4, 3, 5)
    assert root.source.lines[2] == "b: 2"


@pytest.mark.parametrize(
    ("text", "column"),
    [("a:", 3), ("a:\n", 3), ("a:   # nothing\nb: 1\n", 3), ("{a: , b: 1}", 4), ("? a\n", 4)],
)
def test_a_value_that_is_not_written_stands_after_its_key(text: str, column: int) -> None:
    node, _ = find(tree(text), ("a",))
    assert node.value() is None
    assert at(node) == (1, column, 1, column)


def test_an_alias_has_the_place_of_its_anchor() -> None:
    root = tree("a: &x {k: 1}\nb: *x\nc:\n  <<: *x\n  l: 2\n")
    assert find(root, ("b",))[0] is find(root, ("a",))[0]
    assert at(find(root, ("c", "k"))[0]) == (1, 11, 1, 12)
    assert at(find(root, ("c", "k"))[1]) == (1, 8, 1, 9)


def test_a_merge_gives_way_to_what_is_written_and_the_first_mapping_wins() -> None:
    root = tree(
        "x: &x {a: 1, b: 1}\n"
        "y: &y {b: 2, c: 2}\n"
        "one: {b: 3, <<: *x}\n"
        "two: {<<: *x, b: 3}\n"
        "list: {<<: [*x, *y]}\n"
        "nested: {<<: {<<: *y, c: 9}}\n"
        'quoted: {"<<": 1}\n'
    )
    value = root.value()
    assert isinstance(value, dict)
    assert value["one"] == value["two"] == {"a": 1, "b": 3}
    assert value["list"] == {"a": 1, "b": 1, "c": 2}
    assert value["nested"] == {"b": 2, "c": 9}
    assert value["quoted"] == {"<<": 1}


def test_an_anchor_may_be_given_again() -> None:
    value = tree("[&a 1, *a, &a 2, *a, &b [&a 3, *a], *a]").value()
    assert value == [1, 1, 2, 2, [3, 3], 3]


def test_quoted_and_folded_scalars_are_texts() -> None:
    value = tree("['1', \"true\", ! 2, !!str 3, 'null']").value()
    assert value == ["1", "true", "2", "3", "null"]
    assert tree("a: |\n  1\nb: >-\n  2\n").value() == {"a": "1\n", "b": "2"}


def test_core_tags_are_read() -> None:
    value = tree('[!!int "12", !!float 1, !!bool "true", !!null "", !!float "1e3"]').value()
    assert value == [12, 1.0, True, None, 1000.0]
    assert isinstance(value, list)
    assert type(value[1]) is float
    assert tree("!!map {a: !!seq [1]}").value() == {"a": [1]}


def test_keys_are_texts_as_they_are_written() -> None:
    assert tree("{1: a, true: b, null: c, 017: d, '': e}").value() == {
        "1": "a",
        "true": "b",
        "null": "c",
        "017": "d",
        "": "e",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\na: 2\n", (Code.DUPLICATE_KEY, 2, 1)),
        ('{a: 1, "a": 2}', (Code.DUPLICATE_KEY, 1, 8)),
        ("- {1: a, '1': b}", (Code.DUPLICATE_KEY, 1, 10)),
        ("a: !thing 1", (Code.TAG, 1, 4)),
        ("a: !!python/name:os.system ''", (Code.TAG, 1, 4)),
        ("a: !!set {b}", (Code.TAG, 1, 4)),
        ("a: !!timestamp 2001-01-23", (Code.TAG, 1, 4)),
        ("a: !!int 1.5", (Code.TAG, 1, 4)),
        ("a: !!bool yes", (Code.TAG, 1, 4)),
        ("a: !!str [1]", (Code.TAG, 1, 4)),
        ("a: 1\n---\nb: 2\n", (Code.DOCUMENTS, 2, 1)),
        ("--- 1\n--- 2\n", (Code.DOCUMENTS, 2, 1)),
        ("a: " + "1" * 5000, (Code.NUMBER, 1, 4)),
        ("a: [1, -1e400]", (Code.NUMBER, 1, 8)),
        ("{[1]: a}", (Code.KEY, 1, 2)),
        ("? {a: 1}\n: b\n", (Code.KEY, 1, 3)),
        ("a: *b", (Code.ALIAS, 1, 4)),
        ("a: &b [1, *b]", (Code.ALIAS, 1, 11)),
        ("a: &b {c: {d: *b}}", (Code.ALIAS, 1, 15)),
        ("a: {<<: 1}", (Code.MERGE, 1, 5)),
        ("a: {<<: [{b: 1}, 2]}", (Code.MERGE, 1, 5)),
        ("a: {<<: }", (Code.MERGE, 1, 5)),
        ('a: "\\u202e"', (Code.CHARACTER, 1, 4)),
        ('a: "x\\0"', (Code.CHARACTER, 1, 4)),
        ("", (Code.EMPTY, 1, 1)),
        (" \n\n", (Code.EMPTY, 1, 1)),
        ("# nothing\n", (Code.EMPTY, 1, 1)),
        ("---\n", (Code.EMPTY, 1, 1)),
        ("a: {b: 1\nc: 2\n", (Code.SYNTAX, 1, 4)),
        ("a: [1, 2", (Code.SYNTAX, 1, 4)),
        ("a: [1 {2}]", (Code.SYNTAX, 1, 7)),
        ("a: b: c", (Code.SYNTAX, 1, 5)),
        ("a: @b", (Code.SYNTAX, 1, 4)),
        ("a: *", (Code.SYNTAX, 1, 4)),
        ("a:\n\tb: 1\n", (Code.SYNTAX, 2, 1)),
        ("a: {b: ${c}}\n", (Code.SYNTAX, 1, 8)),
        ("a:\n  b: 1\n c: 2\n", (Code.SYNTAX, 3, 2)),
        ("a: 1\nb:2\nc: 3\n", (Code.SYNTAX, 2, 2)),
        ("a: 'b\n", (Code.SYNTAX, 1, 4)),
        ('a: 1\nb: {c: "d}\ne: "f"\n', (Code.SYNTAX, 2, 8)),
        ("a: 1\nb: [c, 'd]\ne: {'f': 1}\n", (Code.SYNTAX, 2, 8)),
        ('a: "b\n---\n', (Code.SYNTAX, 1, 4)),
        ("a: 'it''s'  # 'b\nb: {c: 1\n", (Code.SYNTAX, 2, 4)),
        ("a: it's\nb: {c: 1\nd: 'e'\n", (Code.SYNTAX, 2, 4)),
    ],
)
def test_a_mistake_is_one_finding_at_its_place(text: str, expected: tuple[str, int, int]) -> None:
    finding = only(text)
    assert place(finding) == expected
    assert finding.hint


def test_a_backslash_in_double_quotes_is_told_with_the_quotes_that_it_needs() -> None:
    finding = only('data:\n  group: "patient_(\\d+)"\n')
    assert place(finding) == (Code.SYNTAX, 2, 20)
    assert finding.hint == (
        "in double quotes a backslash begins an escape: write the text in single quotes"
    )
    assert tree("group: 'patient_(\\d+)'").value() == {"group": r"patient_(\d+)"}


def test_findings_at_one_place_are_in_the_order_of_their_numbers() -> None:
    (finding,) = findings("a: 'b\n")
    numbered = [replace(finding, message=f"record:{number}") for number in (10, 9, 100, 0)]
    assert [each.message for each in in_order(numbered)] == [
        f"record:{number}" for number in (0, 9, 10, 100)
    ]


def test_several_mistakes_are_all_found_and_the_rest_is_read() -> None:
    root, found = parse(Source("s", "a: 1\na: 2\nb: !x 3\nc: {<<: 4, d: 5}\ne: " + "6" * 200))
    assert [place(finding) for finding in in_order(found)] == [
        (Code.DUPLICATE_KEY, 2, 1),
        (Code.TAG, 3, 4),
        (Code.MERGE, 4, 5),
        (Code.NUMBER, 5, 4),
    ]
    assert root is not None
    value = root.value()
    assert isinstance(value, dict)
    assert value["a"] == 1
    assert value["c"] == {"d": 5}


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("[", "]"), ("{a: ", "}"), ("- ", "")],
)
def test_a_text_may_be_64_levels_deep_and_no_deeper(opening: str, closing: str) -> None:
    assert isinstance(tree(opening * 64 + "x" + closing * 64), (ListNode, MapNode))
    finding = only(opening * 65 + "x" + closing * 65)
    assert finding.code is Code.DEPTH
    assert finding.column == 64 * len(opening) + 1


def test_keys_within_keys_are_no_way_around_the_depth() -> None:
    root, found = parse(Source("spec.yaml", "? " * 65 + "x"))
    assert root is None
    assert (found[-1].code, found[-1].column) == (Code.DEPTH, 129)


def test_aliases_cannot_nest_what_text_may_not() -> None:
    def chain(length: int) -> str:
        links = (f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, length))
        return "a0: &a0 [x]\n" + "".join(links)

    assert isinstance(tree(chain(63)), MapNode)  # and the mapping around them
    finding = only(chain(64))
    assert place(finding)[:2] == (Code.DEPTH, 64)


def test_aliases_count_as_the_nodes_they_stand_for() -> None:
    laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    finding = only(laughs)
    assert finding.code is Code.NODES
    assert "500,000" in finding.message


def test_a_text_may_have_so_many_nodes_and_aliases_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_NODES", 10)
    assert isinstance(tree("[1,2,3,4,5,6,7,8,9]"), ListNode)
    assert place(only("[1,2,3,4,5,6,7,8,9,10]")) == (Code.NODES, 1, 20)
    assert place(only("[&a [1,2], *a, *a, *a]")) == (Code.NODES, 1, 20)
    monkeypatch.undo()
    monkeypatch.setattr(module, "MAX_ALIASES", 2)
    assert isinstance(tree("[&a 1, *a, *a]"), ListNode)
    assert place(only("[&a 1, *a, *a, *a]")) == (Code.ALIAS, 1, 16)


def test_a_text_of_nothing_but_mistakes_is_not_listed_without_end() -> None:
    assert len(findings("a: !x 1\n" + "a: 2\n" * (MAX_FINDINGS + 9))) == MAX_FINDINGS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: {b: ${c}}", "not quoted"),
        ("a:\n\tb: 1", "tab"),
        ("a: 1\nb:2\nc: 3\n", "no space after the colon"),
        ("a: b: c", "second `: `"),
        ("a: [1", "`[` is not closed"),
        ("a: {b: 1", "`{` is not closed"),
        ("a: [1 {2}]", "missing before this"),
        ("a: %b", "cannot start with %"),
        ("a: *", "cannot start with *"),
        ("a:\n  b: 1\n c: 2\n", "indentation"),
    ],
)
def test_common_mistakes_are_told_in_words_of_their_own(text: str, words: str) -> None:
    assert words in only(text).message
