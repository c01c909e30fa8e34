"""What is told of what the pointer is at."""

from __future__ import annotations

import pytest

from tests.lsp.client import CURSOR, Editor, marked
from tests.lsp.specs import SPEC

AT = {
    "- Resc‸aling: {scale": ["### Rescaling", "`28 x 28 x 1`"],
    "- Conv2D: {name: last": ["### Conv2D", "| `filters` |", "`20 x 20 x 8 · 12,808`"],
    "- Flat‸ten": ["### Flatten", "`3200`"],
    "un‸its: 10": ["**`units`** of Dense", "Takes a whole number of at least 1", "Must be given"],
    "padding: sa‸me": ["**`padding`** of Conv2D", "Takes valid or same", "Default: `valid`"],
    "input: [28": ["**`input`** of model"],
    "inputs: deep.sec‸ond": ["**`deep.second`**: `Conv2D`", "24 x 24 x 64 · 36,928"],
    "inputs: con‸v2d": ["**`conv2d`**: `Conv2D`", "28 x 28 x 32 … 26 x 26 x 64"],
    '"${wi‸dth}"': ["**`width`**: a variable", "`32`"],
    "{wi‸dth: 32}": ["**`width`**: a variable"],
    '"${si‸ze}"': ["**`size`**: a param of the block `pair`", "Default: `3`"],
    '{filters: "${fil‸ters}", kernel_size: "': ["Must be given"],
    "- pair: {name": ["**`pair`**: a block of 2 layers", "| `size` | `3` |", "55,424"],
    "pai‸r:\n": ["**`pair`**: a block of 2 layers"],
    "{name: deep, fil‸ters: 64": ["a param of the block `pair`"],
    "na‸me: deep": ["**`name`** of the block 'pair'"],
}


def pointed(snippet: str) -> str:
    """The spec with a cursor in a snippet of it: where the snippet has one, or at the end of its first word."""
    plain = snippet.replace(CURSOR, "")
    shown = snippet if CURSOR in snippet else snippet.replace(": ", f"{CURSOR}: ", 1)
    assert SPEC.count(plain) >= 1, plain
    return SPEC.replace(plain, shown, 1)


@pytest.mark.parametrize(("snippet", "expected"), AT.items(), ids=AT)
def test_it_tells_what_stands_there(
    editor: Editor, name: str, snippet: str, expected: list[str]
) -> None:
    text, place = marked(pointed(snippet))
    editor.open(name, text)
    hover = editor.asked("hover", name, place)
    told = hover["contents"]["value"]
    assert hover["contents"]["kind"] == "markdown"
    assert [each for each in expected if each not in told] == [], told


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("compile: {optimizer: ad‸am, loss: mse}", ["### Adam", "| `beta_1` |", "`adam`"]),
        ("compile: {optimizer: {SG‸D: {momentum: 0.9}}, loss: mse}", ["### SGD"]),
        ("compile: {optimizer: {SGD: {mom‸entum: 0.9}}, loss: mse}", ["**`momentum`** of SGD"]),
        ("compile: {optimizer: adam, loss: categorical_cross‸entropy}", ["### Categorical"]),
        ("callbacks: [{Early‸Stopping: {patience: 1}}]", ["### EarlyStopping"]),
        ("ignore: [NS6‸01]", ["### NS601", "```yaml"]),
        ("seed: 1  # netspec: ignore NS6‸02", ["### NS602"]),
        ("tra‸ining: {epochs: 1}", ["**`training`** of a spec", "How long"]),
        ("training: {stages: [{war‸mup: 5}]}", ["**`warmup`** of a stage", "or `500 steps`"]),
    ],
)
def test_it_tells_of_sections_things_and_codes(
    editor: Editor, name: str, more: str, expected: list[str]
) -> None:
    text, place = marked(SPEC + more + "\n")
    editor.open(name, text)
    told = editor.asked("hover", name, place)["contents"]["value"]
    assert [each for each in expected if each not in told] == [], told


def test_a_mistake_has_its_codes_page_below(editor: Editor, name: str) -> None:
    text, place = marked(SPEC.replace("kernel_size: 5}", "kernel_size: 5‸0}"))
    editor.open(name, text)
    told = editor.asked("hover", name, place)["contents"]["value"]
    assert "**`kernel_size`** of Conv2D" in told
    assert "**NS402**:" in told


def test_names_are_known_while_a_line_is_half_typed(editor: Editor, name: str) -> None:
    editor.open(name, SPEC)
    text, place = marked(pointed("inputs: deep.sec‸ond").replace("- Flatten", '- Dense: {units: "'))
    editor.change(name, text)
    assert "Conv2D" in editor.asked("hover", name, place)["contents"]["value"]


def test_a_column_after_an_emoji_is_the_right_one(editor: Editor, name: str) -> None:
    text, place = marked(
        "netspec: 1\nname: a\nx-cat: {a: '🐈🐈'}\n" + SPEC[11:] + "x-b: ['🐈', 1]\n‸"
    )
    editor.open(name, text)
    assert editor.asked("hover", name, place) is None
    text, place = marked(
        SPEC.replace("{units: 10", "{units: 10").replace("{name: head", "{name: '🐈', na‸me: head")
    )
    editor.change(name, text)
    hover = editor.asked("hover", name, place)
    assert hover["range"]["start"]["character"] == place[1] - 2


def test_a_users_words_are_no_markup(editor: Editor, name: str) -> None:
    text, place = marked(SPEC.replace("{width: 32}", "{wi‸dth: '` ![x](http://a.b) |\\u202e'}"))
    editor.open(name, text)
    told = editor.asked("hover", name, place)["contents"]["value"]
    assert "`' ![x](http://a.b) \\|" in told
    assert told.count("`") == 4


def test_where_nothing_stands_nothing_is_told(editor: Editor, name: str) -> None:
    editor.open(name, SPEC)
    assert editor.asked("hover", name, (2, 0)) is not None
    for place in [(11, 0), (500, 3), (3, 500)]:
        assert editor.asked("hover", name, place) is None
