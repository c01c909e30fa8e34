"""`netspec init` writes specs that validate as they stand, and overwrites nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from netspec.analysis import analyse
from netspec.cli.init import made, templates
from netspec.report.rendering import render_spec
from netspec.report.schemas import schema_text
from netspec.source.parse import parse_file
from tests.cli.commands import here, on_any_machine

if TYPE_CHECKING:
    from pathlib import Path

NAMES = tuple(templates())
OF_ARRAYS = ("quickstart", "mnist", "cifar10", "residual")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_there_are_templates() -> None:
    assert {*OF_ARRAYS, "image-folder", "two-classes", "transfer"} <= {*NAMES}
    assert NAMES[0] == "quickstart"


@pytest.mark.parametrize("name", NAMES)
def test_a_template_validates_without_findings(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    done = here(capsys, "init", "--template", name)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"wrote {name}.yaml; next:\n    netspec validate {name}.yaml\n")
    path = tmp_path / f"{name}.yaml"
    analysis = analyse(path)
    assert [str(each) for each in analysis.findings if each.severity != "note"] == []
    document, graph = analysis.require()
    assert document.name == name
    assert graph.complete
    assert document.data is not None
    assert document.compile is not None
    assert document.training is not None
    for expand in (False, True):
        assert render_spec(analysis, expand=expand)
    # An editor sees no mistake either.
    root, _ = parse_file(path)
    assert root is not None
    jsonschema.validate(root.value(), json.loads(schema_text("spec")))


@pytest.mark.parametrize("name", NAMES)
def test_a_template_reads_well(name: str) -> None:
    lines = templates()[name].splitlines()
    assert lines[0] == "# yaml-language-server: $schema=netspec-1.schema.json"
    assert lines[2].startswith("# ")
    assert lines[2].endswith(".")
    assert len(lines[2]) <= 68  # listed on one line of a narrow terminal
    assert max(map(len, lines)) <= 120
    assert any(f"netspec run {name}.yaml" in line for line in lines)


@pytest.mark.parametrize("name", OF_ARRAYS)
def test_a_dry_run_of_a_template_prints_its_plan(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    here(capsys, "init", "first", "--template", name)
    done = here(capsys, "run", "first.yaml", "--dry-run")
    assert (done.status, on_any_machine(done.err)) == (0, "")
    assert "epochs" in done.out


@pytest.mark.parametrize(
    ("name", "classes"), [("image-folder", 10), ("two-classes", 2), ("transfer", 10)]
)
def test_so_does_one_of_pictures_where_there_are_some(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, classes: int
) -> None:
    for number in range(classes):
        folder = tmp_path / "pictures" / f"class{number}"
        folder.mkdir(parents=True)
        for picture in range(10):
            (folder / f"{picture}.jpg").touch()
    here(capsys, "init", "--template", name)
    done = here(capsys, "run", f"{name}.yaml", "--dry-run")
    assert (done.status, on_any_machine(done.err)) == (0, "")
    assert f"{classes}" in done.out


def test_a_spec_can_have_a_name_of_its_own(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "specs").mkdir()
    for name, path in (("pets", "pets.yaml"), ("specs/1e3", "specs/1e3.yaml"), ("a.yml", "a.yml")):
        done = here(capsys, "init", name, "--template", "mnist")
        assert (done.status, done.err) == (0, "")
        text = (tmp_path / path).read_text(encoding="utf-8")
        assert f"netspec run {path} " in text
        document, _ = analyse(tmp_path / path).require()
        assert document.name == (tmp_path / path).stem


def test_nothing_is_overwritten(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("mine")
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    for name in ("mine", "gone"):
        done = here(capsys, "init", name)
        assert (done.status, done.out) == (2, "")
        assert done.err == (
            f"error: there is a file {name}.yaml already, and nothing is overwritten\n"
            f" hint: name another one, such as {name}-2.yaml, or remove it\n"
        )
    assert (tmp_path / "mine.yaml").read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["--template", "mnits"], "there is no template 'mnits'", "did you mean mnist?"),
        (["--template", "../x"], "there is no template '../x'", "there are quickstart, cifar10"),
        (["a b"], "a spec cannot be called 'a b'", "it takes a name of letters"),
        (["no/where"], "there is no folder no", "make it first: mkdir -p no"),
        ([""], "a spec cannot be called '.yaml'", "it takes a name of letters"),
        (["a\0/b"], "cannot write a\\u0000/b.yaml", ""),
    ],
)
def test_what_cannot_be_written_is_a_misuse(
    capsys: pytest.CaptureFixture[str], arguments: list[str], error: str, hint: str
) -> None:
    done = here(capsys, "init", *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"error: {error}")
    assert hint in done.err


def test_an_editor_finds_the_schema_where_there_is_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    first = "# yaml-language-server: $schema="
    (tmp_path / "specs").mkdir()
    assert "`netspec schema > netspec-1.schema.json`" in here(capsys, "init", "one").out
    assert (tmp_path / "one.yaml").read_text().startswith(f"{first}netspec-1.schema.json\n")
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "netspec-1.schema.json").write_text(schema_text("spec"))
    assert "schema" not in here(capsys, "init", "specs/two").out
    text = (tmp_path / "specs" / "two.yaml").read_text()
    assert text.startswith(f"{first}../schema/netspec-1.schema.json\n")


def test_the_templates_are_listed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    done = here(capsys, "init", "--list")
    assert (done.status, done.err) == (0, "")
    assert [line.split()[0] for line in done.out.splitlines()] == list(NAMES)
    assert list(tmp_path.iterdir()) == []


def test_only_the_name_and_the_usage_differ_from_the_template(tmp_path: Path) -> None:
    for name, text in templates().items():
        changed = made(text, name, tmp_path / "x.yaml")
        differ = [
            line
            for line, old in zip(changed.splitlines(), text.splitlines(), strict=True)
            if line != old
        ]
        assert all(line.startswith(("#", "name: ")) for line in differ)
