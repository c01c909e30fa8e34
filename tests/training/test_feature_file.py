"""Features of a frozen part written to a file, on which another network learns what it would learn behind that part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import netspec
from netspec.errors import UsageError
from netspec.evaluation.predict import predict_images
from netspec.runs.plan import make_plan
from netspec.training.events import FeaturesReady, Planned
from netspec.training.feature_file import write_features
from tests.training.small_runs import Heard, train, write

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.training.feature_file import FeatureFile

pytestmark = [pytest.mark.keras, pytest.mark.usefixtures("own_cache")]

HEAD = "    - Dense: {name: head, units: 10, activation: softmax}\n"
SPEC = f"""netspec: 1
seed: 5
data: {{source: fashion_mnist_sample, validation: 20, limit: 70, test: 15}}
model:
  input: [28, 28, 1]
  layers:
    - Rescaling: {{scale: 1/255}}
    - Conv2D: {{name: first, filters: 4, kernel_size: 3, strides: 2, activation: relu, trainable: false}}
    - BatchNormalization: {{name: norm, trainable: false}}
    - GlobalAveragePooling2D
{HEAD}compile: {{optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}}
training: {{epochs: 2, batch_size: 16}}
"""
LEARNS = f"""netspec: 1
seed: 5
data: {{source: {{Arrays: {{path: features.npz, holds: features}}}}}}
model:
  input: [4]
  layers:
{HEAD}compile: {{optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}}
training: {{epochs: 2, batch_size: 16}}
"""


def written(
    folder: Path, text: str = SPEC, heard: Heard | None = None, **given: str
) -> FeatureFile:
    analysis = netspec.load(write(folder, text)).analysis
    splits = (given["split"],) if given else ("train", "validation", "test")
    return write_features(
        analysis, folder / "features.npz", splits=splits, listener=heard or Heard()
    )


def test_a_head_learns_on_the_file_what_it_learns_behind_the_frozen_part(tmp_path: Path) -> None:
    file = written(tmp_path)
    assert file.arrays == {
        "x_train": (70, 4),
        "y_train": (70,),
        "x_validation": (20, 4),
        "y_validation": (20,),
        "x_test": (15, 4),
        "y_test": (15,),
        "classes": (10,),
    }
    whole = train(tmp_path / "spec.yaml", tmp_path / "whole")
    (tmp_path / "learns.yaml").write_text(LEARNS)
    head = train(tmp_path / "learns.yaml", tmp_path / "head")
    assert head.history == whole.history
    assert head.metrics == whole.metrics
    with pytest.raises(UsageError, match="takes features"):
        list(predict_images(tmp_path / "head", ["x.png"], unreadable=cannot_read_quietly))


def cannot_read_quietly(name: str, reason: str) -> None:
    raise AssertionError(name, reason)


def test_the_file_has_the_labels_and_names_of_the_classes(tmp_path: Path) -> None:
    written(tmp_path, split="test")
    with np.load(tmp_path / "features.npz") as held:
        assert sorted(held) == ["classes", "x_test", "y_test"]
        assert held["x_test"].dtype == np.float32
        assert set(held["y_test"].tolist()) <= set(range(10))
        assert held["classes"][7] == "Sneaker"


def test_a_second_call_finds_the_features_whatever_augments_the_images(tmp_path: Path) -> None:
    written(tmp_path)
    heard = Heard()
    first = (tmp_path / "features.npz").read_bytes()
    written(tmp_path, f"{SPEC}augmentation: [RandomFlip]\nruntime: {{feature_cache: off}}\n", heard)
    assert sum(each.computed for each in heard.events if isinstance(each, FeaturesReady)) == 0
    with np.load(tmp_path / "features.npz") as again:
        assert again["x_train"].tobytes() in first


def test_maps_are_features_too_and_several_tensors_are_arrays_of_their_own(tmp_path: Path) -> None:
    maps = SPEC.replace(
        "    - GlobalAveragePooling2D\n",
        "    - GlobalAveragePooling2D: {name: means}\n"
        "    - Conv2D: {name: more, inputs: norm, filters: 2, kernel_size: 3}\n"
        "    - Flatten\n    - Concatenate: {inputs: [means, flatten]}\n",
    )
    file = written(tmp_path, maps, split="train")
    assert file.features == ("norm", "means")
    assert (file.arrays["norm_train"], file.arrays["means_train"]) == ((70, 13, 13, 4), (70, 4))
    (tmp_path / "learns.yaml").write_text(
        LEARNS.replace("holds: features", "holds: features, images: norm")
        .replace("[4]", "[13, 13, 4]")
        .replace(HEAD, f"    - GlobalMaxPooling2D\n{HEAD}")
    )
    analysis = netspec.load(tmp_path / "learns.yaml").analysis
    assert list(make_plan(analysis).form.size) == [13, 13, 4]


def test_where_nothing_is_frozen_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there are no features to write"):
        written(tmp_path, SPEC.replace(", trainable: false", ""))
    assert not (tmp_path / "features.npz").exists()


def refused(folder: Path, text: str = SPEC) -> UsageError:
    """What is said where the file may not be written, before anything is done."""
    heard = Heard()
    with pytest.raises(UsageError) as caught:
        written(folder, text, heard)
    assert not [each for each in heard.events if isinstance(each, Planned)]
    assert "with --output" in (caught.value.hint or "")
    return caught.value


def test_an_earlier_file_of_features_is_replaced_and_that_is_said(tmp_path: Path) -> None:
    heard = Heard()
    written(tmp_path, heard=heard)
    assert "replaced" not in heard.notices
    assert written(tmp_path, heard=heard, split="test").arrays.keys() == {
        *("x_test", "y_test", "classes")
    }
    assert f"an earlier {tmp_path / 'features.npz'} is replaced" in heard.notices


def test_no_other_file_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "features.npz"
    np.savez(path, x_train=np.zeros((4, 4), np.float32), y_train=np.arange(4))
    whole = path.read_bytes()
    for content in (whole, whole[:-30], b"mine", b""):
        path.write_bytes(content)
        assert "is no file of features that netspec wrote" in str(refused(tmp_path))
        assert path.read_bytes() == content

    path.rename(tmp_path / "mine.npz")
    path.symlink_to(tmp_path / "mine.npz")
    assert "is no file of its own" in str(refused(tmp_path))
    assert path.is_symlink()


def test_features_that_are_cut_short_are_not_replaced(tmp_path: Path) -> None:
    written(tmp_path, split="test")
    path = tmp_path / "features.npz"
    whole = path.read_bytes()
    for length in (len(whole) - 1, len(whole) - 40, len(whole) // 2):
        path.write_bytes(whole[:length])
        assert "is no file of features" in str(refused(tmp_path))
        assert path.read_bytes() == whole[:length]


def test_a_file_that_the_spec_reads_is_not_overwritten_though_it_is_one_of_features(
    tmp_path: Path,
) -> None:
    written(tmp_path)
    path = tmp_path / "features.npz"
    before = path.read_bytes()
    frozen = "    - Dense: {name: first, units: 3, trainable: false}\n"
    spec = LEARNS.replace(HEAD, f"{frozen}{HEAD}")
    assert str(refused(tmp_path, spec)) == f"{path} is read by the spec itself"
    assert path.read_bytes() == before
