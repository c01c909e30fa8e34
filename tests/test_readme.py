"""What the README shows is what netspec does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema

from netspec.report.schemas import schema_text

README = Path("README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_spec_shown_is_the_quickstart() -> None:
    shown = next(block for block in blocks("yaml") if block.startswith("netspec: 1"))
    written = Path("specs/quickstart.yaml").read_text(encoding="utf-8")

    assert shown == written[written.index("netspec: 1") :]


def test_the_findings_shown_are_those_printed() -> None:
    (shown,) = (block for block in blocks("console") if "netspec validate" in block)
    command, printed = shown.split("\n", 1)

    done = subprocess.run(
        [sys.executable, "-m", *command.removeprefix("$ ").split()],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stdout == printed


def test_the_event_shown_is_what_the_schema_says() -> None:
    (shown,) = blocks("json")

    jsonschema.validate(json.loads(shown), json.loads(schema_text("events")))


def test_the_files_named_exist() -> None:
    links = re.findall(r"\]\(([a-zA-Z][^)#:]*)\)", README)

    assert links
    assert [link for link in links if not Path(link).exists()] == []
