"""Networks as files. Importing this module imports nothing of Keras."""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import keras

# The weights in a `.keras` archive, which are the file that Keras's `save_weights` writes
# (keras/src/saving/saving_lib.py, `_VARS_FNAME_H5`).
_WEIGHTS = "model.weights.h5"


def save_weights(model: keras.Model, path: Path) -> None:
    """Writes a model's weights as a file that Keras's `load_weights` takes.

    HDF5 must not write to the disk itself: where that is full, it fails again as the file is closed, and the process
    ends with a segmentation fault. Keras writes an archive's weights in memory, so they are taken from one.

    Args:
        model: The model.
        path: The file, which ends with `.weights.h5`.

    Raises:
        OSError: It cannot be written.
    """
    from netspec.lowering.warmup import saved_plainly  # imports Keras, as whoever has a model has

    archive = path.with_name(f"{path.name}.keras")
    try:
        with saved_plainly(model):
            model.save(archive)
        with zipfile.ZipFile(archive) as opened:
            weights = opened.read(_WEIGHTS)
    finally:
        archive.unlink(missing_ok=True)
    path.write_bytes(weights)


def extract_weights(archive: Path, path: Path) -> None:
    """Writes the weights of a model's `.keras` archive as a file of their own, as `save_weights` does.

    Raises:
        OSError: It cannot be written.
    """
    with (
        zipfile.ZipFile(archive) as opened,
        opened.open(_WEIGHTS) as weights,
        path.open("wb") as file,
    ):
        shutil.copyfileobj(weights, file)
