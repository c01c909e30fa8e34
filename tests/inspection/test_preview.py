"""A contact sheet shows the very images that a run trains on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netspec.analysis import analyse
from netspec.data.preparing import prepare
from netspec.data.source import Reports
from netspec.errors import UsageError
from netspec.inspection.preview import Preview, preview
from netspec.inspection.sheet import draw_sheet
from netspec.runs.plan import make_plan
from tests.inspection.damaged import EACH, sound, spec
from tests.inspection.test_check import NUMBERS, SEVERAL, table

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    from netspec.inspection.preview import Row

pytestmark = pytest.mark.keras

FLIP = "augmentation: [RandomFlip, {RandomRotation: {factor: 0.2}}]\n"
MIX = "augmentation: [RandomFlip, {MixUp: {alpha: 0.5}}, CutMix]\n"
CROP = "augmentation: [{RandomCrop: {height: 32, width: 32}}]\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("pets")
    sound(place / "pets")
    return place


def written(place: Path, more: str = "", section: str = "") -> Path:
    text = spec(more=section).replace("sparse_categorical", "categorical") + more
    (place / "spec.yaml").write_text(text)
    return place / "spec.yaml"


def shown(file: Path, **options: Any) -> Preview:
    return preview(analyse(file), reports=Reports.to_nobody(), **options)


def trained(file: Path, epoch: int) -> list[NDArray[np.float32]]:
    """What a run trains on in an epoch."""
    from netspec.data.pipeline import Pipeline
    from netspec.lowering.augmentation import Augmentation

    analysis = analyse(file)
    document, _ = analysis.require()
    assert document.spec is not None
    plan = make_plan(analysis)
    splits = prepare(plan.data, plan.wanted, Reports.to_nobody(), offline=True).splits
    pipeline = Pipeline(
        batch_size=plan.batch_size, targets=plan.targets, by_key=plan.by_key, form=plan.form
    )
    batches = pipeline.training(
        splits["train"],
        epochs=epoch,
        first_epoch=epoch - 1,
        seed=plan.seed,
        shuffle=True,
        augment=Augmentation(document.spec.augmentation, seed=plan.seed),
    )
    return [image for images, *_ in batches for image in images.numpy()]


@pytest.mark.parametrize(
    ("augmentation", "epoch"),
    [(FLIP, 1), (FLIP, 3), (MIX, 2), (CROP, 1)],
    ids=["varied", "varied-later", "mixed", "cropped"],
)
def test_what_is_shown_is_what_is_trained_on(place: Path, augmentation: str, epoch: int) -> None:
    section = ", image_size: [40, 40]" if augmentation == CROP else ""
    file = written(place, augmentation, section)
    found = shown(file, epoch=epoch)
    seen = [np.clip(np.rint(each), 0, 255).astype(np.uint8) for each in trained(file, epoch)]
    after = [each for row in found.rows for each in row.after]
    assert len(after) == len(seen) == 2 * EACH
    keys = sorted(each.tobytes() for each in seen)
    assert sorted(each.tobytes() for each in after) == keys


def test_before_augmentation_they_are_as_they_are_judged(place: Path) -> None:
    found = shown(written(place, FLIP), images=3)
    assert [(row.name, len(row.before), len(row.after)) for row in found.rows] == [
        ("cat", 3, 3),
        ("dog", 3, 3),
    ]
    assert {each.shape for row in found.rows for each in row.before} == {(32, 32, 3)}


def test_mixed_images_say_of_what(place: Path) -> None:
    found = shown(written(place, MIX))
    for told in (told for row in found.rows for told in row.told):
        assert sum(int(part.split("%")[0]) for part in told) == pytest.approx(100, abs=1)
        assert {part.split(" ")[1] for part in told} <= {"cat", "dog"}


def test_without_augmentation_there_is_one_side(place: Path) -> None:
    found = shown(written(place))
    assert not any(row.after for row in found.rows)
    assert draw_sheet(found).width < draw_sheet(shown(written(place, FLIP))).width


def test_another_seed_draws_others_and_augments_them_alike(place: Path) -> None:
    file = written(place, FLIP)
    first, second = shown(file, images=2), shown(file, images=2, seed=99)
    assert first.rows[0].before[0].tobytes() != second.rows[0].before[0].tobytes()
    every = {image.tobytes() for row in shown(file).rows for image in row.after}
    assert {image.tobytes() for row in second.rows for image in row.after} <= every


def test_classes_can_be_chosen(place: Path) -> None:
    assert [row.name for row in shown(written(place), classes=["dog"]).rows] == ["dog"]
    with pytest.raises(UsageError, match="there is no class 'dogs'"):
        shown(written(place), classes=["dogs"])


def test_a_sheet_has_a_row_for_each_class_and_none_of_their_names_run_over(place: Path) -> None:
    found = shown(written(place, FLIP), images=2)
    named = replace(found, rows=tuple(_renamed(row, "a name " * 30 + "\x1b") for row in found.rows))
    plain, long = draw_sheet(found), draw_sheet(named)
    assert plain.height == long.height
    assert long.width - plain.width <= 180
    longer = draw_sheet(replace(found, rows=found.rows * 2))
    assert longer.height > plain.height


def test_classes_are_called_as_the_spec_calls_them(place: Path) -> None:
    file = written(place, section=", classes: [Katze, Hund]")
    assert [row.name for row in shown(file, images=1).rows] == ["Katze", "Hund"]
    assert [row.name for row in shown(file, images=1, classes=["Hund"]).rows] == ["Hund"]


def test_what_no_row_tells_stands_below_each_image(tmp_path: Path) -> None:
    table(tmp_path, [f"train,{'cd'[n % 2]},{n},{'a;b' if n else 'b'},1" for n in range(4)])
    file = tmp_path / "spec.yaml"
    file.write_text(SEVERAL)
    found = shown(file)
    assert found.captioned == ("tags",)
    assert [row.captions for row in found.rows] == [(("b",), ("a+b",)), (("a+b",), ("a+b",))]
    plain = replace(found, rows=tuple(replace(row, captions=()) for row in found.rows))
    assert draw_sheet(found).height > draw_sheet(plain).height
    file.write_text(NUMBERS)
    found = shown(file, images=2)
    assert found.captioned == ("age",)
    told = [caption for row in found.rows for (caption,) in row.captions]
    assert sorted(told) == ["0", "1", "2", "3"]


def test_a_heading_is_as_wide_as_its_longest_word(place: Path) -> None:
    found = shown(written(place, FLIP), images=1)
    wide = replace(found, augmentation=("RandomColorDegeneration",))
    assert draw_sheet(wide).width > draw_sheet(found).width


def _renamed(row: Row, name: str) -> Row:
    return replace(row, name=name)
