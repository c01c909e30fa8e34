"""What would crash, hang or fool a YAML reader is a finding. In processes of their own, so that a crash is seen."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MEBIBYTE = 1 << 20
VALID = b"netspec: 1\nmodel: {input: [3], layers: [{Dense: {units: 2}}]}\n"
LAUGHS = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (name, name, b",".join([b"*%c" % before] * 9))
    for before, name in zip(b"abcdefgh", b"bcdefghi", strict=True)
)
HOSTILE: dict[str, tuple[bytes, set[str]]] = {
    "brackets": (b"[" * 50_000, {"NS105"}),
    "a mebibyte of brackets": (b"[" * MEBIBYTE, {"NS105"}),
    "braces": (b"{" * 50_000, {"NS105"}),
    "nested mappings": (b"{a: " * 50_000, {"NS105"}),
    "dashes": (b"- " * 50_000, {"NS105"}),
    "question marks": (b"? " * 50_000, {"NS105"}),
    "indented keys": (b"".join(b" " * n + b"a:\n" for n in range(1000)), {"NS105"}),
    "billion laughs": (LAUGHS, {"NS106"}),
    "laughing merges": (LAUGHS.replace(b"[", b"{<<: [").replace(b"]", b"]}"), {"NS106", "NS114"}),
    "nested aliases": (
        b"a0: &a0 [x]\n" + b"".join(b"a%d: &a%d [*a%d]\n" % (n, n, n - 1) for n in range(1, 900)),
        {"NS105"},
    ),
    "aliases": (b"a: &a 1\nb: [" + b"*a," * 5000 + b"]\n", {"NS107"}),
    "recursive alias": (b"&a [*a]\n", {"NS107"}),
    "recursive merge": (b"a: &a {<<: *a}\n", {"NS107"}),
    "nodes": (b"[" + b"1," * 510_000 + b"]", {"NS106"}),
    "5,000 digits": (b"seed: " + b"7" * 5000 + b"\n", {"NS111", "NS202"}),
    "hexadecimal digits": (b"seed: 0x" + b"f" * 100_000 + b"\n", {"NS111", "NS202"}),
    "exponent": (b"seed: 1e99999999\n", {"NS111", "NS202"}),
    "python object": (b"!!python/object/apply:os._exit [7]\n", {"NS109"}),
    "python name": (VALID + b"name: !!python/name:os.system ''\n", {"NS109"}),
    "two documents": (VALID + b"---\n" + VALID, {"NS110"}),
    "duplicate keys": (VALID * 2, {"NS108"}),
    "UTF-16": (VALID.decode().encode("utf-16"), {"NS101"}),
    "UTF-32 without mark": (VALID.decode().encode("utf-32-le"), {"NS101"}),
    "latin-1": (VALID + b"# \xe9\n", {"NS101"}),
    "surrogate": (VALID + b"# \xed\xa0\x80\n", {"NS101"}),
    "escaped surrogate": (VALID + b'name: "\\ud800"\n', {"NS103"}),
    "escaped surrogate pair": (VALID + b'x-a: "\\ud83d\\ude42"\n', {"NS103"}),
    "escaped beyond Unicode": (VALID + b'name: "\\UFFFFFFFF"\n', {"NS103"}),
    "terminal escapes": (VALID + b"# \x1b]0;title\x07\x1b[2J\n", {"NS104"}),
    "bidirectional override": (VALID + "# \u202etxet\n".encode(), {"NS104"}),
    "byte order mark inside": (VALID + "\ufeff\n".encode(), {"NS104"}),
    "binary": (bytes(range(256)) * 100, {"NS101"}),
    "zeros": (b"\0" * MEBIBYTE, {"NS101"}),
    "controls": (b"\x01" * MEBIBYTE, {"NS104"}),
    "too large": (b"#" * (MEBIBYTE + 1), {"NS102"}),
    "line breaks": (b"\n" * MEBIBYTE, {"NS113"}),
    "one long text": (b"a" * MEBIBYTE, {"NS203"}),
    "unclosed quotes": (b'"' + b"a\n" * 500_000, {"NS103"}),
    "colons": (b":" * 50_000, {"NS103"}),
    "exclamation marks": (b"!" * 50_000, {"NS109", "NS113"}),
    "unknown layers": (VALID[:-3] + b", Flaten" * 50_000 + b"]}\n", {"NS204"}),
    "unknown names": (
        VALID[:-3] + b"".join(b", {Dense: {units: 1, inputs: x%d}}" % n for n in range(3000))
        + b"]}\n",
        {"NS302"},
    ),
    "unknown sections": (VALID + b"".join(b"s%d: 1\n" % n for n in range(50_000)), {"NS201"}),
    "only a byte order mark": (b"\xef\xbb\xbf", {"NS113"}),
    "nothing": (b"", {"NS113"}),
}  # fmt: skip
# Where the C parser refuses a text, the Python one reads it, and the next check refuses it.
OTHERWISE_IN_PYTHON = {"escaped surrogate": {"NS104"}, "escaped surrogate pair": {"NS104"}}
# The C parser reads a mebibyte in a second or two; the Python one takes some 20 times as long.
SLOW_IN_PYTHON = {"nodes", "unknown layers", "unknown sections", "unclosed quotes"}
CHECK = """
import sys, yaml
from netspec.source import parse
parse._LOADER = getattr(yaml, sys.argv[1])
from netspec.cli import main
sys.exit(main(["validate", "--format", "json", *sys.argv[2:]]))
"""


def check(loader: str, *paths: Path) -> tuple[int, dict[str, set[str]]]:
    """The exit status, and the codes found in each file."""
    done = subprocess.run(
        [sys.executable, "-c", CHECK, loader, *map(str, paths)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode >= 0, f"killed by signal {-done.returncode}"
    codes: dict[str, set[str]] = {}
    for finding in json.loads(done.stdout)["findings"]:
        codes.setdefault(finding["file"], set()).add(finding["code"])
    return done.returncode, codes


@pytest.fixture(scope="module", params=["CLoader", "Loader"])
def found(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, set[str]]:
    """The codes found in each text, by one process a parser."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = {}
    for number, (name, (data, _)) in enumerate(HOSTILE.items()):
        if request.param == "Loader" and name in SLOW_IN_PYTHON:
            continue
        paths[name] = folder / f"{number}.yaml"
        paths[name].write_bytes(data)
    started = time.monotonic()
    status, codes = check(request.param, *paths.values())
    assert status == 1
    assert time.monotonic() - started < 60
    return {name: codes.get(str(path), set()) for name, path in paths.items()}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_a_finding(name: str, found: dict[str, set[str]]) -> None:
    if name not in found:
        pytest.skip("the Python parser takes too long for a test")
    assert found[name] in (HOSTILE[name][1], OTHERWISE_IN_PYTHON.get(name))


@pytest.mark.parametrize("loader", ["CLoader", "Loader"])
def test_fifty_thousand_brackets_do_not_end_the_process(loader: str, tmp_path: Path) -> None:
    path = tmp_path / "brackets.yaml"
    path.write_bytes(b"[" * 50_000)
    assert check(loader, path) == (1, {str(path): {"NS105"}})


def test_a_spec_with_hostile_neighbours_is_still_checked(tmp_path: Path) -> None:
    bad, good = tmp_path / "bad.yaml", tmp_path / "good.yaml"
    bad.write_bytes(b"{" * 50_000)
    good.write_bytes(VALID)
    assert check("CLoader", bad, good) == (1, {str(bad): {"NS105"}})
