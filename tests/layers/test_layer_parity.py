"""For drawn fields and shapes, netspec and Keras say the same: taken or not, shape, weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netspec.layers.base import Layer
from netspec.layers.registry import LAYERS
from tests.layers.differences import reasons

if TYPE_CHECKING:
    from netspec.layers.shapes import Shape

pytest.importorskip("keras")
pytestmark = pytest.mark.keras


def hold_equal(layer: Layer, taken: tuple[Shape, ...]) -> None:
    from netspec.testing import parity

    parity.hold_equal(layer, taken, reasons)


@pytest.mark.parametrize("kind", LAYERS.names())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_netspec_says_what_keras_builds(kind: str, data: st.DataObject) -> None:
    from netspec.testing.parity import hold_drawn

    layer = LAYERS.get(kind)
    assert issubclass(layer, Layer)
    hold_drawn(layer, data, reasons)
