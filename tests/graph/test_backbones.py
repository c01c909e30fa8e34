"""The first layers of a run's network among the layers of another one, known from the run's spec alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.report.rendering import render_spec
from netspec.report.summary import summarize_graph

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.analysis import Analysis

RUN = """netspec: 1
name: trained
model:
  input: [16, 16, 1]
  blocks:
    pair:
      layers:
        - Conv2D: {name: conv, filters: 4, kernel_size: 3, padding: same}
        - MaxPooling2D
        - Dropout: {rate: 0.2}
  layers:
    - Rescaling: {scale: 1/255}
    - pair: {name: stage, repeat: 2}
    - BatchNormalization: {name: norm}
    - Flatten
    - Dense: {name: hidden, units: 8}
    - Dense: {units: 3}
"""
SPEC = """netspec: 1
model:
  input: [16, 16, 1]
  layers:
    - Backbone: {run: runs/old, name: base}
    - Dense: {name: new, units: 2}
"""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """What is read of a run."""
    folder = tmp_path / "runs" / "old"
    folder.mkdir(parents=True)
    (folder / "resolved.yaml").write_text(RUN)
    (folder / "run.json").write_text("{}")
    (folder / "model.keras").touch()
    return folder


def of(run: Path, said: str = "", text: str = SPEC) -> Analysis:
    path = run.parents[1] / "spec.yaml"
    path.write_text(text.replace("name: base", f"name: base{said}"))
    return analyse(path)


def told(run: Path, said: str = "", text: str = SPEC) -> list[str]:
    return [
        f"{finding.code} {finding.line}:{finding.column} {finding.message} ({finding.hint})"
        for finding in of(run, said, text).findings
        if finding.severity == "error"
    ]


def test_all_before_the_last_layer_with_weights_is_taken_with_names_blocks_and_numbers(
    run: Path,
) -> None:
    document, graph = of(run).require()
    assert list(graph.nodes) == [
        "base.rescaling",
        *(
            f"base.stage.{copy}.{name}"
            for copy in (0, 1)
            for name in ("conv", "max_pooling2d", "dropout")
        ),
        *("base.norm", "base.flatten", "base.hidden", "new"),
    ]
    _, whole = analyse(run / "resolved.yaml").require()
    for name, node in whole.nodes.items():
        if name != "dense":
            taken = graph.nodes[f"base.{name}"]
            assert (taken.output_shape, taken.parameters) == (node.output_shape, node.parameters)
    assert "trained, 10 layers" in str(summarize_graph(graph, document))


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("stage.0.conv", (16, 16, 4)),
        ("stage", (4, 4, 4)),
        ("stage.0", (8, 8, 4)),
        ("flatten", (64,)),
    ],
)
def test_it_ends_where_until_says_after_a_layer_or_a_blocks_instance(
    run: Path, until: str, last: tuple[int, ...]
) -> None:
    _, graph = of(run, f", until: {until}").require()
    assert graph.shape(graph.nodes["new"].inputs[0]) == last
    assert "base.hidden" not in graph.nodes


@pytest.mark.parametrize(
    ("trainable", "trained"),
    [
        ("true", {"base.stage.0.conv", "base.stage.1.conv", "base.norm", "base.hidden"}),
        ("false", set()),
        ("{from: norm}", {"base.norm", "base.hidden"}),
        ("{from: stage.1}", {"base.stage.1.conv", "base.norm", "base.hidden"}),
        ("{last: 1}", {"base.hidden"}),
        ("[stage.0*]", {"base.stage.0.conv"}),
    ],
)
def test_what_trains_is_said_in_the_runs_names(
    run: Path, trainable: str, trained: set[str]
) -> None:
    _, graph = of(run, f", trainable: {trainable}").require()
    found = {name for name, node in graph.nodes.items() if node.trainable_parameters}
    assert found == trained | {"new"}


def test_dropout_rests_in_what_is_frozen_and_works_in_what_trains(run: Path) -> None:
    _, graph = of(run, ", trainable: {from: stage.1}").require()
    resting = [name for name, node in graph.nodes.items() if node.in_inference]
    assert resting == ["base.stage.0.dropout"]


def test_names_inside_can_be_taken_and_called_again(run: Path) -> None:
    text = SPEC.replace("{name: new,", "{name: new, inputs: joined,").replace(
        "    - Dense",
        """    - Flatten: {name: early, inputs: base.stage.0.conv}
    - Reuse: {name: again, layer: base, inputs: input}
    - Concatenate: {name: joined, inputs: [early, base, again]}
    - Dense""",
    )
    _, graph = of(run, "", text).require()
    assert graph.nodes["again.hidden"].shares == "base.hidden"
    assert graph.nodes["early"].inputs == ("base.stage.0.conv",)
    _, once = of(run).require()
    assert graph.parameters - graph.nodes["new"].parameters == (
        once.parameters - once.nodes["new"].parameters
    )


def test_a_run_that_is_built_on_a_run_can_be_built_on(run: Path) -> None:
    second = run.parent / "second"
    second.mkdir()
    text = SPEC.replace("runs/old", "backbones/first").replace("netspec: 1", "netspec: 1\nname: s")
    (second / "resolved.yaml").write_text(text)
    (second / "run.json").write_text("{}")
    (second / "model.keras").touch()
    kept = second / "backbones" / "first"
    kept.mkdir(parents=True)
    (kept / "resolved.yaml").write_text(RUN)
    (kept / "origin.json").write_text(json.dumps({"run": "../../../old"}))
    _, graph = of(run, ", until: base.norm", SPEC.replace("runs/old", "runs/second")).require()
    assert list(graph.nodes)[-2:] == ["base.base.norm", "new"]


def test_another_size_is_taken_where_the_weights_fit(run: Path) -> None:
    larger = SPEC.replace("[16, 16, 1]", "[32, 24, 1]")
    assert of(run, ", until: norm", larger).require()[1].shape("base.norm") == (8, 6, 4)
    assert told(run, "", larger) == [
        (
            "NS404 5:7 the run's weights of 'hidden' are (64, 8), and here they would be (192, 8), for 32 x 24 x 1 "
            "instead of 16 x 16 x 1 (give it 16 x 16 x 1, as the run had, or end it before 'hidden' with `until`)"
        )
    ]


def test_a_rendered_spec_names_the_run_as_written(run: Path) -> None:
    for expand in (False, True):
        assert "Backbone: {run: runs/old, name: base}" in render_spec(of(run), expand=expand) or (
            "Backbone: {name: base, run: runs/old}" in render_spec(of(run), expand=expand)
        )


def test_each_way_in_which_a_run_cannot_be_built_on_is_told_at_its_path(run: Path) -> None:
    def first(text: str = SPEC) -> str:
        (found,) = told(run, "", text)
        return found

    assert first(SPEC.replace("old", "odl")).startswith("NS314 5:23 the run runs/odl is not there")
    assert "did you mean runs/old?" in first(SPEC.replace("old", "odl"))
    beyond = first(SPEC.replace("runs/old", "../elsewhere"))
    assert "it lies outside of the folder that a spec may read" in beyond
    (run / "model.keras").unlink()
    assert "the run runs/old has no model.keras" in first()
    assert "goes on with it" in first()
    (run / "model.keras").touch()
    for text in ("[", RUN.replace("Conv2D", "Conv2E"), RUN.replace("hidden, units: 8", "hidden")):
        (run / "resolved.yaml").write_text(text)
        assert "the spec of the run runs/old has mistakes with this netspec" in first()
    (run / "resolved.yaml").write_text(
        "netspec: 1\nname: two\nmodel:\n  input: {a: [4], b: [4]}\n"
        "  layers: [{Add: {inputs: [a, b]}}, {Dense: {units: 2}}]\n"
    )
    assert "takes several inputs, a, b" in first()
    (run / "resolved.yaml").unlink()
    assert "the run runs/old is damaged: it has no resolved.yaml" in first()


def test_a_spec_of_a_run_that_leads_elsewhere_is_not_read(run: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text(RUN)
    (run / "resolved.yaml").unlink()
    (run / "resolved.yaml").symlink_to(secret)
    assert "it has no resolved.yaml" in told(run)[0]


def test_a_run_that_names_itself_comes_to_an_end(run: Path) -> None:
    (run / "resolved.yaml").write_text(SPEC.replace("run: runs/old", "run: ."))
    assert "has mistakes" in told(run)[0]
