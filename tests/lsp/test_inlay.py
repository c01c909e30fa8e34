"""Shapes and parameters at the ends of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lsp.specs import SMALL, SPEC

if TYPE_CHECKING:
    from tests.lsp.client import Editor


def test_each_layer_says_what_it_gives(editor: Editor, name: str) -> None:
    editor.open(name, SPEC)
    assert editor.hints(name) == {
        8: "→ 28 x 28 x 32 … 26 x 26 x 64 · 320 … 18,496",
        9: "→ 26 x 26 x 32 … 24 x 24 x 64 · 9,248 … 36,928",
        11: "→ 28 x 28 x 1",
        12: "→ 26 x 26 x 32 · 9,568",
        13: "→ 24 x 24 x 64 · 55,424",
        14: "→ 20 x 20 x 8 · 12,808",
        15: "→ 3200",
        16: "→ 10 · 32,010",
    }


def test_they_stand_at_the_lines_ends_in_the_editors_units(editor: Editor, name: str) -> None:
    line = "    - Dense: {units: 2}  # 🐈🐈  "
    editor.open(name, SMALL.replace("    - Dense: {units: 2}", line))
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    (hint,) = editor.request(
        "textDocument/inlayHint", {"textDocument": {"uri": editor.uri(name)}, "range": whole}
    )
    assert hint["position"] == {"line": 4, "character": len(line.rstrip()) + 2}


def test_only_those_of_the_range_are_told(editor: Editor, name: str) -> None:
    editor.open(name, SPEC)
    assert [*editor.hints(name, 12, 14)] == [12, 13, 14]


def test_copies_are_told_together(editor: Editor, name: str) -> None:
    editor.open(name, SMALL.replace("{units: 2}", "{units: 4, repeat: 3}"))
    assert editor.hints(name) == {4: "→ 4 · 60"}


def test_several_outputs_and_unknown_sizes(editor: Editor, name: str) -> None:
    lstm = "LSTM: {units: 3, return_sequences: true, return_state: true, outputs: [a, b, c]}"
    editor.open(name, f"netspec: 1\nmodel:\n  input: [null, 4]\n  layers:\n    - {lstm}\n")
    assert editor.hints(name) == {4: "→ ? x 3, 3, 3 · 96"}


def test_where_the_mistake_is_there_is_none_and_above_it_there_are(
    editor: Editor, name: str
) -> None:
    editor.open(name, SPEC.replace("kernel_size: 5", "kernel_size: 50"))
    assert [*editor.hints(name)] == [8, 9, 11, 12, 13]


def test_they_stay_with_their_lines_while_a_text_is_half_typed(editor: Editor, name: str) -> None:
    editor.open(name, SPEC)
    before = editor.hints(name)
    text = SPEC.replace("    - Flatten\n", '    - Flatten\n\n    - Dropout: {rate: "\n')
    editor.change(name, text)
    moved = {line if line < 16 else line + 2: hint for line, hint in before.items()}
    assert editor.hints(name) == moved
    assert [*editor.hints(name, 18, 18)] == [18]
    edited = SPEC.replace("kernel_size: 5}", "kernel_size: ")
    editor.change(name, edited)
    assert editor.hints(name) == {line: hint for line, hint in before.items() if line != 14}


def test_the_editor_is_asked_to_ask_anew(editor: Editor, name: str) -> None:
    editor.open(name, SPEC)
    editor.wait("workspace/inlayHint/refresh")


def test_a_file_that_extends_another_has_its_own_layers_alone(editor: Editor, name: str) -> None:
    (editor.folder / "base-hints.yaml").write_text(SPEC)
    editor.open(name, "netspec: 1\nextends: base-hints.yaml\nseed: 3\n")
    assert editor.hints(name) == {}
