"""Every callback goes on from its state as if nothing had happened."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.fields import ThingOf
from netspec.runs.directory import RunDirectory
from netspec.things.registries import CALLBACKS

keras = pytest.importorskip("keras")

from netspec.lowering.callbacks import to_keras  # noqa: E402 - after the check that Keras is there
from netspec.training.callback_state import ATTRIBUTES, get_state, set_state  # noqa: E402
from tests.training.resuming import end_process, fit, network, variables  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.keras

# In two trainings, because each costs seconds; each callback so that training hangs on it, where it can.
TOGETHER: list[list[dict[str, Any]]] = [
    [
        {"SwapEMAWeights": {"swap_on_epoch": True}},
        {"ReduceLROnPlateau": {"monitor": "loss", "min_delta": 0.02, "patience": 2, "cooldown": 1}},
        {"ModelCheckpoint": {"save_best_only": True, "monitor": "loss"}},
        {"ModelCheckpoint": {"filepath": "{epoch}.weights.h5", "save_freq": 5, "save_weights_only": True}},
        {"CSVLogger": {}},
        {"TensorBoard": {"update_freq": 1, "write_steps_per_second": True}},
        {"TerminateOnNaN": {}},
        {"EarlyStopping": {"monitor": "val_accuracy", "min_delta": 0.9, "patience": 4}},
    ],
    [
        {"SwapEMAWeights": {}},
        {"EarlyStopping": {"monitor": "loss", "min_delta": 9, "patience": 4, "restore_best_weights": True}},
    ],
]  # fmt: skip
EPOCHS = 6
# What changes in a callback while it trains, and is no state, with the reason.
FOLLOWS: Mapping[str, Mapping[str, str]] = {
    "CSVLogger": {
        "csv_file": "opened again at the next row",
        "writer": "made again at the next row",
        "append_header": "an empty file has none",
        "_bytes": "in the state as bytes",
    },
    "EarlyStopping": {"monitor_op": "from the mode", "min_delta": "its sign is from the mode"},
    "ModelCheckpoint": {"monitor_op": "from the mode", "min_delta": "its sign is from the mode"},
    "ReduceLROnPlateau": {"monitor_op": "from the mode", "min_delta": "its sign is from the mode"},
    "SwapEMAWeights": {
        "_own": "in the state as own",
        "_ema_weights_in_model": "in the state as averages_in_model",
    },
    "TensorBoard": {
        "_global_train_batch": "in the state as train_batches",
        "_global_test_batch": "in the state as test_batches",
        "_updates_before": "in the state as updates_before",
        "_has_graph": "in the state as has_graph",
        "_is_settled": "new in every process",
        "_should_write_train_graph": "true between the first step's two ends only",
        "_log_write_dir": "from the spec",
        "_train_dir": "from the spec",
        "_val_dir": "from the spec",
        "_prev_summary_state": "opened again when training begins",
        "_summary_module": "a module",
        "_epoch_start_time": "set at an epoch's begin",
        "_previous_epoch_iterations": "set at an epoch's begin",
        "_batch_start_time": "set at a step's begin",
    },
    "TerminateOnNaN": {},
}


def kinds(written: list[dict[str, Any]]) -> list[str]:
    return [next(iter(each)) for each in written]


def lowered(path: Path, written: list[dict[str, Any]]) -> list[Any]:
    path.mkdir(exist_ok=True)
    things = [ThingOf(CALLBACKS).read(each) for each in written]
    names: dict[str, Any] = {"loss": "min", "accuracy": "max"}
    return to_keras(things, directory=RunDirectory(path, ours=False), names=names)


def snapshot(callback: Any) -> dict[str, Any]:
    """The attributes of a callback as they are now; of lists and mappings what they hold."""
    left_out = {"params", "_model", "_writers", "_directory"}
    return {name: repr(value) for name, value in vars(callback).items() if name not in left_out}


def test_every_callback_that_trains_is_tried_here() -> None:
    tried = {kind for written in TOGETHER for kind in kinds(written)}
    # MLflow's state is tried against its store.
    assert tried == set(FOLLOWS) == set(CALLBACKS.names()) - {"MLflow"}


def test_what_changes_in_a_callback_is_state_or_follows_from_it(tmp_path: Path) -> None:
    callbacks = lowered(tmp_path, TOGETHER[0])
    before = [snapshot(each) for each in callbacks]
    seen: list[set[str]] = [set() for _ in callbacks]

    class Watcher(keras.callbacks.Callback):  # type: ignore[misc,name-defined] # Keras has no types
        def on_epoch_end(self, *_: Any) -> None:
            for callback, old, changed in zip(callbacks, before, seen, strict=True):
                now = snapshot(callback)
                changed.update(name for name in now if now[name] != old.get(name))

    fit(network(use_ema=True), [*callbacks, Watcher()], epochs=EPOCHS)

    for kind, callback, changed in zip(kinds(TOGETHER[0]), callbacks, seen, strict=True):
        state = get_state(callback)
        assert changed - set(state) <= set(FOLLOWS[kind]), f"{kind}: neither state nor explained"
        assert set(FOLLOWS[kind]) <= set(vars(callback)), f"{kind}: explained, and not there"


@pytest.mark.parametrize("written", TOGETHER, ids=["swapping", "stopping"])
def test_a_killed_training_goes_on_to_the_same_bits(
    written: list[dict[str, Any]], tmp_path: Path
) -> None:
    whole = network(use_ema=True)
    last = fit(whole, lowered(tmp_path / "whole", written), epochs=EPOCHS)
    cut = tmp_path / "cut"
    killed = lowered(cut, written)
    kept = fit(network(use_ema=True), killed, epochs=EPOCHS, killed_after=3)
    end_process(killed)
    assert kept.epochs == 3

    model = network(use_ema=True, rate=0.1)
    again = fit(model, lowered(cut, written), epochs=EPOCHS, back=kept)

    # EarlyStopping has counted what came before the kill too.
    assert again.epochs == last.epochs < EPOCHS
    for one, other in zip(variables(model), variables(whole), strict=True):
        np.testing.assert_array_equal(one, other)
    for kind, one, other in zip(kinds(written), again.callbacks, last.callbacks, strict=True):
        for name in {*one} - {"files"}:
            np.testing.assert_equal(one[name], other[name], err_msg=f"{kind}: {name}")


@pytest.mark.parametrize(
    "best",
    [0.1 + 0.2, math.nan, -math.inf, -0.0, 5e-324, np.float32(0.1), np.float64(0.1), None, 3],
)
def test_the_best_value_keeps_its_bits_and_its_type(best: Any) -> None:
    stopping = keras.callbacks.EarlyStopping()
    stopping.on_train_begin()
    stopping.best = best
    other = keras.callbacks.EarlyStopping()

    set_state(other, get_state(stopping))

    assert type(other.best) is type(best)
    assert repr(other.best) == repr(best)


def test_best_weights_are_arrays_again() -> None:
    stopping = keras.callbacks.EarlyStopping(restore_best_weights=True)
    stopping.on_train_begin()
    stopping.best_weights = [np.ones((2, 3), "float32"), np.float32(4) * np.ones((), "float32")]
    other = keras.callbacks.EarlyStopping()
    set_state(other, get_state(stopping))
    assert [np.shape(each) for each in other.best_weights] == [(2, 3), ()]
    np.testing.assert_equal(other.best_weights, stopping.best_weights)


def test_a_callback_that_nobody_knows_has_no_state_and_a_state_of_more_changes_nothing() -> None:
    class Own(keras.callbacks.Callback):  # type: ignore[misc,name-defined] # Keras has no types
        pass

    assert get_state(Own()) == {}
    stopping = keras.callbacks.EarlyStopping()
    set_state(stopping, {"patience": 99, "wait": 2})
    assert (stopping.patience, stopping.wait) == (0, 2)


def test_the_table_has_classes_that_netspec_knows() -> None:
    assert {kind.__name__ for kind in ATTRIBUTES} <= set(CALLBACKS.names())
