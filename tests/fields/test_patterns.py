"""A pattern of a spec is one that no name can keep busy for long."""

from __future__ import annotations

import pytest

from netspec.fields import Mismatch, Pattern
from netspec.fields.patterns import MAX_LENGTH, found


@pytest.mark.parametrize(
    "pattern",
    [
        r"patient_(\d+)",
        r"^(\w+)\.",
        r"(?i)scan-([0-9a-f]{1,8})",
        r"(.+)_(\d+)_(.+)\.(jpe?g|png)",
        r"(?:ab)+c",
        r"(?:a|b)+",
        r"(?P<video>[^/]+)/",
        r"(?>a+)b",
        "a" * MAX_LENGTH,
    ],
)
def test_patterns_that_people_write_are_taken(pattern: str) -> None:
    assert Pattern().read(pattern) == pattern


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("a" * 201, "has 201 characters"),
        ("(", "is no regular expression: missing ), unterminated subpattern"),
        ("[[a]", "is no regular expression: Possible nested set"),
        ("a{99999999999999}", "is no regular expression: the repetition number is too large"),
        (r"(a)\1", "refers back to a group"),
        ("(?P<n>a)(?P=n)", "refers back to a group"),
        ("(a)(?(1)b|c)", "refers back to a group"),
        ("(?=a)b", "looks ahead or behind"),
        ("(?<!a)b", "looks ahead or behind"),
        ("(a+)+$", "repeats something that has a repeat or a choice in it"),
        ("(a|aa)*b", "repeats something that has a repeat or a choice in it"),
        ("(a?){50}a{50}", "repeats something that has a repeat or a choice in it"),
        ("(?:x{0,9}){9}", "repeats something that has a repeat or a choice in it"),
        ("(?:){1000000000}", "repeats something that can be empty"),
        (".*.*.*.*x", "has 4 repeats without a bound"),
        (".{0,1001}", "repeats something up to 1001 times"),
        (".{0,99}.{0,99}", "can match in too many ways"),
        ("a?" * 30 + "a" * 30, "can match in too many ways"),
        (".*.*.*(a|ab|abc|abcd)?(x|xy|xyz)", "can match in too many ways"),
        ("(?:(?:(?:a?)?)?)?" * 10, "can match in too many ways"),
    ],
)
def test_patterns_that_could_run_away_are_refused_with_the_reason(
    pattern: str, reason: str
) -> None:
    with pytest.raises(Mismatch) as caught:
        Pattern().read(pattern)

    assert reason in caught.value.problems[0].message


@pytest.mark.parametrize("value", [3, "", None, ["a"]])
def test_what_is_no_text_is_no_pattern(value: object) -> None:
    with pytest.raises(Mismatch):
        Pattern().read(value)


@pytest.mark.parametrize(
    ("pattern", "name", "text"),
    [
        (r"patient_(\d+)", "scans/patient_012/3.png", "012"),
        (r"p\d+", "scans/p12_3.png", "p12"),
        (r"a(\d+)|b(\d+)", "b7", "7"),
        (r"patient_(\d+)", "scans/3.png", None),
        (r"\d*", "scans", None),
    ],
)
def test_the_first_group_that_takes_part_is_what_is_found_else_the_whole_match(
    pattern: str, name: str, text: str | None
) -> None:
    assert found(pattern, name) == text
