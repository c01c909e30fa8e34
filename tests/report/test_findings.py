"""Findings as text and JSON: complete, in one line each, and harmless whatever the spec holds."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import jsonschema
import pytest
from rich.cells import cell_len

from netspec.diagnostics import Code, Edit, Finding, Repair, Severity, Step, in_order
from netspec.report.console import console_for
from netspec.report.escape import markdown, printable
from netspec.report.findings import MAX_EXCERPT, closing, finding_text, findings_json, tally
from netspec.report.schemas import schema_text
from netspec.source.nodes import Place, Source

TEXT = "netspec: 1\nmodel:\n  input: [3]\n  layers: [Flaten]\n"


def finding(  # noqa: PLR0913 - a finding is these
    line: int = 4,
    column: int = 12,
    end: int = 18,
    *,
    text: str = TEXT,
    message: str = "there is no layer 'Flaten'",
    hint: str | None = "did you mean Flatten?",
    level: Severity | None = None,
) -> Finding:
    place = Place(Source("bad.yaml", text), line, column, line, end)
    return Finding(Code.UNKNOWN_KIND, message, place, hint, level)


def shown(one: Finding) -> str:
    buffer = io.StringIO()
    console_for(buffer).print(finding_text(one))
    return buffer.getvalue()


def test_a_finding_is_its_place_its_sentence_the_lines_and_the_hint() -> None:
    assert shown(finding()) == (
        "bad.yaml:4:12: error[NS204] there is no layer 'Flaten'\n"
        "      3 |   input: [3]\n"
        "      4 |   layers: [Flaten]\n"
        "        |            ^^^^^^\n"
        "   hint: did you mean Flatten?\n"
        "\n"
    )


def test_a_finding_without_hint_or_line_is_shorter() -> None:
    assert shown(finding(1, 1, 2, text="", hint=None)) == (
        "bad.yaml:1:1: error[NS204] there is no layer 'Flaten'\n\n"
    )


def test_the_first_line_has_none_above_it() -> None:
    assert "      1 | netspec: 1\n        | ^^^^^^^\n" in shown(finding(1, 1, 8))


@pytest.mark.parametrize(
    ("line", "column", "end", "under"),
    [
        ("\tkey: value", 7, 12, "         ^^^^^"),
        ("ä🙂: value", 5, 10, "     ^^^^^"),
        ("key: 大きさ", 6, 9, "     ^^^^^^"),
        ("a\x1bb: value", 6, 11, "          ^^^^^"),
        ("key: ", 6, 6, "     ^"),
        ("key", 4, 7, "   ^"),
    ],
)
def test_the_underline_stands_below_what_it_means(
    line: str, column: int, end: int, under: str
) -> None:
    underline = shown(finding(1, column, end, text=line)).split("\n")[2]
    assert underline == f"        | {under}"


def test_a_long_line_is_shown_around_the_place() -> None:
    text = "a" * 5000 + "MISTAKE" + "b" * 5000
    excerpt, underline = shown(finding(1, 5001, 5008, text=text)).split("\n")[1:3]
    assert len(excerpt) <= MAX_EXCERPT + 10 == 120
    start = underline.index("^")
    assert excerpt[start : start + 7] == "MISTAKE"
    assert underline[start:] == "^^^^^^^"
    assert excerpt.count("…") == 2


@pytest.mark.parametrize("letter", ["大", "\x1b", "\t", "a"])
@pytest.mark.parametrize("place", [1, 60, 400, 801])
def test_a_long_line_of_wide_characters_is_no_wider(letter: str, place: int) -> None:
    text = letter * (place - 1) + "MISTAKE" + letter * (801 - place)
    excerpt, underline = shown(finding(1, place, place + 7, text=text)).split("\n")[1:3]
    assert cell_len(excerpt) <= 120
    before = excerpt[: excerpt.index("MISTAKE")]
    assert underline == f"{'':>7} | ".ljust(cell_len(before)) + "^^^^^^^"


def test_what_a_terminal_would_act_on_is_written_out() -> None:
    evil = "\x1b[31m\x07\u202e\u200b\r\n[red]"
    one = finding(1, 1, 3, text=evil, message=f"no layer '{evil}'", hint=f"or {evil}")
    place = Place(Source(f"{evil}.yaml", evil), 1, 1, 1, 2)
    for text in (shown(one), shown(Finding(Code.VALUE, "x", place))):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e]", text)
        assert "\\u001b[31m\\u0007\\u202e\\u200b" in text
    assert "[red]" in shown(one)
    assert "\\u000d\\u000a[red]" in shown(one).split("\n")[0]


def test_the_json_document_is_what_its_schema_says() -> None:
    document = json.loads(findings_json([finding(), finding(hint=None, level="note")]))
    jsonschema.validate(document, json.loads(schema_text("findings")))
    assert document["findings"][0] == {
        "code": "NS204",
        "severity": "error",
        "file": "bad.yaml",
        "line": 4,
        "column": 12,
        "message": "there is no layer 'Flaten'",
        "hint": "did you mean Flatten?",
        "defined": None,
        "used_at": [],
        "shapes": None,
        "repair": None,
    }
    assert document["findings"][1]["hint"] is None
    assert json.loads(findings_json([])) == {"findings": []}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"findings": [{}]}, json.loads(schema_text("findings")))


def test_the_json_document_is_ascii() -> None:
    assert findings_json([finding(message="ä\x1b\u202e\ud800")]).isascii()


def test_a_tally_counts_each_severity() -> None:
    assert tally([finding()]) == "1 error"
    severities: list[Severity] = ["error", "warning", "error", "note"]
    findings = [finding(level=severity) for severity in severities]
    assert tally(findings) == "2 errors, 1 warning, 1 note"
    assert tally([]) == ""


def test_below_findings_stands_where_to_read_more_of_the_gravest() -> None:
    warned = replace(finding(level="warning"), code=Code.UNUSED_NAME)
    assert closing([warned, finding()]).plain == "1 error, 1 warning (more: netspec explain NS204)"
    assert closing([warned]).plain == "1 warning (more: netspec explain NS601)"


def test_the_last_line_says_how_many_can_be_repaired() -> None:
    plain = finding()
    mended = replace(plain, repair=Repair("write Flatten", (Edit(plain.place, "Flatten"),)))
    for findings, said in [
        ([mended], "1 error; `netspec fix` repairs it"),
        ([mended] * 2, "2 errors; `netspec fix` repairs both"),
        ([mended] * 3, "3 errors; `netspec fix` repairs all of them"),
        ([mended, plain], "2 errors; `netspec fix` repairs 1 of them"),
    ]:
        assert closing(findings).plain == f"{said} (more: netspec explain NS204)"


def test_a_hint_says_where_the_right_name_is_defined() -> None:
    here = Source("bad.yaml", TEXT).place(2, 1)
    assert "hint: did you mean Flatten? (line 2)\n" in shown(replace(finding(), defined=here))
    there = Source("\x1bbase.yaml", TEXT).place(3, 1)
    told = shown(replace(finding(), defined=there))
    assert "hint: did you mean Flatten? (\\u001bbase.yaml:3)\n" in told


def test_the_json_has_the_repair_the_definition_and_the_way_of_a_shape() -> None:
    one = finding()
    steps = (Step("input", "Input", (4, None), None), Step("a", "Dense", (3,), one.place))
    repair = Repair("write Flatten", (Edit(one.place, "Flatten"),))
    full = replace(one, repair=repair, defined=one.place, shapes=(steps,))
    document = json.loads(findings_json([full]))
    jsonschema.validate(document, json.loads(schema_text("findings")))
    (record,) = document["findings"]
    assert record["defined"] == {"file": "bad.yaml", "line": 4, "column": 12}
    assert record["shapes"] == [
        [
            {"name": "input", "type": "Input", "shape": [4, None], "line": None},
            {"name": "a", "type": "Dense", "shape": [3], "line": 4},
        ]
    ]
    place = {"file": "bad.yaml", "line": 4, "column": 12, "end_line": 4, "end_column": 18}
    assert record["repair"] == {"told": "write Flatten", "edits": [{**place, "text": "Flatten"}]}


def test_the_way_of_a_shape_stands_below_the_excerpt() -> None:
    one = finding()
    way = (Step("input", "Input", (4,), None), Step("a", "Dense", (3,), one.place))
    assert "^^^^^^\n   shapes: input (4) → a (3)\n   hint: " in shown(replace(one, shapes=(way,)))


def test_findings_are_sorted_by_place_and_said_once() -> None:
    first, second, third = finding(2, 1, 2), finding(2, 9, 12), finding(10, 1, 2)
    assert in_order([third, second, first, second]) == (first, second, third)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain ä 🙂", "plain ä 🙂"),
        ("a\tb\nc", "a\\u0009b\\u000ac"),
        ("\x9b\x7f", "\\u009b\\u007f"),
        ("\u2066\ufeff\ud800", "\\u2066\\ufeff\\ud800"),
    ],
)
def test_unseen_characters_are_written_as_their_numbers(text: str, escaped: str) -> None:
    assert printable(text) == escaped


def test_markdown_takes_no_markup_from_a_text() -> None:
    assert markdown("a|b*c_[d](e)`f`<g>#\n") == r"a\|b\*c\_\[d\](e)\`f\`\<g\>\#\\u000a"
