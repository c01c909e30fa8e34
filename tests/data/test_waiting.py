"""How long batches are waited for: long where the source is slow, hardly where the network is."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.keras

BATCHES, PAUSE = 20, 0.01


def paused(dataset: Any) -> Any:
    """A dataset whose every element takes a while."""
    import tensorflow as tf

    def wait(element: Any) -> Any:
        time.sleep(PAUSE)
        return element

    return dataset.map(lambda each: tf.numpy_function(wait, [each], tf.int64))


def share_waited(*, slow_source: bool, slow_taker: bool) -> float:
    import tensorflow as tf

    from netspec.data.waiting import Waiting

    tf.config.experimental.enable_op_determinism()
    waiting = Waiting()
    batches = tf.data.Dataset.range(BATCHES)
    if slow_source:
        batches = paused(batches)
    begun = time.monotonic()
    for number, batch in enumerate(waiting.measured(batches.prefetch(4))):
        assert int(batch) == number
        if slow_taker:
            time.sleep(PAUSE)
    return waiting.seconds / (time.monotonic() - begun)


def test_a_slow_source_is_waited_for() -> None:
    assert share_waited(slow_source=True, slow_taker=False) > 0.5


def test_a_slow_taker_waits_for_little() -> None:
    assert share_waited(slow_source=False, slow_taker=True) < 0.5


def test_each_counts_by_itself() -> None:
    import tensorflow as tf

    from netspec.data.waiting import Waiting

    first, other = Waiting(), Waiting()
    list(first.measured(paused(tf.data.Dataset.range(3))))

    assert first.seconds >= 3 * PAUSE
    assert other.seconds == 0


def test_what_is_measured_stays_as_it_is() -> None:
    import tensorflow as tf

    from netspec.data.waiting import Waiting

    elements = {"a": np.arange(6.0), "b": (np.arange(12).reshape(6, 2), np.arange(6))}
    batches = tf.data.Dataset.from_tensor_slices(elements).batch(4)
    measured = Waiting().measured(batches)

    assert measured.element_spec == batches.element_spec
    assert measured.cardinality() in (2, tf.data.UNKNOWN_CARDINALITY)
    for one, other in zip(measured, batches, strict=True):
        tf.nest.map_structure(np.testing.assert_array_equal, one, other)
