"""The published JSON Schema in the language server that editors use for YAML: completion, hover, diagnostics."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.lsp.client import CURSOR, Editor, marked

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
SCHEMA = HERE.parents[1] / "schema" / "netspec-1.schema.json"
COMMENT = f"# yaml-language-server: $schema={SCHEMA.as_uri()}\n"
HEAD = "netspec: 1\nmodel:\n  input: [28, 28, 1]\n  layers:\n"
SETTINGS = {"yaml": {"schemaStore": {"enable": False}, "hover": True, "completion": True}}
CAPABILITIES = {
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True}},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
    },
    "workspace": {"configuration": True, "workspaceFolders": True},
}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor with yaml-language-server from npm, told of the schema by the comment that specs have."""
    folder = tmp_path_factory.mktemp("npm").resolve()
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm is not installed")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"npm cannot fetch yaml-language-server: {done.stderr.strip()[-200:]}")
    script = folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    command = ("node", str(script), "--stdio")
    with Editor(folder, capabilities=CAPABILITIES, command=command, settings=SETTINGS) as editor:
        yield editor


def completed(editor: Editor, name: str, text: str) -> dict[str, dict[str, Any]]:
    """What is offered where the cursor stands, by label."""
    text, place = marked(COMMENT + text)
    editor.open_silently(name, text)
    return {item["label"]: item for item in editor.asked("completion", name, place)["items"]}


def test_layers_are_completed(editor: Editor, name: str) -> None:
    found = completed(editor, name, f"{HEAD}    - Con{CURSOR}\n")
    assert {"Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "Concatenate"} <= set(found)
    text = found["Conv2D"].get("insertText") or found["Conv2D"]["textEdit"]["newText"]
    assert text.startswith("Conv2D")


def test_fields_are_completed_in_block_style(editor: Editor, name: str) -> None:
    found = completed(editor, name, f"{HEAD}    - Conv2D:\n        {CURSOR}\n")
    assert {"filters", "kernel_size", "padding", "activation", "use_bias", "inputs"} <= set(found)


def test_fields_are_completed_in_flow_style_after_a_first_letter(editor: Editor, name: str) -> None:
    found = completed(editor, name, f"{HEAD}    - Conv2D: {{filters: 8, k{CURSOR}}}\n")
    assert "kernel_size" in found


def test_values_are_completed(editor: Editor, name: str) -> None:
    layer = "    - Conv2D:\n        filters: 8\n        kernel_size: 3\n        padding: "
    found = completed(editor, name, f"{HEAD}{layer}{CURSOR}\n")
    assert {"same", "valid"} <= set(found)


def test_sections_are_completed(editor: Editor, name: str) -> None:
    found = completed(editor, name, f"{HEAD}    - Flatten\n{CURSOR}")
    assert {"data", "compile", "training", "callbacks"} <= set(found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"    - Con{CURSOR}v2D: {{filters: 8, kernel_size: 3}}\n", "A convolution"),
        (
            f"    - Conv2D: {{filters: 8, kernel{CURSOR}_size: 3}}\n",
            "Height and width of the window",
        ),
    ],
)
def test_hover_explains_layers_and_fields(editor: Editor, name: str, text: str, words: str) -> None:
    text, place = marked(COMMENT + HEAD + text)
    editor.open_silently(name, text)
    assert words in str(editor.asked("hover", name, place)["contents"])


def diagnosed(editor: Editor, name: str, text: str) -> list[str]:
    editor.open_silently(name, COMMENT + text)
    return [each["message"] for each in editor.found(name, version=None)]  # it tells no version


def test_a_wrong_field_is_told_so_that_one_can_read_it(editor: Editor, name: str) -> None:
    messages = diagnosed(editor, name, f"{HEAD}    - Conv2D: {{filter: 8, kernel_size: 3}}\n")
    assert any("filter" in message and "not allowed" in message for message in messages), messages
    assert not any("under any of the given schemas" in message for message in messages)
    assert len(messages) <= 2, messages


def test_a_misspelt_layer_is_told_in_words(editor: Editor, name: str) -> None:
    (message,) = diagnosed(editor, name, f"{HEAD}    - Flaten\n")
    assert message.startswith("No layer or block of this name")


@pytest.mark.parametrize(
    "path", sorted((SCHEMA.parents[1] / "specs").glob("*.yaml")), ids=lambda path: path.stem
)
def test_a_right_spec_has_no_diagnostics(editor: Editor, name: str, path: Path) -> None:
    assert diagnosed(editor, name, path.read_text(encoding="utf-8")) == []
