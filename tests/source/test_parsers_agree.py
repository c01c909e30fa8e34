"""The C parser and the pure Python one give the same trees, and neither ever raises.

PyYAML's two parsers do not accept quite the same texts: the Python one refuses tabs within a line and `?` in flow
mappings, and reads `{a:[1]}`. Such texts are a tree to one and a finding to the other; what both read is the same.
"""

from __future__ import annotations

import string
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from netspec.diagnostics import Code, Finding
from netspec.source import parse as module
from netspec.source.decode import decode
from netspec.source.parse import parse
from tests.source.conftest import LOADERS
from tests.source.trees import plain

if TYPE_CHECKING:
    from netspec.source.nodes import Node

CORPORA = sorted(Path(__file__).parents[1].joinpath("specs").rglob("*.yaml"))
PIECES = [*"{}[]:,-&*!|>'\"%@`#?~ \n\tab1.<=/\\é🙂", "<<: ", "- ", "? ", "${", "\n  ", "---\n"]
PIECES += ["...\n", "%YAML 1.2\n", "&a ", "*a ", "!!int ", "\r\n", ": ", ", ", "1e3", "null"]

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(string.printable.strip() + " äé大🙂\n", max_size=12)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(string.ascii_letters + "_", max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def outcome(text: str, loader: str) -> tuple[Node | None, list[Finding]]:
    source, findings = decode(text.encode("utf-8", "surrogatepass"), "spec.yaml")
    if findings:
        return None, findings
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_LOADER", LOADERS[loader])
        return parse(source)


def assert_same(text: str) -> None:
    """What both read is the same; what either refuses is a finding."""
    outcomes = {loader: outcome(text, loader) for loader in LOADERS}
    for root, findings in outcomes.values():
        assert (root is None) <= bool(findings)
        lines = text.count("\n") + text.count("\r") + 1
        assert all(1 <= f.line <= lines and f.column >= 1 and f.message for f in findings)
    (left, found), (right, also) = outcomes.values()
    if left is not None and right is not None:
        assert plain(left) == plain(right)
        assert found == also


@pytest.mark.parametrize("path", CORPORA, ids=lambda path: path.stem)
def test_both_parsers_read_the_corpora_alike(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    (left, found), (right, also) = (outcome(text, loader) for loader in LOADERS)
    assert plain(left) == plain(right)
    codes = [(finding.code, finding.line, finding.column) for finding in found]
    assert codes == [(finding.code, finding.line, finding.column) for finding in also]


@given(value=values, flow=st.sampled_from([None, True, False]), indent=st.integers(2, 5))
def test_both_parsers_read_what_a_dumper_writes(
    value: object, *, flow: bool | None, indent: int
) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=flow, indent=indent)
    (left, found), (right, also) = (outcome(text, loader) for loader in LOADERS)
    assert plain(left) == plain(right)
    assert found == also


@given(st.text(max_size=60))
def test_any_text_is_a_tree_or_findings(text: str) -> None:
    assert_same(text)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_string_of_yaml_is_a_tree_or_findings(text: str) -> None:
    assert_same(text)


@given(
    path=st.sampled_from([path for path in CORPORA if path.parent.name == "valid"]),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.sampled_from(PIECES), st.integers(0, 3))),
)
def test_any_mutated_spec_is_a_tree_or_findings(
    path: Path, cuts: list[tuple[float, str, int]]
) -> None:
    text = path.read_text(encoding="utf-8")
    for share, piece, dropped in cuts:
        at = int(share * len(text))
        text = text[:at] + piece + text[at + dropped :]
    assert_same(text)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_text_or_findings(data: bytes) -> None:
    source, findings = decode(data, "spec.yaml")
    if findings:
        assert all(f.code in {Code.ENCODING, Code.CHARACTER} for f in findings)
    else:
        assert_same(source.text)


@pytest.mark.parametrize(("there", "name"), [(True, "CLoader"), (False, "Loader")])
def test_the_c_parser_is_used_where_it_is_there(there: bool, name: str) -> None:
    code = (
        f"import yaml\n{'' if there else 'del yaml.CLoader'}\n"
        "from netspec.source import parse\nprint(parse._LOADER.__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"{name}\n"
