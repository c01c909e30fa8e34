"""Callbacks as Keras objects that write in the run directory only, and whole files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras

from netspec.lowering.averages import SwappedAverages
from netspec.lowering.csv_log import CSVLog
from netspec.lowering.saving import save_weights
from netspec.lowering.tensorboard import EventLog
from netspec.lowering.tracking import Tracking
from netspec.lowering.warmup import saved_plainly
from netspec.spec.logs import direction
from netspec.things.callbacks import CSVLogger, ModelCheckpoint, TensorBoard
from netspec.things.tracking import MLflow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from netspec.fields import Thing
    from netspec.runs.directory import RunDirectory
    from netspec.spec.logs import Direction


def to_keras(
    callbacks: Sequence[Thing],
    *,
    directory: RunDirectory,
    names: Mapping[str, Direction],
    tell: Callable[[str], object] | None = None,
    settings: Mapping[str, object] | None = None,
) -> list[keras.callbacks.Callback]:
    """The Keras callbacks, one for each, in the order of the spec.

    Args:
        callbacks: The things.
        directory: Where they write; their paths are names inside it.
        names: What training logs, as `netspec.spec.logs.logged` says.
        tell: Takes a sentence that the user should read, such as one about a tracking server that fails.
        settings: What tracking writes down besides the run's `resolved.yaml`: settings by name, such as the batch
            size that a spec leaves to its default.

    Raises:
        OSError: A folder that a callback writes in cannot be made.
    """
    return [
        Tracking(callback, directory, tell, settings)
        if isinstance(callback, MLflow)
        else _to_keras(callback, directory, names)
        for callback in callbacks
    ]


def _to_keras(
    callback: Thing, directory: RunDirectory, names: Mapping[str, Direction]
) -> keras.callbacks.Callback:
    arguments = {name: getattr(callback, name) for name in type(callback).model_fields}
    if "mode" in arguments:
        arguments["mode"] = _mode(callback, names)
    if isinstance(callback, ModelCheckpoint):
        # Keras formats the whole path, and a run directory may have braces in its own name.
        folder = str(directory.path).replace("{", "{{").replace("}", "}}")
        arguments["filepath"] = str(Path(folder, callback.pattern))
        return _Checkpoint(directory, **arguments)
    if isinstance(callback, CSVLogger):
        path = directory.path / callback.filename
        path.parent.mkdir(parents=True, exist_ok=True)
        return CSVLog(**{**arguments, "filename": str(path)})
    if isinstance(callback, TensorBoard):
        return EventLog(**{**arguments, "log_dir": str(directory.path / callback.log_dir)})
    if callback.kind() == "SwapEMAWeights":
        return SwappedAverages(**arguments)
    return getattr(keras.callbacks, callback.kind())(**arguments)


def _mode(callback: Any, names: Mapping[str, Direction]) -> str:
    """The mode, said outright: left to find it out, Keras fails after an epoch for one output of several."""
    if callback.mode != "auto":
        return str(callback.mode)
    # Without a direction nothing follows from what is watched; a rule has seen to it.
    return direction(callback.monitor, names) or "min"


class _Checkpoint(keras.callbacks.ModelCheckpoint):  # type: ignore[misc] # Keras has no types
    """Keras's ModelCheckpoint, except that a file appears when it is whole.

    It calls `save` or `save_weights` of its `model` with the path it has chosen, so that a stand-in for the model is
    enough, and when, what and under which name it saves stays Keras's.
    """

    def __init__(self, directory: RunDirectory, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._directory = directory

    @property
    def model(self) -> _WholeFiles:
        return _WholeFiles(super().model, self._directory)

    def on_train_begin(self, logs: Any = None) -> None:
        super().on_train_begin(logs)
        # Keras does it at the first epoch's end, and in the epoch's middle fails on the second file without it.
        if self.monitor_op is None:
            self._set_monitor_op()


class _WholeFiles:
    """A model whose files are written beside their place and renamed."""

    def __init__(self, model: keras.Model, directory: RunDirectory) -> None:
        self._model = model
        self._directory = directory

    def save(self, filepath: str, **options: Any) -> None:
        """Saves the whole model, as plain Keras opens it."""
        with saved_plainly(self._model):
            self._directory.write_with(
                self._name(filepath), lambda path: self._model.save(path, **options)
            )

    def save_weights(self, filepath: str, **options: Any) -> None:
        """Saves the weights; a file that is there is replaced, whatever the options."""
        del options
        self._directory.write_with(
            self._name(filepath), lambda path: save_weights(self._model, path)
        )

    def _name(self, filepath: str) -> str:
        return str(Path(filepath).relative_to(self._directory.path))
