"""A diff's rows add up to its totals, in every format, and its JSON is what the schema says."""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from rich.cells import cell_len
from rich.console import Console

import netspec
from netspec.report.diff_rows import all_rows, follow, rows
from netspec.report.diff_table import MAX_ROWS
from netspec.report.schemas import schema_text
from tests.spec.corpora import SHIPPED, VALID

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.report.diff import Diff
    from netspec.report.diff_rows import Row

ROOT = Path(__file__).parents[2]
SPECS, ZOO = ROOT / "specs", ROOT / "specs" / "zoo"
GOLDEN = [
    ("diff-cifar10", SPECS / "mnist.yaml", SPECS / "cifar10.yaml"),
    ("diff-augmented", SPECS / "cifar10.yaml", SPECS / "cifar10_augmented.yaml"),
    ("diff-resnet152", ZOO / "resnet50.yaml", ZOO / "resnet152.yaml"),
]
PAIRS = [*pairwise([*SHIPPED, *VALID])]


def shown(diff: Diff, width: int, *, colour: bool = False) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream, width=width, force_terminal=colour, highlight=False, legacy_windows=False
    )
    diff.print(console)
    return stream.getvalue()


def spec(path: Path, *layers: str, blocks: str = "", more: str = "") -> Path:
    lines = "".join(f"    - {layer}\n" for layer in layers)
    text = f"netspec: 1\n{more}model:\n  input: [8, 8, 3]\n{blocks}  layers:\n{lines}"
    path.write_text(text, encoding="utf-8")
    return path


def changed(tmp_path: Path, before: tuple[str, ...], after: tuple[str, ...], blocks: str) -> Diff:
    return netspec.diff(
        spec(tmp_path / "a.yaml", *before, blocks=blocks),
        spec(tmp_path / "b.yaml", *after, blocks=blocks),
    )


def told(row: Row) -> tuple[str, str, tuple[str, ...]]:
    return row.change, row.name, row.what


@pytest.mark.parametrize(("name", "before", "after"), GOLDEN, ids=[each[0] for each in GOLDEN])
def test_a_diff_looks_as_it_did(
    name: str,
    before: Path,
    after: Path,
    golden: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    diff = netspec.diff(before.relative_to(ROOT), after.relative_to(ROOT))
    golden(f"{name}.txt", f"{diff}\n")
    golden(f"{name}.md", f"{diff.to_markdown()}\n")
    if name != "diff-resnet152":
        golden(f"{name}.json", f"{diff.to_json()}\n")


@pytest.mark.parametrize(
    ("before", "after"), PAIRS, ids=[f"{one.stem}-{other.stem}" for one, other in PAIRS]
)
def test_the_rows_add_up_and_the_json_is_what_its_schema_says(before: Path, after: Path) -> None:
    diff = netspec.diff(before, after)
    following = follow(diff.network)
    folded = [*rows(diff.network), *([following] if following else [])]
    sides = diff.before.totals, diff.after.totals
    difference = (sides[1]["total_parameters"] or 0) - (sides[0]["total_parameters"] or 0)
    macs = [side["macs"] for side in sides]
    for found in (folded, all_rows(diff.network)):
        assert sum(row.layers for row in found) == len(diff.network.layers)
        assert sum(row.parameters for row in found) == difference
        if macs[0] is not None and macs[1] is not None:
            assert sum(row.macs or 0 for row in found) == macs[1] - macs[0]
    document = json.loads(diff.to_json())
    jsonschema.validate(document, json.loads(schema_text("diff")))
    for name, total in document["totals"].items():
        if total["difference"] is not None:
            assert total["difference"] == total["after"] - total["before"], name


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_totals_are_the_summary_s(path: Path) -> None:
    document = json.loads(netspec.summarize(netspec.load(path)).to_json())
    totals = dict(netspec.diff(path, path).before.totals)
    assert totals.pop("layers") == sum(layer["layer_count"] for layer in document["layers"])
    stages = document["trained_by_stage"].values()
    most = max(stages, default=document["trainable_parameters"])
    assert totals.pop("most_trained_by_a_stage") == most
    assert totals == {name: document[name] for name in totals}


def test_what_the_stages_train_is_told_where_the_flags_say_otherwise(tmp_path: Path) -> None:
    before = spec(tmp_path / "a.yaml", "Flatten", "Dense: {units: 1, trainable: false}")
    after = tmp_path / "b.yaml"
    after.write_text(before.read_text() + "training: {stages: [{epochs: 1, trainable: [dense]}]}\n")
    assert not re.search("^trained by a stage", str(netspec.diff(before, before)), re.MULTILINE)
    told = str(netspec.diff(before, after))
    assert re.search(r"^trained by a stage \(most\) +0 +193 +\+193$", told, re.MULTILINE)


def test_a_new_block_and_its_copies_are_one_row(tmp_path: Path) -> None:
    blocks = (
        "  blocks:\n"
        "    unit:\n      layers: [{Dense: {units: 3}}, ReLU]\n"
        "    stage:\n      layers: [{unit: {repeat: 2}}]\n"
    )
    diff = changed(tmp_path, ("unit",), ("unit", "unit", "ReLU"), blocks)
    assert [told(row) for row in rows(diff.network)] == [
        ("added", "unit_1", ("2 layers",)),
        ("added", "re_lu", ()),
    ]
    diff = changed(tmp_path, ("unit: {repeat: 1}",), ("unit: {repeat: 4}",), blocks)
    assert [told(row) for row in rows(diff.network)] == [
        ("added", "unit.1 … 3", ("3 copies, 6 layers",))
    ]
    diff = changed(tmp_path, ("stage", "ReLU"), ("ReLU",), blocks)
    assert [told(row) for row in rows(diff.network)] == [("removed", "stage", ("4 layers",))]
    diff = changed(tmp_path, ("ReLU: {repeat: 2}",), ("ReLU: {repeat: 5}",), blocks)
    assert [told(row) for row in rows(diff.network)] == [("added", "re_lu.2 … 4", ("3 copies",))]


def test_one_edit_inside_a_block_is_one_row(tmp_path: Path) -> None:
    def compare(inside: str) -> list[tuple[str, str, tuple[str, ...]]]:
        text = "  blocks:\n    unit:\n      layers: [{Dense: {units: 3}}, %s]\n"
        before = spec(tmp_path / "a.yaml", "unit", "unit", "unit", blocks=text % "ReLU")
        after = spec(tmp_path / "b.yaml", "unit", "unit", "unit", blocks=text % inside)
        return [told(row) for row in rows(netspec.diff(before, after).network)]

    assert compare("{ReLU: {max_value: 6}}") == [
        ("changed", "unit.re_lu", ("max_value: null → 6", "and so 2 more layers"))
    ]
    assert compare("ReLU, {Dropout: {rate: 0.5}}") == [
        ("added", "unit.dropout", ("rate: 0.5", "and so 2 more layers"))
    ]


def test_a_block_that_is_renamed_is_one_row(tmp_path: Path) -> None:
    blocks = "  blocks:\n    unit:\n      layers: [{Dense: {units: 3}}, ReLU]\n"
    diff = changed(tmp_path, ("unit: {name: a}",), ("unit: {name: b}",), blocks)
    assert [told(row) for row in rows(diff.network)] == [("renamed", "b", ("was a", "2 layers"))]
    diff = changed(tmp_path, ("Dense: {units: 3}", "ReLU"), ("unit: {name: b}",), blocks)
    assert [told(row) for row in rows(diff.network)] == [
        ("moved", "b", ("stood in no block", "2 layers"))
    ]


def test_all_lists_every_layer_and_a_long_table_ends(tmp_path: Path) -> None:
    more = MAX_ROWS + 20
    before = spec(tmp_path / "a.yaml", *["Dense: {units: 3}"] * more)
    after = spec(tmp_path / "b.yaml", *["Dense: {units: 3, use_bias: false}"] * more)
    diff = netspec.diff(before, after)
    assert "20 more rows; --all lists every layer" in str(diff)
    assert str(diff).count("use_bias") == MAX_ROWS
    assert diff.to_markdown(everything=True).count(r"use\_bias") == more


def test_settings_are_told_by_their_paths(tmp_path: Path) -> None:
    def settings(callbacks: str, *, width: int, epochs: int) -> str:
        return (
            f"seed: {width}\nvars: {{width: {width}, unused: {epochs}}}\n"
            f"compile: {{optimizer: {{Adam: {{learning_rate: 0.{width}}}}}, loss: mse}}\n"
            f"training: {{epochs: {epochs}}}\ncallbacks: {callbacks}\n"
            f"x-note: {epochs}\n"
        )

    stop, log = "{EarlyStopping: {patience: %d}}", "CSVLogger: {filename: a.csv}"
    layers = ("Flatten", 'Dense: {units: "${width}"}')
    one = settings(f"[{stop % 3}, {{{log}}}]", width=3, epochs=1)
    other = settings(f"[{{{log}}}, {stop % 5}, TerminateOnNaN]", width=4, epochs=2)
    diff = netspec.diff(
        spec(tmp_path / "a.yaml", *layers, more=one), spec(tmp_path / "b.yaml", *layers, more=other)
    )
    assert [(change.path, change.before, change.after) for change in diff.settings[:4]] == [
        ("vars.width", 3, 4),
        ("seed", 3, 4),
        ("compile.optimizer.learning_rate", 0.3, 0.4),
        ("training.epochs", 1, 2),
    ]
    assert [change.path for change in diff.settings[4:]] == [
        "callbacks.EarlyStopping.patience",
        "callbacks.TerminateOnNaN",
        "callbacks",
    ]
    document = json.loads(diff.to_json())
    assert document["settings"][5] == {
        "path": "callbacks.TerminateOnNaN",
        "after": "TerminateOnNaN",
    }


def test_a_missing_section_is_absent(tmp_path: Path) -> None:
    before = spec(tmp_path / "a.yaml", "Flatten")
    after = spec(tmp_path / "b.yaml", "Flatten", more="training: {epochs: 3}\n")
    assert "training  - → {epochs: 3}" in str(netspec.diff(before, after))


def test_the_totals_are_told_with_their_differences(tmp_path: Path) -> None:
    before = spec(tmp_path / "a.yaml", "Flatten", "Dense: {units: 1}")
    after = spec(tmp_path / "b.yaml", "Flatten", "Dense: {units: 3}")
    lines = str(netspec.diff(before, after)).splitlines()
    assert re.fullmatch(r"parameters +193 +579 +\+386  \+200\.0%", lines[-7])
    assert re.fullmatch(r"non-trainable +0 +0", lines[-5])
    assert not any(line != line.rstrip() for line in lines)
    back = str(netspec.diff(after, before))
    assert re.search(r"^parameters +579 +193 +-386  -66\.7%$", back, re.MULTILINE)


def test_specs_that_are_equal_say_so(tmp_path: Path) -> None:
    path = spec(tmp_path / "a.yaml", "Flatten")
    assert "nothing differs" in str(netspec.diff(path, path))
    assert json.loads(netspec.diff(path, path).to_json())["equal"] is True


@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize(("before", "after"), [each[1:] for each in GOLDEN])
def test_a_narrow_terminal_shows_whole_words(
    before: Path, after: Path, width: int, *, colour: bool
) -> None:
    text = re.sub(r"\x1b\[[0-9;]*m", "", shown(netspec.diff(before, after), width, colour=colour))
    assert max(map(cell_len, text.splitlines())) <= width
    assert "MACs ┃" not in text or width == 160 or after.stem == "cifar10"


def test_long_names_are_folded_at_dots(tmp_path: Path) -> None:
    names = "first_stage", "second_unit", "third_part"
    blocks = "  blocks:\n    a: {layers: [{b: {name: second_unit}}]}\n"
    blocks += "    b: {layers: [{Dense: {name: third_part, units: %d}}, ReLU]}\n"
    files = [
        spec(tmp_path / f"{units}.yaml", "a: {name: first_stage}", blocks=blocks % units)
        for units in (3, 4)
    ]
    diff = netspec.diff(*files)
    assert ".".join(names) in shown(diff, 120)
    lines = shown(diff, 78).splitlines()
    assert any(line.startswith("│ changed │ first_stage.second_unit. │") for line in lines)
    assert any(line.startswith("│         │ third_part ") for line in lines)


def test_hostile_values_speak_to_nobody(tmp_path: Path) -> None:
    evil = r"a[red]bold|<script>\u200b\t`"
    files = [
        spec(
            tmp_path / f"{number}.yaml",
            "Flatten: {when: v != 'x'}",
            more=f'vars: {{v: "{evil}{number}"}}\n',
        )
        for number in (1, 2)
    ]
    diff = netspec.diff(*files)
    assert [change.path for change in diff.settings] == ["vars.v"]
    control = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b]")
    for text in (str(diff), diff.to_markdown(), diff.to_json()):
        assert not control.search(text)
    assert "[red]bold" in str(diff)
    assert "<script>" not in diff.to_markdown()
