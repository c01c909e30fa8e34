"""What is found in a document while somebody types in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lsp.client import Editor
from tests.lsp.specs import SMALL, SPEC

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.client import Message

ERROR, WARNING, NOTE = 1, 2, 3


def stretch(line: int, start: int, end: int) -> Message:
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}


def codes(found: list[Message]) -> list[str]:
    return [each["code"] for each in found]


def test_a_mistake_has_its_place_code_severity_and_hint(editor: Editor, name: str) -> None:
    (found,) = editor.open(name, SPEC.replace("kernel_size: 5", "kernel_size: 50"))
    assert found["range"] == stretch(14, 73, 75)
    assert (found["code"], found["severity"], found["source"]) == ("NS402", ERROR, "netspec")
    told, hint = found["message"].split("\n")
    assert told == "Conv2D 'last' gets a 24 x 24 map, smaller than its 50 x 50 kernel"
    assert hint.startswith("hint: use padding: same")


def test_warnings_and_notes_are_told_as_such(editor: Editor, name: str) -> None:
    found = editor.open(name, SMALL + "vars: {unused: 1}\n")
    (warning,) = [each for each in found if each["code"] == "NS601"]
    assert (warning["severity"], warning["tags"]) == (WARNING, [1])
    noted = editor.change(name, SMALL.replace("units: 2}", "units: 2}\n    - Dense: {units: 2}"))
    assert {each["severity"] for each in noted if each["code"].startswith("NS7")} <= {NOTE}


def test_what_is_mended_is_told_no_more(editor: Editor, name: str) -> None:
    assert codes(editor.open(name, SMALL.replace("units", "unit"))) == ["NS201"]
    assert editor.change(name, SMALL) == []


def test_a_mistake_in_a_block_tells_where_it_is_used(editor: Editor, name: str) -> None:
    found = editor.open(name, SPEC.replace("deep, filters: 64", "deep, filters: 0"))
    assert [each["range"]["start"]["line"] for each in found] == [8, 9]
    for each in found:
        (used,) = each["relatedInformation"]
        assert used["location"]["uri"] == editor.uri(name)
        assert used["location"]["range"] == stretch(13, 6, 10)


def test_a_misspelt_name_leads_to_where_it_is_defined(editor: Editor, name: str) -> None:
    spec = SMALL.replace(
        "units: 2}", "units: 2, name: head}\n    - Dense: {units: 2, inputs: haed}"
    )
    (found,) = (each for each in editor.open(name, spec) if each["code"] == "NS302")
    (there,) = found["relatedInformation"]
    assert there["message"] == "defined here"
    assert there["location"]["range"]["start"]["line"] == 4


def test_a_half_typed_text_has_its_mistake_and_no_more(editor: Editor, name: str) -> None:
    editor.open(name, SPEC)
    for end in ('- Conv2D: {filters: "$', "- Conv2D: {", "- ", "-", "? ", "\t", "&a", "'"):
        found = editor.change(name, f"{SPEC}    {end}")
        assert len(found) <= 2, end
    assert editor.change(name, SPEC) == []


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  web: {image: nginx}\n",
        "extends: airbnb\nrules: {semi: error}\n",
        "extends: [nothing.yaml]\nrules: {}\n",
        "key: [half, \n typed",
        "x:\n  netspec: 1\n",
        "",
    ],
)
def test_a_yaml_file_that_is_no_spec_gets_nothing(editor: Editor, name: str, text: str) -> None:
    assert editor.open(name, text) == []
    assert editor.asked("completion", name, (0, 0)) == []
    assert editor.asked("hover", name, (0, 1)) is None
    assert editor.hints(name) == {}


def test_a_file_becomes_a_spec_as_soon_as_it_says_so(editor: Editor, name: str) -> None:
    assert editor.open(name, "model: {}\n") == []
    assert codes(editor.change(name, "netspec: 1\nmodel: {}\n")) == ["NS202", "NS202"]
    assert editor.change(name, "model: {}\n") == []


def test_columns_are_counted_in_utf_16(editor: Editor, name: str) -> None:
    text = SMALL.replace("{units: 2}", "{name: '🐈🐈', units: x}")
    positions = [each["range"] for each in editor.open(name, text)]
    assert positions == [stretch(4, 20, 26), stretch(4, 35, 36)]


def test_windows_line_breaks_end_lines(editor: Editor, name: str) -> None:
    text = SPEC.replace("kernel_size: 5", "kernel_size: 50").replace("\n", "\r\n")
    (found,) = editor.open(name, text)
    assert found["range"] == stretch(14, 73, 75)
    mended = text.replace("kernel_size: 50", "kernel_size: 5")
    assert editor.change(name, mended) == []
    assert editor.hints(name)[15] == "→ 3200"


def test_what_is_closed_is_told_no_more(editor: Editor, name: str) -> None:
    assert editor.open(name, "netspec: 2\n")
    assert editor.close(name) == []


def test_a_base_is_read_from_the_editor_before_the_disk(editor: Editor) -> None:
    base, child = "base-open.yaml", "child-open.yaml"
    extending = f"netspec: 1\nextends: {base}\nmodel: {{input: [4]}}\n"
    (editor.folder / base).write_text(SMALL.replace("units: 2", "units: x"))
    (found,) = editor.open(child, extending)
    assert found["range"] == stretch(1, 9, 9 + len(base))
    assert found["message"].startswith(f"{base}:5: ")
    (there,) = found["relatedInformation"]
    assert there["location"]["uri"] == editor.uri(base)
    editor.open(base, SMALL)
    assert editor.found(child) == []
    editor.change(base, SMALL.replace("units: 2", "units: y"))
    assert codes(editor.found(child)) == ["NS203"]
    editor.close(base)
    assert codes(editor.found(child)) == ["NS203"]


def test_a_file_that_only_extends_a_spec_is_one(editor: Editor) -> None:
    editor.open("base-alone.yaml", "abstract: true\n" + SMALL)
    child = "child-alone.yaml"
    assert editor.open(child, "extends: base-alone.yaml\n") == []
    found = editor.change(child, "extends: base-alone.yaml\nseed: x\n")
    assert codes(found) == ["NS203"]


def test_a_file_that_changes_on_the_disk_is_read_anew(editor: Editor, name: str) -> None:
    base = editor.folder / "base-watched.yaml"
    base.write_text(SMALL)
    assert editor.open(name, f"netspec: 1\nextends: {base.name}\n") == []
    base.write_text(SMALL.replace("units", "unit"))
    changes = [{"uri": base.as_uri(), "type": 2}]
    editor.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    assert codes(editor.found(name)) == ["NS201"]


def test_nothing_beyond_the_root_is_read(editor: Editor, name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("netspec: 1\npassword: swordfish\n")
    up = "../" * 20
    (found,) = editor.open(name, f"netspec: 1\nextends: {up}{tmp_path}/secret.yaml\n")
    assert "outside of the folder" in found["message"]
    assert "swordfish" not in found["message"]
    place = (1, 12)
    assert editor.asked("definition", name, place) is None


def test_only_the_newest_text_is_told_of(editor: Editor, name: str) -> None:
    editor.open(name, SMALL)
    for text in ("netspec: 2\n", "netspec: 3\n", SMALL.replace("units", "unit")):
        editor.change_silently(name, text)
    assert codes(editor.found(name)) == ["NS201"]
    assert editor.change(name, SMALL) == []
    assert (
        not [  # told of the same text twice, or of an earlier one
            each
            for each in editor.seen
            if each["method"] == "textDocument/publishDiagnostics"
            and each["params"]["uri"] == editor.uri(name)
        ]
    )


def test_a_base_that_changes_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    base, child = "base.yaml", "child.yaml"
    with Editor(tmp_path.resolve()) as editor:  # which is busy with its first text for a while
        editor.open_silently(base, SMALL)
        editor.open_silently(child, f"netspec: 1\nextends: {base}\n")
        editor.change_silently(base, SMALL.replace("units: 2", "units: y"))
        found: list[Message] = []
        while not found:  # what may be told before is of the first text
            found = editor.found(child)
        assert codes(found) == ["NS203"]


HOSTILE = {
    "open brackets": "x: " + "[" * 300_000,
    "nested lists": "x: " + "[a," * 100_000,
    "nested maps": "x: {a: " * 50_000,
    "dashes": "- " * 200_000,
    "spaces": "a" + " " * 500_000,
    "expressions": "${" * 200_000,
    "quotes": "x: '" + "''" * 200_000,
    "escapes": 'x: "' + "\\x" * 200_000,
    "anchors": "&a " * 200_000,
    "indents": "\n".join(" " * depth + "a:" for depth in range(1_000)),
    "too much": "é" * 1_100_000,
}


@pytest.mark.parametrize("part", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_ends_nothing(editor: Editor, name: str, part: str) -> None:
    text = f"netspec: 1\n{part}"
    assert editor.open(name, text)
    place = (text.count("\n"), len(text.rpartition("\n")[2]))
    for feature in ("completion", "hover", "definition"):
        editor.asked(feature, name, place)
    editor.hints(name)


def test_a_long_file_is_looked_at_whole(editor: Editor, name: str) -> None:
    rows = [f"    - Dense:\n        name: d{index}\n        units: 4\n" for index in range(1_000)]
    head = "netspec: 1\nmodel:\n  input: [4]\n  layers:\n"
    text = head + "".join(rows)
    editor.open_silently(name, text + "    - Dense: {units: 4, inputs: d99x}\n")
    labels = [
        each["label"] for each in editor.asked("completion", name, (3_004, 36))
    ]  # asked before anything is known
    assert labels == []
    (found,) = [each for each in editor.found(name) if each["severity"] == ERROR]
    assert (found["code"], found["range"]["start"]["line"]) == ("NS302", 3_004)
    labels = [each["label"] for each in editor.asked("completion", name, (3_004, 36))]
    assert labels[0] == "d999"
    assert len(labels) == 1_001
    assert len(editor.hints(name)) == 1_000
    assert list(editor.hints(name, 100, 105)) == [100, 103]
