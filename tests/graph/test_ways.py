"""A finding about shapes knows how they came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.analysis import analyse

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.diagnostics import Finding


def found(tmp_path: Path, layers: str, more: str = "") -> Finding:
    """The one error of a network for maps of 12 x 12 pixels."""
    path = tmp_path / "a.yaml"
    path.write_text(f"netspec: 1\nmodel:\n  input: [12, 12, 1]\n{more}  layers:\n{layers}")
    (finding,) = (each for each in analyse(path).findings if each.severity == "error")
    return finding


def told(finding: Finding) -> list[list[tuple[str, str, tuple[int | None, ...], int | None]]]:
    return [
        [
            (each.name, each.kind, each.shape, each.place.line if each.place else None)
            for each in way
        ]
        for way in finding.shapes
    ]


def test_a_map_that_is_too_small_is_told_from_the_input_on(tmp_path: Path) -> None:
    layers = "    - MaxPooling2D\n    - ReLU\n    - MaxPooling2D: {pool_size: 4}\n"
    finding = found(tmp_path, layers + "    - Conv2D: {filters: 4, kernel_size: 3}\n")
    assert finding.code == "NS402"
    assert told(finding) == [
        [
            ("input", "Input", (12, 12, 1), None),
            ("max_pooling2d", "MaxPooling2D", (6, 6, 1), 5),
            ("re_lu", "ReLU", (6, 6, 1), 6),
            ("max_pooling2d_1", "MaxPooling2D", (1, 1, 1), 7),
        ]
    ]


def test_each_input_of_a_merge_has_its_way(tmp_path: Path) -> None:
    layers = "    - MaxPooling2D: {name: a}\n    - ReLU: {name: b, inputs: input}\n"
    finding = found(tmp_path, layers + "    - Add: {inputs: [a, b]}\n")
    assert [[step[0] for step in way] for way in told(finding)] == [["input", "a"], ["input", "b"]]


def test_a_way_leads_through_blocks(tmp_path: Path) -> None:
    blocks = "  blocks:\n    half: {layers: [MaxPooling2D, ReLU]}\n"
    layers = "    - half: {name: first, repeat: 3}\n    - MaxPooling2D: {pool_size: 2}\n"
    finding = found(tmp_path, layers, blocks)
    (way,) = told(finding)
    assert way[0][0] == "input"
    assert way[-1][0] == "first.2.re_lu"
    assert way[-1][3] == 5


def test_a_long_way_is_followed_back_so_far(tmp_path: Path) -> None:
    layers = "    - ReLU\n" * 1_000
    finding = found(
        tmp_path,
        layers + "    - Dense: {units: 3}\n    - Flatten\n    - Flatten\n    - MaxPooling2D\n",
    )
    (way,) = finding.shapes
    assert len(way) == 200
    assert way[-1].name == "flatten_1"
