"""The tables are those that Keras gives now.

All of them: NETSPEC_DRAWS=1 pytest tests/applications/test_staleness.py
"""

from __future__ import annotations

import os

import pytest

from netspec.applications.table import names

# Of all the others `test_parity` holds the layers against Keras each time; here are files, options and tokens too.
ALWAYS = ("VGG16",)
MINIMALISTIC = ("MobileNetV3LargeMinimalistic", "MobileNetV3SmallMinimalistic")


@pytest.mark.keras
def test_there_is_a_table_of_every_network_of_keras() -> None:
    from tests.applications.generate import every_name

    assert every_name() == sorted([*names(), *MINIMALISTIC])


@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.parametrize(
    "name", (*names(), *MINIMALISTIC) if "NETSPEC_DRAWS" in os.environ else ALWAYS
)
@pytest.mark.filterwarnings("ignore:`input_shape` is undefined")
def test_a_table_is_what_keras_says(name: str) -> None:
    from tests.applications.generate import stale

    assert stale(name) == ""
