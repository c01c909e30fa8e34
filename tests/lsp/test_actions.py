"""What is offered about a finding."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from tests.cli.commands import ROOT
from tests.lsp.client import Editor, apply
from tests.lsp.specs import SMALL
from tests.plugins.installing import install, write_project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.client import Message

UNUSED = SMALL + "vars:\n  old: 1\n  '🐈': 2\n"
RULE = '''
"""A rule whose finding has a repair.

Failing:

    netspec: 1
"""
from netspec.diagnostics import Edit, Finding, PluginCode, Repair

CODE = PluginCode("TIDY001")

def check(document, graph):
    print("what a plugin prints must not reach the editor")
    place = document.place("model", "layers", 0, "Dense", "units")
    repair = Repair("write 3", (Edit(place, "3"),))
    if document.text.get("seed") is not None:
        raise ValueError("a rule that fails")
    yield Finding(CODE, "this is not tidy", place, "tidy it", repair=repair)
'''


def actions(editor: Editor, name: str, line: int) -> list[Message]:
    stretch = {"start": {"line": line, "character": 0}, "end": {"line": line, "character": 99}}
    asked: dict[str, Any] = {"textDocument": {"uri": editor.uri(name)}, "range": stretch}
    found: list[Message] = editor.request(
        "textDocument/codeAction", {**asked, "context": {"diagnostics": []}}
    )
    return found


def test_a_warning_is_silenced_by_a_comment(editor: Editor, name: str) -> None:
    (warning,) = [each for each in editor.open(name, UNUSED) if each["code"] == "NS601"]
    (action,) = actions(editor, name, 6)
    assert (action["title"], action["kind"]) == ("silence NS601 on this line", "quickfix")
    assert action["diagnostics"] == [warning]
    text = apply(UNUSED, action["edit"]["changes"][editor.uri(name)])
    assert text.split("\n")[6] == "  old: 1  # netspec: ignore NS601"
    assert "NS601" not in [each["code"] for each in editor.change(name, text)]


def test_a_comment_that_is_there_silences_one_more(editor: Editor, name: str) -> None:
    text = UNUSED.replace("old: 1", "old: 1  # 🐈 # netspec: ignore NS603 -- the reason  ")
    editor.open(name, text)
    (action,) = [each for each in actions(editor, name, 6) if "NS601" in each["title"]]
    changed = apply(text, action["edit"]["changes"][editor.uri(name)])
    line = "  old: 1  # 🐈 # netspec: ignore NS603 NS601 -- the reason  "
    assert changed.split("\n")[6] == line


def test_an_error_is_not_silenced(editor: Editor, name: str) -> None:
    editor.open(name, SMALL.replace("units", "unit"))
    assert not [each for each in actions(editor, name, 4) if "silence" in each["title"]]


def test_nothing_is_offered_for_a_text_that_has_changed(editor: Editor, name: str) -> None:
    editor.open(name, UNUSED)
    editor.change_silently(name, UNUSED + "# more\n")
    assert actions(editor, name, 6) == []
    editor.found(name)
    assert len(actions(editor, name, 6)) == 1


def test_a_certain_repair_is_a_quick_fix_and_a_rule_that_fails_ends_nothing(
    tmp_path: Path,
) -> None:
    project = write_project(
        tmp_path / "tidy", "tidy", {"netspec.rules": {"TIDY001": "tidy.rule"}}, rule=RULE
    )
    install(project, tmp_path / "site")
    work = tmp_path / "work"
    work.mkdir()
    (work / "pyproject.toml").write_text('[tool.netspec]\nplugins = ["tidy"]\n')
    environment = {"PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), str(ROOT)])}
    with Editor(work.resolve(), environment=environment) as editor:
        (found,) = editor.open("tidy.yaml", SMALL)
        assert found["code"] == "TIDY001"
        fix, *_ = actions(editor, "tidy.yaml", 4)
        assert (fix["title"], fix["isPreferred"]) == ("write 3", True)
        changes = fix["edit"]["changes"][editor.uri("tidy.yaml")]
        assert apply(SMALL, changes) == SMALL.replace("units: 2", "units: 3")
        editor.change_silently("tidy.yaml", SMALL + "seed: 1\n")
        told = editor.wait("window/showMessage")["params"]["message"]
        assert "a defect of the plugin tidy 1.0" in told
        assert editor.found("tidy.yaml") == []
        assert editor.change("tidy.yaml", SMALL + "seed: 2\n") == []
        assert "window/showMessage" not in [each.get("method") for each in editor.seen]
        assert len(editor.change("tidy.yaml", SMALL)) == 1
