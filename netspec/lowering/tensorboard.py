"""Keras's TensorBoard, counting on through all stages of a run and after a kill."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras

if TYPE_CHECKING:
    from collections.abc import Mapping


class EventLog(keras.callbacks.TensorBoard):  # type: ignore[misc] # Keras has no types
    """Keras's TensorBoard, except that a stage or a resumed run goes on where the one before it ended.

    Steps count on, the graph is written once, and what a killed run wrote after its last state is cut off, because the
    resumed run writes it again. Every stage and every resumed run adds a file of events to the same folder, which
    TensorBoard reads as one.
    """

    write_graph: bool
    _global_train_batch: int

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._earlier = self._sizes()
        self._is_settled = False
        self._has_graph = False
        self._updates_before = 0

    def set_model(self, model: keras.Model) -> None:
        """Takes the model; its graph is not written yet, because it may have been."""
        wanted = self.write_graph
        self.write_graph = False
        super().set_model(model)
        self.write_graph = wanted

    def on_train_begin(self, logs: Any = None) -> None:
        """Begins to write, and counts on."""
        batches = self._global_train_batch
        super().on_train_begin(logs)
        self._global_train_batch = batches

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Counts a step."""
        self._settle()
        super().on_train_batch_begin(batch, logs)

    def on_test_begin(self, logs: Any = None) -> None:
        """Begins to write of the validation."""
        self._settle()
        super().on_test_begin(logs)

    def on_test_end(self, logs: Any = None) -> None:
        """Writes what the validation gave, by the number of updates in all stages."""
        updates = self._updates_before + int(self.model.optimizer.iterations)
        with self._val_writer.as_default():
            for name, value in (logs or {}).items():
                self.summary.scalar(f"evaluation_{name}_vs_iterations", value, step=updates)
        self._pop_writer()

    def on_train_end(self, logs: Any = None) -> None:
        """Closes the files."""
        super().on_train_end(logs)
        # The next stage has an optimizer of its own, which counts from 0.
        self._updates_before += int(self.model.optimizer.iterations)

    def get_state(self) -> dict[str, Any]:
        """What is counted, and how many bytes each file of events has."""
        for writer in self._writers.values():
            writer.flush()
        return {
            "train_batches": self._global_train_batch,
            "test_batches": self._global_test_batch,
            "updates_before": self._updates_before,
            "has_graph": self._has_graph and not self._should_write_train_graph,
            "files": self._sizes(),
        }

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Puts back what `get_state` gave, and cuts the files to it."""
        self._global_train_batch = state["train_batches"]
        self._global_test_batch = state["test_batches"]
        self._updates_before = state["updates_before"]
        self._has_graph = state["has_graph"]
        self._cut(state["files"])

    def _settle(self) -> None:
        """Does once what has to wait until it is known whether the run goes on from a state."""
        if self._is_settled:
            return
        self._cut({})
        if self.write_graph and not self._has_graph:
            self._write_keras_model_summary()
            self._should_write_train_graph = self._has_graph = True
        self._is_settled = True

    def _cut(self, files: Mapping[str, int]) -> None:
        """Cuts the files that were there before this object to the sizes given, and removes those without."""
        for name, size in self._earlier.items():
            path = Path(self.log_dir, name)
            if name not in files:
                path.unlink(missing_ok=True)
            elif size > files[name]:
                os.truncate(path, files[name])
        self._earlier = {}

    def _sizes(self) -> dict[str, int]:
        """The files of events, each with its size in bytes. Links are left out: they may lead out of the run."""
        return {
            str(path.relative_to(self.log_dir)): path.stat().st_size
            for part in ("train", "validation")
            for path in sorted(Path(self.log_dir, part).glob("events.out.tfevents.*"))
            if path.is_file() and not path.is_symlink()
        }

    def _close_writers(self) -> None:
        super()._close_writers()
        self._writers: dict[str, Any] = {}
