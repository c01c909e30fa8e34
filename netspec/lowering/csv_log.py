"""Keras's CSVLogger, going on in one file through all stages of a run and after a kill."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras

if TYPE_CHECKING:
    from collections.abc import Mapping


class CSVLog(keras.callbacks.CSVLogger):  # type: ignore[misc] # Keras has no types
    """Keras's CSVLogger, except that the file is opened at the first row that is written.

    By then it is known whether the run goes on from a state, and how much of the file that state knows. What a killed
    run wrote after it is cut off. A run that begins, begins its file.
    """

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._bytes = 0

    def on_train_begin(self, logs: Any = None) -> None:
        """Does nothing: Keras would begin the file and its columns anew in every stage."""
        del logs

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Writes a row, and opens the file before the first."""
        if self.csv_file is None or self.csv_file.closed:
            self._open()
        super().on_epoch_end(epoch, logs)
        self._bytes = os.fstat(self.csv_file.fileno()).st_size

    def get_state(self) -> dict[str, Any]:
        """The columns, and how many bytes the file has."""
        return {"keys": self.keys, "bytes": self._bytes}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Puts back what `get_state` gave; the file is cut to it when the next row comes."""
        self.keys, self._bytes = state["keys"], state["bytes"]

    def _open(self) -> None:
        path = Path(self.filename)
        # In a run from elsewhere a link may lead out of it.
        if path.is_symlink():
            path.unlink()
        self.csv_file = path.open("a", encoding="utf-8", newline="")
        kept = min(self._bytes, os.fstat(self.csv_file.fileno()).st_size)
        self.csv_file.truncate(kept)
        self.append_header = not kept
