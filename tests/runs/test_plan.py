"""What a run will do is known before it starts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.data.counts import SplitCounts
from netspec.diagnostics import Code
from netspec.errors import DataError, SpecError
from netspec.runs.plan import Plan, StagePlan, make_plan
from tests.data.made_pictures import write

if TYPE_CHECKING:
    from pathlib import Path

QUICKSTART = "specs/quickstart.yaml"


def plan(*overrides: str) -> Plan:
    return make_plan(analyse(QUICKSTART, overrides))


def test_counts_steps_and_sizes_of_the_quickstart() -> None:
    found = plan()

    assert found.counts == SplitCounts(5400, 600, 1000, test_from="test")
    assert found.steps == 85  # 84 full batches of 64 and one of 24
    assert found.input_shape == (28, 28, 1)
    assert found.parameters == found.trainable_parameters == 421_642
    assert found.targets[0].encoding.form == "integer"
    assert found.targets[0].positive_class is None


def test_stages_are_known_with_what_each_trains() -> None:
    spec = "tests/specs/valid/training-stages.yaml"

    found = make_plan(analyse(spec))

    assert found.epochs == 2 + 8 + 1
    head, fine_tuning, last = found.stages
    assert head == StagePlan("head_alone", 2, 0.001, None, ("head",), 200 * 10 + 10)
    assert (fine_tuning.learning_rate, fine_tuning.warmup) == ("CosineDecay", "0.5 epochs")
    assert fine_tuning.trainable_parameters == found.trainable_parameters
    assert (last.name, last.trainable) == ("3", None)
    (whole,) = plan().stages
    assert (whole.epochs, whole.trainable_parameters) == (15, 421_642)


@pytest.mark.parametrize(
    ("written", "counts"),
    [
        ("validation=0.25", SplitCounts(4500, 1500, 1000, test_from="test")),
        ("validation=1/4", SplitCounts(4500, 1500, 1000, test_from="test")),
        ("validation=500", SplitCounts(5500, 500, 1000, test_from="test")),
        ("validation={per_class: 50}", SplitCounts(5500, 500, 1000, test_from="test")),
        ("train={per_class: 20}", SplitCounts(200, 600, 1000, test_from="test")),
        ("train=1000", SplitCounts(1000, 600, 1000, test_from="test")),
        ("train=0.5", SplitCounts(2700, 600, 1000, test_from="test")),
        (
            "validation=test",
            SplitCounts(6000, 1000, 1000, validation_from="test", test_from="test"),
        ),
        ("validation=null", SplitCounts(6000, 0, 1000, test_from="test")),
        ("test=null", SplitCounts(5400, 600, 0)),
        ("test=0.1", SplitCounts(4800, 600, 600)),
        ("limit=100", SplitCounts(100, 100, 100, test_from="test")),
    ],
)
def test_held_out_images_are_taken_from_the_training_images(
    written: str, counts: SplitCounts
) -> None:
    assert plan(f"data.{written}").counts == counts


def test_the_form_of_the_labels_follows_the_loss() -> None:
    assert plan("compile.loss=categorical_crossentropy").targets[0].encoding.form == "one_hot"
    assert (
        plan("compile.loss=sparse_categorical_crossentropy").targets[0].encoding.form == "integer"
    )


@pytest.mark.parametrize(
    "written",
    ["validation={per_class: 600}", "train={per_class: 541}", "train=5401", "group='[0-9]+'"],
)
def test_more_images_than_there_are_and_groups_without_names_are_findings(written: str) -> None:
    with pytest.raises(SpecError) as caught:
        plan(f"data.{written}")

    (finding,) = (f for f in caught.value.findings if f.severity != "note")
    assert finding.code is Code.SPLIT


def test_holding_out_everything_is_a_finding_at_its_field() -> None:
    with pytest.raises(SpecError) as caught:
        plan("data.validation=6000")

    (finding,) = (f for f in caught.value.findings if f.severity != "note")
    assert finding.code is Code.SPLIT
    assert finding.file == "--set[1]"


def test_a_run_names_every_section_it_misses(tmp_path: Path) -> None:
    spec = tmp_path / "model.yaml"
    spec.write_text("netspec: 1\nmodel:\n  input: [4, 4, 1]\n  layers: [Flatten]\n")

    with pytest.raises(SpecError) as caught:
        make_plan(analyse(spec))

    assert [finding.code for finding in caught.value.findings] == [Code.MISSING_SECTION] * 3
    assert all(name in str(caught.value.findings) for name in ("data", "compile", "training"))


SCANS = """netspec: 1
data: {source: {ImageFolder: {path: scans}}, validation: 0.5, group: 'p(\\d)', on_error: ON_ERROR}
model:
  input: [8, 8, 3]
  layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 1, activation: sigmoid}}]
compile: {optimizer: adam, loss: binary_crossentropy}
training: {epochs: 1, batch_size: 2}
"""


@pytest.mark.parametrize(
    ("on_error", "names", "complaint"),
    [
        ("stop", ("p1", "p2"), None),
        ("stop", ("p1", "q2"), "`p(\\d)` finds nothing in 2 of 4 names: cat/q2.png, dog/q2.png"),
        ("skip", ("p1", "q2"), None),
        (
            "skip",
            ("q1", "q2"),
            "finds nothing in 4 of 4 names: cat/q1.png, cat/q2.png, dog/q1.png …",
        ),
    ],
)
def test_images_without_a_group_are_told_before_any_is_opened(
    on_error: str, names: tuple[str, ...], complaint: str | None, tmp_path: Path
) -> None:
    write(tmp_path, {f"scans/{kind}/{name}.png": b"" for kind in ("cat", "dog") for name in names})
    spec = tmp_path / "spec.yaml"
    spec.write_text(SCANS.replace("ON_ERROR", on_error))
    if complaint is None:
        assert make_plan(analyse(spec)).counts.validation == 2
        return
    with pytest.raises(DataError, match=re.escape(complaint)):
        make_plan(analyse(spec))
    assert make_plan(analyse(spec), is_split=True).counts.validation == 2
    assert make_plan(analyse(spec, ("data.validation=null",))).counts.validation == 0
