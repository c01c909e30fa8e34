"""Every format, opened by its own runtime and by the script beside it, says what the run says."""

from __future__ import annotations

import importlib.util
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import netspec
from netspec.errors import UsageError
from netspec.exporting import openvino
from netspec.exporting.failing import handing_on
from netspec.exporting.formats import FORMATS
from netspec.exporting.network import TOLERANCE, network_of
from netspec.lowering import saving
from netspec.runs.saved import open_run
from tests.cli.commands import here

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.keras

RUNTIMES = {"onnx": "onnxruntime", "litert": "ai_edge_litert", "openvino": "openvino"}
FILES = {
    "keras": {"model.keras"},
    "savedmodel": {"model/saved_model.pb", "model/variables/variables.index"},
    "onnx": {"model.onnx"},
    "litert": {"model.tflite"},
    "openvino": {"model.xml", "model.bin"},
    "weights": {"model.weights.h5", "model.json"},
    "structure": {"model.json"},
}


def require_runtime(form: str) -> None:
    for package in (
        ("tf2onnx", RUNTIMES[form]) if form == "onnx" else (RUNTIMES.get(form, "keras"),)
    ):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")


def exported(run: Path, form: str, output: Path) -> Path:
    require_runtime(form)
    files = {
        str(file.relative_to(output)) for file in netspec.export(run, format=form, output=output)
    }
    assert files >= FILES[form] | {"predict.py", "MODEL_CARD.md"}
    assert (form == "structure") <= ("model.weights.h5" not in files)
    return output / "predict.py"


def told(text: str, pictures: list[str]) -> list[dict[str, float]]:
    """What a script printed of each picture, by names."""
    by_picture: dict[str, dict[str, float]] = {picture: {} for picture in pictures}
    for line in text.splitlines():
        picture, _, rest = line.partition(": ")
        name, _, value = rest.rpartition(" ")
        by_picture[picture][name] = float(value[:-1]) / 100 if value.endswith("%") else float(value)
    return list(by_picture.values())


def expected(record: Mapping[str, Any]) -> dict[str, float]:
    """What `netspec predict` says, by the names that a script prints."""
    if "predictions" in record:
        return {each["label"]: each["probability"] for each in record["predictions"]}
    values = {}
    for key, answer in record["outputs"].items():
        for each in answer.get("predictions") or answer.get("labels") or answer["values"]:
            name = each.get("label") or each["name"]
            values[f"{key} {name}"] = each["probability"] if "label" in each else each["value"]
    return values


def require_same(run: Path, pictures: list[str], text: str) -> None:
    said = told(text, pictures)
    for given, record in zip(said, netspec.predict(run, pictures), strict=True):
        wanted = expected(record)
        assert given.keys() == wanted.keys()
        # A printed share has four digits, and a pixel of the hundreds may be rounded the other way.
        assert list(given.values()) == pytest.approx(list(wanted.values()), abs=5e-4, rel=1e-3)


def run_script(script: Path, pictures: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [str(script), *pictures])
    runpy.run_path(str(script), run_name="__main__")


def run_program(card: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What is there after the program that a card shows, run beside it on a gray picture in place of a black one."""
    _, _, rest = card.read_text("utf-8").partition("```python\n")
    monkeypatch.chdir(card.parent)
    names: dict[str, Any] = {}
    program = rest.partition("```\n")[0].replace("np.zeros(", "128 + np.zeros(")
    exec(program, names)  # noqa: S102 - as a reader would
    return names


@pytest.fixture(scope="module")
def of_gray(one: Path) -> list[float]:
    """What the run's network says of a gray picture."""
    own = keras.saving.load_model(one / "model.keras", compile=False)
    return list(np.ravel(own(np.full((1, 12, 16, 3), 128, np.float32))))


@pytest.mark.parametrize("form", FORMATS)
def test_the_script_says_what_predict_says(  # noqa: PLR0913, PLR0917 - fixtures
    form: str,
    one: Path,
    of_gray: list[float],
    pictures: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = exported(one, form, tmp_path / form)
    if form == "structure":
        exported(one, "weights", tmp_path / "weights")
    capsys.readouterr()
    run_script(script, pictures, monkeypatch)
    require_same(one, pictures, capsys.readouterr().out)
    assert "import netspec" not in script.read_text()
    names = run_program(script.with_name("MODEL_CARD.md"), monkeypatch)
    given = names["given"]
    (said,) = given.values() if isinstance(given, Mapping) else [given]
    assert np.ravel(said) == pytest.approx(of_gray, abs=1e-4)


@pytest.mark.parametrize("form", ["keras", "onnx", "litert", "openvino"])
def test_several_outputs_keep_their_names(  # noqa: PLR0913, PLR0917 - fixtures
    form: str,
    several: Path,
    pictures: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = exported(several, form, tmp_path / "out")
    capsys.readouterr()
    run_script(script, pictures, monkeypatch)
    require_same(several, pictures, capsys.readouterr().out)
    names = run_program(script.with_name("MODEL_CARD.md"), monkeypatch)
    assert len(names["given"]) == len(("tags", "colour", "size"))


def test_a_script_runs_where_netspec_is_not(one: Path, pictures: list[str], tmp_path: Path) -> None:
    script = exported(one, "onnx", tmp_path / "out")
    without = "import sys; sys.modules['netspec'] = sys.modules['tensorflow'] = None; import runpy;"
    done = subprocess.run(
        [sys.executable, "-c", f"{without} runpy.run_path({str(script)!r})", *pictures],
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=True,
    )
    require_same(one, pictures, done.stdout)


def test_plain_keras_opens_the_network_compiled_and_in_safe_mode(one: Path, tmp_path: Path) -> None:
    exported(one, "keras", tmp_path / "out")
    opened = keras.saving.load_model(tmp_path / "out" / "model.keras", safe_mode=True)
    assert opened.compiled
    own = keras.saving.load_model(one / "model.keras", compile=False)
    for ours, theirs in zip(opened.get_weights(), own.get_weights(), strict=True):
        assert np.array_equal(ours, theirs)


def test_onnx_takes_any_number_of_pictures(one: Path, tmp_path: Path) -> None:
    exported(one, "onnx", tmp_path / "out")
    import onnxruntime

    opened = onnxruntime.InferenceSession(tmp_path / "out" / "model.onnx")
    (taken,), (given,) = opened.get_inputs(), opened.get_outputs()
    assert (taken.name, taken.shape[0], given.name, given.shape) == (
        "input",
        "batch",
        "dense",
        ["batch", 3],
    )


def test_the_weights_are_those_of_the_checkpoint(one: Path, tmp_path: Path) -> None:
    other = netspec.build(one / "resolved.yaml")
    other.set_weights([weight + 1 for weight in other.get_weights()])
    (one / "state").mkdir()
    other.save(one / "state" / "best.keras")
    netspec.export(one, format="keras", output=tmp_path / "out", checkpoint="state/best.keras")
    opened = keras.saving.load_model(tmp_path / "out" / "model.keras")
    for ours, theirs in zip(opened.get_weights(), other.get_weights(), strict=True):
        assert np.array_equal(ours, theirs)


def test_a_file_that_says_something_else_is_refused_and_nothing_stays(
    one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = saving.save_weights

    def damaged(model: keras.Model, path: Path) -> None:
        weights = model.get_weights()
        model.set_weights([1.5 * weight for weight in weights])
        whole(model, path)
        model.set_weights(weights)

    monkeypatch.setattr(saving, "save_weights", damaged)
    with pytest.raises(UsageError, match=r"does not say what it says in the run: it is off by"):
        netspec.export(one, format="weights", output=tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def test_what_is_near_enough_is_held(several: Path) -> None:
    network = network_of(open_run(several))

    def say(key: str, change: Any) -> Any:
        def predict(pictures: Any) -> dict[str, Any]:
            given = network.model.predict(pictures, verbose=0)
            return {**given, key: change(given[key])}

        return predict

    for key, values in network.values.items():
        step = TOLERANCE * abs(values).max()
        network.hold(say(key, lambda given, step=step: given + 0.9 * step), form="x")
        with pytest.raises(UsageError, match=r"as x .* off by .* and .* is allowed"):
            network.hold(say(key, lambda given, step=step: given + 1.2 * step), form="x")
        with pytest.raises(UsageError, match="gives what is no number"):
            network.hold(say(key, lambda given: given * np.nan), form="x")
    with pytest.raises(UsageError, match="gives 1 values where it gives 2"):
        network.hold(say("tags", lambda given: given[:, :1]), form="x")


def test_half_precision_is_handed_on_in_full(one: Path, tmp_path: Path) -> None:
    text = (one / "resolved.yaml").read_text() + "runtime: {precision: mixed_bfloat16}\n"
    run = tmp_path / "run"
    run.mkdir()
    for file in one.iterdir():
        if file.is_file():
            (run / file.name).write_bytes(file.read_bytes())
    (run / "resolved.yaml").write_text(text)
    kept, full = network_of(open_run(run), full=False), network_of(open_run(run))
    policies = [{layer.dtype_policy.name for layer in each.model.layers} for each in (kept, full)]
    assert policies == [{"float32", "mixed_bfloat16"}, {"float32"}]
    exported(run, "structure", tmp_path / "out")
    assert "mixed_bfloat16" in (tmp_path / "out" / "model.json").read_text()


def test_a_network_that_gives_no_numbers_is_refused(one: Path, tmp_path: Path) -> None:
    broken = netspec.build(one / "resolved.yaml")
    broken.set_weights([weight * np.nan for weight in broken.get_weights()])
    broken.save(one / "broken.keras")
    with pytest.raises(UsageError, match="gives no numbers"):
        netspec.export(one, format="keras", output=tmp_path / "out", checkpoint="broken.keras")


def test_the_command_prints_the_files_and_nothing_of_the_converter(
    one: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    require_runtime("litert")
    done = here(capfd, "export", str(one), "--format", "litert", "--output", str(tmp_path / "out"))
    names = ("MODEL_CARD.md", "classes.txt", "model.tflite", "predict.py")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [str(tmp_path / "out" / name) for name in names]


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        ("[ONNXRuntimeError] Load model from /tmp/x/m.onnx failed:no such op", "[ONNXRuntimeError] no such op"),
        ("Exception from src/core.cpp:84:\nCheck 'x' failed at y:\nno op \x1b[2J", "no op \\u001b[2J"),
        ("", "ValueError"),
    ],
)  # fmt: skip
def test_a_converter_s_failure_is_one_sentence(raised: str, reason: str) -> None:
    with pytest.raises(UsageError) as caught, handing_on("onnx"):
        raise ValueError(raised)
    assert caught.value.message == f"the network cannot be handed on as onnx: {reason}"


def test_openvino_is_kept_from_telling(monkeypatch: pytest.MonkeyPatch) -> None:
    with openvino._telling_nobody(), pytest.raises(ImportError):
        importlib.import_module("openvino_telemetry")
    assert "openvino_telemetry" not in sys.modules or sys.modules["openvino_telemetry"] is not None


def test_names_of_several_outputs_lie_in_files_of_their_own(several: Path, tmp_path: Path) -> None:
    exported(several, "structure", tmp_path / "out")
    assert (tmp_path / "out" / "classes-colour.txt").read_text() == "red\nblue\n"
    assert json.loads((tmp_path / "out" / "model.json").read_text())["class_name"] == "Functional"
