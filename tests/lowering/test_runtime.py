"""TensorFlow does what the section `runtime` says, or it is said why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.keras

NET = """netspec: 1
model:
  input: [4]
  layers: [{Dense: {units: 3}}, {Dense: {units: 2, activation: softmax}}]
compile: {optimizer: sgd, loss: sparse_categorical_crossentropy}
"""

# Each process has one TensorFlow, which is set up once: everything that is asked of a fresh one is asked together.
ASKED = """
import json, sys
import keras
from netspec.analysis import analyse
from netspec.errors import UsageError
from netspec.lowering import model as lowering
from netspec.lowering.runtime import resolved, set_up, unheeded
from netspec.spec.runtime import RuntimeSection

document, graph = analyse("net.yaml").require()


def told(section, **more):
    try:
        set_up(section, 1, **more)
    except UsageError as error:
        return f"{error}; {error.hint}"
    model = lowering.to_keras(graph, seed=1, precision=section.precision)
    lowering.compile_model(model, document.compile, runtime=section)
    return {**resolved(section, model), "unheeded": unheeded(section, model)}


first = RuntimeSection(jit=True, deterministic=False, threads={"intra_op": 1, "inter_op": 3})
print(json.dumps([
    told(first),
    told(first),
    told(RuntimeSection(threads={"intra_op": 2})),
    told(RuntimeSection(threads={"intra_op": 2}), must_hold=False),
    told(RuntimeSection(precision="mixed_bfloat16")),
    told(first),
    told(first, must_hold=False),
    [keras.config.floatx(), keras.metrics.Mean().dtype, keras.config.image_data_format()],
]))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    folder: Path = tmp_path_factory.mktemp("runtime")
    (folder / "net.yaml").write_text(NET, encoding="utf-8")
    of_the_home = {"floatx": "float16", "epsilon": 0.1, "image_data_format": "channels_first"}
    (folder / "keras.json").write_text(json.dumps(of_the_home), encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=folder,
        env={**os.environ, "KERAS_HOME": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[Any] = json.loads(told.stdout.splitlines()[-1])
    return found


def test_what_was_asked_for_is_what_there_is(answers: list[Any]) -> None:
    assert answers[0] == {
        "precision": "float32",
        "deterministic": False,
        "jit": True,
        "threads": {"intra_op": 1, "inter_op": 3},
        "devices": [{"name": "CPU:0"}],
        "unheeded": None,
    }
    assert answers[1] == answers[0]


def test_threads_that_come_too_late_are_refused_and_evaluation_takes_what_there_is(
    answers: list[Any],
) -> None:
    assert answers[2].startswith("runtime.threads.intra_op: 2 comes too late")
    assert "process of its own" in answers[2]
    assert answers[3]["threads"] == {"intra_op": 1, "inter_op": 3}


def test_what_keras_made_of_the_section_is_told_as_it_is(answers: list[Any]) -> None:
    assert answers[4]["precision"] == "mixed_bfloat16"
    assert answers[4]["deterministic"] is True
    assert answers[4]["jit"] is False


def test_steps_cannot_be_compiled_once_operations_are_deterministic(answers: list[Any]) -> None:
    assert answers[5].startswith("runtime.jit: true comes too late")
    assert answers[6]["jit"] is False
    assert answers[6]["unheeded"] == "jit: Keras compiles nothing here"


def test_what_the_home_says_of_numbers_does_not_enter(answers: list[Any]) -> None:
    assert answers[7] == ["float32", "float32", "channels_last"]
