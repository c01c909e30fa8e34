"""Spans: an amount and its unit, in what fields take and in the steps that they come to."""

from __future__ import annotations

import copy
import pickle

import pytest

from netspec.fields import FieldType, Mismatch
from netspec.fields.difference import plain
from netspec.things.spans import Span, SpanField, StepsOrEpochs, in_steps

SPAN, TIME, LENGTH = SpanField(), SpanField(times=True), StepsOrEpochs()


def hint(field_type: FieldType, value: object) -> str | None:
    with pytest.raises(Mismatch) as caught:
        field_type.read(value)
    (problem,) = caught.value.problems
    return problem.hint


@pytest.mark.parametrize(
    ("written", "amount", "unit", "said"),
    [
        ("10 epochs", 10, "epochs", "10 epochs"),
        ("1 epoch", 1, "epochs", "1 epoch"),
        ("10 epoch", 10, "epochs", "10 epochs"),
        ("10epochs", 10, "epochs", "10 epochs"),
        ("0.5 epochs", 0.5, "epochs", "0.5 epochs"),
        ("500 steps", 500, "steps", "500 steps"),
        ("1 step", 1, "steps", "1 step"),
        (500, 500, "steps", "500 steps"),
        ("5 min", 5, "min", "5 min"),
        ("30s", 30, "s", "30 s"),
        ("1.5 h", 1.5, "h", "1.5 h"),
    ],
)
def test_a_span_is_an_amount_and_a_unit(
    written: object, amount: float, unit: str, said: str
) -> None:
    span = TIME.read(written)

    assert (span.amount, span.unit, str(span)) == (amount, unit, said)
    assert plain(span) == said


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("5 batches", "write 5 steps"),
        ("10 Epochs", "write 10 epochs"),
        ("10  epochs", "write 10 epochs"),
        ("500", "remove the quotes, or give a unit"),
        (500.0, "write 500"),
        ("0 epochs", None),
        ("0.5 steps", None),
        ("-1 epoch", None),
        ("5 min", None),
        ("epochs", None),
        ("1e9 epochs", None),
        ("1 epoch\n", "write 1 epoch"),
        (0, None),
        (True, None),
        (None, None),
        ("9" * 100_000 + " epochs", None),
    ],
)
def test_what_is_no_span_is_refused_with_what_was_meant(
    value: object, expected: str | None
) -> None:
    assert hint(SPAN, value) == expected


def test_a_time_is_called_as_it_is_written() -> None:
    assert hint(TIME, "5 minutes") == "write 5 min"
    assert hint(TIME, "30 seconds") == "write 30 s"
    assert hint(TIME, "2 days") is None


def test_a_length_is_a_number_of_steps_or_epochs() -> None:
    assert LENGTH.read(500) == 500
    assert LENGTH.read("500 steps") == 500
    assert type(LENGTH.read("500 steps")) is int
    assert LENGTH.read("2 epochs") == Span(2, "epochs")
    assert hint(LENGTH, 0) is None
    assert StepsOrEpochs(0).read(0) == 0
    assert hint(LENGTH, "5 min") is None


@pytest.mark.parametrize(
    ("span", "steps"),
    [
        (Span(2, "epochs"), 14),
        (Span(0.5, "epochs"), 4),
        (Span(0.01, "epochs"), 1),
        (Span(9, "steps"), 9),
        (Span(999_999_999, "epochs"), 2**31 - 1),
    ],
)
def test_a_span_comes_to_at_least_one_step_and_to_the_nearest(span: Span, steps: int) -> None:
    assert span.in_steps(7) == steps
    assert in_steps(span, 7) == steps
    assert in_steps(5, 7) == 5


def test_a_time_has_seconds_and_no_steps() -> None:
    assert [Span(2, unit).seconds for unit in ("s", "min", "h", "epochs")] == [2, 120, 7200, None]
    with pytest.raises(ValueError, match="is a time"):
        Span(2, "min").in_steps(7)


def test_a_copy_of_a_span_knows_its_unit() -> None:
    span = Span(2.5, "epochs")

    for other in (copy.deepcopy(span), pickle.loads(pickle.dumps(span))):  # noqa: S301 - its own
        assert (other, other.amount, other.unit) == (span, 2.5, "epochs")
