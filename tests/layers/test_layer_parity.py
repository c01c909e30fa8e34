"""For drawn fields and shapes, netspec and Keras say the same: taken or not, shape, weights."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from netspec.fields import Mismatch
from netspec.layers.base import Layer, Shape, ShapeError
from netspec.layers.registry import LAYERS
from tests.layers.differences import DIFFERENCES
from tests.layers.keras_side import Built, KerasRefuses, build
from tests.layers.strategies import layer_fields, related_shapes, shapes, shapes_like

pytest.importorskip("keras")
pytestmark = pytest.mark.keras


def inputs_of(layer: type[Layer]) -> st.SearchStrategy[tuple[Shape, ...]]:
    alike = shapes_like(layer.example.shapes)
    others = st.tuples(shapes()) if layer.takes == "one" else related_shapes()
    return st.one_of(alike, alike, others)


def infer(layer: Layer, taken: tuple[Shape, ...]) -> Built:
    contradictions = tuple(layer.contradictions())
    if contradictions:
        raise Mismatch(*contradictions)
    inference = layer.infer(taken)
    weights = tuple(
        (weight.name, weight.shape, weight.trainable and layer.trainable)
        for weight in inference.weights
    )
    # Keras lists what it trains first; a frozen layer keeps the order.
    return Built(inference.output_shapes, weights)


def hold_equal(layer: Layer, taken: tuple[Shape, ...]) -> None:
    answer: Built | Exception
    built: Built | Exception
    try:
        answer = infer(layer, taken)
    except (Mismatch, ShapeError) as refusal:
        answer = refusal
    try:
        built = build(layer, taken)
    except KerasRefuses as refusal:
        built = refusal
    match answer, built:
        case Built(), Built():
            event("taken")
            assert answer == built
        case Exception(), Exception():
            event("refused")
        case Exception(), Built():
            event("refused by netspec alone")
            reasons = [each.title for each in DIFFERENCES if each.applies(layer, taken)]
            assert reasons, f"Keras takes what netspec refuses: {answer}"
        case _:
            pytest.fail(f"netspec takes what Keras refuses at its {built}")


@pytest.mark.parametrize("kind", LAYERS.names())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_netspec_says_what_keras_builds(kind: str, data: st.DataObject) -> None:
    layer_class = LAYERS.get(kind)
    assert issubclass(layer_class, Layer)
    fields = data.draw(layer_fields(layer_class), label="fields")
    taken = data.draw(inputs_of(layer_class), label="inputs")
    try:
        layer = layer_class.model_validate(fields)
    except ValidationError:
        assume(False)  # noqa: FBT003 - contradictions inside an initializer are its own tests'
    hold_equal(layer, taken)
