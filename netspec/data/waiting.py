"""How long whoever takes batches has waited for them. Importing this module imports TensorFlow."""

from __future__ import annotations

from itertools import count

import tensorflow as tf

_TAG = "wait"
_MICROSECOND = 1e-6
_numbers = count()


class Waiting:
    """Adds up how long batches were asked for and not there yet.

    tf.data itself measures it, in C++: a clock of Python's would cost more than it measures, and `tf.timestamp` is
    not to be had where TensorFlow is deterministic.
    """

    def __init__(self) -> None:
        # By a name of its own, for without one all of a process are one.
        with tf.device("CPU:0"):
            self._sums = tf.raw_ops.StatsAggregatorHandle(
                container="", shared_name=f"netspec-waiting-{next(_numbers)}"
            )

    @property
    def seconds(self) -> float:
        """What has been waited so far."""
        with tf.device("CPU:0"):
            written = tf.raw_ops.StatsAggregatorSummary(iterator=self._sums)
        summary = tf.compat.v1.Summary.FromString(written.numpy())
        return (
            float(sum(each.histo.sum for each in summary.value if each.tag == _TAG)) * _MICROSECOND
        )

    def measured(self, batches: tf.data.Dataset) -> tf.data.Dataset:
        """The same batches, whose taker is timed from asking for one to getting it."""
        structure = batches.element_spec
        parts = tf.nest.flatten(structure)
        form = {
            "output_types": [part.dtype for part in parts],
            "output_shapes": [part.shape for part in parts],
        }
        with tf.device("CPU:0"):
            variant = tf.data.experimental.to_variant(batches)
            variant = tf.raw_ops.LatencyStatsDataset(input_dataset=variant, tag=_TAG, **form)
            variant = tf.raw_ops.SetStatsAggregatorDataset(
                input_dataset=variant,
                stats_aggregator=self._sums,
                tag="",
                counter_prefix="",
                **form,
            )
            timed = tf.data.experimental.from_variant(variant, structure)
        # Nothing may run ahead of what is timed.
        options = tf.data.Options()
        options.experimental_optimization.inject_prefetch = False
        return timed.with_options(options)
