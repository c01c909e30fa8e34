"""What small specs could blow up by variables, repeats and blocks ends in findings; tests/source has hostile texts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.diagnostics import MAX_FINDINGS, Code

if TYPE_CHECKING:
    from pathlib import Path


def spec(*layers: str, variables: str = "null", blocks: str = "null", shape: str = "[8]") -> str:
    listed = "".join(f"    - {layer}\n" for layer in layers)
    return (
        f"netspec: 1\nvars: {variables}\n"
        f"model:\n  input: {shape}\n  blocks: {blocks}\n  layers:\n{listed}"
    )


def variables(values: dict[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in values.items()) + "}"


def blocks(definitions: dict[str, str]) -> str:
    return variables({name: f"{{layers: [{items}]}}" for name, items in definitions.items()})


NUMBERS = "[" + ", ".join(["1"] * 2000) + "]"
LETTERS = "abcdefghij"
DOUBLING = {above: f'["${{{below}}}", "${{{below}}}"]' for below, above in pairwise(LETTERS)}
DEEPER = {f"a{n}": "[" * 20 + f'"${{a{n - 1}}}"' + "]" * 20 for n in range(1, 30)}
HOSTILE: dict[str, tuple[str, set[Code]]] = {
    "lists that double": (
        spec('Dense: {units: "${j}"}', variables=variables({"a": NUMBERS, **DOUBLING})),
        {Code.EXPANSION},
    ),
    "lists that deepen": (
        spec('Dense: {units: "${a29}"}', variables=variables({"a0": "1", **DEEPER})),
        {Code.EXPANSION},
    ),
    "texts that double": (
        spec(
            'Dense: {units: 3, activation: "${e}"}',
            variables=variables(
                {"a": "x" * 900, **{b: f'"{f"${{{a}}}" * 40}"' for a, b in zip("abcd", "bcde", strict=True)}}
            ),
        ),
        {Code.EXPRESSION},
    ),
    "lists compared": (
        spec(
            *([f'Dense: {{units: 3, when: {"==".join(["a", "b"] * 40)}}}'] * 20),
            variables=variables({"a": NUMBERS, "b": NUMBERS}),
        ),
        {Code.EXPRESSION},
    ),
    "blocks that double": (
        spec("b0", "Flatten", blocks=blocks({**{f"b{n}": f"b{n + 1}, b{n + 1}" for n in range(30)}, "b30": "ReLU"})),
        {Code.EXPANSION},
    ),
    "blocks of nothing that double": (
        spec(
            "Flatten", "b0",
            blocks=blocks({**{f"b{n}": f"b{n + 1}, b{n + 1}" for n in range(30)}, "b30": "{ReLU: {when: false}}"}),
        ),
        {Code.EXPANSION},
    ),
    "blocks that nothing uses, and that double": (
        spec("Flatten", blocks=blocks({**{f"b{n}": f"b{n + 1}, b{n + 1}" for n in range(30)}, "b30": "ReLU"})),
        {Code.EXPANSION, Code.UNUSED_NAME},
    ),
    "repeats in repeats": (
        spec("b: {repeat: 10000}", blocks=blocks({"b": "{c: {repeat: 10000}}", "c": "{ReLU: {repeat: 10000}}"})),
        {Code.EXPANSION},
    ),
    "networks in layers that multiply": (
        spec(
            "b0",
            blocks=blocks(
                {**{f"b{n}": ", ".join([f"{{TimeDistributed: {{layer: b{n + 1}}}}}"] * 9) for n in range(5)},
                 "b5": "ReLU"}
            ),
            shape="[2, 2, 2, 2, 2, 2, 2]",
        ),
        {Code.EXPANSION},
    ),
    "a mistake in every copy": (spec('Dense: {units: "${index / 0}", repeat: 9999}'), {Code.EXPRESSION}),
    "a mistake in every copy of a block": (
        spec("b: {repeat: 2000}", blocks=blocks({"b": "{Dense: {unts: 3}}, {Dense: {units: '${x}'}}, Flaten"})),
        {Code.UNKNOWN_KEY, Code.UNKNOWN_VARIABLE, Code.UNKNOWN_KIND},
    ),
    "an element of a long list in every copy": (
        spec('Dense: {units: "${a[index]}", repeat: 2000}', variables=variables({"a": NUMBERS})),
        set(),
    ),
    "a path of many steps": (spec(f"Add: {{inputs: [input, input{'.a' * 5000}]}}"), {Code.UNKNOWN_NAME}),
    "a chain of reuses": (
        spec("Dense: {name: d0, units: 8}", *(f"Reuse: {{layer: d{n}, name: d{n + 1}}}" for n in range(500))),
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_could_blow_up_ends_in_few_findings(name: str, tmp_path: Path) -> None:
    text, codes = HOSTILE[name]
    assert len(text) < 64 * 1024
    path = tmp_path / "spec.yaml"
    path.write_text(text)
    analysis = analyse(path)
    assert {finding.code for finding in analysis.findings} == codes
    assert len(analysis.findings) <= MAX_FINDINGS
    assert analysis.failed == bool(codes)
