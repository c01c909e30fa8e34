"""How the server begins, ends, and goes on whatever happens."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import NETSPEC, ROOT
from tests.lsp.client import CAPABILITIES, SECONDS, Editor
from tests.lsp.specs import SMALL, SPEC

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path.resolve()


def test_it_says_what_it_can_do(editor: Editor) -> None:
    can = editor.answer["capabilities"]
    assert can["positionEncoding"] == "utf-16"
    assert editor.answer["serverInfo"]["name"] == "netspec"
    for feature in ("hover", "definition", "references", "completion", "inlayHint", "codeAction"):
        assert can[f"{feature}Provider"]
    registered = editor.wait("client/registerCapability")["params"]["registrations"]
    assert [each["method"] for each in registered] == ["workspace/didChangeWatchedFiles"]


def test_it_ends_with_0_when_it_was_asked_to(folder: Path) -> None:
    with Editor(folder) as editor:
        editor.open("a.yaml", SMALL)
        assert editor.end() == 0
        assert "Traceback" not in "".join(editor.errors)


def test_it_ends_with_1_without_a_goodbye(folder: Path) -> None:
    with Editor(folder) as editor:
        editor.notify("exit", None)
        assert editor.gone() == 1


def test_it_ends_when_the_editor_is_gone(folder: Path) -> None:
    with Editor(folder) as editor:
        editor.open("a.yaml", SMALL)
        assert editor.process.stdin is not None
        editor.process.stdin.close()
        assert editor.gone() == 1


def test_it_ends_while_it_looks_at_a_text(folder: Path) -> None:
    with Editor(folder) as editor:
        editor.open_silently("a.yaml", SPEC + "    - Dense: {units: 3}\n" * 2_000)
        assert editor.end() == 0


def test_it_counts_as_the_editor_wants(folder: Path) -> None:
    capabilities = {**CAPABILITIES, "general": {"positionEncodings": ["utf-8", "utf-16"]}}
    with Editor(folder, capabilities=capabilities) as editor:
        assert editor.answer["capabilities"]["positionEncoding"] == "utf-8"
        found = editor.open("a.yaml", SMALL.replace("{units: 2}", "{activation: '🐈é', units: x}"))
        assert found[-1]["range"]["start"]["character"] == 43


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/hover", {"textDocument": {"uri": "file:///no"}, "position": {"line": 0}}),
        ("textDocument/nothing", {}),
        ("netspec/none", None),
    ],
)
def test_it_survives_what_it_does_not_understand(
    editor: Editor, name: str, method: str, params: object
) -> None:
    editor.notify(method, params)
    editor._send({"jsonrpc": "2.0", "id": "odd", "method": method, "params": params})
    assert editor.open(name, SMALL) == []


def test_requests_for_what_is_not_open_get_nothing(editor: Editor) -> None:
    assert editor.asked("hover", "not-open.yaml", (0, 0)) is None
    assert editor.asked("completion", "not-open.yaml", (0, 0)) == []


def test_a_document_that_was_never_saved_is_looked_at(editor: Editor) -> None:
    uri = "untitled:Untitled-1"
    text = SMALL.replace("units", "unit")
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
    editor.notify("textDocument/didOpen", {"textDocument": document})
    told = editor.wait("textDocument/publishDiagnostics", lambda each: each["params"]["uri"] == uri)
    assert [each["code"] for each in told["params"]["diagnostics"]] == ["NS201"]


def test_the_workspaces_settings_hold(folder: Path) -> None:
    project = folder / "pyproject.toml"
    project.write_text('[tool.netspec]\nignore = ["NS601"]\n')
    with Editor(folder) as editor:
        text = SMALL + "vars: {unused: 1}\n"
        assert "NS601" not in [each["code"] for each in editor.open("a.yaml", text)]
        project.write_text("")
        changes = [{"uri": project.as_uri(), "type": 2}]
        editor.notify("workspace/didChangeWatchedFiles", {"changes": changes})
        assert "NS601" in [each["code"] for each in editor.found("a.yaml")]


def test_settings_with_a_mistake_are_told_and_end_nothing(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.netspec]\nplugins = ["no-such-plugin"]\n')
    with Editor(folder) as editor:
        message = editor.wait("window/showMessage")["params"]["message"]
        assert "no-such-plugin" in message
        assert editor.open("a.yaml", SMALL) == []


def test_it_loads_neither_keras_nor_numpy(folder: Path) -> None:
    with Editor(folder, environment={"PYTHONPROFILEIMPORTTIME": "1"}) as editor:
        text = SPEC + "compile: {optimizer: adam, loss: mse}\n"
        editor.open("a.yaml", text)
        for place in [(16, 8), (17, 23), (8, 12)]:
            editor.asked("hover", "a.yaml", place)
            editor.asked("completion", "a.yaml", place)
        editor.hints("a.yaml")
        editor.end()
        loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in editor.errors}
    assert "netspec" in loaded
    assert not loaded & {"tensorflow", "keras", "numpy", "h5py", "PIL"}


def test_without_pygls_it_says_what_to_install(folder: Path) -> None:
    hidden = (
        "import sys\nsys.modules['pygls'] = None\n"
        "import importlib.util as util\nfind = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'pygls' else find(name, *rest)\n"
        "from netspec.cli import main\nsys.exit(main(['lsp']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", hidden],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'netspec-keras[lsp]'" in done.stderr


def test_the_settings_for_editors_start_it() -> None:
    examples = ROOT / "examples" / "editor"
    settings = json.loads((examples / "vscode-settings.json").read_text(encoding="utf-8"))
    started = [settings["glspc.server.command"], *settings["glspc.server.commandArguments"]]
    assert started == ["netspec", "lsp"]
    assert settings["glspc.server.languageId"] == ["yaml"]
    lua = (examples / "neovim.lua").read_text(encoding="utf-8")
    assert 'cmd = { "netspec", "lsp" }' in lua
    readme = (examples / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", readme)
    assert [link for link in links if not (examples / link).exists()] == []


def test_without_an_editor_it_ends(folder: Path) -> None:
    done = subprocess.run(
        [*NETSPEC, "lsp"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
