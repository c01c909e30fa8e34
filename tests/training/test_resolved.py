"""The resolved spec means what the spec meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.analysis import analyse
from netspec.source.nodes import Source
from netspec.source.parse import parse
from netspec.spec.resolved import dump_yaml, resolved_yaml

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**31), 2**31)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zl", "Zp", "Cn")))
    | st.sampled_from(["no", "1e-3", "017", "0x1F", "12:30", "~", "", "=", "<<", "1_000", ".5"])
)


@given(
    st.recursive(
        SCALARS,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.from_regex(r"[a-zA-Z]\w{0,9}", fullmatch=True), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_what_is_written_is_read_back(value: object) -> None:
    root, findings = parse(Source("x", dump_yaml({"value": value})))

    assert findings == []
    assert root is not None
    assert root.value() == {"value": value}


@pytest.mark.parametrize("path", sorted(Path("specs").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_resolved_spec_is_the_same_spec(path: Path, tmp_path: Path) -> None:
    document, graph = analyse(path, ("seed=7",)).require()
    resolved = tmp_path / "resolved.yaml"

    resolved.write_text(resolved_yaml(document))
    again, same = analyse(resolved).require()

    assert again.spec == document.spec
    assert again.name == document.name
    assert same.parameters == graph.parameters
    assert resolved_yaml(again) == resolved.read_text()
