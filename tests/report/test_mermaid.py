"""The flowchart of a network has a box a row, an arrow a way, and nothing in its labels that could act."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import netspec
from netspec.report.escape import mermaid
from netspec.report.mermaid import MAX_ARROWS, MAX_TEXT, chart_of, drawable

ZOO = sorted(Path("specs/zoo").glob("*.yaml"))
BOX = re.compile(r'    (n\d+|out\d+)(?:\(\[|\[)"<b>[^"]*"(?:\]\)|\])(:::ends)?')
ARROW = re.compile(r"    (\w+) (-->|-\. same weights \.-) (\w+)")


def chart(path: Path, *, depth: int | None = None) -> str:
    document, graph = netspec.load(path).analysis.require()
    return chart_of(graph, document, depth=depth)


@pytest.mark.parametrize("path", ZOO, ids=lambda path: path.stem)
def test_every_network_is_drawn_by_github(path: Path) -> None:
    text = chart(path)
    assert drawable(text)
    assert len(text) <= MAX_TEXT
    first, *lines, last = text.splitlines()
    assert (first, last) == ("flowchart TD", "    classDef ends stroke-width:3px")
    lines = [line for line in lines if not line.startswith("    %% ")]
    boxes = [match[1] for line in lines if (match := BOX.fullmatch(line))]
    arrows = [match for line in lines if (match := ARROW.fullmatch(line))]
    assert len(boxes) + len(arrows) == len(lines)
    assert len({*boxes}) == len(boxes)
    assert len({match[0] for match in arrows}) == len(arrows) <= MAX_ARROWS
    assert {name for match in arrows for name in (match[1], match[3])} == {*boxes}


def test_a_network_too_large_for_github_is_folded_and_says_so() -> None:
    path = Path("specs/zoo/nasnetmobile.yaml")
    assert "    %% --depth 2, as GitHub draws no more than 500 arrows" in chart(path).splitlines()
    assert not drawable(netspec.summarize(path).to_mermaid())


def test_arrows_between_folded_blocks_are_merged(tmp_path: Path) -> None:
    text = chart(Path("benchmarks/networks/unet.yaml"), depth=1)
    arrows = [line.strip() for line in text.splitlines() if "-->" in line]
    assert arrows == [
        "n0 --> n1",
        "n1 --> n2",
        "n2 --> n3",
        "n3 --> n4",
        "n2 --> n4",
        "n4 --> n5",
        "n1 --> n5",
        "n5 --> n6",
        "n6 --> out0",
    ]
    assert (
        '    n1["<b>d1</b><br>down, 3 layers<br>(64, 64, 32), (128, 128, 32)<br>9,568 parameters"]'
        in text
    )


def test_two_outputs_of_a_layer_are_one_arrow(tmp_path: Path) -> None:
    path = tmp_path / "states.yaml"
    path.write_text(
        "netspec: 1\nmodel:\n  input: [6, 4]\n  layers:\n"
        "    - LSTM: {units: 2, return_state: true, outputs: [last, h, c]}\n"
        "    - Concatenate: {inputs: [last, h, c]}\n"
    )
    assert [line for line in chart(path).splitlines() if "n1 -->" in line] == ["    n1 --> n2"]


def test_the_same_weights_are_joined(tmp_path: Path) -> None:
    path = tmp_path / "twins.yaml"
    path.write_text(
        "netspec: 1\nmodel:\n  input: {left: [4], right: [4]}\n  layers:\n"
        "    - Dense: {name: one, inputs: left, units: 2}\n"
        "    - Reuse: {layer: one, name: two, inputs: right}\n"
        "    - Add: {inputs: [one, two]}\n"
    )
    assert "    n2 -. same weights .- n3" in chart(path).splitlines()


@pytest.mark.parametrize(
    "text",
    [
        '"]; click n0 "javascript:alert(1)"',
        "<img src=x onerror=alert(1)>",
        "a`**b**`",
        "\n%%{init: {}}%%",
        "#quot;",
    ],
)
def test_labels_cannot_act(text: str) -> None:
    escaped = mermaid(text)
    assert not set('"<>`*%{}[];\n#&') & set(re.sub(r"#\d+;", "", escaped))
