"""A run directory is read with care: it may be damaged, and a stranger's."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import netspec.analysis as analysing
from netspec.errors import UsageError
from netspec.runs.learned import learned
from netspec.runs.saved import SavedRun, open_run

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """netspec: 1
data: {source: fashion_mnist_sample, classes: CLASSES}
model:
  input: [28, 28, 1]
  layers: [Flatten, {Dense: {units: 10, activation: softmax}}]
compile: {optimizer: sgd, loss: sparse_categorical_crossentropy}
training: {epochs: 1}
"""
NAMES = [f"class {number}" for number in range(10)]
TWO_OUTPUTS = """netspec: 1
model:
  input: [4]
  output: [a, b]
  layers:
    - Dense: {name: stem, units: 2}
    - Dense: {name: a, inputs: stem, units: 10}
    - Dense: {name: b, inputs: stem, units: 10}
"""
TWO_INPUTS = """netspec: 1
model:
  input: {a: [5], b: [5]}
  layers: [{Concatenate: {inputs: [a, b]}}]
"""
REST = """data: {source: fashion_mnist_sample}
compile: {optimizer: sgd, loss: mse}
training: {epochs: 1}
"""


SEVERAL = """netspec: 1
data:
  source:
    Csv:
      path: d.csv
      labels:
        parity: {column: parity}
        tags: {column: tags, kind: multi_label}
        size: {columns: [width, height], kind: number}
model:
  input: [4, 4, 1]
  output: [parity, tags, size]
  layers:
    - Flatten: {name: stem}
    - Dense: {name: parity, inputs: stem, units: 1}
    - Dense: {name: tags, inputs: stem, units: 3, activation: sigmoid}
    - Dense: {name: size, inputs: stem, units: 2}
compile:
  optimizer: sgd
  loss:
    parity: {BinaryCrossentropy: {from_logits: true}}
    tags: binary_crossentropy
    size: mse
training: {epochs: 1}
"""
LEARNED = [
    {"output": "parity", "label": "parity", "kind": "class", "names": ["even", "odd"]},
    {"output": "tags", "label": "tags", "kind": "multi_label", "names": ["a", "b", "c"]},
    {"output": "size", "label": "size", "kind": "number", "names": ["width", "height"]},
]


def make_run_of_several(path: Path, *, outputs: object = LEARNED) -> Path:
    path.mkdir()
    (path / "run.json").write_text(json.dumps({"format": 1, "outputs": outputs}))
    (path / "resolved.yaml").write_text(SEVERAL)
    return path


def make_run(path: Path, *, status: str = "finished", names: list[str] = NAMES) -> Path:
    (path / "state").mkdir(parents=True)
    (path / "run.json").write_text(json.dumps({"format": 1, "status": status}))
    (path / "resolved.yaml").write_text(SPEC.replace("CLASSES", json.dumps(NAMES)))
    (path / "classes.txt").write_bytes("".join(f"{name}\n" for name in names).encode())
    (path / "model.keras").touch()
    (path / "state" / "best.keras").touch()
    return path


@pytest.fixture
def run(tmp_path: Path) -> SavedRun:
    return open_run(make_run(tmp_path / "runs" / "x"))


def test_names_of_classes_end_at_line_feeds_only(tmp_path: Path) -> None:
    names = ["a\u2028b", "c\x85d", "e\x0cf", "g\rh", *NAMES[4:]]

    assert open_run(make_run(tmp_path / "run", names=names)).classes == tuple(names)


@pytest.mark.parametrize("section", ["data", "compile", "training"])
def test_a_spec_that_lacks_a_section_is_no_run_s(tmp_path: Path, section: str) -> None:
    path = make_run(tmp_path / "run")
    lines = (path / "resolved.yaml").read_text().splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith(f"{section}:"))
    (path / "resolved.yaml").write_text(kept)

    with pytest.raises(UsageError, match=f"is damaged: its resolved.yaml .*{section}") as caught:
        open_run(path)
    assert str(path) in caught.value.message


@pytest.mark.parametrize(
    "text", [TWO_OUTPUTS, TWO_INPUTS, TWO_OUTPUTS + REST, TWO_INPUTS + REST, "[]", "\0", "\udcff"]
)
def test_a_spec_of_another_kind_is_no_run_s(tmp_path: Path, text: str) -> None:
    path = make_run(tmp_path / "run")
    (path / "resolved.yaml").write_bytes(text.encode(errors="surrogateescape"))

    with pytest.raises(UsageError, match=r"is damaged: its resolved\.yaml"):
        open_run(path)


def test_a_network_of_several_inputs_is_no_run_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_run(tmp_path / "run")
    found = analysing.analyse(path / "resolved.yaml")
    assert found.graph is not None
    two = replace(found, graph=replace(found.graph, inputs={"a": (28, 28, 1), "b": (2,)}))
    monkeypatch.setattr(analysing, "analyse", lambda _: two)

    with pytest.raises(UsageError, match=r"is damaged: .* several inputs"):
        open_run(path)


def test_what_several_outputs_learned_is_read_from_the_record(tmp_path: Path) -> None:
    run = open_run(make_run_of_several(tmp_path / "run"))

    assert learned(run.targets) == LEARNED
    assert [target.encoding.form for target in run.targets] == ["binary", "flags", "numbers"]
    assert [target.encoding.middle for target in run.targets] == [0.0, 0.5, 0.5]
    assert run.classes == ()


def changed(number: int, **changes: object) -> list[object]:
    return [{**each, **changes} if at == number else each for at, each in enumerate(LEARNED)]


@pytest.mark.parametrize(
    ("kept", "why"),
    [
        (None, "does not say what each output learned"),
        ({}, "does not say what each output learned"),
        ([1, 2, 3], "does not say what each output learned"),
        (LEARNED[:2], "does not tell of the outputs parity, tags, size and of no others"),
        ([*LEARNED, LEARNED[0]], "and of no others"),
        ([{**LEARNED[0], "output": ["x"]}, *LEARNED[1:]], "and of no others"),
        (changed(0, output="tags"), "and of no others"),
        (changed(0, kind="sex\x1b"), r"there is no kind of label sex\\u001b"),
        (changed(0, kind=["class"]), "there is no kind of label"),
        (changed(0, label=None), "does not say what the output parity learned"),
        (changed(1, names=[]), "does not say what the output tags learned"),
        (changed(1, names="abc"), "does not say what the output tags learned"),
        (changed(1, names=["a", "b", 3]), "is called by no text"),
        (changed(1, names=["a", "b", "\ud800"]), "is called by no text"),
        (changed(0, names=["a", "b", "c"]), "3 names, and its network tells 2 classes apart"),
        (changed(1, names=["a", "b"]), "2 names, and its network gives 3 values"),
        (changed(2, names=["a"]), "1 names, and its network gives 2 values"),
        (changed(1, kind="class", names=["a"]), "tells 3 classes apart"),
        (changed(2, kind="multi_label", names=["a"]), "gives 2 values"),
    ],
)
def test_a_record_that_tells_of_other_outputs_is_damaged(
    tmp_path: Path, kept: object, why: str
) -> None:
    path = make_run_of_several(tmp_path / "run", outputs=kept)

    with pytest.raises(UsageError, match=f"is damaged: run.json cannot be read .*{why}") as caught:
        open_run(path)
    assert "\n" not in caught.value.message


def test_a_class_whose_record_tells_of_it_needs_no_list_of_classes(tmp_path: Path) -> None:
    path = make_run(tmp_path / "run")
    (path / "classes.txt").unlink()
    (key,) = open_outputs(path)
    kept = [{"output": key, "label": "label", "kind": "class", "names": NAMES}]
    (path / "run.json").write_text(json.dumps({"format": 1, "outputs": kept}))

    assert open_run(path).classes == tuple(NAMES)


def open_outputs(path: Path) -> list[str]:
    graph = analysing.analyse(path / "resolved.yaml").graph
    assert graph is not None
    return list(graph.outputs)


@pytest.mark.parametrize(
    ("checkpoint", "name"),
    [
        (None, "model.keras"),
        ("state/best.keras", "state/best.keras"),
        ("./state/../state/best.keras", "state/best.keras"),
        ("runs/x/state/best.keras", "state/best.keras"),
        ("RUN/state/best.keras", "state/best.keras"),
        ("link.keras", "state/best.keras"),
    ],
)
def test_a_checkpoint_is_named_from_the_run_or_from_here(
    run: SavedRun, monkeypatch: pytest.MonkeyPatch, checkpoint: str | None, name: str
) -> None:
    monkeypatch.chdir(run.path.parents[1])
    (run.path / "link.keras").symlink_to("state/best.keras")
    written = checkpoint and checkpoint.replace("RUN", str(run.path))

    assert run.weights(written) == run.path / name
    assert run.checkpoint_name(written) == name


@pytest.mark.parametrize(
    "checkpoint",
    [
        "",
        ".",
        "..",
        "../other/model.keras",
        "TOP/other/model.keras",
        "out.keras",
        "folder/model.keras",
        "loop.keras",
        "\0.keras",
        f"{'x' * 300}.keras",
    ],
)
def test_a_checkpoint_outside_of_the_run_is_refused(
    run: SavedRun, monkeypatch: pytest.MonkeyPatch, checkpoint: str
) -> None:
    monkeypatch.chdir(run.path.parents[1])
    other = make_run(run.path.parent / "other")
    (run.path / "out.keras").symlink_to(other / "model.keras")
    (run.path / "folder").symlink_to(other)
    (run.path / "loop.keras").symlink_to("loop.keras")

    with pytest.raises(UsageError, match="a checkpoint is a file inside the run") as caught:
        run.weights(checkpoint.replace("TOP", str(run.path.parent)))
    assert caught.value.hint is not None
    assert "state/best.keras" in caught.value.hint


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("running", "it was killed, or is still going on"),
        ("failed", "its training failed"),
        ("interrupted", "it has been removed"),
        ("finished", "it has been removed"),
    ],
)
def test_a_model_that_is_not_there_has_a_reason(tmp_path: Path, status: str, why: str) -> None:
    run = open_run(make_run(tmp_path / "run", status=status))
    (run.path / "model.keras").unlink()

    with pytest.raises(UsageError, match=f"has no model.keras: {why}"):
        run.weights()
    with pytest.raises(UsageError, match=r"has no state/none\.keras$"):
        run.weights("state/none.keras")
    with pytest.raises(UsageError, match=r"run\.json is no model that netspec reads"):
        run.weights("run.json")
