"""A rendered spec stands by itself, has no findings, means the same, and renders to itself."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest

from netspec.analysis import Analysis, analyse
from netspec.report.rendering import render_spec
from netspec.report.schemas import schema_text
from tests.report.same_network import form, sections, trained
from tests.spec.corpora import FOLDER, SHIPPED, VALID

ROOT = Path(__file__).parents[2]
SPECS = [*VALID, *sorted((ROOT / "specs").rglob("*.yaml"))]
PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
TAUGHT = re.findall(r"^```yaml\n(netspec: 1\n.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
LONGEST = 100
LONG = 5_000
SCHEMA = jsonschema.Draft202012Validator(json.loads(schema_text("spec")))


def check(before: Analysis, folder: Path, *, expand: bool, exactly: bool = True) -> str:
    """Renders a spec and holds the result against it."""
    text = render_spec(before, expand=expand)
    path = folder / "rendered.yaml"
    path.write_text(text, encoding="utf-8")
    after = analyse(path)
    assert [str(finding) for finding in after.findings if finding.severity != "note"] == []
    (document, graph), (same_document, same_graph) = before.require(), after.require()
    assert form(same_graph) == form(graph)
    assert trained(same_document, same_graph) == trained(document, graph)
    if exactly:
        assert sections(same_document) == sections(document)
    if len(text) < LONG:  # an editor sees no mistake either
        assert list(SCHEMA.iter_errors(same_document.file.value())) == []
    assert render_spec(after, expand=expand) == text
    assert render_spec(before, expand=expand) == text

    path.write_text(render_spec(before, expand=expand, provenance=True), encoding="utf-8")
    again = analyse(path)
    assert [str(finding) for finding in again.findings if finding.severity != "note"] == []
    assert form(again.require()[1]) == form(graph)
    if exactly:
        assert sections(again.require()[0]) == sections(document)
    return text


@pytest.mark.parametrize("expand", [False, True], ids=["as written", "expanded"])
@pytest.mark.parametrize("path", SPECS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_rendered_spec_means_the_same(path: Path, tmp_path: Path, *, expand: bool) -> None:
    # The runs that it names lie beside its folder.
    folder = tmp_path / "specs"
    shutil.copytree(FOLDER / "kept", tmp_path / "kept")
    for each in (folder, tmp_path / ".git"):
        each.mkdir()
    text = check(analyse(path), folder, expand=expand)
    assert "extends:" not in text
    assert not re.search(r"^x-|\$\{" if expand else r"^x-", text, re.MULTILINE)


@pytest.mark.parametrize("expand", [False, True], ids=["as written", "expanded"])
@pytest.mark.parametrize("text", TAUGHT)
def test_so_does_each_on_the_page_of_the_language(
    text: str, tmp_path: Path, *, expand: bool
) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    check(analyse(path), tmp_path, expand=expand)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_rendered_spec_looks_as_it_was_written(path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    items = re.findall(r"^ +- (.*?) *(?:#.*)?$", render_spec(analyse(path)), re.MULTILINE)
    assert items
    assert [item for item in items if f"- {item}" not in written] == []


def test_lines_have_at_most_100_columns_where_they_can_be_broken() -> None:
    for path in (ROOT / "specs" / "zoo").glob("*.yaml"):
        for expand in (False, True):
            text = render_spec(analyse(path), expand=expand)
            assert max(map(len, text.splitlines())) <= LONGEST


FILES = {
    "base.yaml": """\
netspec: 1
abstract: true
vars: {epochs: 3, width: 8, narrow: 8, wide: "${2 * narrow}", only_there: 1}
data: {source: mnist}
model:
  blocks:
    pair:
      params: {filters: , forgotten: 1}
      layers:
        - Conv2D: {filters: "${filters}", kernel_size: 3, activation: relu}
        - MaxPooling2D
    unused: {params: {a: "${only_there}"}, layers: [pair: {filters: "${a}"}]}
  layers:
    - Rescaling: {scale: 1/255}
    - pair: {name: one, filters: "${width}", forgotten: "${only_there}"}
    - pair: {name: two, filters: "${wide}"}
    - Flatten
    - Dense: {name: head, units: 10, activation: softmax}
compile: {optimizer: {Adam: {learning_rate: 1e-3}}, loss: sparse_categorical_crossentropy}
training: {epochs: "${epochs}"}
callbacks:
  - EarlyStopping: {monitor: loss, patience: 3}
""",
    "spec.yaml": """\
netspec: 1
extends: base.yaml
vars: {epochs: 5}
model: {input: [28, 28, 1]}
compile: {optimizer: {Adam: {beta_1: 0.8}}}
patch:
  callbacks.EarlyStopping.patience: 1
""",
}


@pytest.fixture
def derived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Analysis:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assignments = ("compile.optimizer.Adam.epsilon=1e-5", "training.batch_size=${width * 4}")
    return analyse("spec.yaml", assignments)


def test_bases_patches_and_assignments_are_in_it_and_what_nothing_uses_is_not(
    derived: Analysis, tmp_path: Path
) -> None:
    assert check(derived, tmp_path, expand=False) == (
        """\
netspec: 1
name: spec
seed: 0

vars:
  width: 8
  narrow: 8
  wide: "${2 * narrow}"

data:
  source: mnist

model:
  input: [28, 28, 1]
  blocks:
    pair:
      params: {filters: }
      layers:
        - Conv2D: {filters: "${filters}", kernel_size: 3, activation: relu}
        - MaxPooling2D
  layers:
    - Rescaling: {scale: 1/255}
    - pair: {name: one, filters: "${width}"}
    - pair: {name: two, filters: "${wide}"}
    - Flatten
    - Dense: {name: head, units: 10, activation: softmax}

compile:
  optimizer: {Adam: {learning_rate: 1e-3, beta_1: 0.8, epsilon: 1e-5}}
  loss: sparse_categorical_crossentropy

training:
  epochs: 5
  batch_size: 32

callbacks:
  - EarlyStopping: {monitor: loss, patience: 1}
"""
    )


def test_provenance_tells_where_each_value_comes_from(derived: Analysis) -> None:
    text = render_spec(derived, provenance=True)
    told = dict(re.findall(r"^ *(?:- )?(\S.*?) +# (.*)$", text, re.MULTILINE))
    assert told["name: spec"] == "default; the file's name"
    assert told["input: [28, 28, 1]"] == "this file:4"
    assert told["source: mnist"] == "base.yaml:4"
    assert told['pair: {name: one, filters: "${width}"}'] == "base.yaml:15"
    assert told["optimizer: {Adam: {learning_rate: 1e-3, beta_1: 0.8, epsilon: 1e-5}}"] == (
        "base.yaml:19; beta_1: this file:5; epsilon: --set[1]"
    )
    assert told["epochs: 5"] == "base.yaml:20 from ${epochs}; epochs: this file:3"
    assert told["batch_size: 32"] == "--set[2] from ${width * 4}; width: base.yaml:3"
    assert told["shuffle: true"] == "default"
    assert told["EarlyStopping: {monitor: loss, patience: 1}"] == (
        "base.yaml:22; patience: patch, this file:7"
    )
    assert "  # validation: validation " in text


def test_provenance_of_an_expanded_layer_tells_where_its_block_is_used(derived: Analysis) -> None:
    text = render_spec(derived, expand=True, provenance=True)
    (line,) = (line for line in text.splitlines() if "two_max_pooling2d" in line)
    assert line.endswith("# base.yaml:11; used at base.yaml:16")


def test_a_base_stays_a_base(derived: Analysis) -> None:
    before = [finding.message for finding in analyse("base.yaml").findings]
    text = render_spec(analyse("base.yaml"))
    assert text.startswith("netspec: 1\nabstract: true\n\nvars:\n")
    assert 'epochs: "${epochs}"' in text
    Path("base.yaml").write_text(text, encoding="utf-8")
    assert [finding.message for finding in analyse("base.yaml").findings] == before
    assert render_spec(analyse("base.yaml")) == text
    assert form(analyse("spec.yaml").require()[1]) == form(derived.require()[1])


def test_what_a_file_is_called_cannot_leave_its_comment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a\nmodel: [.yaml").write_text("netspec: 1\nmodel: {layers: [Flatten]}\n")
    Path("spec.yaml").write_text(
        'netspec: 1\nextends: "a\\nmodel: [.yaml"\nmodel: {input: [3, 4]}\n'
    )
    rendered = render_spec(analyse("spec.yaml"), provenance=True)
    Path("spec.yaml").write_text(rendered)
    assert analyse("spec.yaml").findings == ()
    assert "  # a\\u000amodel: [.yaml:2\n" in rendered


def test_the_corpus_is_there() -> None:
    assert FOLDER.is_dir()
    assert len(SPECS) > 80
    assert len(TAUGHT) >= 7
