"""The pages of the layers say what the layers are; the file in docs/ is fresh."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from netspec.analysis import analyse
from netspec.errors import UsageError
from netspec.fields.base import field_types
from netspec.layers.registry import CELLS, LAYERS
from netspec.report.catalogue import catalogue, page, pages
from netspec.report.catalogue_text import (
    catalogue_markdown,
    catalogue_text,
    page_markdown,
    page_text,
    whole_markdown,
)
from netspec.report.escape import json_text
from netspec.report.layer_page import Page

ROOT = Path(__file__).parents[2]
NAMES = (*LAYERS.names(), *CELLS.names())
NARROW, WIDE = 80, 160


def test_the_page_in_the_documentation_is_fresh() -> None:
    written = (ROOT / "docs" / "layers.md").read_text(encoding="utf-8")
    fresh = whole_markdown(catalogue(), pages())
    assert written == fresh, "run `netspec layers --write docs/layers.md`"


def test_every_layer_stands_in_the_catalogue_once() -> None:
    found = catalogue()
    names = [line.name for lines in found.families.values() for line in lines]
    assert sorted(names) == sorted([*NAMES, "Application"])
    aliases = [a for lines in found.families.values() for line in lines for a in line.aliases]
    assert sorted(aliases) == sorted(LAYERS.strings)
    refused = {name for names in found.refused.values() for name in names}
    assert refused == LAYERS.refused.keys() - set(CELLS.names())
    assert [each.name for each in pages()] == names


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_every_field_with_what_it_takes(name: str) -> None:
    found = page(name)
    layer = (CELLS if name in CELLS else LAYERS).get(name)
    told = {field.name for field in (*found.fields, *found.common)}
    assert told | {"call"} == {*field_types(layer), "call"}
    assert ("call" in field_types(layer)) == bool(found.call)
    for field in (*found.fields, *found.common, *found.call):
        assert field.takes
        assert field.description
        assert field.required == (field.default is None)
    required = [field.required for field in found.fields]
    assert required == sorted(required, reverse=True)
    assert found.source is not None
    assert found.source.startswith("keras/src/")
    assert found.summary.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_page_is_a_spec_of_that_shape_and_size(name: str, tmp_path: Path) -> None:
    example = page(name).example
    assert example is not None
    shapes = {each: list(shape) for each, shape in example.inputs.items()}
    if name in CELLS:  # they take one step of a sequence
        shapes = {each: [5, *shape] for each, shape in shapes.items()}
    written = json.dumps(shapes if len(shapes) > 1 else next(iter(shapes.values())))
    items = "\n".join(f"    {line}" for line in example.text.splitlines())
    path = tmp_path / "spec.yaml"
    path.write_text(f"netspec: 1\nmodel:\n  input: {written}\n  layers:\n{items}\n")
    analysis = analyse(path)
    assert [str(finding) for finding in analysis.findings if finding.severity != "note"] == []
    _, graph = analysis.require()
    (node,) = graph.nodes.values()
    assert node.inference is not None
    assert graph.parameters == example.parameters
    assert graph.trainable_parameters == example.trainable_parameters
    if name not in CELLS:
        assert node.inference.output_shapes == example.outputs
        assert graph.macs == example.macs


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Conv2D", "Conv2D"),
        ("conv2d", "Conv2D"),
        ("MaxPool2D", "MaxPooling2D"),
        ("max_pool2d", "MaxPooling2D"),
        ("max_pooling_2d", "MaxPooling2D"),
        ("LSTMCELL", "LSTMCell"),
        ("batch-normalization", "BatchNormalization"),
    ],
)
def test_a_layer_is_found_by_any_of_its_names(written: str, name: str) -> None:
    assert page(written).name == name


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        ("Conv2", "there is no layer 'Conv2'", "did you mean Conv2D?"),
        ("quantum", "there is no layer 'quantum'", "`netspec layers` lists all"),
        ("lambda", "the layer Lambda is refused: a spec never carries or runs code", None),
        ("Reuse", "Reuse is no layer: it calls an earlier layer or block again", "docs/language"),
        ("\x1b[31m" * 50, "there is no layer", "`netspec layers` lists all"),
    ],
)
def test_what_is_no_layer_is_told_with_a_hint(written: str, message: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        page(written)
    assert caught.value.message.startswith(message)
    assert (caught.value.hint or "").startswith(hint or "")


def test_known_pages() -> None:
    convolution = page("Conv2D")
    assert [field.name for field in convolution.fields[:2]] == ["filters", "kernel_size"]
    assert {field.name: field.default for field in convolution.fields}["strides"] == "1"
    assert convolution.example is not None
    assert convolution.example.parameters == 4 * (3 * 3 * 4 + 1)
    attention = page("MultiHeadAttention")
    assert [(entry.name, entry.required) for entry in attention.inputs] == [
        ("query", True),
        ("value", True),
        ("key", False),
        ("attention_mask", False),
    ]
    assert "use_causal_mask" in {argument.name for argument in attention.call}


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_nothing_is_wider_than_the_terminal(width: int) -> None:
    for text in (catalogue_text(catalogue(), width), *(page_text(each, width) for each in pages())):
        lines = text.plain.splitlines()
        told = [line for line in lines if not line.startswith("    - ")]  # an example
        assert max(map(len, told)) <= width
        assert [line for line in lines if line != line.rstrip()] == []


def test_in_a_pipe_each_layer_has_one_line() -> None:
    lines = catalogue_text(catalogue(), 100_000).plain.splitlines()
    assert all(
        any(line.startswith(f"  {name} ") for line in lines) for name in NAMES if len(name) < 24
    )


def test_markdown_has_no_broken_table_and_every_anchor_once() -> None:
    text = whole_markdown(catalogue(), pages())
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} <= {3, 5, 6}
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    assert len({title.lower() for title in titles}) == len(titles)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert {*re.findall(r"\]\(#(.*?)\)", text)} == {
        name.lower() for name in (*NAMES, "Application")
    }


def test_one_page_and_the_catalogue_can_be_markdown_too() -> None:
    assert page_markdown(page("Dense")).startswith("# Dense\n")
    listed = catalogue_markdown(catalogue())
    assert all(f"| `{name}` |" in listed for name in NAMES)


def test_records_are_json() -> None:
    assert json.loads(json_text(catalogue().record()))["families"]
    for each in pages():
        assert isinstance(each, Page)
        record = json.loads(json_text(each.record()))
        assert record["name"] == each.name
