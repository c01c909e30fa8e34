"""A hint that knows what to write becomes an edit of just that stretch, in the text's own manner."""

from __future__ import annotations

import pytest

from netspec.diagnostics import Code, Edit, Finding, Repair
from netspec.source.nodes import Place, Source
from netspec.source.repairs import repaired, with_repair, without_overlaps
from netspec.wording import Meant, did_you_mean


def place(text: str, stretch: str, name: str = "a.yaml") -> Place:
    """Where a stretch stands in a text."""
    source = Source(name, text)
    (line,) = (number for number, each in enumerate(source.lines, 1) if stretch in each)
    column = source.lines[line - 1].index(stretch) + 1
    return source.place(line, column, width=len(stretch))


def mended(text: str, stretch: str, hint: Meant) -> str | None:
    """The text with the repair of a finding at a stretch, None where there is none."""
    at = place(text, stretch)
    repair = with_repair(Finding(Code.VALUE, "wrong", at, hint)).repair
    return None if repair is None else repaired(at.source, repair.edits)


def raw(wrong: object, instead: str) -> Meant:
    return Meant("write it", wrong=wrong, instead=instead)


@pytest.mark.parametrize(
    ("text", "stretch", "hint", "after"),
    [
        ("padding: smae # so", "smae", did_you_mean("smae", "same"), "padding: same # so"),
        ("padding: 'smae'", "'smae'", did_you_mean("smae", "same"), "padding: 'same'"),
        ('padding: "smae"', '"smae"', did_you_mean("smae", "same"), 'padding: "same"'),
        ("{x: nul}", "nul", did_you_mean("nul", "null"), '{x: "null"}'),
        ("{x: a}", "a", did_you_mean("a", 'say "b"'), "{x: 'say \"b\"'}"),
        ("x: block.hed", "block.hed", did_you_mean("hed", "head"), "x: block.head"),
        ("units: '64'", "'64'", raw("64", "64"), "units: 64"),
        ("units: 64.0", "64.0", raw(64.0, "64"), "units: 64"),
        ("use: yes", "yes", raw("yes", "true"), "use: true"),
        ("Dense: 10", "10", raw(10, "{units: 10}"), "Dense: {units: 10}"),
        ("Add: [a, b]", "[a, b]", raw(["a", "b"], "{inputs: [a, b]}"), "Add: {inputs: [a, b]}"),
    ],
)
def test_just_the_stretch_is_written_anew(text: str, stretch: str, hint: Meant, after: str) -> None:
    assert mended(text, stretch, hint) == after


@pytest.mark.parametrize(
    ("text", "stretch", "hint"),
    [
        ("x: ${w}", "${w}", raw("64", "64")),  # the value is an expression's
        ("x: 3", "3", raw("3", "3")),
        ("x: 6.4e1", "6.4e1", raw(65.0, "65")),
        ("x: [3.0, 3]", "[3.0, 3]", raw(3.0, "3")),
        ('x: "sm\\u0061e"', '"sm\\u0061e"', did_you_mean("smae", "same")),
        ("x: a.hed.hed", "a.hed.hed", did_you_mean("hed", "head")),
        (f"x: {'1' * 101}", "1" * 101, raw(1, "2")),
        ("x: smae", "smae", did_you_mean("smae", "same", certain=False)),
    ],
)
def test_what_is_not_written_as_the_hint_says_is_left(text: str, stretch: str, hint: Meant) -> None:
    assert mended(text, stretch, hint) is None


def test_a_hint_without_knowledge_and_a_place_of_several_lines_repair_nothing() -> None:
    source = Source("a.yaml", "x: sm\n  ae\n")
    for hint, end in [("did you mean same?", 1), (did_you_mean("sm", "same"), 2)]:
        finding = Finding(Code.VALUE, "wrong", Place(source, 1, 4, end, 6), hint)
        assert with_repair(finding) == finding


def test_what_stands_in_an_assignment_is_not_repaired() -> None:
    at = place("x.padding=smae", "smae", "--set[1]")
    assert with_repair(Finding(Code.VALUE, "", at, did_you_mean("smae", "same"))).repair is None


def test_the_repair_that_a_rule_gives_stays() -> None:
    at = place("x: smae", "smae")
    repair = Repair("write valid", (Edit(at, "valid"),))
    finding = Finding(Code.VALUE, "", at, did_you_mean("smae", "same"), repair=repair)
    assert with_repair(finding).repair is repair


def test_edits_keep_every_line_break_and_write_the_text_s_own() -> None:
    source = Source("a.yaml", "a: 1\r\nb: [2, 3]\r\n# ä🙂\r\nc: 4")
    edits = [
        Edit(Place(source, 4, 4, 4, 5), "44"),
        Edit(Place(source, 2, 5, 2, 5), "x,\n"),
        Edit(Place(source, 1, 4, 1, 5), "11"),
    ]
    assert repaired(source, edits) == "a: 11\r\nb: [x,\r\n2, 3]\r\n# ä🙂\r\nc: 44"
    assert repaired(source, []) == source.text


def test_of_repairs_that_overlap_the_first_is_made() -> None:
    source = Source("a.yaml", "abcdef")
    first, over, beside, same = (
        Repair(str(start), (Edit(Place(source, 1, start, 1, end), "x"),))
        for start, end in [(2, 4), (3, 5), (4, 6), (2, 2)]
    )
    other = Repair("other", (Edit(Place(Source("b.yaml", "abc"), 1, 2, 1, 4), "x"),))
    assert without_overlaps([first, over, beside, same, other]) == [first, beside, other]
