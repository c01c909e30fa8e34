"""What becomes of other pictures for a network is told where it is no longer the same picture."""

from __future__ import annotations

import pytest

from netspec.data.form import ImageForm
from netspec.evaluation.other.data import what_changes
from netspec.spec.facts import DataFacts

GRAY = (28, 28, 1)


def facts(shape: tuple[int, ...] | None) -> DataFacts:
    return DataFacts(name="any", labels={}, image_shape=shape, splits={"train": 1})


@pytest.mark.parametrize(
    ("shape", "own", "channels", "told"),
    [
        (None, GRAY, 1, "pictures in colour are made gray, and all are brought to 28 x 28"),
        ((32, 32, 3), GRAY, 1, "pictures in colour are made gray, and all are brought to 28 x 28"),
        ((28, 28, 3), GRAY, 1, "pictures in colour are made gray"),
        ((32, 32, 1), GRAY, 1, None),
        # The run's own pictures were made gray as well.
        (None, None, 1, None),
        (None, (28, 28, 3), 3, None),
    ],
)
def test_pictures_that_lose_their_colours_are_told(
    shape: tuple[int, ...] | None, own: tuple[int, ...] | None, channels: int, told: str | None
) -> None:
    form = ImageForm((28, 28), channels, "stretch", (28, 28))
    assert what_changes(facts(shape), form, own=facts(own)) == told
