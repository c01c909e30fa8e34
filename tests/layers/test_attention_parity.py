"""Attention by what is drawn for it: sequences that nearly fit, keys, masks, and inputs by argument."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from netspec.testing.strategies import layer_fields
from tests.layers.examples import class_of
from tests.layers.test_layer_parity import hold_equal

if TYPE_CHECKING:
    from netspec.layers.shapes import Shape

pytest.importorskip("keras")
pytestmark = pytest.mark.keras

SIZES: list[int | None] = [1, 2, 3, 4, 4, 5, 5, None]


@st.composite
def sequences(draw: st.DrawFn) -> dict[str, Shape]:
    """Query, value and perhaps key and mask: mostly as they fit, in one axis of positions or two."""
    size = st.sampled_from(SIZES)
    ranks = draw(st.sampled_from([1, 1, 1, 2, 2, 3]))
    asked, given_ = (draw(st.tuples(*[size] * ranks)) for _ in range(2))
    if draw(st.booleans()):
        given_ = (*given_[:-1], asked[-1]) if draw(st.booleans()) else asked
    features, own = draw(size), draw(size)
    shapes: dict[str, Shape] = {
        "query": (*asked, features),
        "value": (*given_, draw(st.sampled_from([features, own]))),
    }
    if draw(st.booleans()):
        shapes["key"] = (*given_, draw(st.sampled_from([features, own])))
    if draw(st.sampled_from([True, False])):
        before = draw(st.sampled_from([(), (), (1,), (2,), asked[-1:], (*asked[:1], 2)]))
        compared = draw(st.sampled_from([(*asked, *given_), (asked[0], given_[0]), given_]))
        shapes["attention_mask"] = (*before, *compared)
    name = draw(st.sampled_from([*shapes, None, None, None, None]))
    if name is not None:
        shapes[name] = draw(st.tuples(*[size] * draw(st.integers(1, 4))))
    return shapes


@pytest.mark.parametrize(
    "kind", ["AdditiveAttention", "Attention", "GroupQueryAttention", "MultiHeadAttention"]
)
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_netspec_says_what_keras_builds_of_sequences(kind: str, data: st.DataObject) -> None:
    found = class_of(kind)
    shapes = data.draw(sequences(), label="shapes")
    taken = {argument.name for argument in found.arguments}
    shapes = {name: shape for name, shape in shapes.items() if name in taken}
    fields: dict[str, Any] = data.draw(layer_fields(found), label="fields")
    fields["inputs"] = {name: name for name in data.draw(st.permutations(list(shapes)))}
    if kind == "MultiHeadAttention" and data.draw(st.booleans()):
        fields["attention_axes"] = data.draw(st.sampled_from([1, 2, [1], [1, 2], [2, 1], -2, None]))
    try:
        layer = found.model_validate(fields)
    except ValidationError:
        return
    hold_equal(layer, tuple(shapes[name] for name in fields["inputs"]))
