"""The resolved spec means what the spec meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netspec.analysis import analyse
from netspec.source.nodes import Source
from netspec.source.parse import parse
from netspec.spec.layout import node_of, yaml_text
from netspec.spec.resolved import resolved_yaml
from tests.report.same_network import form, sections

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
    root, findings = parse(Source("x", yaml_text(node_of({"value": value}))))

    assert findings == []
    assert root is not None
    assert root.value() == {"value": value}


@pytest.mark.parametrize("path", sorted(Path("specs").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_resolved_spec_is_the_same_spec(path: Path, tmp_path: Path) -> None:
    document, graph = analyse(path, ("seed=7",)).require()
    resolved = tmp_path / "resolved.yaml"

    resolved.write_text(resolved_yaml(document))
    again, same = analyse(resolved).require()

    assert sections(again) == sections(document)
    assert form(same) == form(graph)
    assert list(same.nodes) == list(graph.nodes)  # names, and with them first weights
    assert resolved_yaml(again) == resolved.read_text()


def test_a_resolved_spec_knows_where_the_pictures_are() -> None:
    document, _ = analyse("specs/cats_vs_dogs.yaml").require()

    text = resolved_yaml(document, path="pets/2026")

    assert "  source: {ImageFolder: {path: pets/2026}}\n" in text
    assert "  classes: [Cat, Dog]\n" in text


def test_of_a_source_only_the_path_is_another() -> None:
    document, _ = analyse("tests/specs/valid/source-csv-every-field.yaml").require()

    text = resolved_yaml(document, path="tables/photos.csv")

    assert text == resolved_yaml(document).replace("path: photos.csv", "path: tables/photos.csv")
    assert "path: tables/photos.csv" in text


def test_a_source_without_a_path_stays_as_it_is() -> None:
    document, _ = analyse("specs/cifar10.yaml").require()
    assert resolved_yaml(document, path="cifar10") == resolved_yaml(document)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("no", '"no"'),
        ("1/255", "1/255"),
        ("$input", "$input"),
        ("1e3", '"1e3"'),
        ("${a + 'b'}", "\"${a + 'b'}\""),
        ('${a + "b"}', "'${a + \"b\"}'"),
        ("not project", "not project"),
        ("by == 'halve'", "by == 'halve'"),
        ("a: b", '"a: b"'),
        ("a\nb\x1b[31m", r'"a\nb\u001b[31m"'),
        ("\U000e0001", r'"\U000e0001"'),
        (1e-05, "1e-05"),
        (float("inf"), ".inf"),
        ([], "[]"),
        ({}, "{}"),
        ([None, True, {"a": [1]}], "[null, true, {a: [1]}]"),
    ],
)
def test_values_are_written_as_people_write_them(value: object, written: str) -> None:
    assert yaml_text(node_of({"value": value}), lambda _: False) == f"value: {written}\n"
