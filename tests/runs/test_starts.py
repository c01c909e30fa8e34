"""The files of weights that a run began with are found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import netspec
from netspec.applications.table import architecture
from netspec.errors import DataError, SpecError
from netspec.runs.starts import finder, finder_again, plan_starts, record_of
from netspec.weights import imagenet

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "weights/base.h5"


def folder_with_weights(folder: Path) -> Path:
    (folder / "weights").mkdir(parents=True)
    (folder / TEXT).write_bytes(b"1")
    return folder.resolve()


def test_a_resume_finds_weights_below_the_folder_that_the_user_names(tmp_path: Path) -> None:
    root, run = folder_with_weights(tmp_path / "data"), tmp_path / "elsewhere" / "run"
    run.mkdir(parents=True)
    records = {TEXT: record_of(TEXT, finder(run / "spec.yaml", root)(TEXT))}
    # What a run says of places may be a stranger's word.
    with pytest.raises(DataError, match="lies outside"):
        finder_again(records, run)(TEXT)
    assert finder_again(records, run, root)(TEXT).file == root / TEXT
    with pytest.raises(DataError, match="lies outside"):
        finder_again(records, run, root / "weights")(TEXT)


def test_weights_beside_the_spec_are_found_though_the_data_lies_elsewhere(tmp_path: Path) -> None:
    spec, data = folder_with_weights(tmp_path / "specs"), tmp_path / "data"
    data.mkdir()
    assert finder(spec / "spec.yaml", data)(TEXT).file == spec / TEXT
    of_the_data = folder_with_weights(data)
    assert finder(spec / "spec.yaml", data)(TEXT).file == of_the_data / TEXT
    with pytest.raises(DataError, match="there is no"):
        finder(spec / "spec.yaml", data)("weights/other.h5")


def test_a_resume_finds_weights_where_they_were_though_the_data_has_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, run = folder_with_weights(tmp_path / "here"), tmp_path / "here" / "run"
    (tmp_path / "moved").mkdir()
    monkeypatch.chdir(root)
    records = {TEXT: record_of(TEXT, finder(root / "spec.yaml")(TEXT))}
    assert finder_again(records, run, tmp_path / "moved")(TEXT).file == root / TEXT
    with pytest.raises(DataError, match="does not say where"):
        finder_again({}, run)(TEXT)


def test_a_network_that_keras_builds_otherwise_for_its_own_file_is_not_given_it_by_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keras = pytest.importorskip("keras")
    (tmp_path / "spec.yaml").write_text(
        """
netspec: 1
model:
  input: [32, 32, 3]
  layers: [{Application: {architecture: EfficientNetB0, weights: own.weights.h5, include_top: false}}]
"""
    )
    model = keras.applications.EfficientNetB0(
        weights=None, include_top=False, input_shape=(32, 32, 3)
    )
    model.save_weights(tmp_path / "own.weights.h5")
    spec = netspec.load(tmp_path / "spec.yaml")
    find = finder(tmp_path / "spec.yaml")
    assert len(plan_starts(spec.analysis, find=find)) == 1
    kept = next(each for each in architecture("EfficientNetB0").downloads if not each.include_top)
    monkeypatch.setattr(imagenet, "is_of_hash", lambda _, wanted: wanted == kept.hash)
    with pytest.raises(SpecError, match="Keras's own file of ImageNet weights") as told:
        plan_starts(spec.analysis, find=find)
    assert "weights: imagenet" in str(told.value.findings[0].hint)
