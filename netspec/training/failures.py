"""What Keras and TensorFlow raise while a run trains, as one sentence. Importing this module imports TensorFlow."""

from __future__ import annotations

import os
import shlex
from contextlib import contextmanager
from typing import TYPE_CHECKING

import tensorflow as tf

from netspec.data.files.changed import find_changed
from netspec.data.files.failing import named_if_failing
from netspec.data.splits import Split
from netspec.errors import NetspecError, TrainingError
from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from netspec.training.job import Job
    from netspec.training.trainer import Trainer


@contextmanager
def keras_at_work(job: Job) -> Iterator[None]:
    """Turns what Keras and TensorFlow raise into one sentence; the run's log has the rest.

    Raises:
        TrainingError: Something failed.
        DataError: A file of the data has changed or is gone.
    """
    try:
        yield
    except NetspecError:
        raise
    except Exception as error:
        changed = find_changed(job.splits.values()) if _may_be_the_data_s(error) else None
        if changed is not None:
            raise changed from error
        hint: str | None
        if isinstance(error, OSError) and error.strerror:
            # HDF5 puts its whole story into the error's text.
            reason = os.strerror(error.errno) if error.errno else error.strerror
            message = f"cannot write to {job.directory.path}: {reason}"
            run = printable(shlex.quote(str(job.directory.path)))
            hint = f"make room; then `netspec resume {run}` goes on"
        elif isinstance(error, tf.errors.ResourceExhaustedError | MemoryError):
            message = "the memory is not enough"
            hint = "take a smaller batch_size, or a smaller network"
        else:
            message = _reason(error)
            hint = f"the run's log has more: {job.directory.path / 'log.txt'}"
        raise TrainingError(f"training failed: {message}", hint=hint) from error


def named_if_unreadable(job: Job, trainer: Trainer) -> AbstractContextManager[None]:
    """Names the file where training fails because one cannot be read, and says why none can be kept."""
    training = job.spec.training
    assert training is not None  # noqa: S101 - there is a plan
    shuffle = training.shuffle

    def read() -> Split:
        part = job.splits["validation" if trainer.validates else "train"]
        order = trainer.feeding.pipeline.order(
            part,
            epoch=trainer.position.epoch,
            seed=job.plan.seed,
            shuffle=shuffle and not trainer.validates,
        )
        # What failed is in this batch, or in the next where images are mixed.
        begin, size = trainer.step * job.plan.batch_size, job.plan.batch_size
        return Split(part.images, order[begin : begin + 2 * size])

    return named_if_failing(
        job.splits.values(),
        read,
        channels=job.plan.form.channels,
        failure=lambda: trainer.feeding.pipeline.failure,
    )


def _may_be_the_data_s(error: Exception) -> bool:
    """Whether TensorFlow may have failed over a file."""
    return isinstance(error, tf.errors.OpError) and not isinstance(
        error, tf.errors.ResourceExhaustedError
    )


def _reason(error: Exception) -> str:
    """The line of a long message that says what happened."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if lines and lines[0] == "in user code:":  # then comes a trace, and the reason last
        return lines[-1]
    telling = [
        line for line in lines if not line.endswith(":") and not line.startswith("Detected at node")
    ]
    return next(iter(telling or lines), type(error).__name__)
