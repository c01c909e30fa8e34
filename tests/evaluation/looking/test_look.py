"""`netspec look`: what a run's network makes of pictures is drawn, kept, and told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pytest
from PIL import Image

import netspec
from netspec.data.source import Reports
from netspec.errors import UsageError
from netspec.evaluation.evaluate import evaluate_run
from netspec.evaluation.keeping import keep
from netspec.evaluation.looking.look import look
from netspec.evaluation.looking.mistakes import with_looks
from netspec.report.schemas import schema_text
from netspec.runs.directory import RunDirectory
from tests.cli.commands import here

if TYPE_CHECKING:
    from netspec.evaluation.judge import Judgement
    from netspec.report.look import LookDocument

pytestmark = pytest.mark.keras


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A blue picture with a red corner, a red one of the same name, and one that is none."""
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "other").mkdir()
    corner = Image.new("RGB", (16, 12), (20, 30, 240))
    corner.paste((240, 30, 20), (0, 0, 5, 4))
    corner.save(folder / "shape.png")
    Image.new("RGB", (32, 24), (240, 30, 20)).save(folder / "other/shape.png")
    (folder / "text.png").write_text("no picture")
    return folder


def look_at(run: Path, *images: Path, **how: Any) -> LookDocument:
    def unreadable(name: str, reason: str) -> None:
        raise AssertionError(f"{name}: {reason}")

    return look(run, [str(each) for each in images], unreadable=unreadable, **how)


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        width, height = image.size
    return width, height


def test_all_that_is_told_is_kept_in_the_run(trained: Path, pictures: Path) -> None:
    images = [pictures / "shape.png", pictures / "other/shape.png"]

    document = look_at(trained, *images)

    jsonschema.validate(document, json.loads(schema_text("look")))
    assert document["folder"] == str(trained / "look")
    assert document["notices"] == []
    assert [each["name"] for each in document["images"]] == ["shape", "shape-2"]
    for record, image, size in zip(document["images"], images, [(320, 240)] * 2, strict=True):
        folder = trained / "look" / record["name"]
        assert json.loads((folder / "look.json").read_text()) == record
        cam = record["grad_cam"]
        assert cam is not None
        assert (cam["picture"] is None) == (
            cam["reason"] == f"nothing at conv2d speaks for {cam['name']}"
        )
        kept = {"conv2d.png", "look.json", "picture.png"}
        kept |= {cam["picture"]} if cam["picture"] is not None else set()
        assert {each.name for each in folder.iterdir()} == kept
        assert {size_of(folder / name) for name in kept & {"picture.png", "grad-cam.png"}} == {size}
        (said,) = record["said"].values()
        (expected,) = netspec.predict(trained, image)
        assert said == {"kind": "class", "predictions": expected["predictions"]}
        assert (cam["name"], cam["predicted"]) == (expected["predictions"][0]["label"], True)
        (drawn,) = record["maps"]
        assert (drawn["layer"], drawn["height"], drawn["width"]) == ("conv2d", 10, 14)
        assert [each["channel"] for each in drawn["shown"]] == [0, 1, 2, 3]
    filters = document["filters"]
    assert filters is not None
    assert json.loads((trained / "look/filters.json").read_text()) == filters
    assert (filters["layer"], filters["drawn"], filters["kernel"]) == ("conv2d", "colours", [3, 3])
    assert size_of(trained / "look/filters.png")[0] > 100


def test_what_speaks_for_a_class_is_where_its_colour_is(trained: Path, pictures: Path) -> None:
    document = look_at(trained, pictures / "shape.png", asked="Red", layers=["conv*"])

    (record,) = document["images"]
    cam = record["grad_cam"]
    assert cam is not None
    assert (cam["name"], cam["layer"], cam["before_activation"]) == ("Red", "conv2d", True)
    assert not cam["predicted"]
    assert cam["value"] is not None
    with Image.open(trained / "look" / record["name"] / "grad-cam.png") as image:
        pixels = np.asarray(image, int)
    warm = pixels[..., 0] - pixels[..., 2]
    assert warm[:60, :80].mean() > 60
    assert abs(warm[120:, 160:]).mean() < 10


def test_another_checkpoint_s_looks_stand_beside_the_model_s(trained: Path, pictures: Path) -> None:
    look_at(trained, pictures / "shape.png")

    document = look_at(trained, pictures / "shape.png", checkpoint="model.weights.h5")

    assert document["images"][0]["name"] == "shape-model-weights"
    assert (trained / "look/filters-model-weights.png").exists()
    assert (trained / "look/shape/look.json").exists()


def test_a_run_that_cannot_be_written_to_is_looked_into_elsewhere(
    trained: Path, pictures: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    for name in ("run.json", "resolved.yaml", "classes.txt", "model.keras"):
        (run / name).write_bytes((trained / name).read_bytes())
    (run / "look").write_text("in the way")
    with pytest.raises(UsageError, match=r"cannot write to .*/run: File exists") as caught:
        look_at(run, pictures / "shape.png")

    document = look_at(run, pictures / "shape.png", output=tmp_path / "deep/there")

    assert "--output" in (caught.value.hint or "")
    assert (tmp_path / "deep/there/shape/conv2d.png").exists()
    assert document["folder"] == str(tmp_path / "deep/there")


def test_a_picture_that_cannot_be_read_is_reported_and_the_rest_is_done(
    trained: Path, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = [str(pictures / name) for name in ("text.png", "shape.png")]

    done = here(
        capsys, "look", str(trained), *images, "--output", str(tmp_path), "--format", "json"
    )

    assert done.status == 3
    document = json.loads(done.out)
    jsonschema.validate(document, json.loads(schema_text("look")))
    assert [each["image"] for each in document["images"]] == images[1:]
    assert f"error: cannot read {images[0]}: " in done.err


def test_the_table_has_the_answer_and_every_path(
    trained: Path, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = str(pictures / "shape.png")

    done = here(capsys, "look", str(trained), image, "--class", "Red", "--output", str(tmp_path))

    name, answer, *rest = done.out.splitlines()
    paths: list[Path] = []
    folder = Path()
    for line in rest:
        if line.lstrip().startswith("in "):
            folder = Path(line.strip().removeprefix("in "))
        elif ".png  " in line:
            paths.append(folder / line.split()[0])
    assert (done.status, done.err) == (0, "")
    assert (name, answer.split()[0]) == (image, "Blue")
    assert [path.name for path in paths] == [
        *("picture.png", "grad-cam.png", "conv2d.png", "filters.png")
    ]
    assert all(path.is_file() for path in paths)


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        (
            ("--layer", "dense"),
            "the layer 'dense' gives no feature map",
            "given by rescaling, conv",
        ),
        (("--class", "Reb"), "the output 'dense' has no class 'Reb'", "did you mean Red?"),
        (("--of", "head"), "the network has no output 'head'", "it has dense"),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(
    trained: Path,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    message: str,
    hint: str,
) -> None:
    done = here(capsys, "look", str(trained), "x.png", *options)

    assert (done.status, done.out) == (2, "")
    assert message in done.err
    assert hint in done.err


@pytest.fixture(scope="module")
def judged(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Judgement:
    """The run judged by pictures of the other class."""
    folder = tmp_path_factory.mktemp("other")
    for name, other in (("blue", "red"), ("red", "blue")):
        (folder / "data").mkdir(exist_ok=True)
        (folder / "data" / name).symlink_to(trained.parent / "pictures" / other)
    return evaluate_run(
        trained, data=str(folder / "data"), data_root=folder.parent, reports=Reports.to_nobody()
    )


def test_an_evaluation_s_mistakes_have_overlays(judged: Judgement, tmp_path: Path) -> None:
    document = keep(judged, RunDirectory.of(tmp_path))

    mistakes = document["mistakes"]
    assert len(mistakes) == 24
    assert {each["true"] for each in mistakes} == {"Blue", "Red"}
    looks = [each["look"] for each in mistakes if each["look"] is not None]
    # Where no place speaks for the class, there is none: so with one of the two classes here.
    assert len(looks) >= 12
    for each in mistakes:
        assert each["picture"] is not None
        if each["look"] is not None:
            assert size_of(tmp_path / each["picture"]) == size_of(tmp_path / each["look"])


def test_an_evaluation_stands_without_overlays_and_says_so(
    judged: Judgement, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no gradient\nat all")

    monkeypatch.setattr("netspec.evaluation.looking.mistakes.overlays", fail)
    told: list[str] = []
    (key,) = judged.mistakes
    target: Any = type("Target", (), {"output": key})()
    model: Any = None

    again = with_looks(
        replace(judged, looks={}), model, model, targets=[target], notice=told.append
    )

    assert not again.looks
    assert told == ["the mistakes have no Grad-CAM: no gradient"]
