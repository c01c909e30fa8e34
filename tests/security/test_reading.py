"""What a stranger's files can make netspec read: nothing but specs, below the folder that a spec may read."""

from __future__ import annotations

import os
import subprocess
import sys
import zlib
from hashlib import sha1
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from netspec.cli import main
from netspec.errors import UsageError
from netspec.project import read_project
from netspec.source import revision
from netspec.source.changed import concerned
from tests.cli import repositories

if TYPE_CHECKING:
    from tests.cli.repositories import Repository

SECRET = "hunter2"  # noqa: S105 - none
SPEC = "netspec: 1\nmodel: {input: [3], layers: [Flatten]}\n"


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stranger's repository, where one works."""
    folder = tmp_path / "clone"
    (folder / ".git").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def validate(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(["validate", *arguments])
    captured = capsys.readouterr()
    return status, captured.out + captured.err


@pytest.mark.parametrize(
    "secret",
    [
        f"TOKEN={SECRET}\n",
        f"token: {SECRET}\n",
        f"token: {SECRET}\nb: [\n",
        f"a: {SECRET}\na: {SECRET}\n",
        f"TOKEN={SECRET}\0HOME=/root\0",
        f"TOKEN={SECRET}\x07",
        f"- !!python/name:{SECRET} x\n",
    ],
)
@pytest.mark.parametrize("where", ["file", "folder"])
def test_a_named_link_to_what_is_no_spec_shows_nothing_of_it(
    where: str, secret: str, clone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out.yaml").write_text(secret)
    if where == "file":
        (clone / "out.yaml").symlink_to(tmp_path / "out.yaml")
    else:
        (clone / "folder").symlink_to(tmp_path)
    name = "out.yaml" if where == "file" else "folder/out.yaml"
    for command in ("validate", "summary", "render", "diff"):
        assert main([command, name, *([name] if command == "diff" else [])]) == 2
        captured = capsys.readouterr()
        assert SECRET not in captured.out + captured.err
        assert "is a link, and what it leads to is no netspec file" in captured.err


def test_a_named_link_to_a_spec_is_read(
    clone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out.yaml").write_text(SPEC)
    (clone / "in.yaml").symlink_to(tmp_path / "out.yaml")
    assert validate(capsys, "in.yaml") == (0, "1 spec checked, no findings\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_named_link_to_a_pipe_or_a_device_is_not_opened(
    clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(clone / "pipe")
    for number, target in enumerate(("pipe", "/dev/zero", "/dev/tty", "/dev/stdin")):
        (clone / f"{number}.yaml").symlink_to(target)
    status, text = validate(capsys, *(f"{number}.yaml" for number in range(4)))
    assert status == 2
    assert text.count("is a link, and what it leads to is no file") >= 3
    assert "findings" not in text


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="there is no such device")
def test_what_the_user_pipes_is_read() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "netspec", "validate", "/dev/stdin"],
        input=SPEC,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "1 spec checked, no findings\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_looking_for_specs_opens_no_pipe_and_leaves_the_folder_by_no_link(
    clone: Path, tmp_path: Path
) -> None:
    (clone / "base.yaml").write_text(SPEC)
    (tmp_path / "out.yaml").write_text("netspec: 1\nextends: base.yaml\n")
    (clone / "out.yaml").symlink_to(tmp_path / "out.yaml")
    os.mkfifo(clone / "pipe.yaml")
    (clone / "loop.yaml").symlink_to("loop.yaml")
    (clone / "in.yaml").write_text("netspec: 1\nextends: base.yaml\n")
    assert concerned(["base.yaml"], clone) == ["base.yaml", "in.yaml"]


@pytest.mark.parametrize("path", ["a\\0b", "loop", f"{'x' * 5000}", "x/" * 3000, "\\ud83d\\ude42"])
def test_a_strange_path_in_another_spec_ends_no_search(path: str, clone: Path) -> None:
    (clone / "base.yaml").write_text(SPEC)
    (clone / "loop").symlink_to("loop")
    (clone / "other.yaml").write_text(f'netspec: 1\nextends: "{path}"\n')
    assert concerned(["base.yaml"], clone) == ["base.yaml"]


@pytest.mark.parametrize("root", ["/", "..", "out", "../.."])
def test_a_repository_s_own_file_cannot_widen_what_its_specs_may_read(
    root: str, clone: Path, tmp_path: Path
) -> None:
    (clone / "out").symlink_to(tmp_path)
    (clone / "pyproject.toml").write_text(f"[tool.netspec]\nroot = '{root}'\n")
    with pytest.raises(UsageError, match="which leads out of"):
        read_project(clone)
    (clone / "pyproject.toml").write_text("[tool.netspec]\nroot = '.'\n")
    assert read_project(clone).settings.root == clone


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return repositories.make(tmp_path / "repository")


def _put(repository: Repository, kind: str, content: bytes) -> str:
    """Writes an object as git has it on the disk; gives its hash."""
    data = f"{kind} {len(content)}".encode() + b"\0" + content
    digest = sha1(data, usedforsecurity=False).hexdigest()
    place = repository.folder / ".git" / "objects" / digest[:2] / digest[2:]
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(zlib.compress(data))
    return digest


def test_a_few_trees_that_stand_for_more_than_any_disk_are_refused(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.write(net=SPEC)
    tree = _put(repository, "blob", SPEC.encode())
    mode = b"100644"
    for _ in range(8):
        entry = mode + b" %d.yaml\0" + bytes.fromhex(tree)
        tree = _put(
            repository, "tree", b"".join(entry.replace(b"%d", b"%d" % n) for n in range(10))
        )
        mode = b"40000"
    commit = repository.git("commit-tree", "-m", "laughs", tree)
    monkeypatch.setattr(revision, "_LONGEST_ANSWER", 2**20)
    assert main(["diff", "--git", commit, str(repository.folder / "net.yaml")]) == 2
    assert "holds more files than netspec reads" in capsys.readouterr().err


def test_a_link_of_a_revision_is_no_longer_than_a_path(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    blob = _put(repository, "blob", b"a/" * 2**20)
    child = _put(repository, "blob", b"netspec: 1\nextends: link.yaml\n")
    entries = {b"100644 net.yaml": child, b"120000 link.yaml": blob}
    tree = _put(
        repository,
        "tree",
        b"".join(name + b"\0" + bytes.fromhex(entries[name]) for name in reversed(entries)),
    )
    commit = repository.git("commit-tree", "-m", "a link", tree)
    repository.write(net=SPEC)
    assert main(["diff", "--git", commit, str(repository.folder / "net.yaml")]) == 1
    assert "it is no path" in capsys.readouterr().err


def test_git_that_does_not_answer_is_ended(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o700)
    monkeypatch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(revision, "_SECONDS", 0.2)
    with pytest.raises(UsageError, match="git does not answer"):
        revision.revision_of(repository.folder / "net.yaml", "HEAD")
