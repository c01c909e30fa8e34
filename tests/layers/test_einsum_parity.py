"""EinsumDense by equations that are drawn as such: few letters, most of them where they may stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.layers.einsum import EinsumDense
from tests.layers.test_layer_parity import hold_equal

if TYPE_CHECKING:
    from netspec.layers.shapes import Shape

pytest.importorskip("keras")
pytestmark = pytest.mark.keras

SIZES: list[int | None] = [1, 2, 3, 3, 4, None]


@st.composite
def equations(draw: st.DrawFn) -> tuple[dict[str, Any], Shape]:
    """Fields, and a shape that mostly fits."""
    side = draw(st.sampled_from(["", "", "before", "after"]))
    letters = draw(st.permutations("abcde"))
    taken = "".join(letters[: draw(st.integers(1, 4))])
    new = "".join(letters[len(taken) :][: draw(st.integers(0, 2))])
    kept = "".join(letter for letter in taken if draw(st.booleans()))
    kernel = "".join(draw(st.permutations(new + "".join(draw(st.sets(st.sampled_from(taken)))))))
    given_ = "".join(draw(st.permutations(kept[1:] + new)))
    if side != "before" and draw(st.integers(0, 5)):
        given_ = taken[0] + given_.replace(taken[0], "")
        kernel = kernel.replace(taken[0], "")
    if not draw(st.integers(0, 9)):
        given_ += draw(st.sampled_from("abcdez"))
    if not kernel or not given_:
        kernel, given_ = kernel or "x", given_ or "x"
    sizes = {letter: draw(st.sampled_from(SIZES)) for letter in "abcdexz"}
    named = taken if side == "before" else taken[1:]
    others = draw(st.lists(st.sampled_from(SIZES), max_size=2)) if side else []
    shape = [sizes[letter] for letter in named]
    shape = [*others, *shape] if side == "before" else [*shape, *others]
    sized = given_ if side == "before" else given_[1:]
    opened = draw(st.sampled_from([{*taken} - {*kernel}, set()]))
    written = [None if letter in opened else sizes[letter] for letter in sized]
    if not draw(st.integers(0, 9)):
        written = draw(st.lists(st.sampled_from(SIZES), min_size=1, max_size=4))
    dots = {"before": "...{},{}->...{}", "after": "{}...,{}->{}...", "": "{},{}->{}"}[side]
    fields: dict[str, Any] = {
        "equation": dots.format(taken, kernel, given_),
        "output_shape": written or [draw(st.sampled_from([1, 2]))],
    }
    if draw(st.booleans()):
        fields["bias_axes"] = "".join(draw(st.sets(st.sampled_from(given_), min_size=1)))
    if not draw(st.integers(0, 9)):
        shape = shape[1:]
    return fields, tuple(shape)


@given(drawn=equations())
def test_netspec_says_what_keras_builds_of_an_equation(drawn: tuple[dict[str, Any], Shape]) -> None:
    from pydantic import ValidationError

    fields, shape = drawn
    try:
        layer = EinsumDense.model_validate(fields)
    except ValidationError:
        return
    hold_equal(layer, (shape,))
