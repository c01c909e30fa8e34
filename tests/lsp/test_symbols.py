"""The outline that an editor shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lsp.specs import SPEC

if TYPE_CHECKING:
    from tests.lsp.client import Editor, Message


def symbols(editor: Editor, name: str) -> dict[str, Message]:
    found = editor.request(
        "textDocument/documentSymbol", {"textDocument": {"uri": editor.uri(name)}}
    )
    return {each["name"]: each for each in found}


def test_sections_blocks_and_layers_are_shown(editor: Editor, name: str) -> None:
    editor.open(name, SPEC)
    found = symbols(editor, name)
    assert [*found] == ["netspec", "vars", "model"]
    pair, *layers = found["model"]["children"]
    assert [each["name"] for each in pair["children"]] == ["Conv2D", "Conv2D second"]
    assert [each["name"] for each in layers] == [
        "Rescaling",
        "pair",
        "pair deep",
        "Conv2D last",
        "Flatten",
        "Dense head",
    ]
    assert found["model"]["range"]["end"]["line"] == 16
    assert pair["range"]["end"]["line"] == 9
    assert layers[3]["selectionRange"]["start"] == {"line": 14, "character": 6}


def test_a_half_typed_text_has_them_too(editor: Editor, name: str) -> None:
    editor.open(name, SPEC + "compile: {loss: [\ntraining: {epochs: 3}\n")
    assert [*symbols(editor, name)] == ["netspec", "vars", "model", "compile", "training"]
