"""What a user is told who names a layer that there is not."""

from __future__ import annotations

import pytest

from netspec.fields import Mismatch, Problem, ThingOf
from netspec.layers.registry import CELLS, LAYERS
from netspec.spec.model import unknown_item

INPUT = "write `model: {input: [height, width, channels], …}`"


def problem_of(name: str) -> Problem:
    with pytest.raises(Mismatch) as caught:
        ThingOf(LAYERS).read({name: {}})
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Convv2D", "did you mean Conv2D?"),
        ("Zwiebel", "`netspec layers` lists them"),
        ("Input", INPUT),
        ("InputLayer", INPUT),
        ("Lambda", None),
    ],
)
def test_a_name_that_is_no_layer_s_comes_with_what_to_do(name: str, hint: str | None) -> None:
    assert problem_of(name).hint == hint


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("input", INPUT),
        ("input_layer", INPUT),
        ("conv2d", "did you mean Conv2D?"),
        ("par", "did you mean pair?"),
    ],
)
def test_a_name_in_lower_case_is_perhaps_a_layer_s(name: str, hint: str) -> None:
    assert unknown_item(name, ["pair"]).hint == hint


def test_one_in_lower_case_that_is_like_none_is_perhaps_a_block_s() -> None:
    hint = unknown_item("zwiebel", ["pair"]).hint or ""
    assert "model.blocks" in hint
    assert "`netspec layers` lists them" in hint


def test_what_is_written_instead_is_of_what_is_refused() -> None:
    assert LAYERS.instead.keys() <= LAYERS.refused.keys()


def test_a_cell_that_is_like_none_is_looked_up_too() -> None:
    with pytest.raises(Mismatch) as caught:
        CELLS.find("Zwiebel")
    assert caught.value.problems[0].hint == "`netspec layers` lists them"
