"""Where names are defined, and where they are used."""

from __future__ import annotations

import pytest

from tests.lsp.client import Editor, Message, marked
from tests.lsp.specs import SMALL, SPEC

REUSED = (
    SPEC + "    - Reuse: {layer: head, inputs: flatten, name: again}\n  output: [head, again]\n"
)


def written(text: str, location: Message) -> str:
    """What stands at a location, with its line's number."""
    start, end = location["range"]["start"], location["range"]["end"]
    line = text.split("\n")[start["line"]]
    return f"{start['line'] + 1}: {line[start['character'] : end['character']]}"


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [
        ("inputs: deep.sec‸ond", "10: second"),
        ("inputs: de‸ep.second", "14: deep"),
        ("inputs: con‸v2d", "9: Conv2D"),
        ("inputs: flat‸ten", "16: Flatten"),
        ("layer: he‸ad", "17: head"),
        ("output: [head, aga‸in]", "18: again"),
        ('"${wi‸dth}"', "2: width"),
        ('"${si‸ze}"', "7: size"),
        ("- pai‸r: {name", "6: pair"),
        ("deep, filt‸ers: 64", "7: filters"),
        ("un‸its: 10", None),
    ],
)
def test_a_name_leads_to_its_definition(
    editor: Editor, name: str, snippet: str, expected: str | None
) -> None:
    text, place = marked(REUSED.replace(snippet.replace("‸", ""), snippet, 1))
    editor.open(name, text)
    found = editor.asked("definition", name, place)
    assert (None if found is None else written(text, found)) == expected
    assert found is None or found["uri"] == editor.uri(name)


def test_a_blocks_input_leads_to_where_it_is_named(editor: Editor, name: str) -> None:
    text, place = marked(
        "netspec: 1\nmodel:\n  input: [4]\n  blocks:\n    join:\n      inputs: [x, y]\n"
        "      layers: [{Add: {inputs: [$x, $‸y]}}]\n    one:\n      layers:\n"
        "        - Dense: {inputs: $input, units: 4}\n  layers:\n    - one: {name: a}\n"
        "    - join: {inputs: [a, input]}\n"
    )
    editor.open(name, text)
    assert written(text, editor.asked("definition", name, place)) == "6: y"
    assert written(text, editor.asked("definition", name, (9, 28))) == "8: one"
    assert written(text, editor.asked("definition", name, (12, 27))).startswith("3: input")


def test_it_leads_to_bases_and_into_them(editor: Editor) -> None:
    folder = editor.folder / "bases"
    folder.mkdir()
    base = SMALL.replace("- Dense", "- Dense: {name: below, units: 3}\n    - Dense")
    (folder / "base.yaml").write_text("vars: {width: 3}\n" + base)
    child = "child-of-base.yaml"
    text = (
        "netspec: 1\nextends: bases/base.yaml\nmodel:\n  input: [4]\n"
        '  layers: [{Dense: {units: "${width}"}}]\n'
    )
    editor.open(child, text)
    found = editor.asked("definition", child, (1, 12))
    assert found["uri"] == editor.uri("bases/base.yaml")
    found = editor.asked("definition", child, (4, 30))
    assert (found["uri"], found["range"]["start"]) == (
        editor.uri("bases/base.yaml"),
        {"line": 0, "character": 7},
    )


def test_a_definition_is_found_though_lines_were_put_in_above(editor: Editor, name: str) -> None:
    editor.open(name, SPEC)
    half_typed = SPEC.replace("model:", "data: {source: \nmodel:")
    editor.change(name, half_typed)
    line = half_typed.split("\n").index("    - Flatten")
    found = editor.asked("definition", name, (line - 1, 42))
    assert written(half_typed, found) == "11: second"


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [
        ("{wid‸th: 32}", ["2: width", "13: width"]),
        ("name: se‸cond", ["10: second", "15: deep.second"]),
        ("inputs: deep.sec‸ond", ["10: second", "15: deep.second"]),
        ("pai‸r:\n", ["6: pair", "13: pair", "14: pair"]),
        ("{fil‸ters: ,", ["7: filters", "9: filters", "10: filters", "13: filters", "14: filters"]),
    ],
)
def test_the_uses_of_a_name_are_found(
    editor: Editor, name: str, snippet: str, expected: list[str]
) -> None:
    text, place = marked(SPEC.replace(snippet.replace("‸", ""), snippet, 1))
    editor.open(name, text)
    found = editor.asked("references", name, place, context={"includeDeclaration": True})
    assert sorted((written(text, each) for each in found), key=_line) == expected
    fewer = editor.asked("references", name, place, context={"includeDeclaration": False})
    assert len(fewer) == len(expected) - 1


def _line(text: str) -> int:
    return int(text.partition(":")[0])
