"""What a run needs is asked for before it makes anything."""

from __future__ import annotations

import importlib.util
import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

import netspec
from netspec.runs import hardware as hardware_module
from netspec.runs.environment import describe, require_packages
from netspec.things.callbacks import CSVLogger, TensorBoard


def test_without_its_package_tensorboard_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "tensorboard" else find(name)
    )
    require_packages([CSVLogger()])
    with pytest.raises(netspec.MissingExtraError, match="TensorBoard needs tensorboard") as caught:
        require_packages([CSVLogger(), TensorBoard()])
    assert caught.value.hint == "pip install 'netspec-keras[tensorboard]'"


def test_a_record_says_what_the_bits_come_from_and_no_name_of_a_machine_or_user(
    tmp_path: Path,
) -> None:
    told = describe(tmp_path / "net.yaml")

    assert {"python", "keras", "tensorflow", "numpy", "netspec-keras", "pillow"} <= set(
        told["versions"]
    )
    assert told["hardware"]["cores"] >= 1
    assert told["hardware"]["architecture"] == platform.machine()
    assert told["git_commit"] is None
    assert told["git_dirty"] is None
    text = json.dumps(told)
    assert platform.node() not in text
    assert str(Path.home()) not in text


def test_the_processor_s_features_are_those_that_arithmetic_is_chosen_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    information = tmp_path / "cpuinfo"
    information.write_text(
        "processor\t: 0\nmodel name\t: A Processor\nflags\t\t: fpu smep avx2 avx512f amx_bf16 ht\n\n"
        "processor\t: 1\nmodel name\t: Another\n"
    )
    (tmp_path / "gpus" / "0000:01").mkdir(parents=True)
    (tmp_path / "gpus" / "0000:01" / "information").write_text("Model: \t\t NVIDIA H200\n")
    monkeypatch.setattr(hardware_module, "_CPUS", information)
    monkeypatch.setattr(hardware_module, "_GPUS", tmp_path / "gpus")
    monkeypatch.setattr(hardware_module, "_MEMORY", tmp_path / "none")
    told = hardware_module.hardware()

    assert told["processor"] == "A Processor"
    assert told["features"] == ["amx_bf16", "avx2", "avx512f"]
    assert told["gpus"] == ["NVIDIA H200"]
    assert "memory" not in told


def test_the_peak_of_memory_is_this_process_s() -> None:
    code = (
        "from netspec.runs.environment import peak_memory as peak; "
        "before = peak(); much = bytearray(b'1') * 2**28; print(peak() - before)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(told.stdout) > 2**27
