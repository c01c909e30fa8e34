"""`netspec layers` lists the layers and shows one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from netspec.report.schemas import schema_text
from tests.cli.commands import ROOT, here

if TYPE_CHECKING:
    from pathlib import Path


def test_it_lists_the_layers_by_family(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "layers")
    assert (done.status, done.err) == (0, "")
    assert "\nConvolutions\n  Conv1D  " in done.out
    assert "\nRefused\n" in done.out
    assert done.out.endswith("\n`netspec layers NAME` shows one of them.\n")


def test_it_shows_one(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "layers", "conv2d")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Conv2D  Convolutions\nA convolution: ")
    assert "\n    - Conv2D: {filters: 4, kernel_size: 3}\n" in done.out


@pytest.mark.parametrize("name", [[], ["Dense"]])
def test_json_and_markdown(capsys: pytest.CaptureFixture[str], name: list[str]) -> None:
    assert json.loads(here(capsys, "layers", *name, "--format", "json").out)
    assert here(capsys, "layers", *name, "--format", "markdown").out.startswith("#")


@pytest.mark.parametrize("name", [[], ["Dense"], ["MultiHeadAttention"], ["GRUCell"]])
def test_the_json_is_what_its_schema_says(
    capsys: pytest.CaptureFixture[str], name: list[str]
) -> None:
    document = json.loads(here(capsys, "layers", *name, "--format", "json").out)
    schema = json.loads(schema_text("layers"))
    jsonschema.validate(document, schema)
    for key in document:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({k: v for k, v in document.items() if k != key}, schema)


def test_what_is_refused_says_what_to_write_instead(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "layers", "input")
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "error: the layer Input is refused: inputs are declared by `model.input`\n"
        " hint: write `model: {input: [height, width, channels], …}`\n"
    )


def test_what_is_no_layer_is_a_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "layers", "Convv2D")
    assert (done.status, done.out) == (2, "")
    assert done.err == "error: there is no layer 'Convv2D'\n hint: did you mean Conv2D?\n"


def test_it_writes_the_page_of_the_documentation(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "layers.md"
    assert here(capsys, "layers", "--write", str(path)).status == 0
    assert path.read_bytes() == (ROOT / "docs" / "layers.md").read_bytes()
    assert here(capsys, "layers", "Dense", "--write", str(path)).status == 2
    done = here(capsys, "layers", "--write", str(tmp_path / "no" / "layers.md"))
    assert done.status == 2
    assert done.err.startswith("error: cannot write ")
