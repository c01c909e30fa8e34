"""A run that repeats another says what is not as it was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from netspec.analysis import analyse
from netspec.runs.environment import describe
from netspec.runs.repeating import TEXT_HASH, differences, differences_from_repeated, text_hash
from netspec.spec.resolved import resolved_yaml

if TYPE_CHECKING:
    from pathlib import Path

NOW = {
    "versions": {"python": "3.12.1", "keras": "3.15.1", "pillow": "12.0"},
    "platform": "Linux-6.2-x86_64",
    "hardware": {
        "architecture": "x86_64",
        "processor": "A Processor",
        "features": ["avx2", "avx512f"],
        "cores": 2,
        "memory": 1,
    },
}
SPEC = """netspec: 1
name: net
seed: 3
data: {source: fashion_mnist_sample}
model:
  input: [28, 28, 1]
  layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
compile: {optimizer: sgd, loss: sparse_categorical_crossentropy}
training: {epochs: 1}
"""


def before(**changes: Any) -> dict[str, Any]:
    hardware = {**NOW["hardware"], **changes.pop("hardware", {})}  # type: ignore[dict-item]
    versions = {**NOW["versions"], **changes.pop("versions", {})}  # type: ignore[dict-item]
    return {"format": 1, **NOW, "hardware": hardware, "versions": versions, **changes}


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (before(), []),
        (before(platform="Linux-6.1-x86_64", hardware={"memory": 2}), []),
        (before(versions={"keras": "3.15.0"}), ["keras was 3.15.0 and is 3.15.1"]),
        (before(versions={"h5py": "3"}), ["h5py was 3 and is not there"]),
        (before(versions={"pillow": None}), ["pillow was not there and is 12.0"]),
        (before(versions={"tensorboard": "1", "onnx": "2"}), []),
        (before(hardware={"cores": 8}), ["the number of cores was 8 and is 2"]),
        (
            before(hardware={"features": ["amx_bf16", "avx2"]}),
            ["the processor no longer has amx_bf16 and has avx512f now"],
        ),
        (before(hardware={"gpus": ["NVIDIA H200"]}), ["the GPU was NVIDIA H200 and is not there"]),
        (before(platform="Darwin-25-arm64"), ["the system was Darwin and is Linux"]),
        (before(versions={"keras": "\x1b[31m"}), ["keras was \\u001b[31m and is 3.15.1"]),
        ({"versions": 3, "hardware": [], "platform": None}, []),
        ({}, []),
    ],
)
def test_what_differs_is_named(record: dict[str, Any], told: list[str]) -> None:
    assert differences(record, NOW) == told


def test_plugins_count_where_they_are_known() -> None:
    record = before(plugins=[{"name": "acme", "version": "1.0"}])
    assert differences(record, NOW) == []
    now = {**NOW, "plugins": [{"name": "acme", "version": "1.1"}]}
    assert differences(record, now) == ["the plugin acme was 1.0 and is 1.1"]
    assert differences(record, {**NOW, "plugins": []}) == [
        "the plugin acme was 1.0 and is not there"
    ]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run directory, as far as it matters."""
    folder = tmp_path / "run"
    folder.mkdir()
    spec = tmp_path / "net.yaml"
    spec.write_text(SPEC)
    text = resolved_yaml(analyse(spec).require()[0])
    (folder / "resolved.yaml").write_text(text)
    record = {"format": 1, **describe(spec), "data": {"fingerprint": "f1"}}
    record[TEXT_HASH] = text_hash(text)
    (folder / "run.json").write_text(json.dumps(record))
    return folder


def told(file: Path, *overrides: str, fingerprint: str | None = None, **changes: Any) -> list[str]:
    described = describe(file)
    described["hardware"].update(changes)
    return differences_from_repeated(analyse(file, overrides), described, fingerprint=fingerprint)


def test_a_resolved_spec_beside_its_record_repeats_its_run(run: Path) -> None:
    file = run / "resolved.yaml"
    cores = describe(file)["hardware"]["cores"]
    assert told(file) == told(file, fingerprint="f1") == []
    assert told(file, cores=99) == [
        f"this repeats {run}, but the number of cores was {cores} and is 99: the bits may differ"
    ]
    (sentence,) = told(file, fingerprint="f2")
    assert sentence == f"this repeats {run}, but the data is not what it was: results will differ"


def test_another_spec_repeats_nothing(run: Path, tmp_path: Path) -> None:
    file = run / "resolved.yaml"
    assert told(file, "seed=4", cores=99) == []
    assert told(tmp_path / "net.yaml", cores=99) == []
    file.write_text(file.read_text().replace("epochs: 1", "epochs: 2"))
    assert told(file, cores=99) == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 0}', '{"format": 99}', "[" * 100_000])
def test_a_damaged_record_is_passed_over(run: Path, text: str) -> None:
    (run / "run.json").write_text(text)
    assert told(run / "resolved.yaml", cores=99) == []


def test_a_record_that_is_a_link_out_of_the_run_is_not_read(run: Path, tmp_path: Path) -> None:
    (run / "run.json").rename(tmp_path / "run.json")
    (run / "run.json").symlink_to(tmp_path / "run.json")
    assert told(run / "resolved.yaml", cores=99) == []
