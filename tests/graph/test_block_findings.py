"""What is wrong with blocks, or too much of them, is told once, where it is written, with the use that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.diagnostics import Code
from tests.graph.written import D, analysis, graph, one, shown

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return tmp_path / "spec.yaml"


# Cycles, nesting, limits.


@pytest.mark.parametrize(
    ("blocks", "message", "line"),
    [
        ("a: {layers: [a]}", "a → a", 5),
        (f"a: {{layers: [{D}, b]}}\nb: {{layers: [a]}}", "a → b → a", 6),
        ("a: {layers: [b]}\nb: {layers: [{c: }]}\nc: {layers: [{b: {repeat: 2}}]}", "b → c → b", 7),
        ("a: {layers: [{TimeDistributed: {layer: a}}]}", "a → a", 5),
    ],
)
def test_a_block_that_uses_itself_is_told_with_the_way_round(
    spec: Path, blocks: str, message: str, line: int
) -> None:
    for layers in (("a",), (D,)):  # used or not
        done = analysis(spec, *layers, blocks=blocks, shape="[3, 8]")
        errors = [finding for finding in done.findings if finding.severity == "error"]
        assert len(errors) == 1, errors
        assert (errors[0].code, errors[0].line) == (Code.CYCLE, line)
        assert message in errors[0].message


def test_a_condition_does_not_end_a_recursion(spec: Path) -> None:
    blocks = f'a: {{params: {{n: 3}}, layers: [{D}, {{a: {{n: "${{n - 1}}", when: n > 0}}}}]}}'
    assert one(spec, "a", blocks=blocks).code is Code.CYCLE


def test_blocks_are_nested_32_deep_and_no_deeper(spec: Path) -> None:
    def nested(depth: int) -> str:
        lines = [f"b{n}: {{layers: [b{n + 1}]}}" for n in range(depth - 1)]
        return "\n".join([*lines, f"b{depth - 1}: {{layers: [{D}]}}"])

    (name,) = graph(spec, "b0", blocks=nested(32)).nodes
    assert name.count(".") == 32
    finding = one(spec, "b0", blocks=nested(33))
    assert finding.code is Code.EXPANSION
    assert finding.line == 5 + 31


@pytest.mark.parametrize(
    ("layers", "blocks", "fits"),
    [
        (["ReLU: {repeat: 10000}"], "", True),
        (["ReLU: {repeat: 9999}", "ReLU", "ReLU"], "", False),
        (["b: {repeat: 99}"], "b: {layers: [{ReLU: {repeat: 100}}]}", True),
        (["b: {repeat: 101}"], "b: {layers: [{ReLU: {repeat: 100}}]}", False),
        (["b: {repeat: 99}"], "b: {layers: [{c: {repeat: 99}}]}\nc: {layers: [{ReLU: {repeat: 99}}]}", False),
        (["ReLU", "b: {repeat: 10000}"], "b: {layers: [{ReLU: {when: false}}, {ReLU: {when: false}}]}", False),
    ],
)  # fmt: skip
def test_a_network_has_at_most_10000_layers(
    spec: Path, layers: list[str], blocks: str, *, fits: bool
) -> None:
    done = analysis(spec, *layers, blocks=blocks)
    found = [finding.code for finding in done.findings]
    assert found == ([] if fits else [Code.EXPANSION])


def test_names_of_copies_and_of_layers_do_not_meet(spec: Path) -> None:
    """Names are joined by dots, which no given name holds, and by `-` in Keras, which none holds either."""
    done = graph(
        spec, "b: {name: a, repeat: 2}", "Dense: {name: a_0, units: 4}", "b: {name: a_1}",
        blocks=f"b: {{layers: [{D}, {{Dense: {{name: dense_1, units: 4}}}}, {D}]}}",
    )  # fmt: skip
    assert len({name.replace(".", "-") for name in done.nodes}) == len(done.nodes) == 10
    assert [*done.nodes][:3] == ["a.0.dense", "a.0.dense_1", "a.0.dense_2"]


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (["b: {name: x}", "ReLU: {name: x}"], [(10, "x")]),
        (["b: {name: input}"], [(9, "input")]),
        (["Dense: {name: x, units: 8}", "Reuse: {layer: x, name: x}"], [(10, "x")]),
        (["b: {name: b}", "b", "b: {name: b_1}"], []),
    ],
)
def test_names_of_uses_are_names_like_others(
    spec: Path, layers: list[str], expected: list[tuple[int, str]]
) -> None:
    done = analysis(spec, *layers, "b", blocks=f"b: {{layers: [{D}]}}")
    assert [shown(finding) for finding in done.findings] == [
        (Code.DUPLICATE_NAME, *place) for place in expected
    ]


def test_in_a_block_names_are_given_once_too(spec: Path) -> None:
    blocks = "b: {layers: [{ReLU: {name: x}}, {ReLU: {name: x}}]}"
    finding = one(spec, "b", "b", "b: {repeat: 3}", blocks=blocks)
    assert shown(finding) == (Code.DUPLICATE_NAME, 5, "x")
    assert finding.column == 51


# Findings.


def test_a_mistake_in_a_block_is_one_finding_with_the_first_use(spec: Path) -> None:
    blocks = "b: {layers: [{Dense: {units: 4}}, {Conv2D: {filters: 2, kernel_size: 3}}]}"
    uses = [f"b: {{name: u{n}, inputs: input}}" for n in range(3)]
    finding = one(spec, *uses, "b: {inputs: input, repeat: 2}", blocks=blocks)
    assert shown(finding) == (Code.RANK, 5, "Conv2D")
    assert [place.line for place in finding.place.used_at] == [9]
    # The second copy of the last use takes what is unknown, and is silent.
    assert finding.message.endswith(" (and so in 3 more uses of the block)")
    finding = one(spec, D, "b", blocks=blocks)
    assert [place.line for place in finding.place.used_at] == [10]
    assert "more use" not in finding.message


def test_the_uses_of_nested_blocks_are_told_from_the_innermost(spec: Path) -> None:
    finding = one(
        spec, D, "outer",
        blocks="outer: {layers: [ReLU, inner]}\ninner: {layers: [{Conv2D: {filters: 2, kernel_size: 3}}]}",
    )  # fmt: skip
    assert shown(finding) == (Code.RANK, 6, "Conv2D")
    assert [(place.line, place.column) for place in finding.place.used_at] == [(5, 28), (11, 7)]
    assert all(place.used_at == () for place in finding.place.used_at)


def test_a_field_that_is_wrong_in_a_block_is_told_once_for_all_uses(spec: Path) -> None:
    blocks = 'b: {params: {n: 1}, layers: [{Dense: {units: "${n}", unts: 3}}]}'
    finding = one(spec, "b", "b: {n: 2}", "b: {n: 3, repeat: 4}", blocks=blocks)
    assert shown(finding) == (Code.UNKNOWN_KEY, 5, "unts")


def test_a_value_that_is_wrong_in_some_uses_is_told_of_these(spec: Path) -> None:
    blocks = 'b: {params: {n: }, layers: [{Dense: {units: "${n}"}}]}'
    finding = one(spec, "b: {n: 2}", "b: {n: 0}", "b: {n: 3}", "b: {n: x}", blocks=blocks)
    assert shown(finding) == (Code.VALUE, 5, '"${n}"')
    assert [place.line for place in finding.place.used_at] == [10]
    assert finding.message.endswith(" (and so in 1 more use of the block)")


def test_what_follows_from_an_expression_with_a_mistake_is_silent(spec: Path) -> None:
    done = analysis(
        spec, 'Dense: {name: a, units: "${x}"}', 'b: {n: "${x + 1}"}', "Dense: {units: 3, inputs: a}",
        blocks='b: {params: {n: }, layers: [{Dense: {units: "${n * 2}"}}, {Dense: {units: "${n}", when: n > 3}}]}',
        variables="{x: '${1 / 0}'}",
    )  # fmt: skip
    assert [shown(found) for found in done.findings] == [(Code.EXPRESSION, 2, "1 / 0")]


def test_a_block_that_nothing_uses_is_read_for_its_mistakes(spec: Path) -> None:
    blocks = 'b: {params: {n: , m: 2}, layers: [{Dense: {unts: "${n}", name: "${m}"}}, {Flaten: }]}'
    done = analysis(spec, D, blocks=blocks)
    assert [shown(f) for f in done.findings if f.severity == "error"] == [
        (Code.UNKNOWN_KEY, 5, "unts"),
        (Code.VALUE, 5, '"${m}"'),
        (Code.UNKNOWN_KIND, 5, "Flaten"),
    ]
    assert all(finding.place.used_at == () for finding in done.findings)


@pytest.mark.parametrize(
    ("blocks", "code", "line", "column"),
    [
        ("B: {layers: [ReLU]}", Code.VALUE, 5, 5),
        ("b-c: {layers: [ReLU]}", Code.VALUE, 5, 5),
        ("b:", Code.VALUE, 5, None),
        ("b: [ReLU]", Code.VALUE, 5, 8),
        ("b: {}", Code.MISSING_FIELD, 5, None),
        ("b: {layers: }", Code.VALUE, 5, None),
        ("b: {layers: []}", Code.VALUE, 5, 17),
        ("b: {layers: {ReLU: }}", Code.VALUE, 5, 17),
        ("b: {layer: [ReLU]}", Code.UNKNOWN_KEY, 5, 9),
        ("b: {layers: [ReLU], params: [n]}", Code.VALUE, 5, 33),
        ("b: {layers: [ReLU], params: {N: 1}}", Code.VALUE, 5, 34),
        ("b: {layers: [ReLU], inputs: x}", Code.VALUE, 5, 33),
        ("b: {layers: [ReLU], inputs: [$x]}", Code.VALUE, 5, 34),
        ("b: {layers: [ReLU], inputs: []}", Code.VALUE, 5, 33),
        ("b: {layers: [ReLU], name: x}", Code.UNKNOWN_KEY, 5, 25),
        ("b: {layers: [ReLU], inputs: [x, x]}", None, 5, None),
    ],
)
def test_a_definition_that_is_wrong_is_one_finding_and_uses_of_it_are_silent(
    spec: Path, blocks: str, code: Code | None, line: int, column: int | None
) -> None:
    name = blocks.partition(":")[0]
    for use in (f"{{{name}: {{n: 3}}}}", D):
        done = analysis(spec, "ReLU", use, blocks=blocks)
        errors = [finding for finding in done.findings if finding.severity == "error"]
        if use != D and name != "b":
            continue  # an item of such a name is a mistake of its own
        if use != D and code in {Code.VALUE, None} and "ReLU]" in blocks:
            continue  # the definition could be read well enough to know that it has no param n
        assert len(errors) == 1, errors
        assert code in {None, errors[0].code}
        assert errors[0].line == line
        assert column in {None, errors[0].column}
