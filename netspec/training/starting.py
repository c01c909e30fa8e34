"""The trained weights that a run begins with, found or fetched, and put into its network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netspec.training.events import Fetching, Notice
from netspec.weights.imagenet import find

if TYPE_CHECKING:
    from collections.abc import Iterable

    import keras

    from netspec.runs.starts import StartPlan
    from netspec.training.events import Listener


def fetched(
    starts: Iterable[StartPlan], *, offline: bool, listener: Listener
) -> tuple[StartPlan, ...]:
    """The same weights, each with its file, which is fetched where it is Keras's and not there yet.

    Raises:
        DataError: A file cannot be had.
    """
    return tuple(
        start
        if start.download is None
        else replace(
            start,
            path=find(
                start.download,
                offline=offline,
                notify=lambda message: listener(Notice(message)),
                progress=lambda label, done, total: listener(Fetching(label, done, total)),
            ),
        )
        for start in starts
    )


def weight_files(starts: Iterable[StartPlan]) -> dict[str, dict[str, str]]:
    """Where the files lay that a spec names, by its paths: for a run's record."""
    records = [dict(start.record) for start in starts if start.record is not None]
    return {record.pop("name"): record for record in records}


def put_weights(model: keras.Model, starts: Iterable[StartPlan]) -> None:
    """Gives a network the weights that it begins with.

    Args:
        model: The network.
        starts: The weights, each with its file.

    Raises:
        UsageError: A file holds the weights of another network.
        DataError: A file is damaged.
    """
    from netspec.lowering.pretrained import put_file

    for start in starts:
        assert start.path is not None  # noqa: S101 - `fetched` has seen to it
        put_file(model, start.path, layers=start.layers, wanted=start.wanted, title=start.title)
