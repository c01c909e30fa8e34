"""What the script does by itself is what netspec does: pictures' pixels, and probabilities."""

from __future__ import annotations

import textwrap
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from netspec.data.files.decoding import read_picture
from netspec.data.form import ImageForm
from netspec.evaluation.probabilities import class_probabilities, flag_probabilities
from netspec.exporting.script import _as_flags, _as_shares, _picture
from netspec.things.registries import LOSSES

pytestmark = pytest.mark.keras

PREAMBLE = "import numpy as np\nfrom PIL import Image, ImageOps\n"


def computed(lines: str, **given: Any) -> dict[str, Any]:
    names = dict(given)
    exec(PREAMBLE + textwrap.dedent(lines), names)  # noqa: S102 - what is written into the script
    return names


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [(9, 7), (50, 20)])
@pytest.mark.parametrize("resize", ["stretch", "crop", "pad"])
def test_pixels_are_those_of_predict(
    resize: str, size: tuple[int, int], channels: int, pictures: list[str]
) -> None:
    form = ImageForm(size, channels, resize, size)
    for file in pictures:
        with open(file, "rb") as opened:  # noqa: PTH123 - a text
            wanted = np.asarray(read_picture(opened.read(), form), np.int64)
        (given,) = computed(_picture(form), file=file)["pixels"]
        assert given.dtype == np.float32
        assert np.abs(given - wanted).max() <= 1
        assert np.mean(given != wanted) < 0.1


@pytest.mark.parametrize(
    ("kind", "fields", "activation", "units"),
    [
        ("SparseCategoricalCrossentropy", {"from_logits": True}, "linear", 3),
        ("SparseCategoricalCrossentropy", {}, "softmax", 3),
        ("CategoricalCrossentropy", {}, "sigmoid", 3),
        ("SparseCategoricalCrossentropy", {}, "log_softmax", 3),
        ("BinaryCrossentropy", {"from_logits": True}, "linear", 1),
        ("BinaryCrossentropy", {}, "sigmoid", 1),
        ("BinaryCrossentropy", {}, "sigmoid", 3),
        ("BinaryCrossentropy", {"from_logits": True}, "linear", 3),
        ("CategoricalHinge", {}, "linear", 3),
        ("Hinge", {}, "tanh", 1),
        ("MeanSquaredError", {}, "linear", 3),
        ("MeanSquaredError", {}, "linear", 1),
    ],
)
def test_probabilities_are_those_of_predict(
    kind: str, fields: dict[str, Any], activation: str, units: int
) -> None:
    loss = LOSSES.find(kind)(**fields)
    random = np.random.default_rng(2)
    for _ in range(20):
        values = random.normal(0, 1, units).astype(np.float32)
        if activation in {"softmax", "log_softmax"}:
            values = np.exp(values) / np.exp(values).sum()
        if activation == "log_softmax":
            values = np.log(values)
        output: Any = SimpleNamespace(loss=loss, activation=activation)
        lines = "\n".join(_as_shares(output, single=units == 1))
        (wanted,) = class_probabilities(values[None], loss=loss, activation=activation)
        assert computed(lines, values=values)["values"] == pytest.approx(wanted, abs=1e-6)
        (flags,) = flag_probabilities(values[None], loss=loss)
        lines = "\n".join(_as_flags(output)) or "pass"
        if kind in {"BinaryCrossentropy", "Hinge"}:
            assert computed(lines, values=values)["values"].clip(0, 1) == pytest.approx(
                flags, abs=1e-6
            )
