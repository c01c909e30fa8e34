"""Before a run starts it is known what is computed once for each image, and why nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.data import room
from netspec.runs.plan import StagePlan, make_plan

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.runs.features import FeaturePlan
    from netspec.runs.plan import Plan

SPEC = """netspec: 1
data: {source: fashion_mnist_sample, validation: 600}
augmentation: []
model:
  input: [28, 28, 1]
  layers:
    - Concatenate: {name: colours, inputs: [input, input, input]}
    - Resizing: {height: 32, width: 32}
    - Application:
        name: backbone
        architecture: MobileNet
        alpha: 0.25
        weights: null
        include_top: false
        pooling: avg
        trainable: false
    - Dense: {name: head, units: 10, activation: softmax}
compile: {optimizer: adam, loss: sparse_categorical_crossentropy}
training: {epochs: 2}
runtime: {feature_cache: auto}
"""
ONCE = "89 frozen layers (colours, resizing, backbone) computed once for each"
AUGMENTED = "augmentation=[{RandomFlip: {mode: horizontal}}]"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(room, "free_disk", lambda _: 2**30)


def planned(folder: Path, *overrides: str, text: str = SPEC) -> Plan:
    path = folder / "spec.yaml"
    path.write_text(text)
    return make_plan(analyse(str(path), overrides))


def only(folder: Path, *overrides: str, text: str = SPEC) -> FeaturePlan:
    (found,) = planned(folder, *overrides, text=text).features
    return found


def test_a_frozen_backbone_is_computed_once_for_the_images_of_all_splits(tmp_path: Path) -> None:
    found = only(tmp_path)
    assert found.splits == ("train", "validation", "test")
    assert found.size == 7000 * 256 * 4
    assert str(found) == f"{ONCE} image: 256 numbers, 6.8 MiB in the cache"


def test_in_half_the_bits_it_takes_half_the_room(tmp_path: Path) -> None:
    assert only(tmp_path, "runtime.precision=mixed_bfloat16").size == 7000 * 256 * 2


def test_of_augmented_training_images_nothing_is_kept(tmp_path: Path) -> None:
    found = only(tmp_path, AUGMENTED)
    assert (found.trains_on, found.size) == (False, 1600 * 256 * 4)
    assert str(found) == (
        f"{ONCE} validation and test image: 256 numbers, 1.6 MiB in the cache; in every step for "
        "training images, which are augmented anew in every epoch"
    )
    none = only(tmp_path, AUGMENTED, "data.validation=null", "data.test=null")
    assert str(none) == (
        "not cached: training images are augmented anew in every epoch, and there are no others"
    )


def test_versions_of_augmented_images_are_kept_each(tmp_path: Path) -> None:
    found = only(tmp_path, AUGMENTED, "runtime.augmentation_versions=4")
    assert found.size == (4 * 5400 + 1600) * 256 * 4
    assert str(found) == (
        f"{ONCE} image: 256 numbers, 22.7 MiB in the cache with 4 versions of each training image"
    )


def test_why_nothing_is_kept_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def reason(*overrides: str) -> str:
        found = only(tmp_path, *overrides)
        assert (found.part, found.is_told) == (None, True)
        return str(found)

    assert reason("runtime.feature_cache=off") == "not cached: runtime.feature_cache is off"
    trains = reason(
        "model.layers.backbone.trainable=true", "compile.optimizer.Adam.learning_rate=1e-5"
    )
    assert (
        trains
        == "not cached: no frozen layer stands before all that train ('backbone.conv1' trains)"
    )
    monkeypatch.setattr(room, "free_disk", lambda _: 2**20)
    assert reason() == "not cached: 6.8 MiB are needed, and the disk has 1.0 MiB free"
    monkeypatch.setenv("NETSPEC_FEATURE_CACHE", "2 MiB")
    assert reason() == (
        "not cached: 6.8 MiB are needed, and the cache may take 2.0 MiB (see NETSPEC_FEATURE_CACHE)"
    )


def test_what_the_cache_has_already_counts_as_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "free_disk", lambda _: 0)
    entry = tmp_path / "cache" / "netspec" / "features" / ("0" * 64)
    entry.mkdir(parents=True)
    (entry / "a.segment").write_bytes(bytes(7000 * 256 * 4 - 1))
    assert only(tmp_path).part is None
    (entry / "a.segment").write_bytes(bytes(7000 * 256 * 4))
    assert only(tmp_path).part is not None


def test_of_a_network_that_trains_as_a_whole_nothing_is_said(tmp_path: Path) -> None:
    for more in ((), ("runtime={feature_cache: off}",)):
        found = make_plan(analyse("specs/quickstart.yaml", more)).features
        assert [(each.part, each.is_told) for each in found] == [(None, False)]


def test_each_stage_has_its_own(tmp_path: Path) -> None:
    stages = """training:
  stages:
    - {name: head, epochs: 1, trainable: [head]}
    - {name: some, epochs: 1, learning_rate: 1e-5, trainable: {from: backbone.conv_dw_12}}
    - {name: all, epochs: 1, learning_rate: 1e-5, trainable: ["*"]}
"""
    found = planned(tmp_path, text=SPEC.replace("training: {epochs: 2}\n", stages))
    assert [each.part and each.part.numbers for each in found.features] == [256, 1152, None]
    # A depth is said as the spec writes it.
    some = found.stages[1]
    assert some == StagePlan("some", 1, 1e-5, None, ("{from: backbone.conv_dw_12}",), 106_122)


def test_a_cache_folder_below_a_file_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "taken"))
    plan = only(tmp_path)
    assert plan.part is None
    assert f"because {tmp_path / 'taken'} is a file" in plan.reason
