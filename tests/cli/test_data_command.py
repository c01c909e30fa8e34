"""`netspec data check` and `netspec data preview`: what they print, write, and end with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest
from PIL import Image

from netspec.report.schemas import schema_text
from tests.cli.commands import here
from tests.data.made_pictures import write
from tests.inspection.damaged import EVIL, HTML, jpeg, sound, spec

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.commands import Done

pytestmark = pytest.mark.keras


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / "cache" / name)
    monkeypatch.chdir(tmp_path)
    sound(tmp_path / "pets")
    (tmp_path / "spec.yaml").write_text(spec())
    return tmp_path


def check(capfd: pytest.CaptureFixture[str], *arguments: str) -> Done:
    return here(capfd, "data", "check", "spec.yaml", *arguments)


def test_clean_data_ends_with_0(capfd: pytest.CaptureFixture[str]) -> None:
    done = check(capfd, "--set", "ignore=[NS754]")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("pets/  24 images, ")
    assert "class  train  test\ncat        6     6\ndog        6     6\n" in done.out
    assert "- Normalization: {mean: [" in done.out
    assert done.out.endswith("no findings\n")


def test_an_error_ends_with_1_and_a_warning_does_if_it_is_strict(
    capfd: pytest.CaptureFixture[str], own_place: Path
) -> None:
    write(own_place, {"pets/test/cat/again.jpg": jpeg(0)})
    assert check(capfd).status == 0
    assert check(capfd, "--strict").status == 1
    assert check(capfd, "--strict", "--set", "ignore=[NS651]").status == 0
    assert check(capfd, "--strict", "--set", "ignore=[NS651]", "--no-ignore").status == 1
    write(own_place, {"pets/train/cat/page.jpg": HTML})
    assert check(capfd).status == 1


def test_of_each_code_ten_are_shown_and_json_has_all(
    capfd: pytest.CaptureFixture[str], own_place: Path
) -> None:
    write(own_place, {f"pets/train/cat/x{number:02}.jpg": HTML for number in range(13)})
    write(own_place, {f"pets/train/cat/{EVIL}": b""})
    text = check(capfd).out
    assert text.count("error[NS540]") == 10
    assert "and 4 more of NS540; `--format json` lists all\n" in text
    assert text.count("spec.yaml:2:16:") == 1
    assert "14 errors, 1 note (more: netspec explain NS540)\n" in text
    done = check(capfd, "--format", "json")
    document = json.loads(done.out)
    jsonschema.validate(document, json.loads(schema_text("data-check")))
    bad = [each for each in document["findings"] if each["code"] == "NS540"]
    assert len(bad) == 14
    assert bad[0]["images"] == [f"train/cat/{EVIL}"]
    assert "\x1b" not in done.out


@pytest.mark.parametrize(("output", "start"), [("github", "::error file="), ("sarif", "{")])
def test_findings_are_written_for_others(
    capfd: pytest.CaptureFixture[str], own_place: Path, output: str, start: str
) -> None:
    write(own_place, {"pets/train/cat/page.jpg": HTML})
    done = check(capfd, "--format", output)
    assert (done.status, done.out[: len(start)]) == (1, start)
    assert "train/cat/page.jpg" in done.out


def test_a_spec_with_errors_and_a_folder_that_is_not_there(
    capfd: pytest.CaptureFixture[str],
) -> None:
    done = check(capfd, "--set", "data.source.ImageFolder.path=cats")
    assert (done.status, done.out) == (3, "")
    assert done.err.startswith("error: there is no folder cats")
    done = check(capfd, "--set", "model.layers.Dense.units=0")
    assert (done.status, done.out) == (1, "")
    assert "error[NS203]" in done.err


def test_a_sheet_is_written_once(capfd: pytest.CaptureFixture[str], own_place: Path) -> None:
    arguments = ("data", "preview", "spec.yaml", "--output", "sheet.png", "--images", "2")
    done = here(capfd, *arguments)
    assert (done.status, done.out) == (0, "sheet.png\n")
    with Image.open(own_place / "sheet.png") as image:
        assert image.format == "PNG"
    before = (own_place / "sheet.png").read_bytes()
    done = here(capfd, *arguments)
    assert (done.status, done.out) == (2, "")
    assert "sheet.png is there already" in done.err
    assert here(capfd, *arguments, "--force", "--class", "dog").status == 0
    assert (own_place / "sheet.png").read_bytes() != before
    assert sorted(path.name for path in own_place.glob("*sheet*")) == ["sheet.png"]


@pytest.mark.parametrize("output", ["sheet.jpg", "no/where.png"])
def test_a_place_that_cannot_be_is_refused(
    capfd: pytest.CaptureFixture[str], own_place: Path, output: str
) -> None:
    done = here(capfd, "data", "preview", "spec.yaml", "--output", output)
    assert done.status == 2
    assert output in done.err
