"""Runs of two or three epochs of two steps, in this process, and what they end in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

import netspec
from netspec.training.events import EpochDone, Kept, Notice, Resumed
from netspec.training.interruption import Interrupted, Interruption
from netspec.training.resume import resume_run
from netspec.training.run import run_analysis

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from netspec.training.job import RunResult

SPEC = """netspec: 1
seed: 5
data: {source: fashion_mnist_sample, validation: 32, limit: 64, test: null}
model:
  input: [28, 28, 1]
  layers:
    - Rescaling: {scale: 1/255}
    - AveragePooling2D: {pool_size: 4}
    - Flatten
    - Dropout: {rate: 0.3}
    - Dense: {name: head, units: 10, activation: softmax}
compile:
  optimizer: {SGD: {learning_rate: 0.1, momentum: 0.9}}
  loss: sparse_categorical_crossentropy
  metrics: [accuracy]
training: {epochs: 3, batch_size: 32, checkpoint: {every: 1 steps}}
"""


@dataclass
class Heard:
    """A listener that remembers, and asks for the end of the run at an event."""

    at: Callable[[Any], bool] | None = None
    interruption: Interruption = field(default_factory=Interruption)
    events: list[Any] = field(default_factory=list)

    def __call__(self, event: Any) -> None:
        self.events.append(event)
        if self.at is not None and self.at(event):
            self.interruption.request("terminate")

    @property
    def notices(self) -> str:
        return "\n".join(each.message for each in self.events if isinstance(each, Notice))

    @property
    def resumed(self) -> list[tuple[int, int]]:
        """The epoch and the step that it went on from, if it did."""
        return [(each.epoch, each.step) for each in self.events if isinstance(each, Resumed)]

    @property
    def epochs(self) -> list[int]:
        return [each.epoch for each in self.events if isinstance(each, EpochDone)]


def write(folder: Path, text: str = SPEC) -> Path:
    path = folder / "spec.yaml"
    path.write_text(text)
    return path


def train(
    spec: Path,
    output: Path,
    *overrides: str,
    heard: Heard | None = None,
    **options: Any,
) -> RunResult:
    """`netspec run SPEC --output OUTPUT`."""
    heard = heard or Heard()
    return run_analysis(
        netspec.load(spec, overrides=overrides).analysis,
        output=output,
        listener=heard,
        interruption=heard.interruption,
        **options,
    )


def resume(run: Path, *overrides: str, heard: Heard | None = None, **options: Any) -> RunResult:
    """`netspec resume RUN`."""
    heard = heard or Heard()
    return resume_run(
        run, overrides=overrides, listener=heard, interruption=heard.interruption, **options
    )


def interrupted(
    spec: Path, output: Path, at: Callable[[Any], bool], *overrides: str
) -> Interrupted:
    """A run that was ended at an event."""
    try:
        train(spec, output, *overrides, heard=Heard(at))
    except Interrupted as error:
        return error
    raise AssertionError("the run went on to its end")


def after_step(epoch: int, step: int) -> Callable[[Any], bool]:
    return lambda event: event == Kept(epoch, step)


def after_epoch(epoch: int) -> Callable[[Any], bool]:
    return lambda event: isinstance(event, EpochDone) and event.epoch == epoch


def newest(run: Path) -> Path:
    return states(run)[-1]


def states(run: Path) -> Sequence[Path]:
    return sorted((run / "state").glob("state-*.npz"))


def bits(run: Path) -> dict[str, Any]:
    """Weights, optimizer, seeds, callbacks, history and the kept model of a run."""
    import keras

    with np.load(newest(run)) as file:
        about = json.loads(file["about"].tobytes())
        numbers = {name: file[name].tobytes() for name in file.files if name != "about"}
    weights = keras.saving.load_model(run / "model.keras").get_weights()
    return {
        **numbers,
        "position": about["position"],
        "callbacks": json.dumps(about["callbacks"]),
        "history": (run / "history.json").read_text(),
        "model": [each.tobytes() for each in weights],
    }


def rewrite(state: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """Writes a state whose description a function has changed, or given anew."""
    with np.load(state) as file:
        arrays = {name: file[name] for name in file.files}
    about = json.loads(arrays["about"].tobytes())
    changed = change(about)
    text = json.dumps(about if changed is None else changed).encode()
    arrays["about"] = np.frombuffer(text, np.uint8)
    with state.open("wb") as file:
        np.savez(file, **arrays)


def record(run: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((run / "run.json").read_text())
    return value
