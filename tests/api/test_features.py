"""From Python, features are written as `netspec features` does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import netspec
from netspec.errors import SpecError, UsageError
from netspec.training.events import FeaturesReady
from tests.evaluation.conftest import make_pictures, spec_text

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.training.events import Event

pytestmark = pytest.mark.keras


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A spec whose convolution is frozen, with 6 blue and 6 red pictures beside it, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    make_pictures(tmp_path / "pictures", 6)
    text = spec_text().replace("activation: relu", "activation: relu, trainable: false")
    path = tmp_path / "spec.yaml"
    path.write_text(text)
    return path


def test_each_split_s_features_are_arrays_of_the_file(spec: Path, tmp_path: Path) -> None:
    heard: list[Event] = []

    file = netspec.features(netspec.load(spec), output=tmp_path / "all.npz", listener=heard.append)

    assert file.path == tmp_path / "all.npz"
    assert file.path.is_file()
    assert {name.removeprefix("x_") for name in file.arrays if name.startswith("x_")} == {
        *("train", "validation", "test")
    }
    assert file.classes == ("Blue", "Red")
    assert any(isinstance(event, FeaturesReady) for event in heard)


def test_one_split_of_a_file_with_overrides(spec: Path, tmp_path: Path) -> None:
    file = netspec.features(
        str(spec),
        output=str(tmp_path / "test.npz"),
        split="test",
        overrides=["data.test=0.5", "data.validation=null"],
    )

    assert list(file.arrays) == ["x_test", "y_test", "classes"]
    assert file.arrays["x_test"][0] == 6


def test_what_cannot_be_written_is_refused_before_anything_is_done(
    spec: Path, tmp_path: Path
) -> None:
    heard: list[Event] = []
    for how, message in (
        ({"output": tmp_path / "f.txt"}, "does not end in .npz"),
        ({"output": tmp_path / "f.npz", "split": "tset"}, "there is no split 'tset'"),
    ):
        with pytest.raises(UsageError, match=message):
            netspec.features(spec, **how, listener=heard.append)
    with pytest.raises(SpecError):
        netspec.features(spec, output=tmp_path / "f.npz", overrides=["model.layers=[Dens]"])
    assert heard == []
    assert not (tmp_path / "f.npz").exists()
