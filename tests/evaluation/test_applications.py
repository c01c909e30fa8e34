"""`netspec predict --application`: ImageNet's classes by a network of keras.applications."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from netspec.cli import main
from netspec.errors import DataError, UsageError
from netspec.evaluation.application import open_application
from tests.cli.commands import apart
from tests.real import real

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.keras


@pytest.fixture(autouse=True)
def keras_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras"


def test_a_network_that_is_none_is_told() -> None:
    with pytest.raises(UsageError, match="has no network 'MobileNett'") as caught:
        open_application("MobileNett", offline=True)
    assert caught.value.hint == "did you mean MobileNet?"


def test_offline_the_files_that_are_missing_are_named(keras_home: Path) -> None:
    with pytest.raises(
        DataError, match=r"imagenet_class_index\.json is not on this machine"
    ) as caught:
        open_application("Xception", offline=True)
    assert str(keras_home / "models" / "imagenet_class_index.json") in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--application", "MobileNet", "--structure", "m.json"], "two models"),
        (["--application", "MobileNet", "--checkpoint", "best.keras"], "belongs to a run"),
        (["--weights", "w.h5", "run"], "--weights belongs to --structure"),
        (["--structure", "m.json"], "wants --weights too"),
        (["--structure", "m.json", "--weights", "w.h5"], "wants --classes too"),
        (["run"], "no picture"),
    ],
)
def test_options_that_do_not_belong_together_are_told(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    pictures = [] if words == ["run"] else ["x.jpg"]
    assert main(["predict", *words, *pictures]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.real_data
def test_mobilenet_names_at_least_16_of_20_and_all_among_its_best_five(
    keras_home: Path,
) -> None:
    models = keras_home / "models"
    models.mkdir(parents=True)
    for name in ("imagenet_class_index.json", "mobilenet_1_0_224_tf.h5"):
        (models / name).symlink_to(real(f"weights/{name}"))
    index = json.loads((models / "imagenet_class_index.json").read_text())
    pictures = sorted(real("samples").glob("imagenet_*.jpg"))
    assert len(pictures) == 20

    words = ["--application", "MobileNet", "--offline", "--format", "json"]
    done = apart("predict", *words, *map(str, pictures))
    assert done.status == 0, done.err

    records = json.loads(done.out)
    ranks = []
    for picture, record in zip(pictures, records, strict=True):
        right = index[str(int(picture.stem.rpartition("_")[2]))][1]
        ranks.append([part["label"] for part in record["predictions"]].index(right))
    assert sum(rank == 0 for rank in ranks) >= 16
