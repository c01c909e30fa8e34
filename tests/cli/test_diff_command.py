"""`netspec diff` compares two files, or one with what it was in a revision, and fails only where it cannot."""

from __future__ import annotations

import json
import re
import stat
from typing import TYPE_CHECKING

import jsonschema
import pytest

import netspec
from netspec.report.schemas import schema_text
from tests.cli import repositories
from tests.cli.commands import ROOT, Done, apart, here
from tests.spec.corpora import INVALID

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.repositories import Repository

MNIST, CIFAR = "specs/mnist.yaml", "specs/cifar10.yaml"
BASE = (
    "netspec: 1\nabstract: true\nmodel:\n  input: [8]\n  layers: [{Dense: {name: d, units: %d}}]\n"
)
SMALL = "netspec: 1\nmodel:\n  input: [8]\n  layers:\n    - Dense: {name: d, units: %d}\n"
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return repositories.make(tmp_path / "repository")


def diff(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Done:
    return here(capsys, "diff", *map(str, arguments))


@pytest.mark.parametrize(
    ("output", "suffix"), [("table", "txt"), ("markdown", "md"), ("json", "json")]
)
def test_a_format_prints_what_the_library_gives(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    output: str,
    suffix: str,
) -> None:
    monkeypatch.chdir(ROOT)
    done = diff(capsys, MNIST, CIFAR, "--format", output)
    assert (done.status, done.err) == (0, "")
    golden = (ROOT / "tests" / "golden" / f"diff-cifar10.{suffix}").read_text(encoding="utf-8")
    assert done.out == golden
    if output == "table":
        assert done.out == f"{netspec.diff(MNIST, CIFAR)}\n"


def test_equal_specs_are_no_failure_either(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    done = diff(capsys, MNIST, MNIST)
    assert (done.status, done.err) == (0, "")
    assert "nothing differs" in done.out


def test_all_lists_what_only_follows(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert "│ follows" not in diff(capsys, MNIST, CIFAR).out
    assert diff(capsys, MNIST, CIFAR, "--all").out.count("│ follows") == 7


@pytest.mark.parametrize("order", [1, -1])
def test_a_spec_with_errors_has_findings_and_no_diff(
    capsys: pytest.CaptureFixture[str], order: int
) -> None:
    files = [ROOT / MNIST, INVALID[0]][::order]
    done = diff(capsys, *files)
    assert (done.status, done.out) == (1, "")
    assert done.err.endswith("\n1 error; `netspec fix` repairs it (more: netspec explain NS203)\n")
    # Both have the same mistakes, which are told once.
    assert diff(capsys, INVALID[0], INVALID[0]).err == done.err


def test_a_base_for_others_is_not_compared(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "base.yaml").write_text(BASE % 3)
    done = diff(capsys, tmp_path / "base.yaml", ROOT / MNIST)
    assert (done.status, done.out) == (1, "")
    assert "NS312" in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Missing argument"),
        ((MNIST,), "two files are compared, and one is named"),
        ((MNIST, "nowhere.yaml"), "there is no file nowhere.yaml"),
        (("nowhere.yaml", MNIST), "there is no file nowhere.yaml"),
        ((MNIST, CIFAR, "--git", "HEAD"), "--git compares one file with what it was"),
        ((MNIST, CIFAR, MNIST), "unexpected extra argument"),
        ((MNIST, CIFAR, "--format", "pdf"), "pdf"),
    ],
)
def test_a_misuse_ends_with_2(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(ROOT)
    done = diff(capsys, *arguments)
    assert (done.status, done.out) == (2, "")
    assert message in done.err
    assert "Traceback" not in done.err


def test_the_help_says_that_differences_are_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Exit status: 0 whether anything differs or not" in diff(capsys, "--help").out


def test_hostile_names_and_values_are_told_by_number(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    evil = "\x1b]0;pwned\x07[red]bold|\u202e"
    text = (
        "netspec: 1\nname: n\nmodel: {input: [3], layers: [Flatten]}\n"
        'data: {source: {ImageFolder: {path: "a\\e[31m[red]|\\u202e%d"}}}\n'
    )
    files = [tmp_path / f"{evil}{number}.yaml" for number in (1, 2)]
    for number, path in enumerate(files):
        path.write_text(text % number, encoding="utf-8")
    for output in ("table", "markdown", "json"):
        done = diff(capsys, *files, "--format", output)
        assert not CONTROL.search(done.out + done.err)
        assert done.status in {0, 1}
    assert "[red]bold" in done.out + done.err


def test_a_file_is_compared_with_what_it_was(
    capsys: pytest.CaptureFixture[str], repository: Repository
) -> None:
    repository.write(net=SMALL % 3)
    first = repository.commit()
    repository.write(net=SMALL % 5)
    repository.commit()
    repository.write(net=SMALL % 7)
    net = repository.folder / "net.yaml"
    for revision, before in (("HEAD~1", 3), (first[:9], 3), ("HEAD", 5), ("main", 5)):
        done = diff(capsys, "--git", revision, net)
        assert (done.status, done.err) == (0, "")
        assert f"units: {before} → 7" in done.out
        assert done.out.startswith(f"{revision}:net.yaml → {net}\n")
    repository.git("tag", "v1", first)
    assert "units: 3 → 7" in diff(capsys, "--git", "v1", net).out


def test_its_bases_are_those_of_the_revision(
    capsys: pytest.CaptureFixture[str], repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = "netspec: 1\nextends: ../bases/base.yaml\n"
    repository.write(bases__base=BASE % 3, nets__net=child)
    repository.commit()
    repository.write(bases__base=BASE % 9)
    done = diff(capsys, "--git", "HEAD", repository.folder / "nets" / "net.yaml")
    assert (done.status, done.err) == (0, "")
    assert "units: 3 → 9" in done.out
    # The base is gone, renamed, and the file is named from within its folder.
    repository.git("rm", "--quiet", "--force", "bases/base.yaml")
    repository.write(nets__net=SMALL % 4)
    monkeypatch.chdir(repository.folder / "nets")
    assert "units: 3 → 4" in diff(capsys, "--git", "HEAD", "net.yaml").out


def test_what_was_wrong_in_the_revision_is_shown_with_its_place(
    capsys: pytest.CaptureFixture[str], repository: Repository
) -> None:
    repository.write(net=SMALL.replace("units", "unit") % 3)
    repository.commit()
    repository.write(net=SMALL % 3)
    done = diff(capsys, "--git", "HEAD", repository.folder / "net.yaml")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("HEAD:net.yaml:5:")


def test_json_and_page_say_where_both_came_from(
    capsys: pytest.CaptureFixture[str], repository: Repository
) -> None:
    repository.write(net=SMALL % 3)
    repository.commit()
    net = repository.folder / "net.yaml"
    document = json.loads(diff(capsys, "--git", "HEAD", net, "--format", "json").out)
    jsonschema.validate(document, json.loads(schema_text("diff")))
    assert document["before"] == {"name": "net", "file": "HEAD:net.yaml"}
    assert document["after"] == {"name": "net", "file": str(net)}
    assert document["equal"] is True
    page = diff(capsys, "--git", "HEAD", net, "--format", "html")
    assert (page.status, page.err) == (0, "")
    assert document["before"]["file"] in page.out


@pytest.mark.parametrize(
    "revision",
    [
        "nope",
        "",
        "-x",
        "--all",
        "--output=evil",
        "HEAD~99",
        "HEAD:net.yaml",
        "a..b",
        "HEAD\x1b[31m",
    ],
)
def test_what_is_no_revision_is_one_error(
    capsys: pytest.CaptureFixture[str],
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
    revision: str,
) -> None:
    repository.write(net=SMALL % 3)
    repository.commit()
    monkeypatch.chdir(repository.folder)
    done = diff(capsys, "--git", revision, "net.yaml")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: there is no revision '")
    assert not CONTROL.search(done.err)
    assert sorted(path.name for path in repository.folder.iterdir()) == [".git", "net.yaml"]


def test_a_file_that_the_revision_has_not_is_one_error(
    capsys: pytest.CaptureFixture[str], repository: Repository
) -> None:
    repository.write(old=SMALL % 3)
    repository.commit()
    repository.write(new=SMALL % 3)
    done = diff(capsys, "--git", "HEAD", repository.folder / "new.yaml")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: there is no file new.yaml in HEAD\n hint: ")
    done = diff(capsys, "--git", "HEAD", repository.folder / "gone.yaml")
    assert (done.status, done.out) == (2, "")
    assert "there is no file" in done.err


def test_without_a_repository_or_without_git_there_is_one_error(
    capsys: pytest.CaptureFixture[str],
    repository: Repository,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    net = tmp_path / "net.yaml"
    net.write_text(SMALL % 3)
    done = diff(capsys, "--git", "HEAD", net)
    assert (done.status, done.out, done.err) == (2, "", f"error: {net} is in no git repository\n")

    net = repository.folder / "net.yaml"
    net.write_text(SMALL % 3)
    done = diff(capsys, "--git", "HEAD", net)
    assert (done.status, done.out) == (2, "")  # nothing was ever committed
    assert "there is no revision 'HEAD'" in done.err

    monkeypatch.setenv("PATH", str(tmp_path))
    done = diff(capsys, "--git", "HEAD", net)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: git is not installed\n")


def test_a_repository_runs_nothing(
    capsys: pytest.CaptureFixture[str],
    repository: Repository,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither its own configuration, nor attributes, nor a blob left out of a partial clone, nor the environment."""
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(trap.stat().st_mode | stat.S_IEXEC)
    repository.write(net=SMALL % 3)
    (repository.folder / ".gitattributes").write_text("*.yaml diff=evil filter=evil\n")
    repository.commit()
    for key in (
        *("core.pager", "core.fsmonitor", "core.editor", "core.sshCommand", "core.askPass"),
        *("pager.ls-tree", "pager.cat-file", "diff.external", "diff.evil.textconv"),
        *("diff.evil.command", "filter.evil.smudge", "filter.evil.clean", "alias.ls-tree"),
    ):
        repository.git("config", key, str(trap))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(trap))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    net = repository.folder / "net.yaml"
    net.write_text(SMALL % 4)
    assert "units: 3 → 4" in diff(capsys, "--git", "HEAD", net).out

    blob = repository.git("rev-parse", "HEAD:net.yaml")
    held = repository.folder / ".git" / "objects" / blob[:2] / blob[2:]
    held.chmod(0o600)
    held.unlink()
    for key, value in (
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.url", str(repository.folder)),
        ("remote.origin.promisor", "true"),
        ("remote.origin.uploadpack", str(trap)),
    ):
        repository.git("config", key, value)
    done = diff(capsys, "--git", "HEAD", net)
    assert (done.status, done.out) == (2, "")
    assert "git cannot read HEAD of this repository" in done.err
    assert not (tmp_path / "sprung").exists()


def test_bases_stay_below_the_repository(
    capsys: pytest.CaptureFixture[str], repository: Repository, tmp_path: Path
) -> None:
    (tmp_path / "outside.yaml").write_text(BASE % 3)
    secret = repository.folder / "inside"
    secret.mkdir()
    (secret / "link.yaml").symlink_to("../../outside.yaml")
    (secret / "absolute.yaml").symlink_to(tmp_path / "outside.yaml")
    (secret / "loop.yaml").symlink_to("loop.yaml")
    (secret / "fine.yaml").symlink_to("../base.yaml")
    (secret / "folder").symlink_to("..")
    repository.write(base=BASE % 3)
    cases = {
        "link.yaml": "it lies outside of the folder that a spec may read",
        "absolute.yaml": "it lies outside of the folder that a spec may read",
        "../../outside.yaml": "it lies outside of the folder that a spec may read",
        "loop.yaml": "it is no path",
        "../inside": "it is no file",
        "missing.yaml": "there is no file inside/missing.yaml in HEAD",
        "fine.yaml": None,
        "folder/base.yaml": None,
    }
    for name in cases:
        child = f"netspec: 1\nextends: {name}\n"
        repository.write(**{f"inside__net{list(cases).index(name)}": child})
    repository.commit()
    for number, (name, problem) in enumerate(cases.items()):
        net = secret / f"net{number}.yaml"
        net.write_text(SMALL % 5)
        done = diff(capsys, "--git", "HEAD", net)
        if problem is None:
            assert (done.status, done.err) == (0, ""), name
            assert "units: 3 → 5" in done.out
        else:
            assert (done.status, done.out) == (1, ""), name
            assert problem in done.err
            assert f"HEAD:inside/net{number}.yaml:2:" in done.err


def test_root_narrows_what_a_revision_s_spec_may_read(
    capsys: pytest.CaptureFixture[str], repository: Repository, tmp_path: Path
) -> None:
    repository.write(base=BASE % 3, inside__net="netspec: 1\nextends: ../base.yaml\n")
    repository.commit()
    net = repository.folder / "inside" / "net.yaml"
    net.write_text(SMALL % 5)
    assert diff(capsys, "--git", "HEAD", net, "--root", tmp_path).status == 0
    done = diff(capsys, "--git", "HEAD", net, "--root", net.parent)
    assert (done.status, done.out) == (1, "")
    assert "it lies outside of the folder that a spec may read" in done.err
    assert "what it may read lies below HEAD:inside; `--root DIR` names another" in done.err


def test_a_large_or_strange_file_of_a_revision_is_a_finding(
    capsys: pytest.CaptureFixture[str], repository: Repository
) -> None:
    net = repository.folder / "net.yaml"
    for data, code in ((b"x" * (2**20 + 1), "NS102"), (b"\xff\xfe", "NS101"), (b"", "NS113")):
        net.write_bytes(data)
        repository.commit()
        net.write_text(SMALL % 3)
        done = diff(capsys, "--git", "HEAD", net)
        assert (done.status, done.out) == (1, "")
        assert f"HEAD:net.yaml:1:1: error[{code}]" in done.err


def test_names_of_any_kind_are_found(
    capsys: pytest.CaptureFixture[str], repository: Repository
) -> None:
    for name in ("größe 大.yaml", "-x.yaml", 'a"b\t.yaml', "HEAD:a.yaml", "line\nbreak.yaml"):
        net = repository.folder / name
        net.write_text(SMALL % 3)
        repository.commit()
        net.write_text(SMALL % 4)
        done = diff(capsys, "--git", "HEAD", net)
        assert (done.status, done.err) == (0, ""), name
        assert "units: 3 → 4" in done.out
        assert not CONTROL.search(done.out)


def test_in_a_process_of_its_own_it_is_the_same_on_every_terminal() -> None:
    plain = apart("diff", MNIST, CIFAR)
    assert plain.out == (ROOT / "tests/golden/diff-cifar10.txt").read_text(encoding="utf-8")
    assert apart("diff", MNIST, CIFAR, COLUMNS="20", FORCE_COLOR="1", TERM="dumb") == plain
