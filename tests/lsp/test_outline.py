"""The outline sees what the parser sees, and goes on where the parser gives up."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from netspec.lsp.outline import Outline
from netspec.lsp.reader import Cursor
from netspec.source.nodes import ListNode, MapNode, ScalarNode, Source
from netspec.source.parse import parse
from tests.lsp.client import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.lsp.reader import Path as Steps
    from netspec.source.nodes import Node

ROOT = Path(__file__).parents[2]
SPECS = sorted([*(ROOT / "specs").rglob("*.yaml"), *(ROOT / "tests/specs/valid").rglob("*.yaml")])
SPEC = """\
netspec: 1
model:
  input: [28, 28, 1]   # a comment
  layers:
    - Rescaling: {scale: 1/255}
    - Conv2D:
        name: first
        filters: "8"
        kernel_size: [3,
          5]
    - Flatten
    - {Dense: {units: 10, activation: 'softmax'}}
compile: {loss: categorical_crossentropy}
"""


def scalars(node: Node, path: Steps) -> Iterator[tuple[Steps, bool, ScalarNode]]:
    """Every key and value of a tree with its path."""
    if isinstance(node, MapNode):
        for key, entry in node.entries.items():
            yield (*path, key), True, entry.key
            yield from scalars(entry.node, (*path, key))
    elif isinstance(node, ListNode):
        for index, item in enumerate(node.items):
            yield from scalars(item, (*path, index))
    elif isinstance(node, ScalarNode) and node.text and node.line == node.end_line:
        yield path, False, node  # a text of several lines is no word


@pytest.mark.parametrize("file", SPECS, ids=lambda file: file.name)
def test_it_has_the_parsers_words_and_paths(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    root, _ = parse(Source(file.name, text))
    assert root is not None
    if re.search(r"\*\w+[\s,\]}]", text.replace("${", "")):
        pytest.skip("what an alias repeats stands in one place and has several paths")
    if "!!" in text:
        pytest.skip("the parser's place of a value begins with its tag")
    expected = {
        (path, is_key, node.line - 1, node.column - 1, node.end_column - 1, node.text)
        for path, is_key, node in scalars(root, ())
        if "\\"
        not in text.splitlines()[node.line - 1]  # what an escape means is the parser's affair
    }
    outline = Outline(text)
    words = [word for word in outline.words if "\\" not in outline.lines[word.line]]
    assert {(w.path, w.is_key, w.line, w.start, w.end, w.text) for w in words} == expected


@pytest.mark.parametrize("step", [1, 7])
def test_every_beginning_of_a_text_can_be_read(step: int) -> None:
    for end in range(0, len(SPEC) + 1, step):
        text = SPEC[:end]
        outline = Outline(text)
        outline.cursor(len(outline.lines) - 1, len(outline.lines[-1]))


def test_what_is_not_closed_ends_with_its_line() -> None:
    broken = SPEC.replace("{scale: 1/255}", '{scale: "1/255').replace("5]", "5")
    paths = {word.path for word in Outline(broken).words}
    assert ("model", "layers", 1, "Conv2D", "filters") in paths
    assert ("model", "layers", 3, "Dense", "units") in paths
    assert ("compile", "loss") in paths


LAYERS = "model:\n  layers:\n"
CURSORS = {
    "com‸": Cursor("value", (), "com", 0),
    "netspec: 1\ncom‸": Cursor("key", (), "com", 0),
    "netspec: 1\n‸": Cursor("key", (), "", 0),
    "model: {inp‸": Cursor("key", ("model",), "inp", 8, in_flow=True),
    "model: {input: [28, ‸": Cursor("value", ("model", "input", 1), "", 20, in_flow=True),
    "model:\n  ‸": Cursor("value", ("model",), "", 2),
    "model:\n  input: [1]\n  lay‸": Cursor("key", ("model",), "lay", 2),
    LAYERS + "    - Con‸": Cursor("value", ("model", "layers", 0), "Con", 6),
    LAYERS + "    -‸": Cursor("value", ("model", "layers", 0), "", 5, glued=True),
    LAYERS + "    - A\n    ‸": Cursor("element", ("model", "layers", 1), "", 4),
    LAYERS + "    - A:‸": Cursor("value", ("model", "layers", 0, "A"), "", 8, glued=True),
    LAYERS + "    - A: ‸": Cursor("value", ("model", "layers", 0, "A"), "", 9),
    LAYERS + "    - A: {b: 1, ‸": Cursor("key", ("model", "layers", 0, "A"), "", 16, in_flow=True),
    LAYERS + "    - A: {b:‸": Cursor(
        "value", ("model", "layers", 0, "A", "b"), "", 12, in_flow=True, glued=True
    ),
    LAYERS + "    - A:\n        ‸": Cursor("value", ("model", "layers", 0, "A"), "", 8),
    LAYERS + "    - A:\n        b: 1\n        ‸": Cursor("key", ("model", "layers", 0, "A"), "", 8),
    LAYERS + "    - A:\n        b: 1\n        c‸": Cursor(
        "key", ("model", "layers", 0, "A"), "c", 8
    ),
    LAYERS + '    - A: {b: "${w‸': Cursor(
        "value", ("model", "layers", 0, "A", "b"), "${w", 14, '"', in_flow=True
    ),
    LAYERS + "    - A: {b: [‸]}": Cursor(
        "value", ("model", "layers", 0, "A", "b", 0), "", 14, in_flow=True
    ),
    "callbacks:\n- A\n‸": Cursor("key", (), "", 0),
    "x: 1  # com‸": None,
    "x: |\n  any te‸": None,
    "x: 1 ‸": None,
    "x: {a: 1} ‸": None,
    "x: 'done'‸": None,
}


@pytest.mark.parametrize(("text", "expected"), CURSORS.items(), ids=map(repr, CURSORS))
def test_it_says_what_is_being_typed(text: str, expected: Cursor | None) -> None:
    whole, place = marked(text)
    assert Outline(whole).cursor(*place) == expected
