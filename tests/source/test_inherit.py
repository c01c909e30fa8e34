"""Files that extend others become one tree: what is merged, what is replaced, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.source.inherit import load
from tests.source.bases import merged, write

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_without_bases_is_as_it_is(folder: Path) -> None:
    path = write(folder, spec="seed: 3\nx-a: 1\nabstract: true")
    assert merged(path) == {"seed": 3, "x-a": 1, "abstract": True}
    assert load(path).patches == ()


def test_mappings_merge_and_lists_and_scalars_replace(folder: Path) -> None:
    path = write(
        folder,
        spec="extends: base.yaml\nseed: 2\ntraining: {epochs: 5}\ncallbacks: [TerminateOnNaN]",
        base="seed: 1\nname: base\ntraining: {epochs: 3, batch_size: 8}\ncallbacks: [EarlyStopping, CSVLogger]",
    )
    assert merged(path) == {
        "seed": 2,
        "name": "base",
        "training": {"epochs": 5, "batch_size": 8},
        "callbacks": ["TerminateOnNaN"],
    }


@pytest.mark.parametrize(
    ("base", "over", "expected"),
    [
        ("{a: {b: {c: 1, d: 2}}}", "{a: {b: {c: 3}}}", {"a": {"b": {"c": 3, "d": 2}}}),
        ("{a: 1}", "{b: 2}", {"a": 1, "b": 2}),
        ("{a: {b: 1}}", "{a: 2}", {"a": 2}),
        ("{a: 1}", "{a: {b: 2}}", {"a": {"b": 2}}),
        ("{a: {b: 1}}", "{a: null}", {"a": None}),
        ("{a: {b: 1}}", "{a: {}}", {"a": {"b": 1}}),
        ("{a: [1, 2]}", "{a: []}", {"a": []}),
        ("{a: [{b: 1}]}", "{a: [{c: 1}]}", {"a": [{"c": 1}]}),
        # Things: one of another kind replaces the old one, one of the same kind is changed.
        ("{Adam: {beta_1: 1, beta_2: 2}}", "{Adam: {beta_1: 3}}", {"Adam": {"beta_1": 3, "beta_2": 2}}),
        ("{Adam: {beta_1: 1}}", "{SGD: {momentum: 1}}", {"SGD": {"momentum": 1}}),
        ("{Adam: {beta_1: 1}}", "{SGD: }", {"SGD": None}),
        ("{Adam: {beta_1: 1}}", "sgd", "sgd"),
        ("adam", "{SGD: {momentum: 1}}", {"SGD": {"momentum": 1}}),
        ("{Adam: {beta_1: 1}}", "{Adam: }", {"Adam": None}),
        # Names of lower case are no kinds.
        ("{digit: mse}", "{parity: mse}", {"digit": "mse", "parity": "mse"}),
        ("{Adam: {a: 1}}", "{parity: mse}", {"Adam": {"a": 1}, "parity": "mse"}),
    ],
)  # fmt: skip
def test_what_is_merged_at_one_place(folder: Path, base: str, over: str, expected: object) -> None:
    path = write(
        folder,
        spec=f"extends: base.yaml\ncompile: {{optimizer: {over}}}",
        base=f"compile: {{optimizer: {base}, loss: mse}}",
    )
    assert merged(path)["compile"] == {"optimizer": expected, "loss": "mse"}


def test_a_block_is_replaced_whole_and_those_beside_it_stay(folder: Path) -> None:
    path = write(
        folder,
        spec="extends: base.yaml\nmodel: {blocks: {a: {layers: [ReLU]}}}",
        base="model: {blocks: {a: {params: {n: 1}, layers: [Flatten]}, b: {layers: [Flatten]}}}",
    )
    assert merged(path)["model"]["blocks"] == {
        "a": {"layers": ["ReLU"]},
        "b": {"layers": ["Flatten"]},
    }


def test_a_mapping_that_is_called_as_a_block_elsewhere_merges(folder: Path) -> None:
    path = write(
        folder,
        spec="extends: base.yaml\nvars: {blocks: {a: {n: 2}}}",
        base="vars: {blocks: {a: {n: 1, m: 1}}}",
    )
    assert merged(path)["vars"] == {"blocks": {"a": {"n": 2, "m": 1}}}


def test_later_bases_lie_over_earlier_ones_and_the_file_over_all(folder: Path) -> None:
    path = write(
        folder,
        spec="extends: [one.yaml, two.yaml, three.yaml]\nvars: {d: 4}",
        one="vars: {a: 1, b: 1, c: 1, d: 1}",
        two="vars: {b: 2, c: 2, d: 2}",
        three="vars: {c: 3, d: 3}",
    )
    assert merged(path)["vars"] == {"a": 1, "b": 2, "c": 3, "d": 4}


@pytest.mark.parametrize(
    ("one", "two", "own", "expected"),
    [
        (
            "{Adam: {beta_1: 0.5, learning_rate: 1}}",
            "{SGD: {momentum: 0.9}}",
            "{Adam: {learning_rate: 3}}",
            {"Adam": {"learning_rate": 3}},
        ),
        ("{a: 1}", "5", "{b: 2}", {"b": 2}),
        ("{a: 1}", "[5]", "{b: 2}", {"b": 2}),
    ],
)
def test_what_a_middle_file_replaced_does_not_come_back(
    folder: Path, one: str, two: str, own: str, expected: object
) -> None:
    path = write(
        folder,
        spec=f"extends: [one.yaml, two.yaml]\nx: {own}",
        one=f"x: {one}",
        two=f"x: {two}",
    )
    assert merged(path)["x"] == expected
    path = write(
        folder,
        spec=f"extends: two.yaml\nx: {own}",
        one=f"x: {one}",
        two=f"extends: one.yaml\nx: {two}",
    )
    assert merged(path)["x"] == expected


def test_a_base_has_bases_and_a_patch_of_its_own(folder: Path) -> None:
    path = write(
        folder,
        spec="extends: middle.yaml\nvars: {c: 3}",
        middle="extends: bottom.yaml\nvars: {b: 2}\npatch: {vars.a: 10, vars.c: 20}",
        bottom="vars: {a: 1, b: 1, c: 1}",
    )
    assert merged(path)["vars"] == {"a": 10, "b": 2, "c": 3}


def test_the_order_is_bases_file_patch_and_then_assignments(folder: Path) -> None:
    path = write(
        folder,
        spec="extends: base.yaml\nvars: {b: 2, c: 2, d: 2}\npatch: {vars.c: 3, vars.d: 3}",
        base="vars: {a: 1, b: 1, c: 1, d: 1}",
    )
    assert merged(path, "vars.d=4")["vars"] == {"a": 1, "b": 2, "c": 3, "d": 4}


def test_a_base_can_be_extended_twice_and_lie_in_another_folder(folder: Path) -> None:
    path = write(
        folder,
        **{
            "specs/spec": "extends: [../left.yaml, ../deep/right.yaml]",
            "left": "extends: deep/base.yaml\nname: left",
            "deep/right": "extends: ./base.yaml\nseed: 2",
            "deep/base": "seed: 1\nvars: {a: 1}",
        },
    )
    assert merged(path) == {"seed": 2, "name": "left", "vars": {"a": 1}}


def test_the_keys_of_a_mapping_stay_in_the_base_s_order(folder: Path) -> None:
    path = write(
        folder, spec="extends: base.yaml\nvars: {d: 1, b: 2, a: 3}", base="vars: {a: 0, b: 0, c: 0}"
    )
    assert list(merged(path)["vars"]) == ["a", "b", "c", "d"]


def test_what_a_file_says_of_itself_is_not_inherited(folder: Path) -> None:
    path = write(
        folder,
        spec="extends: base.yaml\nx-mine: 1",
        base="abstract: true\nx-theirs: &a {b: 1}\nvars: *a\npatch: {vars.b: 2}\nextends: bottom.yaml",
        bottom="abstract: true\nx-bottom: 1",
    )
    assert merged(path) == {"x-mine": 1, "vars": {"b": 2}}


@pytest.mark.parametrize("nothing", ["extends: null", "extends:", "patch: null", "patch: {}"])
def test_null_is_as_good_as_nothing(folder: Path, nothing: str) -> None:
    assert merged(write(folder, spec=f"{nothing}\nseed: 1")) == {"seed": 1}


def test_variables_resolve_after_everything(folder: Path) -> None:
    path = write(
        folder,
        spec="extends: base.yaml\nvars: {width: 8}",
        base='abstract: true\nvars: {width: 4, double: "${width * 2}"}\n'
        'model: {input: [3], layers: [{Dense: {units: "${double}"}}]}',
    )
    for overrides, units in (((), 16), (("vars.width=5",), 10), (("vars.double=${width}",), 8)):
        analysis = analyse(path, overrides)
        assert [str(finding) for finding in analysis.findings] == []
        _, graph = analysis.require()
        assert graph.nodes["dense"].output_shape == (units,)
