"""What a run would have to fetch is told before it begins, and refused where nothing may be fetched."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netspec.data.named import cache
from netspec.data.named.supplies import SUPPLIES
from netspec.data.named.whereabouts import INSTALLED, OFFICIAL, VARIABLE, kept_as, may_be_here
from netspec.things.datasets import DATASETS
from tests.cli.commands import QUICKSTART, ROOT, here

if TYPE_CHECKING:
    from pathlib import Path

MNIST = str(ROOT / "specs/mnist.yaml")
SPEC = """netspec: 1
name: small
data: {source: fashion_mnist_sample, color: rgb, image_size: [96, 96]}
model:
  input: [96, 96, 3]
  layers:
    - Application: {name: body, architecture: MobileNet, include_top: false, pooling: avg, trainable: false}
    - Dense: {units: 10, activation: softmax}
compile: {optimizer: adam, loss: sparse_categorical_crossentropy}
training: {epochs: 1, batch_size: 8}
"""


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing lies, and nothing is installed."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr("netspec.data.named.whereabouts.INSTALLED", {})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_is_shipped_is_here_and_all_else_is_not(empty: Path) -> None:
    assert {name for name in DATASETS if not may_be_here(name)} == set(SUPPLIES)
    kept_as("cifar10").parent.mkdir(parents=True)
    kept_as("cifar10").touch()
    assert may_be_here("cifar10")


@pytest.mark.parametrize("name", SUPPLIES)
def test_places_are_those_that_are_read(
    empty: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    dataset, originals = DATASETS[name], SUPPLIES[name].originals
    assert kept_as(name) == cache.path_of(dataset)
    found = originals.folder or next(iter(originals.sizes(dataset)))
    assert OFFICIAL[name] == (found, originals.archive or f"{found}.gz")
    installed = SUPPLIES[name].installed
    assert INSTALLED.get(name) == (None if installed is None else str(installed))
    monkeypatch.setenv(VARIABLE, str(empty))
    for place in (name, f"{name}.npz", *OFFICIAL[name]):
        assert not may_be_here(name)
        (empty / place).touch()
        assert may_be_here(name)
        (empty / place).unlink()


def test_a_dry_run_says_what_would_be_fetched_and_to_where(
    empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = here(capsys, "run", MNIST, "--dry-run")
    place = empty / "cache" / "netspec" / "datasets" / "mnist.npz"
    told = f"MNIST is not on this machine: a run fetches it, and keeps it as {place}"
    assert (done.status, done.err) == (0, f"{told}\n")
    assert "training" in done.out
    assert not place.parent.exists()
    assert here(capsys, "run", MNIST, "--dry-run", "--quiet").err == ""
    events = here(capsys, "run", MNIST, "--dry-run", "--json-lines")
    last = json.loads(events.out.splitlines()[-1])
    assert (last["event"], last["message"], events.err) == ("notice", told, "")


def test_offline_that_is_an_error_that_names_the_places(
    empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = here(capsys, "run", MNIST, "--dry-run", "--offline")
    assert done.status == 3
    assert "MNIST is not on this machine and could not be fetched" in done.err
    assert str(empty / "cache" / "netspec" / "datasets" / "mnist.npz") in done.err
    assert "not tried (offline)" in done.err
    assert "hint: on a machine with a network, download" in done.err


def test_offline_what_lies_here_and_is_another_is_an_error(
    empty: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez(empty / "mnist.npz", x_train=np.zeros(3))
    monkeypatch.setenv(VARIABLE, str(empty))
    assert here(capsys, "run", MNIST, "--dry-run").status == 0
    assert here(capsys, "run", MNIST, "--dry-run", "--offline").status == 3


def test_what_is_shipped_needs_no_network(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "run", str(ROOT / QUICKSTART), "--dry-run", "--offline")
    assert (done.status, done.err) == (0, "")


def test_weights_are_told_and_missed_too(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (empty / "spec.yaml").write_text(SPEC)
    done = here(capsys, "run", "spec.yaml", "--dry-run")
    file = "mobilenet_1_0_224_tf_no_top.h5"
    place = empty / "keras" / "models" / file
    told = f"{file} is not on this machine: a run fetches it, and keeps it as {place}\n"
    assert (done.status, done.err) == (0, told)
    done = here(capsys, "run", "spec.yaml", "--dry-run", "--offline")
    assert done.status == 3
    assert f"there is no {place}" in done.err
    assert f"put it here as {place}" in done.err
    # A run that is continued has its weights.
    (empty / "run").mkdir()
    (empty / "run" / "run.json").write_text("{}")
    words = ("run", "spec.yaml", "--dry-run", "--offline", "--resume", "--output", "run")
    assert here(capsys, *words).status == 0


def test_a_dry_run_tells_it_without_numpy(empty: Path) -> None:
    code = (
        "import sys\nfrom netspec.cli import main\n"
        "status = main(['run', sys.argv[1], '--dry-run'])\n"
        "assert not {'tensorflow', 'keras', 'numpy'} & set(sys.modules)\nsys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, MNIST], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "a run fetches it" in done.stderr
