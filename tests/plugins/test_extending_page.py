"""What docs/extending.md says is done: its files are written, its commands give what it shows."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.plugins.installing import command, install, python

PAGE = Path(__file__).parents[2] / "docs" / "extending.md"
BLOCK = re.compile(
    r"^(?:(?P<adds>Add to )?`(?P<path>[\w./]+)`\n\n)?```(?P<kind>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
INSTALLED = "pip install -e ."


@dataclass(frozen=True)
class Step:
    """Something that the page has a reader do: write a file, or run a command."""

    path: str | None = None
    adds: bool = False
    text: str = ""
    command: str = ""


def steps() -> list[Step]:
    found = []
    for block in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        if block["path"]:
            found.append(Step(block["path"], bool(block["adds"]), block["text"]))
        elif block["kind"] == "console":
            for each in block["text"].removeprefix("$ ").split("\n$ "):
                line, _, shown = each.partition("\n")
                found.append(Step(text=shown, command=line))
    return found


@pytest.mark.keras
@pytest.mark.slow
def test_a_reader_of_the_page_gets_what_it_shows(tmp_path: Path) -> None:
    pytest.importorskip("keras")
    project, site = tmp_path / "project", tmp_path / "site"
    ran = []
    for step in steps():
        if step.path is not None:
            file = project / step.path
            file.parent.mkdir(parents=True, exist_ok=True)
            before = file.read_text(encoding="utf-8") if step.adds else ""
            file.write_text(
                f"{before}\n\n{step.text}" if step.adds else step.text, encoding="utf-8"
            )
        elif step.command == INSTALLED:
            install(project, site, editable=True)
        else:
            ran.append(step.command)
            gives(step, site=site, project=project)
    assert {line.split()[1] for line in ran} >= {"validate", "summary", "schema", "layers"}
    tests = python(
        "import pytest\n"
        "assert pytest.main(['-q', '-p', 'no:cacheprovider', 'test_layers.py']) == 0\n"
        "from netspec.testing import hold_to_keras\n"
        "from netspec_attention import layers\n"
        "hold_to_keras(layers.ChannelShuffle)",
        site=site,
        cwd=project,
    )
    assert "1 passed" in tests


def gives(step: Step, *, site: Path, project: Path) -> None:
    """The command's output has the shown lines, in their order."""
    name, *arguments = shlex.split(step.command)
    assert name == "netspec"
    done = command(*arguments, site=site, cwd=project, status=None)
    assert (done.status != 0) == ("error" in step.text), done.err
    output, at = " ".join((done.err + done.out).split()), 0
    for line in filter(None, map(str.strip, step.text.splitlines())):
        at = output.find(" ".join(line.split()), at)
        assert at >= 0, f"{step.command}\nhas no line\n{line}\nbut\n{done.out}{done.err}"
