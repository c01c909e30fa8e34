"""Only specs below the root are read: whatever else `extends` names is one finding that shows nothing of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from netspec.diagnostics import Code
from netspec.source.inherit import MAX_FILES, load
from tests.source.bases import SECRET, merged, refused, write


def test_several_bases_with_mistakes_are_told_at_once(folder: Path) -> None:
    path = write(folder, spec="extends: [none.yaml, /etc/passwd, 3, 'http://x/y.yaml', ../..]")
    findings = load(path).findings
    assert [(finding.code, finding.column) for finding in findings] == [
        (Code.VALUE, 35), (Code.EXTENDS, 11), (Code.EXTENDS, 22), (Code.EXTENDS, 38), (Code.EXTENDS, 57),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("3", "not 3"),
        ("true", "not true"),
        ("{a: b}", "not a mapping"),
        ("[]", "not an empty list"),
        ('""', "not an empty text"),
        ("[a.yaml, null]", "not null"),
        ("[[a.yaml]]", "not ['a.yaml']"),
    ],
)
def test_extends_takes_paths(folder: Path, written: str, words: str) -> None:
    findings = load(write(folder, spec=f"extends: {written}", a="seed: 1")).findings
    assert [finding.code for finding in findings] == [Code.VALUE]
    assert findings[0].message == f"extends takes a file's path or a list of them, {words}"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("/etc/passwd", "it is no relative path"),
        ("//server/share/x.yaml", "it is no relative path"),
        ("\\\\server\\share\\x.yaml", "it is no relative path"),
        ("\\x.yaml", "it is no relative path"),
        ("C:\\x.yaml", "it is no relative path"),
        ("C:x.yaml", "it is no relative path"),
        ("~/x.yaml", "it is no relative path"),
        ("~root/x.yaml", "it is no relative path"),
        ("https://example.org/x.yaml", "it is an address"),
        ("file:///etc/passwd", "it is an address"),
        ("${name}.yaml", "holds no expression"),
        ("../outside.yaml", "outside of the folder"),
        ("deep/../../outside.yaml", "outside of the folder"),
        ("../../../../../../../../etc/passwd", "outside of the folder"),
        ("..", "outside of the folder"),
        (".", "it is no file"),
        ("deep", "it is no file"),
        ("deep/..", "it is no file"),
        ("none.yaml", "there is no such file"),
        ("none/base.yaml", "there is no such file"),
        ("good.yaml/x", ""),
        ("x" * 300, ""),
        ("x/" * 3000, ""),
        ("$HOME/x.yaml", ""),
        (" good.yaml ", ""),
    ],
)
def test_a_path_that_may_not_or_cannot_be_read_is_a_finding(
    folder: Path, name: str, words: str
) -> None:
    (folder / "deep").mkdir()
    path = write(folder, spec=f"extends: '{name}'", good="seed: 1")
    finding = refused(path)
    assert (finding.code, finding.line, finding.column) == (Code.EXTENDS, 2, 10)
    assert words in finding.message
    assert len(finding.message) < 200


def test_a_null_in_a_path_is_told(folder: Path) -> None:
    findings = load(write(folder, spec='extends: "a\\0b.yaml"')).findings
    assert [finding.line for finding in findings] == [2]


def test_the_root_is_the_repository_or_the_folder_or_what_is_said(
    tmp_path: Path, folder: Path
) -> None:
    path = write(folder, **{"specs/spec": "extends: ../base.yaml", "base": "seed: 1"})
    assert merged(path) == {"seed": 1}
    assert "outside" in refused(path, root=folder / "specs").message
    hint = "what it may read lies below {}; `--root DIR` names another folder"
    assert refused(path, root=folder / "specs").hint == hint.format(folder / "specs")
    (folder / ".git").rmdir()
    assert "outside" in refused(path).message
    assert refused(path).hint == hint.format(folder / "specs")
    assert load(path, root=tmp_path).findings == []
    (folder / ".git").write_text("gitdir: elsewhere\n")  # as in a worktree
    assert merged(path) == {"seed": 1}


@pytest.mark.parametrize("link", ["link.yaml", "folder/outside.yaml"])
def test_a_link_out_of_the_root_is_not_followed(tmp_path: Path, folder: Path, link: str) -> None:
    (folder / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (folder / "folder").symlink_to(tmp_path)
    assert "outside" in refused(write(folder, spec=f"extends: {link}")).message


def test_a_link_within_the_root_is_followed(folder: Path) -> None:
    path = write(folder, spec="extends: link.yaml", **{"deep/base": "seed: 1"})
    (folder / "link.yaml").symlink_to(folder / "deep" / "base.yaml")
    assert merged(path) == {"seed": 1}


def test_dots_after_a_link_lead_where_the_system_says(tmp_path: Path, folder: Path) -> None:
    """`link/../x` is beside the link's target; beside the link it would be a file outside of the root."""
    write(folder, **{"a/b/c/d/base": "seed: 1", "a/b/outside": "seed: 2"})
    (folder / "link").symlink_to(folder / "a" / "b" / "c" / "d")
    assert merged(write(folder, spec="extends: link/../../outside.yaml")) == {"seed": 2}
    (folder / "a" / "b" / "outside.yaml").unlink()
    finding = refused(write(folder, spec="extends: link/../../outside.yaml"))
    assert finding.code is Code.EXTENDS


def test_a_file_that_is_reached_by_a_link_reads_beside_itself_or_the_link(folder: Path) -> None:
    write(folder, **{"deep/spec": "extends: base.yaml", "deep/base": "seed: 1", "base": "seed: 2"})
    (folder / "spec.yaml").symlink_to(folder / "deep" / "spec.yaml")
    assert merged(folder / "spec.yaml") == {"seed": 2}


@pytest.mark.parametrize(
    "text",
    [
        f"{SECRET}\n",
        f"{SECRET}\nOTHER=[\n",
        f"key: {SECRET}\n",
        f"key: [{SECRET}\n",
        f"- {SECRET}\n",
        f"[{SECRET}",
        f"{SECRET}: &a *a\n",
        f"a: !!python/object {SECRET}\n",
        f"a: 1\na: {SECRET}\n",
        f"# netspec: 1\n{SECRET}\n",
        f"{{netspec: {SECRET}",
        f"a: {'9' * 200} {SECRET}\n---\nb: 1\n",
        f"{SECRET}\x07",
        "",
    ],
)
def test_the_text_of_a_file_that_is_no_spec_is_not_shown(folder: Path, text: str) -> None:
    (folder / ".env").write_text(text)
    finding = refused(write(folder, spec="extends: .env"))
    assert (finding.code, finding.file) == (Code.EXTENDS, str(folder / "spec.yaml"))
    assert finding.message == "extends: '.env' is no netspec file"


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00\x01 netspec", b"\x00" * 100, b"#" * (2 << 20), bytes(range(256))]
)
def test_neither_is_what_is_no_text_at_all(folder: Path, data: bytes) -> None:
    (folder / "base.yaml").unlink(missing_ok=True)
    path = write(folder, spec="extends: base.yaml")
    (folder / "base.yaml").write_bytes(data)
    assert refused(path).file == str(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    assert "it is no file" in refused(write(folder, spec="extends: pipe.yaml")).message


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there are no devices here")
def test_a_link_to_a_device_is_not_read(folder: Path) -> None:
    (folder / "zero.yaml").symlink_to("/dev/zero")
    path = write(folder, spec="extends: zero.yaml")
    assert refused(path).code is Code.EXTENDS
    assert refused(path, root=Path("/")).code is Code.EXTENDS


def test_a_link_that_leads_to_itself_is_a_finding(folder: Path) -> None:
    (folder / "a.yaml").symlink_to(folder / "a.yaml")
    assert refused(write(folder, spec="extends: a.yaml")).code is Code.EXTENDS


@pytest.mark.parametrize(
    ("files", "file", "chain"),
    [
        ({"spec": "extends: spec.yaml"}, "spec", "spec.yaml → spec.yaml"),
        ({"spec": "extends: ./spec.yaml"}, "spec", "spec.yaml → spec.yaml"),
        ({"spec": "extends: a.yaml", "a": "extends: spec.yaml"}, "a", "spec.yaml → a.yaml → spec.yaml"),
        ({"spec": "extends: a.yaml", "a": "extends: b.yaml", "b": "extends: a.yaml"},
         "b", "spec.yaml → a.yaml → b.yaml → a.yaml"),
    ],
)  # fmt: skip
def test_files_that_extend_each_other_are_told_where_the_circle_closes(
    folder: Path, files: dict[str, str], file: str, chain: str
) -> None:
    finding = refused(write(folder, **files))
    assert (finding.code, finding.file) == (Code.CYCLE, str(folder / f"{file}.yaml"))
    assert finding.message == f"these files extend each other: {chain}"


def test_a_circle_through_a_link_is_a_circle(folder: Path) -> None:
    path = write(folder, spec="extends: link.yaml")
    (folder / "link.yaml").symlink_to(path)
    assert refused(path).code is Code.CYCLE


def test_a_spec_is_made_of_a_number_of_files(folder: Path) -> None:
    files = {f"f{n}": f"extends: f{n + 1}.yaml" for n in range(MAX_FILES - 1)}
    path = write(folder, **files, **{f"f{MAX_FILES - 1}": "seed: 1"})
    assert merged(path) == {"seed": 1}
    write(
        folder, **{f"f{MAX_FILES - 1}": f"extends: f{MAX_FILES}.yaml", f"f{MAX_FILES}": "seed: 1"}
    )
    finding = refused(path)
    assert (finding.code, finding.message) == (
        Code.EXTENDS,
        f"a spec is made of at most {MAX_FILES} files",
    )


def test_bases_that_double_at_every_level_are_bounded_too(folder: Path) -> None:
    files = {f"f{n}": f"extends: [f{n + 1}.yaml, f{n + 1}.yaml]" for n in range(30)}
    path = write(folder, **files, f30="seed: 1")
    finding = refused(path)
    assert finding.code is Code.EXTENDS
