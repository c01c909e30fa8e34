"""Whatever is in a folder: a look at the data finds it, and a run trains without it or names it before it begins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.data.preparing import prepare
from netspec.data.source import Reports
from netspec.diagnostics import Code
from netspec.errors import DataError
from netspec.inspection.check import inspect_data
from netspec.report.data_check import data_findings_text
from netspec.report.escape import printable
from netspec.runs.plan import make_plan
from tests.inspection.damaged import DAMAGES, EACH, MAKEABLE, sound, spec

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.inspection.check import Inspection
    from tests.inspection.damaged import Damage

pytestmark = [
    pytest.mark.keras,
    # Pillow's, of which netspec hears nothing outside of tests.
    pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning"),
]

# What every small folder is told of.
ALWAYS = {Code.FEW_IMAGES}


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    """What is found in a folder that is damaged in every way at once."""
    place = tmp_path_factory.mktemp("damaged")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("platformdirs.user_cache_path", lambda name: place / "cache" / name)
        root = sound(place / "pets")
        for damage in MAKEABLE:
            damage.make(root)
        (place / "spec.yaml").write_text(spec(classes=5))
        return inspect_data(
            analyse(place / "spec.yaml"), reports=Reports.to_nobody(), looking=lambda *_: None
        )


def test_there_are_many_ways() -> None:
    assert len(DAMAGES) == len({damage.name for damage in DAMAGES}) >= 25


@pytest.mark.parametrize("damage", MAKEABLE, ids=lambda damage: damage.name)
def test_each_damage_is_found_among_all_others(damage: Damage, damaged: Inspection) -> None:
    if damage.code is None:
        return
    told = [printable(each.message) for each in damaged.findings if each.code == damage.code]
    assert any(damage.told in message for message in told), "\n".join(told)


def test_what_is_no_damage_is_no_error(damaged: Inspection) -> None:
    wrong = {each.code for each in damaged.findings if each.severity == "error"}
    meant = {damage.code for damage in MAKEABLE if damage.run == "stops"}
    assert wrong == meant
    bad = [each for each in damaged.findings if each.code == Code.UNREADABLE_IMAGE]
    assert len(bad) == sum(damage.code == Code.UNREADABLE_IMAGE for damage in MAKEABLE)


def test_a_finding_reaches_a_terminal_as_plain_text(damaged: Inspection) -> None:
    text = data_findings_text(damaged.findings, width=100).plain
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\udc80-\udcff]", text)
    assert "owned" in text


@pytest.mark.parametrize("damage", MAKEABLE, ids=lambda damage: damage.name)
def test_a_run_trains_without_it_or_names_it_first(damage: Damage, tmp_path: Path) -> None:
    root = sound(tmp_path / "pets")
    damage.make(root)
    (tmp_path / "spec.yaml").write_text(spec(classes=damage.classes))
    if damage.run == "stops":
        with pytest.raises(DataError) as raised:
            _prepare(tmp_path)
        assert damage.told in printable(raised.value.message).replace(r"\\n", r"\n")
    else:
        assert _prepare(tmp_path) >= 2 * EACH


@pytest.mark.parametrize(
    "damage",
    [damage for damage in MAKEABLE if damage.code == Code.UNREADABLE_IMAGE],
    ids=lambda damage: damage.name,
)
def test_a_run_that_may_skip_goes_without_it(damage: Damage, tmp_path: Path) -> None:
    root = sound(tmp_path / "pets")
    damage.make(root)
    (tmp_path / "spec.yaml").write_text(spec(more=", on_error: skip"))
    assert _prepare(tmp_path) == 2 * EACH


def _prepare(place: Path) -> int:
    """How many images a run would train on."""
    plan = make_plan(analyse(place / "spec.yaml"))
    prepared = prepare(plan.data, plan.wanted, Reports.to_nobody(), offline=True)
    return len(prepared.splits["train"])
