"""`netspec validate` checks every file it is given and ends with 0, 1 or 2."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import jsonschema
import pytest

from netspec.report.schemas import schema_text
from tests.cli.commands import here
from tests.spec.corpora import INVALID, VALID, expected

if TYPE_CHECKING:
    from pathlib import Path

GOOD, BAD = str(VALID[0]), str(next(p for p in INVALID if p.stem == "layer-misspelt"))


def test_a_clean_spec_is_said_to_be_clean(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "validate", GOOD)
    assert (done.status, done.out, done.err) == (0, "1 spec checked, no findings\n", "")
    done = here(capsys, "validate", *map(str, VALID))
    assert (done.status, done.err) == (0, "")
    assert done.out == f"{len(VALID)} specs checked, no findings\n"


def test_findings_are_printed_with_their_lines_and_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = here(capsys, "validate", BAD, GOOD)
    assert done.status == 1
    assert done.err == ""
    assert done.out == (
        f"{BAD}:10:7: error[NS204] there is no layer 'Flaten'\n"
        "      9 |     - Conv2D: {filters: 8, kernel_size: 3}\n"
        "     10 |     - Flaten\n"
        "        |       ^^^^^^\n"
        "   hint: did you mean Flatten?\n"
        "\n"
        "1 error; `netspec fix` repairs it (more: netspec explain NS204)\n"
    )


def test_every_invalid_spec_is_told_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "validate", "--format", "json", *map(str, [*INVALID, *VALID]))
    assert (done.status, done.err) == (1, "")
    document = json.loads(done.out)
    jsonschema.validate(document, json.loads(schema_text("findings")))
    found = [(f["file"], f["code"], f["line"], f["column"]) for f in document["findings"]]
    told = [
        (os.path.normpath(said.files.get(number, path)), *finding)
        for path in INVALID
        for said in [expected(path)]
        for number, finding in enumerate(said.findings)
    ]
    bases = {os.path.normpath(base) for path in INVALID for base in expected(path).files.values()}
    once = [
        one
        for number, one in enumerate(told)
        if one[0] not in bases or one not in told[:number]  # a base that two extend is told of once
    ]
    assert found == once


def test_a_mistake_in_a_base_is_told_once_however_many_specs_extend_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "base.yaml").write_text(
        "netspec: 1\nmodel: {input: [4], layers: [{Dense: {unit: 2}}]}\n"
    )
    specs = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    for path in specs:
        path.write_text("netspec: 1\nextends: base.yaml\n")
    done = here(capsys, "validate", "--format", "json", *map(str, specs))
    (found,) = json.loads(done.out)["findings"]
    assert (done.status, found["file"], found["code"]) == (1, str(tmp_path / "base.yaml"), "NS201")


def test_json_without_findings_is_a_document_too(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "validate", "--format", "json", GOOD)
    assert (done.status, json.loads(done.out)) == (0, {"findings": []})


@pytest.mark.parametrize("output", ["text", "json"])
def test_a_missing_file_does_not_keep_the_others_from_being_checked(
    capsys: pytest.CaptureFixture[str], output: str
) -> None:
    done = here(capsys, "validate", "--format", output, "nowhere.yaml", BAD, "nothing.yaml")
    assert done.status == 2
    assert "error: there is no file nowhere.yaml" in done.err
    assert "error: there is no file nothing.yaml" in done.err
    assert "NS204" in done.out
    if output == "json":
        assert len(json.loads(done.out)["findings"]) == 1


def test_a_missing_file_among_clean_ones_is_not_said_to_be_clean(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = here(capsys, "validate", GOOD, "nowhere.yaml")
    assert (done.status, done.out) == (2, "")


def test_a_missing_file_comes_with_the_nearest_name(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "mnist.yaml").touch()
    done = here(capsys, "validate", str(tmp_path / "mnsit.yaml"))
    assert f" hint: did you mean {tmp_path / 'mnist.yaml'}?" in done.err


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "NS113"), (b"\n# x\n", "NS113"), (b"\x7fELF\0\0", "NS101"), (b"\xff\xfea\0", "NS101")],
)
def test_empty_and_binary_files_are_findings(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, data: bytes, code: str
) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(data)
    done = here(capsys, "validate", str(path))
    assert done.status == 1
    assert f"{path}:" in done.out
    assert f"error[{code}]" in done.out


def test_the_null_device_is_an_empty_file(capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "validate", "/dev/null")
    assert done.status == 1
    assert "/dev/null:1:1: error[NS113] this file is empty" in done.out


def test_a_directory_is_a_misuse(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    done = here(capsys, "validate", str(tmp_path))
    assert (done.status, done.out) == (2, "")
    assert done.err == f"error: {tmp_path} is a directory, not a spec\n hint: name a YAML file\n"


def test_assignments_are_applied_and_their_findings_point_into_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    quickstart = "specs/quickstart.yaml"
    assert here(capsys, "validate", quickstart, "--set", "training.epochs=3").status == 0
    done = here(
        capsys, "validate", quickstart, "--set", "seed=2", "--set", "model.layers.head.units=9"
    )
    assert done.status == 1
    assert done.out.startswith("--set[2]:1:25: error[NS503] the network gives 9 values")
    assert "      1 | model.layers.head.units=9\n        |                         ^\n" in done.out


def test_strict_is_a_flag_and_errors_fail_with_and_without_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert here(capsys, "validate", "--strict", GOOD).status == 0
    assert here(capsys, "validate", "--strict", BAD).status == 1
