"""What a look at data says: counts, sizes, pixels, and findings at the place that names the data."""

from __future__ import annotations

import json
import os
from io import StringIO
from typing import TYPE_CHECKING

import jsonschema
import numpy as np
import pytest
from rich.console import Console

from netspec.analysis import analyse
from netspec.data.form import ImageForm
from netspec.data.images import FileImages
from netspec.data.source import Reports
from netspec.data.sources.folder import look
from netspec.data.splits import Split
from netspec.diagnostics import Code
from netspec.errors import DataError, SpecError
from netspec.inspection.amounts import Weights
from netspec.inspection.check import inspect_data
from netspec.inspection.document import document_of
from netspec.inspection.looks import batches_of
from netspec.report.data_check import data_check_text
from netspec.report.schemas import schema_text
from netspec.settings import Settings
from tests.data.made_pictures import class_folders, encoded, write
from tests.inspection.damaged import EACH, HTML, jpeg, picture, sound, spec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from netspec.inspection.check import Inspection

pytestmark = pytest.mark.keras

MODEL = """
model:
  input: [32, 32, 3]
  layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
"""


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    return sound(tmp_path / "pets")


@pytest.fixture
def checked(tmp_path: Path) -> Callable[[str], Inspection]:
    def check(text: str) -> Inspection:
        (tmp_path / "spec.yaml").write_text(text)
        analysis = analyse(tmp_path / "spec.yaml")
        return inspect_data(analysis, reports=Reports.to_nobody(), looking=lambda *_: None)

    return check


def codes(inspection: Inspection) -> list[str]:
    return [finding.code.value for finding in inspection.findings]


def shown(inspection: Inspection, *, width: int = 80) -> str:
    """What a terminal of some columns shows."""
    stream = StringIO()
    console = Console(file=stream, width=width, highlight=False)
    for part in data_check_text(document_of(inspection)):
        console.print(part)
    return stream.getvalue()


def table(place: Path, rows: list[str]) -> None:
    """A table of columns `image split animal age tags weight`, and its pictures."""
    lines = []
    for number, row in enumerate(rows):
        write(place, {f"pets/{number}.jpg": jpeg(number)})
        lines.append(f"{number}.jpg,{row}")
    (place / "pets/t.csv").write_text(
        "\n".join(["image,split,animal,age,tags,weight", *lines]), encoding="utf-8"
    )


NUMBERS = """netspec: 1
data:
  source:
    Csv: {path: pets/t.csv, split: split, label: {column: age, kind: number}, weight: weight}
model:
  input: [32, 32, 3]
  layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 1, activation: sigmoid}}]
compile: {optimizer: adam, loss: mse}
training: {epochs: 1, batch_size: 4}
"""
SEVERAL = """netspec: 1
data:
  source:
    Csv:
      path: pets/t.csv
      split: split
      labels: {animal: animal, tags: {column: tags, kind: multi_label, separator: ;}}
model:
  input: [32, 32, 3]
  layers:
    - {Rescaling: {scale: 1/255}}
    - {Flatten: {name: flat}}
    - {Dense: {units: 2, activation: softmax, name: animal, inputs: flat}}
    - {Dense: {units: 2, activation: sigmoid, name: tags, inputs: flat}}
  output: [animal, tags]
"""


def test_images_are_counted_by_split_and_class(
    pets: Path, checked: Callable[[str], Inspection]
) -> None:
    write(pets, {"train/cat/more.png": encoded(picture(90, size=50), "PNG")})
    found = checked(f"netspec: 1\ndata: {{source: {{ImageFolder: {{path: pets}}}}}}{MODEL}")
    assert found.splits == {"train": 13, "test": 12}
    (label,) = found.labels
    assert label.names == ("cat", "dog")
    assert label.images == {"train": (EACH + 1, EACH), "test": (EACH, EACH)}
    assert found.sizes is not None
    assert (found.sizes.smallest, found.sizes.largest) == ((40, 40), (50, 50))
    assert (found.sizes.common, found.sizes.different) == (((40, 40), 24), 2)
    assert (found.formats, found.modes) == ({"JPEG": 24, "PNG": 1}, {"RGB": 25})
    assert found.bytes == sum(path.stat().st_size for path in pets.rglob("*.*"))
    assert codes(found) == [Code.FEW_IMAGES]


def test_pixels_are_those_of_the_training_images_as_the_network_gets_them(
    tmp_path: Path, checked: Callable[[str], Inspection]
) -> None:
    random = np.random.default_rng(5)
    pixels = random.integers(0, 256, (8, 32, 32, 3), np.uint8)
    for number, each in enumerate(pixels):
        name = f"pets/{'train' if number < 4 else 'test'}/{'ab'[number % 2]}/{number}.png"
        write(tmp_path, {name: encoded(each, "PNG")})
    found = checked(spec())
    assert found.pixels is not None
    np.testing.assert_allclose(found.pixels.mean, pixels[:4].mean(axis=(0, 1, 2)))
    np.testing.assert_allclose(found.pixels.variance, pixels[:4].astype(float).var(axis=(0, 1, 2)))
    assert (found.pixels.size, found.pixels.images) == ((32, 32), 4)
    # The layer that follows from it is one of a spec.
    text = spec().replace("{Rescaling: {scale: 1/255}}", f"{{{found.pixels.layer}}}")
    (tmp_path / "spec.yaml").write_text(text)
    assert [each for each in analyse(tmp_path / "spec.yaml").findings if each.code < "NS7"] == []


def test_findings_stand_where_the_spec_names_its_data(
    pets: Path, checked: Callable[[str], Inspection]
) -> None:
    write(pets, {"train/cat/page.jpg": HTML})
    finding = checked(spec()).findings[0]
    assert (finding.code, finding.severity) == (Code.UNREADABLE_IMAGE, "error")
    assert (finding.line, finding.column) == (2, 16)
    assert finding.images == ("train/cat/page.jpg",)
    assert finding.message == "train/cat/page.jpg: it is no JPEG, PNG, BMP, GIF or WebP picture"


def test_what_a_run_skips_is_a_warning(pets: Path, checked: Callable[[str], Inspection]) -> None:
    write(pets, {"train/cat/page.jpg": HTML})
    found = checked(spec(more=", on_error: skip"))
    assert found.findings[0].severity == "warning"
    assert found.splits["train"] == 2 * EACH


def test_silences_and_the_repository_have_their_say(
    pets: Path, checked: Callable[[str], Inspection]
) -> None:
    write(pets, {"test/cat/again.jpg": (pets / "train/cat/0.jpg").read_bytes()})
    assert codes(checked(spec())) == [Code.IMAGE_IN_TWO_SPLITS, Code.FEW_IMAGES]
    assert codes(checked(spec() + "ignore: [NS651, NS754]\n")) == []
    with Settings(severities={Code.IMAGE_IN_TWO_SPLITS: "error"}).enabled():
        assert checked(spec()).findings[0].severity == "error"
    with Settings(ignored=frozenset({Code.IMAGE_IN_TWO_SPLITS.value})).enabled():
        assert codes(checked(spec())) == [Code.FEW_IMAGES]


def test_a_silence_of_what_only_data_shows_is_not_idle(tmp_path: Path, pets: Path) -> None:
    (tmp_path / "spec.yaml").write_text(spec() + "ignore: [NS651]\n")
    assert Code.UNUSED_SILENCE not in [f.code for f in analyse(tmp_path / "spec.yaml").findings]


def test_one_split_that_serves_twice_is_no_leak(
    pets: Path, checked: Callable[[str], Inspection]
) -> None:
    found = checked(spec(more=", validation: test"))
    assert found.splits == {"train": 12, "validation": 12, "test": 12}
    assert codes(found) == [Code.FEW_IMAGES]


def test_copies_of_what_is_held_out_stay_on_its_side(
    tmp_path: Path, checked: Callable[[str], Inspection]
) -> None:
    for number in range(12):
        for copy in "ab":
            write(tmp_path, {f"pets/{'cd'[number % 2]}/{number}{copy}.jpg": jpeg(number)})
    found = checked(spec(more=", validation: 0.25"))
    assert set(codes(found)) == {Code.DUPLICATE_IMAGES, Code.FEW_IMAGES}


def test_splits_that_cannot_be_made_are_a_finding_and_all_else_is_told(
    pets: Path, checked: Callable[[str], Inspection]
) -> None:
    found = checked(spec(more=", validation: 0.25, group: '(zz[0-9])'"))
    assert codes(found) == [Code.DATA_LAYOUT, Code.FEW_IMAGES]
    assert "finds nothing in 12 of 12 names" in found.findings[0].message
    assert found.splits["train"] == 2 * EACH


def test_a_folder_of_nothing_but_rubbish_is_told_of_whole(
    tmp_path: Path, checked: Callable[[str], Inspection]
) -> None:
    write(tmp_path, {f"pets/{name}/{n}.jpg": HTML for name in ("cat", "dog") for n in "12"})
    found = checked(spec())
    (unreadable,) = [each for each in found.findings if each.code == Code.UNREADABLE_IMAGE]
    assert len(unreadable.images) == 4
    assert (found.pixels, found.sizes, found.splits["train"]) == (None, None, 0)


def test_a_group_on_two_sides_is_told_once(
    tmp_path: Path, checked: Callable[[str], Inspection]
) -> None:
    for number in range(8):
        split = "train" if number < 4 else "test"
        write(
            tmp_path, {f"pets/{split}/{'cd'[number % 2]}/p{number % 4}-{number}.jpg": jpeg(number)}
        )
    found = checked(spec(more=", group: '(p[0-9])-'"))
    groups = [each for each in found.findings if each.code == Code.GROUP_IN_TWO_SPLITS]
    assert [each.images[0] for each in groups] == [
        "train/c/p0-0.jpg",
        "train/d/p1-1.jpg",
        "train/c/p2-2.jpg",
        "train/d/p3-3.jpg",
    ]


def test_the_bars_of_padding_are_no_part_of_what_an_image_looks_like(
    pets: Path, checked: Callable[[str], Inspection]
) -> None:
    tall = np.full((60, 20, 3), 180, np.uint8)
    write(pets, {"train/cat/tall.png": encoded(tall, "PNG")})
    found = checked(spec(more=", resize: pad"))
    assert [each.images for each in found.findings if each.code == Code.PLAIN_IMAGES] == [
        ("train/cat/tall.png",)
    ]


def test_a_spec_without_data_is_told_what_is_missing(checked: Callable[[str], Inspection]) -> None:
    with pytest.raises(SpecError) as raised:
        checked(f"netspec: 1{MODEL}")
    assert [each.code for each in raised.value.findings] == [Code.MISSING_SECTION]


def test_a_folder_that_is_not_there_is_no_finding(checked: Callable[[str], Inspection]) -> None:
    with pytest.raises(DataError, match="there is no folder"):
        checked(spec())


def test_what_has_been_looked_at_once_is_not_decoded_again(pets: Path, tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(spec())
    for path in pets.rglob("*.jpg"):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    told: list[tuple[int, int]] = []
    reports = Reports(lambda *_: None, lambda *_: None, lambda *counts: told.append(counts))
    for _ in range(2):
        inspect_data(analyse(tmp_path / "spec.yaml"), reports=reports, looking=lambda *_: None)
        told.append((0, 0))
    assert told[-2:] == [(0, 0), (0, 0)]
    assert (24, 24) in told


def test_a_file_that_vanishes_while_it_is_looked_at_is_named(tmp_path: Path) -> None:
    root = class_folders(tmp_path / "pets", {"cat": 2, "dog": 2})
    listing = look(root)
    labels = {"label": np.array(listing.labels["train"])}
    images = FileImages.listed(listing.splits["train"], labels)
    (root / "dog" / "01.png").unlink()

    with pytest.raises(DataError, match="it is gone"):
        list(batches_of(Split.of(images, range(4)), ImageForm((8, 8), 3, "stretch", (8, 8))))


def test_of_classes_the_note_and_the_table_speak_of_the_training_images(
    tmp_path: Path, checked: Callable[[str], Inspection]
) -> None:
    for split, cats, dogs in (("train", 20, 3), ("test", 3, 3)):
        for name, count in (("cat", cats), ("dog", dogs)):
            for number in range(count):
                write(
                    tmp_path,
                    {f"pets/{split}/{name}/{number}.jpg": jpeg(hash_of(split, name, number))},
                )
    found = checked(spec(more=", classes: [Katze, Hund]"))
    (finding,) = [each for each in found.findings if each.code == Code.IMBALANCE]
    assert finding.message == "'Katze' has 20 training images, 'Hund' 3: 6.7 times as many"
    assert finding.hint is not None
    assert finding.hint.startswith("training.class_weight: balanced")
    assert "Katze has 6.7 times as many training images as Hund\n" in shown(found)


def hash_of(split: str, name: str, number: int) -> int:
    """A number of a picture that no other has."""
    return number + 100 * ("train", "test").index(split) + 200 * ("cat", "dog").index(name)


def test_of_several_labels_the_note_names_its_own_and_weighs_no_class(
    tmp_path: Path, checked: Callable[[str], Inspection]
) -> None:
    rows = [f"train,{'dog' if number < 2 else 'cat'},1,a;b,1" for number in range(12)]
    table(tmp_path, [*rows, "train,cat,1,,1", "extra,cat,1,a,1"])
    found = checked(SEVERAL)
    (finding,) = [each for each in found.findings if each.code == Code.IMBALANCE]
    assert finding.message.startswith("label 'animal': 'cat' has 11 training images")
    assert finding.hint == "look at each class's recall, and not at accuracy alone"
    assert found.labels[1].none == {"train": 1}
    assert "none of them      1\n" in shown(found)
    assert "not used  extra (1): name it in data.validation or data.test\n" in shown(found)


@pytest.mark.parametrize("name", ["val", "valid", "dev"])
def test_a_split_called_as_others_call_validation_is_told_how_it_is_used(
    pets: Path, checked: Callable[[str], Inspection], name: str
) -> None:
    (pets / "test").rename(pets / name)
    assert f"not used  {name} (12): write `validation: {name}` in data\n" in shown(checked(spec()))
    assert "not used" not in shown(checked(spec(more=f", validation: {name}")))


def test_of_numbers_and_weights_all_is_told_of_the_training_images(
    tmp_path: Path, checked: Callable[[str], Inspection]
) -> None:
    table(tmp_path, ["train,,0.5,,0", "train,,14.9,,0.5", "train,,2,,2", "test,,99,,9"])
    found = checked(NUMBERS)
    assert found.weights == Weights(0, 2, 1)
    jsonschema.validate(document_of(found), json.loads(schema_text("data-check")))
    text = shown(found)
    assert "age          0.5   5.8     14.9\nof the 3 training images\n" in text
    assert "splits   train 3, test 1\nweights  0 to 2 in training; 1 of them is 0\n" in text
    (finding,) = [each for each in found.findings if each.code == Code.BOUNDED_NUMBERS]
    assert finding.severity == "warning"
    assert finding.message == (
        "Dense 'dense' ends in sigmoid, which gives values between 0 and 1, "
        "and the training images' numbers lie between 0.5 and 14.9"
    )
    assert Code.BOUNDED_NUMBERS not in codes(checked(NUMBERS.replace("sigmoid", "relu")))
    assert Code.BOUNDED_NUMBERS in codes(
        checked(
            NUMBERS.replace("label: {column: age", "label: {column: weight").replace(
                "sigmoid", "tanh"
            )
        )
    )


def test_a_group_that_finds_nothing_is_told_where_nothing_is_held_out(
    pets: Path, checked: Callable[[str], Inspection]
) -> None:
    finding = checked(spec(more=", group: '(zz[0-9])'")).findings[0]
    assert (finding.code, finding.severity) == (Code.DATA_LAYOUT, "warning")
    assert "finds nothing in 24 of 24 names" in finding.message
    assert len(finding.images) == 24


def test_lines_keep_to_a_width_and_medians_are_of_each_side(
    pets: Path, checked: Callable[[str], Inspection]
) -> None:
    (pets / "train/cat/0.jpg").write_bytes(encoded(np.zeros((90, 30, 3), np.uint8), "JPEG"))
    found = checked(spec())
    lines = shown(found, width=200).splitlines()
    assert max(len(line.rstrip()) for line in lines if not line.startswith("-")) <= 80
    assert found.sizes is not None
    assert found.sizes.median == (40, 40)
    assert "median     40 x 40, each side by itself" in lines
