"""Small specs with blocks, written from their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.analysis import Analysis, analyse

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.diagnostics import Finding
    from netspec.graph.graph import Graph

# A layer in a block.
D = "{Dense: {units: 4}}"


def analysis(
    spec: Path,
    *layers: str,
    blocks: str = "",
    shape: str = "[8]",
    variables: str = "",
    output: str = "",
) -> Analysis:
    """Of a spec whose blocks stand from line 5, and whose layers from line 9 where there is one block."""
    lines = ["netspec: 1", f"vars: {variables or 'null'}", "model:", "  blocks:", "  {BLOCKS}"]
    lines[4:] = [f"    {block}" for block in blocks.strip().splitlines()] or ["    null"]
    lines += [f"  input: {shape}", f"  output: {output or 'null'}"]
    lines += ["  layers:", *(f"    - {layer}" for layer in layers)]
    spec.write_text("\n".join(lines) + "\n")
    return analyse(spec)


def graph(spec: Path, *layers: str, **parts: str) -> Graph:
    done = analysis(spec, *layers, **parts)
    assert [str(finding) for finding in done.findings] == []
    return done.require()[1]


def one(spec: Path, *layers: str, **parts: str) -> Finding:
    findings = analysis(spec, *layers, **parts).findings
    assert len(findings) == 1, "\n".join(map(str, findings))
    return findings[0]


def units(done: Graph) -> dict[str, int | None]:
    return {name: node.output_shape[-1] for name, node in done.nodes.items() if node.output_shape}


def wiring(done: Graph) -> dict[str, tuple[str, ...]]:
    return {name: node.inputs for name, node in done.nodes.items()}


def shown(finding: Finding) -> tuple[str, int, str]:
    """The code, the line, and what is underlined there."""
    place = finding.place
    assert place.line == place.end_line
    line = place.source.lines[place.line - 1]
    return finding.code, place.line, line[place.column - 1 : place.end_column - 1]
