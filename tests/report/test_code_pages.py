"""The pages of codes as text, Markdown and JSON; the file in docs/ is fresh."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from netspec.diagnostics import Code, PluginCode
from netspec.pages import page_of, pages
from netspec.pages.page import read_page
from netspec.report.code_pages import (
    codes_json,
    codes_markdown,
    codes_text,
    page_markdown,
    page_text,
    whole_markdown,
)

ROOT = Path(__file__).parents[2]
WRITTEN = """Two things are alike.

They are, and
this is why:

- the first,
  which is long
- the second

Failing, as `a` is `b`:

    netspec: 1

    a: 1  # ACME001

Passing:

    netspec: 1
"""
ACME = read_page(PluginCode("ACME001"), WRITTEN)
EVIL = "\x1b]0;pwned\x07\u202e"


def test_the_page_in_the_documentation_is_fresh() -> None:
    written = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert written == whole_markdown(pages()), "run: make pages"


def test_the_page_in_the_documentation_leads_to_every_code() -> None:
    text = whole_markdown([*pages(), ACME])
    links = re.findall(r"\]\(#([a-z0-9]+)\)", text)
    heads = re.findall(r"^### ([A-Z]+[0-9]+)$", text, re.MULTILINE)
    assert heads == [*(code.value for code in Code), "ACME001"]
    assert links == [head.lower() for head in heads]
    ranges = re.findall(r"^\| ([A-Z][^|]+) \|", text, re.MULTILINE)
    assert ranges == re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert len(ranges) == len(set(ranges))


def test_a_page_for_a_terminal_is_its_parts_below_each_other() -> None:
    assert page_text(ACME, 80).plain == (
        "ACME001  a plugin's rule\n"
        "Two things are alike.\n"
        "\n"
        "They are, and this is why:\n"
        "\n"
        "  - the first, which is long\n"
        "  - the second\n"
        "\n"
        "Failing, as `a` is `b`:\n"
        "\n"
        "    netspec: 1\n"
        "\n"
        "    a: 1  # ACME001\n"
        "\n"
        "Passing:\n"
        "\n"
        "    netspec: 1"
    )


@pytest.mark.parametrize("width", [40, 80, 200])
def test_sentences_keep_to_the_terminals_width(width: int) -> None:
    for page in pages():
        specs = {f"    {line}".rstrip() for e in page.examples for line in e.text.splitlines()}
        heads = {f"{example.head}:" for example in page.examples}
        for line in page_text(page, width).plain.splitlines():
            assert len(line) <= min(width, 112) or line in specs | heads
    for line in codes_text(pages(), width).plain.splitlines():
        assert len(line) <= max(width, 50)


def test_the_lines_that_are_told_of_are_coloured() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, color_system="standard", width=100)
    console.print(page_text(page_of("NS402"), 100), soft_wrap=True)
    coloured = [line for line in stream.getvalue().splitlines() if "\x1b[1;31m" in line]
    assert len(coloured) == 2
    assert "NS402" in coloured[0]
    assert coloured[1].startswith("\x1b[1;31m        - Conv2D: {filters: 16, kernel_size: 5}")


def test_a_page_as_markdown() -> None:
    assert page_markdown(ACME, level=3) == (
        "### ACME001\n\n"
        "**Two things are alike.** (a plugin's rule)\n\n"
        "They are, and this is why:\n\n"
        "- the first,\n  which is long\n- the second\n\n"
        "Failing, as `a` is `b`:\n\n"
        "```yaml\nnetspec: 1\n\na: 1  # ACME001\n```\n\n"
        "Passing:\n\n"
        "```yaml\nnetspec: 1\n```\n"
    )
    assert codes_markdown([ACME]) == (
        "## From plugins\n\n"
        "| code | what it stands for |\n| --- | --- |\n| ACME001 | Two things are alike. |\n"
    )


def test_a_spec_cannot_end_its_own_fence() -> None:
    page = read_page(PluginCode("ACME001"), "It is.\n\nPassing:\n\n    netspec: 1\n    # ````\n")
    assert "\n`````yaml\nnetspec: 1\n# ````\n`````\n" in page_markdown(page)


def test_what_a_terminal_would_act_on_is_written_out() -> None:
    text = WRITTEN.replace("They", f"{EVIL}They").replace("1  #", f"{EVIL}1  #")
    page = read_page(PluginCode("ACME001"), text.replace("alike", f"alike{EVIL}"))
    shown = (
        page_text(page, 80).plain,
        codes_text([page], 80).plain,
        page_markdown(page),
        whole_markdown([page]),
        codes_json([page]),
    )
    for one in shown:
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", one)
        assert "pwned" in one
