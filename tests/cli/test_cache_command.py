"""`netspec cache` shows what features are kept, and clears them; it needs no NumPy and believes no name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import jsonschema
import pytest

from netspec.data.features.store import FeatureStore
from netspec.report.schemas import schema_text
from tests.cli.commands import ROOT, here
from tests.data.features.made import FORMS, keep

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.features.kept import Features

SIZE = 1024


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / name)
    monkeypatch.delenv("NETSPEC_FEATURE_CACHE", raising=False)
    return tmp_path / "netspec"


def made(number: int, *, about: str = "") -> Features:
    """An entry of so many images, last used so many days after the beginning of 1970."""
    with FeatureStore().open({"number": number}, FORMS, about=about) as features:
        keep(features, range(number))
    os.utime(features.path / "lock", (86400 * number, 86400 * number))
    return features


def test_entries_are_shown_with_what_they_are_of(
    capsys: pytest.CaptureFixture[str], cache_folder: Path
) -> None:
    second = made(1200, about="Xception up to avg_pool")
    first = made(3)
    (cache_folder / "records").mkdir()
    (cache_folder / "records" / "file").write_bytes(bytes(SIZE))
    done = here(capsys, "cache")
    assert (done.status, done.err) == (0, "")
    titles, one, two, blank, total, *others = done.out.splitlines()
    assert titles.split("  ")[0] == "key"
    form = "3 x 2 float32 + 5 float16"
    assert one.split() == [first.path.name[:12], *form.split(), "3", *one.split()[-4:]]
    assert one.endswith("B  1970-01-04 00:00")
    assert two.startswith(f"{second.path.name[:12]}  {form}   1,200  ")
    assert two.endswith("1973-04-15 00:00  Xception up to avg_pool")
    assert blank == ""
    assert total.endswith(f" of 20.0 GiB in {cache_folder / 'features'}")
    assert others == ["records: 1.0 KiB"]


def test_json_keeps_its_schema(capsys: pytest.CaptureFixture[str], cache_folder: Path) -> None:
    made(2, about="a part")
    damaged = made(3)
    (damaged.path / "key.json").write_text("[")
    with FeatureStore().open({"number": 4}, FORMS):
        document = json.loads(here(capsys, "cache", "--format", "json").out)
    jsonschema.validate(document, json.loads(schema_text("cache")))
    one, two, used = document["entries"]
    assert (one["about"], one["images"], one["in_use"]) == ("a part", 2, False)
    assert one["features"] == [
        {"shape": [3, 2], "type": "float32"},
        {"shape": [5], "type": "float16"},
    ]
    assert (two["key"], two["features"], two["images"]) == (damaged.path.name, None, 3)
    assert (used["images"], used["in_use"]) == (0, True)
    assert document["bytes"] == sum(each["bytes"] for each in document["entries"])
    assert document["folder"] == str(cache_folder / "features")


def test_nothing_that_is_kept_is_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert here(capsys, "cache").out.startswith("features: 0 B of 20.0 GiB in ")
    assert here(capsys, "cache", "clear").out == "removed 0 entries, 0 B\n"


def test_clear_removes_all_but_what_is_used(
    capsys: pytest.CaptureFixture[str], cache_folder: Path
) -> None:
    made(1)
    made(2)
    with FeatureStore().open({"number": 9}, FORMS) as features:
        keep(features, range(9))
        done = here(capsys, "cache", "clear")
        first, second = done.out.splitlines()
        assert first.startswith("removed 2 entries, ")
        assert second.startswith(f"kept {features.path.name[:12]}, ")
        assert second.endswith(": a process uses it")
        assert len(features.missing([bytes(32)])) == 1
    assert [path.name for path in (cache_folder / "features").iterdir()] == [features.path.name]


def test_clear_goes_on_after_an_entry_that_cannot_be_removed(
    capsys: pytest.CaptureFixture[str], cache_folder: Path
) -> None:
    made(1)
    made(2)
    first = min((cache_folder / "features").iterdir())
    (first / "0011223344556677.segment").mkdir()
    done = here(capsys, "cache", "clear")
    assert done.status == 3
    assert done.out.startswith("removed 1 entry, ")
    assert f"cannot remove {first}" in done.err
    assert [path.name for path in (cache_folder / "features").iterdir()] == [first.name]


def test_clear_removes_the_entries_that_are_named(
    capsys: pytest.CaptureFixture[str], cache_folder: Path
) -> None:
    one, two, three = made(1), made(2), made(3)
    done = here(capsys, "cache", "clear", one.path.name[:12], three.path.name)
    assert done.out.startswith("removed 2 entries, ")
    assert [path.name for path in (cache_folder / "features").iterdir()] == [two.path.name]


@pytest.mark.parametrize(("key", "why"), [("nothing", "no entry begins"), ("", "no entry begins")])
def test_a_key_that_is_none_removes_nothing(
    capsys: pytest.CaptureFixture[str], key: str, why: str
) -> None:
    kept = made(1)
    done = here(capsys, "cache", "clear", kept.path.name, key)
    assert (done.status, done.out) == (2, "")
    assert f"{why} with '{key}'" in done.err
    assert kept.path.exists()


def test_folders_that_are_no_entries_are_left_alone(
    capsys: pytest.CaptureFixture[str], cache_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "key.json").write_text("{}")
    entry = made(1)
    (entry.path / "notes.txt").write_text("mine")
    (cache_folder / "features" / ("0" * 64)).symlink_to(tmp_path / "mine")
    (cache_folder / "features" / "own").mkdir()
    assert here(capsys, "cache", "clear").out.startswith("removed 1 entry, ")
    assert (tmp_path / "mine" / "key.json").exists()
    assert (cache_folder / "features" / "own").exists()
    assert [path.name for path in entry.path.iterdir()] == ["notes.txt"]


def test_what_an_entry_is_called_cannot_speak_to_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    made(1, about="\x1b]0;pwned\x07\n[red]x")
    assert "\x1b" not in here(capsys, "cache").out
    assert "[red]x" in here(capsys, "cache").out


def test_a_limit_that_is_no_size_is_a_misuse(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETSPEC_FEATURE_CACHE", "all")
    done = here(capsys, "cache")
    assert done.status == 2
    assert "NETSPEC_FEATURE_CACHE is 'all', and takes a size" in done.err


def test_it_loads_neither_numpy_nor_tensorflow(tmp_path: Path) -> None:
    made(2)
    program = (
        "import sys; from netspec.cli import main; main(['cache']); main(['cache', 'clear']); "
        "assert not {'numpy', 'tensorflow', 'keras'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "removed 1 entry" in done.stdout
