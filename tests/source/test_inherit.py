"""Files that extend others become one tree, in order, with every place kept; and only specs below the root are read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from netspec.analysis import analyse
from netspec.diagnostics import Code, Finding
from netspec.source.inherit import MAX_FILES, Loaded, load
from netspec.source.nodes import MapNode, Place, find

SECRET = "TOKEN=hunter2"  # noqa: S105 - none


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that specs may read, with something outside of it."""
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text(f"netspec: 1\nname: {SECRET}\nx: [\n")
    return root


def write(folder: Path, **files: str) -> Path:
    """Writes specs, `netspec: 1` at the top of each; gives the first one's path."""
    for name, text in files.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"netspec: 1\n{text}\n")
    return folder / f"{next(iter(files))}.yaml"


def merged(path: Path, *overrides: str) -> dict[str, Any]:
    loaded = load(path, overrides)
    assert [str(finding) for finding in loaded.findings] == []
    assert isinstance(loaded.root, MapNode)
    value = loaded.root.value()
    assert isinstance(value, dict)
    assert value.pop("netspec") == 1
    return value


def refused(path: Path, root: Path | None = None) -> Finding:
    """The one finding about `extends` of a file, which shows nothing of what it names."""
    loaded = load(path, root=root)
    (finding,) = loaded.findings
    shown = f"{finding.message} {finding.hint} {finding.place.source.text}"
    assert SECRET not in shown
    return finding


def place_of(loaded: Loaded, *path: str | int) -> Place:
    assert loaded.root is not None
    return find(loaded.root, path)[0].place


# What is merged, and in which order.


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


# Patches.


BASE = """model:
  input: [8]
  blocks: {pair: {params: {rate: 0.5}, layers: [{Dense: {units: 4}}, {Dropout: {rate: "${rate}"}}]}}
  layers: [Flatten, pair, {Dense: {name: head, units: 10}}]
compile: {optimizer: {Adam: {learning_rate: 0.1}}, loss: mse}
callbacks: [{EarlyStopping: {monitor: loss}}]"""


@pytest.mark.parametrize(
    ("patch", "path", "expected"),
    [
        ("model.layers.head.units: 100", ("model", "layers", 2, "Dense", "units"), 100),
        ("model.layers.head: ReLU", ("model", "layers", 2), "ReLU"),
        ("model.blocks.pair.layers.Dropout.rate: 0.3",
         ("model", "blocks", "pair", "layers", 1, "Dropout", "rate"), 0.3),
        ("callbacks.EarlyStopping.patience: 3", ("callbacks", 0, "EarlyStopping"), {"monitor": "loss", "patience": 3}),
        ("compile.optimizer: {SGD: {momentum: 1}}", ("compile", "optimizer"), {"SGD": {"momentum": 1}}),
        ("model.layers.Flatten.name: flat", ("model", "layers", 0), {"Flatten": {"name": "flat"}}),
        ("data.source: mnist", ("data",), {"source": "mnist"}),
        ("model.blocks.pair: {layers: [ReLU]}", ("model", "blocks", "pair"), {"layers": ["ReLU"]}),
    ],
)  # fmt: skip
def test_a_patch_changes_what_a_path_leads_to(
    folder: Path, patch: str, path: tuple[str | int, ...], expected: object
) -> None:
    spec = write(folder, spec=f"extends: base.yaml\npatch:\n  {patch}", base=BASE)
    value: Any = merged(spec)
    for step in path:
        value = value[step]
    assert value == expected


@pytest.mark.parametrize(
    ("patch", "code", "column", "words"),
    [
        ("model.layers.hed.units: 1", Code.OVERRIDE, 16, "no element is called 'hed'"),
        ('"model.layers.hed.units": 1', Code.OVERRIDE, 17, "no element is called 'hed'"),
        ("model.layers.1.units: 1", Code.OVERRIDE, 16, "no element is called '1'"),
        ("compile.loss.delta: 1", Code.OVERRIDE, 16, "compile.loss is a single value"),
        ("model..layers: 1", Code.OVERRIDE, 3, "is no path"),
        ("extends: other.yaml", Code.OVERRIDE, 3, "extends"),
        ("patch: {seed: 1}", Code.OVERRIDE, 3, "patch"),
    ],
)
def test_a_patch_that_cannot_be_applied_is_told_at_its_step(
    folder: Path, patch: str, code: Code, column: int, words: str
) -> None:
    path = write(folder, spec=f"extends: base.yaml\npatch:\n  {patch}", base=BASE)
    (finding,) = load(path).findings
    assert (finding.code, finding.line, finding.column) == (code, 4, column)
    assert words in finding.message


def test_a_patch_that_cannot_be_applied_does_not_stop_the_others(folder: Path) -> None:
    path = write(folder, spec="patch: {a.b: 1, model.layers.x: 2, seed: 5}", base=BASE)
    path.write_text(path.read_text() + BASE + "\n")
    loaded = load(path)
    assert [(f.code, f.column) for f in loaded.findings] == [(Code.OVERRIDE, 30)]
    assert loaded.root is not None
    assert find(loaded.root, ("seed",))[0].value() == 5


@pytest.mark.parametrize("patch", ["[a]", "3", "text"])
def test_a_patch_is_a_mapping(folder: Path, patch: str) -> None:
    (finding,) = load(write(folder, spec=f"patch: {patch}")).findings
    assert (finding.code, finding.line, finding.column) == (Code.VALUE, 2, 8)
    assert finding.message.startswith("patch takes a mapping of paths to values, not ")


@pytest.mark.parametrize("assignment", ["extends=base.yaml", "patch.seed=1", "patch={seed: 1}"])
def test_an_assignment_cannot_extend_or_patch(folder: Path, assignment: str) -> None:
    (finding,) = load(write(folder, spec="seed: 1", base="seed: 2"), (assignment,)).findings
    assert (finding.code, finding.file) == (Code.OVERRIDE, "--set[1]")


# Places.


def test_every_value_keeps_its_place_in_the_file_it_came_from(folder: Path) -> None:
    path = write(
        folder,
        spec="extends: deep/base.yaml\nvars: {b: 2}\npatch: {vars.c: 3}",
        **{"deep/base": "vars:\n  a: 1\n  b: 1\n  c: 1\n  d: 1"},
    )
    loaded = load(path, ("vars.d=4",))
    base = str(folder / "deep" / "base.yaml")
    found = {
        name: (place.source.name, place.line, place.column)
        for name in "abcd"
        for place in [place_of(loaded, "vars", name)]
    }
    assert found == {
        "a": (base, 3, 6),
        "b": (str(path), 3, 11),
        "c": (str(path), 4, 17),
        "d": ("--set[1]", 1, 8),
    }
    assert [place.source.name for place in loaded.patches] == [str(path)]
    assert loaded.file is not None
    assert loaded.file.source.name == str(path)


def test_a_finding_about_a_base_names_the_base_s_file_as_it_was_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        folder,
        **{
            "specs/spec": "extends: ../bases/base.yaml",
            "bases/base": "model: {input: [3], layers: [{Dense: {unts: 3}}]}",
        },
    )
    monkeypatch.chdir(folder / "specs")
    (finding,) = analyse("spec.yaml").findings
    assert (finding.file, finding.line, finding.column) == ("../bases/base.yaml", 2, 39)
    monkeypatch.chdir(folder)
    (finding,) = analyse("specs/spec.yaml").findings
    assert finding.file == "bases/base.yaml"


def test_a_mistake_in_the_text_of_a_base_is_told_there_and_nothing_else(folder: Path) -> None:
    path = write(folder, spec="extends: base.yaml\nseed: x", base="model: {input: [")
    findings = analyse(path).findings
    assert [finding.code for finding in findings] == [Code.SYNTAX]
    assert findings[0].file == str(folder / "base.yaml")


def test_a_base_in_another_version_of_the_language_is_told(folder: Path) -> None:
    path = write(folder, spec="extends: base.yaml", base="")
    (folder / "base.yaml").write_text("netspec: 2\n")
    (finding,) = load(path).findings
    assert (finding.code, finding.file, finding.line, finding.column) == (
        Code.EXTENDS, str(folder / "base.yaml"), 1, 10,
    )  # fmt: skip


def test_several_bases_with_mistakes_are_told_at_once(folder: Path) -> None:
    path = write(folder, spec="extends: [none.yaml, /etc/passwd, 3, 'http://x/y.yaml', ../..]")
    findings = load(path).findings
    assert [(finding.code, finding.column) for finding in findings] == [
        (Code.VALUE, 35), (Code.EXTENDS, 11), (Code.EXTENDS, 22), (Code.EXTENDS, 38), (Code.EXTENDS, 57),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("3", "not 3"),
        ("true", "not true"),
        ("{a: b}", "not a mapping"),
        ("[]", "not an empty list"),
        ('""', "not an empty text"),
        ("[a.yaml, null]", "not null"),
        ("[[a.yaml]]", "not ['a.yaml']"),
    ],
)
def test_extends_takes_paths(folder: Path, written: str, words: str) -> None:
    findings = load(write(folder, spec=f"extends: {written}", a="seed: 1")).findings
    assert [finding.code for finding in findings] == [Code.VALUE]
    assert findings[0].message == f"extends takes a file's path or a list of them, {words}"


# What may not be read.


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("/etc/passwd", "it is no relative path"),
        ("//server/share/x.yaml", "it is no relative path"),
        ("\\\\server\\share\\x.yaml", "it is no relative path"),
        ("\\x.yaml", "it is no relative path"),
        ("C:\\x.yaml", "it is no relative path"),
        ("C:x.yaml", "it is no relative path"),
        ("~/x.yaml", "it is no relative path"),
        ("~root/x.yaml", "it is no relative path"),
        ("https://example.org/x.yaml", "it is an address"),
        ("file:///etc/passwd", "it is an address"),
        ("${name}.yaml", "holds no expression"),
        ("../outside.yaml", "outside of the folder"),
        ("deep/../../outside.yaml", "outside of the folder"),
        ("../../../../../../../../etc/passwd", "outside of the folder"),
        ("..", "outside of the folder"),
        (".", "it is no file"),
        ("deep", "it is no file"),
        ("deep/..", "it is no file"),
        ("none.yaml", "there is no such file"),
        ("none/base.yaml", "there is no such file"),
        ("good.yaml/x", ""),
        ("x" * 300, ""),
        ("x/" * 3000, ""),
        ("$HOME/x.yaml", ""),
        (" good.yaml ", ""),
    ],
)
def test_a_path_that_may_not_or_cannot_be_read_is_a_finding(
    folder: Path, name: str, words: str
) -> None:
    (folder / "deep").mkdir()
    path = write(folder, spec=f"extends: '{name}'", good="seed: 1")
    finding = refused(path)
    assert (finding.code, finding.line, finding.column) == (Code.EXTENDS, 2, 10)
    assert words in finding.message
    assert len(finding.message) < 200


def test_a_null_in_a_path_is_told(folder: Path) -> None:
    findings = load(write(folder, spec='extends: "a\\0b.yaml"')).findings
    assert [finding.line for finding in findings] == [2]


def test_the_root_is_the_repository_or_the_folder_or_what_is_said(
    tmp_path: Path, folder: Path
) -> None:
    path = write(folder, **{"specs/spec": "extends: ../base.yaml", "base": "seed: 1"})
    assert merged(path) == {"seed": 1}
    assert "outside" in refused(path, root=folder / "specs").message
    assert "no --root" not in str(refused(path, root=folder / "specs").hint)
    (folder / ".git").rmdir()
    assert "outside" in refused(path).message
    assert load(path, root=tmp_path).findings == []
    (folder / ".git").write_text("gitdir: elsewhere\n")  # as in a worktree
    assert merged(path) == {"seed": 1}


@pytest.mark.parametrize("link", ["link.yaml", "folder/outside.yaml"])
def test_a_link_out_of_the_root_is_not_followed(tmp_path: Path, folder: Path, link: str) -> None:
    (folder / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (folder / "folder").symlink_to(tmp_path)
    assert "outside" in refused(write(folder, spec=f"extends: {link}")).message


def test_a_link_within_the_root_is_followed(folder: Path) -> None:
    path = write(folder, spec="extends: link.yaml", **{"deep/base": "seed: 1"})
    (folder / "link.yaml").symlink_to(folder / "deep" / "base.yaml")
    assert merged(path) == {"seed": 1}


def test_dots_after_a_link_lead_where_the_system_says(tmp_path: Path, folder: Path) -> None:
    """`link/../x` is beside the link's target; beside the link it would be a file outside of the root."""
    write(folder, **{"a/b/c/d/base": "seed: 1", "a/b/outside": "seed: 2"})
    (folder / "link").symlink_to(folder / "a" / "b" / "c" / "d")
    assert merged(write(folder, spec="extends: link/../../outside.yaml")) == {"seed": 2}
    (folder / "a" / "b" / "outside.yaml").unlink()
    finding = refused(write(folder, spec="extends: link/../../outside.yaml"))
    assert finding.code is Code.EXTENDS


def test_a_file_that_is_reached_by_a_link_reads_beside_itself_or_the_link(folder: Path) -> None:
    write(folder, **{"deep/spec": "extends: base.yaml", "deep/base": "seed: 1", "base": "seed: 2"})
    (folder / "spec.yaml").symlink_to(folder / "deep" / "spec.yaml")
    assert merged(folder / "spec.yaml") == {"seed": 2}


@pytest.mark.parametrize(
    "text",
    [
        f"{SECRET}\n",
        f"{SECRET}\nOTHER=[\n",
        f"key: {SECRET}\n",
        f"key: [{SECRET}\n",
        f"- {SECRET}\n",
        f"[{SECRET}",
        f"{SECRET}: &a *a\n",
        f"a: !!python/object {SECRET}\n",
        f"a: 1\na: {SECRET}\n",
        f"# netspec: 1\n{SECRET}\n",
        f"{{netspec: {SECRET}",
        f"a: {'9' * 200} {SECRET}\n---\nb: 1\n",
        f"{SECRET}\x07",
        "",
    ],
)
def test_the_text_of_a_file_that_is_no_spec_is_not_shown(folder: Path, text: str) -> None:
    (folder / ".env").write_text(text)
    finding = refused(write(folder, spec="extends: .env"))
    assert (finding.code, finding.file) == (Code.EXTENDS, str(folder / "spec.yaml"))
    assert finding.message == "extends: '.env' is no netspec file"


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00\x01 netspec", b"\x00" * 100, b"#" * (2 << 20), bytes(range(256))]
)
def test_neither_is_what_is_no_text_at_all(folder: Path, data: bytes) -> None:
    (folder / "base.yaml").unlink(missing_ok=True)
    path = write(folder, spec="extends: base.yaml")
    (folder / "base.yaml").write_bytes(data)
    assert refused(path).file == str(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    assert "it is no file" in refused(write(folder, spec="extends: pipe.yaml")).message


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there are no devices here")
def test_a_link_to_a_device_is_not_read(folder: Path) -> None:
    (folder / "zero.yaml").symlink_to("/dev/zero")
    path = write(folder, spec="extends: zero.yaml")
    assert refused(path).code is Code.EXTENDS
    assert refused(path, root=Path("/")).code is Code.EXTENDS


def test_a_link_that_leads_to_itself_is_a_finding(folder: Path) -> None:
    (folder / "a.yaml").symlink_to(folder / "a.yaml")
    assert refused(write(folder, spec="extends: a.yaml")).code is Code.EXTENDS


@pytest.mark.parametrize(
    ("files", "file", "chain"),
    [
        ({"spec": "extends: spec.yaml"}, "spec", "spec.yaml → spec.yaml"),
        ({"spec": "extends: ./spec.yaml"}, "spec", "spec.yaml → spec.yaml"),
        ({"spec": "extends: a.yaml", "a": "extends: spec.yaml"}, "a", "spec.yaml → a.yaml → spec.yaml"),
        ({"spec": "extends: a.yaml", "a": "extends: b.yaml", "b": "extends: a.yaml"},
         "b", "spec.yaml → a.yaml → b.yaml → a.yaml"),
    ],
)  # fmt: skip
def test_files_that_extend_each_other_are_told_where_the_circle_closes(
    folder: Path, files: dict[str, str], file: str, chain: str
) -> None:
    finding = refused(write(folder, **files))
    assert (finding.code, finding.file) == (Code.CYCLE, str(folder / f"{file}.yaml"))
    assert finding.message == f"these files extend each other: {chain}"


def test_a_circle_through_a_link_is_a_circle(folder: Path) -> None:
    path = write(folder, spec="extends: link.yaml")
    (folder / "link.yaml").symlink_to(path)
    assert refused(path).code is Code.CYCLE


def test_a_spec_is_made_of_a_number_of_files(folder: Path) -> None:
    files = {f"f{n}": f"extends: f{n + 1}.yaml" for n in range(MAX_FILES - 1)}
    path = write(folder, **files, **{f"f{MAX_FILES - 1}": "seed: 1"})
    assert merged(path) == {"seed": 1}
    write(
        folder, **{f"f{MAX_FILES - 1}": f"extends: f{MAX_FILES}.yaml", f"f{MAX_FILES}": "seed: 1"}
    )
    finding = refused(path)
    assert (finding.code, finding.message) == (
        Code.EXTENDS,
        f"a spec is made of at most {MAX_FILES} files",
    )


def test_bases_that_double_at_every_level_are_bounded_too(folder: Path) -> None:
    files = {f"f{n}": f"extends: [f{n + 1}.yaml, f{n + 1}.yaml]" for n in range(30)}
    path = write(folder, **files, f30="seed: 1")
    finding = refused(path)
    assert finding.code is Code.EXTENDS


def test_a_base_that_is_missing_hides_what_would_follow_from_it(folder: Path) -> None:
    path = write(folder, spec="extends: none.yaml\ntraining: {epochs: 3}")
    findings = analyse(path).findings
    assert [finding.code for finding in findings] == [Code.EXTENDS]
    assert findings[0].message == "extends cannot read 'none.yaml': there is no such file"
