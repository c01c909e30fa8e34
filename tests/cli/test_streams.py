"""What is piped is complete and stable, whatever the terminal, the encoding, the reader or the spec."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import QUICKSTART, ROOT, apart, shell

if TYPE_CHECKING:
    from pathlib import Path

BAD = "tests/specs/invalid/layer-value-instead-of-fields.yaml"
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
NARROW = {"COLUMNS": "20", "LINES": "5", "TERM": "dumb"}
COLOURED = {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1", "TERM": "xterm-256color", "COLUMNS": "30"}
COLOURED |= {"TTY_COMPATIBLE": "1", "TTY_INTERACTIVE": "1"}


@pytest.mark.parametrize("environment", [NARROW, COLOURED], ids=["narrow", "coloured"])
@pytest.mark.parametrize(
    "arguments", [("summary", QUICKSTART), ("validate", BAD)], ids=["summary", "validate"]
)
def test_piped_output_is_the_same_on_every_terminal(
    arguments: tuple[str, ...], environment: dict[str, str]
) -> None:
    plain, other = apart(*arguments), apart(*arguments, **environment)
    assert other == plain
    assert not CONTROL.search(plain.out)
    if arguments[0] == "summary":
        golden = (ROOT / "tests" / "golden" / "quickstart.txt").read_text(encoding="utf-8")
        assert plain.out == golden
        assert "…" not in plain.out


def test_long_names_are_neither_cut_nor_folded(tmp_path: Path) -> None:
    name = "a" * 3000
    path = tmp_path / "spec.yaml"
    path.write_text(
        "netspec: 1\nmodel:\n  input: [3]\n  layers:\n"
        f"    - Dense: {{name: {name}, units: 1}}\n    - ReLU\n"
    )
    done = apart("summary", str(path), **NARROW)
    assert done.status == 0
    assert len([line for line in done.out.splitlines() if name in line]) == 2


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_any_encoding_of_standard_output_will_do(encoding: str, tmp_path: Path) -> None:
    spec = tmp_path / "größe 大.yaml"
    spec.write_text(
        "netspec: 1\nmodel: {input: [3], layers: [Flaten]} # größe 大 🙂\n", encoding="utf-8"
    )
    for arguments, status in (
        (("validate", str(spec)), 1),
        (("validate", BAD), 1),
        (("validate", "größe.yaml"), 2),
        (("summary", QUICKSTART), 0),
        (("summary", str(spec)), 1),
        (("--help",), 0),
    ):
        done = apart(*arguments, PYTHONIOENCODING=f"{encoding}:strict", PYTHONUTF8="0")
        assert done.status == status
        assert "Traceback" not in done.err
        assert "internal error" not in done.err


EVIL = "\x1b]0;pwned\x07\x1b[31m[red]bold\u202etxt.exe\u2066\x9b31m"


def test_a_file_name_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / f"{EVIL}\n::error::.yaml"
    path.write_text("netspec: 1\nmodel: {input: [3], layers: [Flaten]}\n")
    for done in (apart("validate", str(path)), apart("validate", f"{path}.not-there")):
        assert done.status in (1, 2)
        text = done.out + done.err
        assert not CONTROL.search(text)
        assert "[red]bold" in text
        assert "\\u001b]0;pwned\\u0007" in text
        assert not any(line.startswith("::error::") for line in text.splitlines())


def test_neither_keys_nor_values_nor_assignments_can(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(
        "netspec: 1\n"
        '"[red]k[/red]": 1\n'
        "model:\n"
        "  input: [3]\n"
        "  layers:\n"
        '    - "[blink]x[/blink]"\n'
        "    - Dense: {units: '[link=file:///etc/passwd]3[/link]'}\n"
        '    - Dense: {name: "a\\nb [bold]", units: 3}\n'
    )
    done = apart("validate", str(path), "--set", "name=[red]", "--set", "x-a.b.c.[red]")
    assert done.status == 1
    assert not CONTROL.search(done.out)
    for text in (
        "a spec has no field '[red]k[/red]'",
        "there is no layer '[blink]x[/blink]'",
        "not the text '[link=file:///etc/passwd]3[/link]'",
        "not the text 'a b [bold]'",
        "x-a.b.c.[red]",
    ):
        assert text in done.out


@pytest.mark.parametrize("output", ["text", "json"])
def test_control_characters_in_a_spec_are_told_by_number(tmp_path: Path, output: str) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(f"netspec: 1\n# {EVIL}\n", encoding="utf-8")
    done = apart("validate", str(path), "--format", output)
    assert done.status == 1
    assert not CONTROL.search(done.out)
    assert "U+001B" in done.out


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("netspec summary specs/quickstart.yaml | head -1", 0),
        ("netspec summary --format json specs/quickstart.yaml | head -1", 0),
        ("netspec schema | head -1", 0),
        ("netspec validate specs/quickstart.yaml | true", 0),
        ("netspec validate tests/specs/invalid/*.yaml | head -1", 1),
        ("netspec validate --format json tests/specs/invalid/*.yaml | head -1", 1),
    ],
)
def test_a_reader_may_stop_early(line: str, status: int) -> None:
    done = shell(line)
    notes = ("note[NS", "   hint: ")
    errors = [told for told in done.err.splitlines() if told and not told.startswith(notes)]
    assert (done.status, errors) == (status, [])
    assert len(done.out.splitlines()) <= 1


def test_closed_and_full_streams_are_no_defect() -> None:
    assert shell("netspec summary specs/quickstart.yaml >&-").status == 0
    assert shell("netspec nope 2>&-").status == 2
    full = shell("netspec summary specs/quickstart.yaml >/dev/full")
    assert full.status == 2
    assert full.err.startswith("error: cannot write: ")


def test_findings_of_a_summary_do_not_mix_with_it() -> None:
    done = shell(f"netspec summary {BAD} 2>/dev/null")
    assert (done.status, done.out) == (1, "")
