"""Blocks become named layers, by their params and what they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.diagnostics import Code
from tests.graph.written import D, analysis, graph, one, shown, units, wiring

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return tmp_path / "spec.yaml"


# Params and variables.


def test_a_block_s_layers_are_called_after_its_use_and_follow_each_other(spec: Path) -> None:
    done = graph(
        spec, D, "pair", "pair: {name: last}", "pair",
        blocks=f"pair: {{layers: [{D}, {{ReLU: {{name: act}}}}]}}",
    )  # fmt: skip
    assert wiring(done) == {
        "dense": ("input",),
        "pair.dense": ("dense",),
        "pair.act": ("pair.dense",),
        "last.dense": ("pair.act",),
        "last.act": ("last.dense",),
        "pair_1.dense": ("last.act",),
        "pair_1.act": ("pair_1.dense",),
    }
    assert done.outputs == {"pair_1.act": "pair_1.act"}


def test_params_are_given_or_have_defaults(spec: Path) -> None:
    done = graph(
        spec, "b: {n: 5}", "b: {n: 6, m: 7}", "b: {m: 8, n: 9}",
        blocks='b: {params: {n: , m: 3}, layers: [{Dense: {units: "${n}"}}, {Dense: {units: "${m}"}}]}',
    )  # fmt: skip
    assert [*units(done).values()] == [5, 3, 6, 7, 9, 8]


def test_a_default_sees_variables_and_the_params_before_it(spec: Path) -> None:
    blocks = (
        'b: {params: {n: "${w}", m: "${n * 2}", k: "${m + w}"}, layers: [{Dense: {units: "${k}"}}]}'
    )
    done = graph(spec, "b", "b: {n: 1}", "b: {m: 1}", blocks=blocks, variables="{w: 10}")
    assert [*units(done).values()] == [30, 12, 11]


def test_a_default_does_not_see_the_params_after_it(spec: Path) -> None:
    blocks = 'b: {params: {n: "${m}", m: 3}, layers: [{Dense: {units: "${n + m}"}}]}'
    finding = one(spec, "b", blocks=blocks)
    assert shown(finding) == (Code.UNKNOWN_VARIABLE, 5, "m")
    done = graph(spec, "b", blocks=blocks, variables="{m: 10}")  # the variable is there already
    assert units(done) == {"b.dense": 13}


def test_a_param_shadows_a_variable_and_inner_blocks_see_the_variable(spec: Path) -> None:
    done = graph(
        spec, 'Dense: {units: "${n}"}', "outer: {n: 5}",
        blocks='outer: {params: {n: }, layers: [{Dense: {units: "${n}"}}, inner]}\n'
        'inner: {layers: [{Dense: {units: "${n}"}}]}',
        variables="{n: 3}",
    )  # fmt: skip
    assert units(done) == {"dense": 3, "outer.dense": 5, "outer.inner.dense": 3}


def test_an_argument_is_computed_where_it_is_written(spec: Path) -> None:
    done = graph(
        spec, 'outer: {n: "${n + 1}"}',
        blocks='outer: {params: {n: }, layers: [{inner: {n: "${n * 10}"}}]}\n'
        'inner: {params: {n: }, layers: [{Dense: {units: "${n}"}}]}',
        variables="{n: 1}",
    )  # fmt: skip
    assert units(done) == {"outer.inner.dense": 20}


def test_a_block_does_not_see_the_params_of_the_block_around_it(spec: Path) -> None:
    finding = one(
        spec, "outer: {n: 5}",
        blocks='outer: {params: {n: }, layers: [{Dense: {units: "${n}"}}, inner]}\n'
        'inner: {layers: [{Dense: {units: "${n}"}}]}',
    )  # fmt: skip
    assert shown(finding) == (Code.UNKNOWN_VARIABLE, 6, "n")
    assert finding.message == "there is no variable 'n'"


def test_params_are_values_of_every_kind(spec: Path) -> None:
    blocks = (
        'b: {params: {start: zeros}, layers: [{Dense: {units: 7, kernel_initializer: "${start}"}}]}'
    )
    graph(
        spec, "b: {start: {RandomUniform: {maxval: 0.1}}}", "b: {start: ones}", "b", blocks=blocks
    )
    finding = one(spec, "b: {start: {RandomUniform: {maxvl: 0.1}}}", "b", blocks=blocks)
    assert finding.code is Code.UNKNOWN_KEY
    blocks = 'b: {params: {sizes: [1, 2]}, layers: [{Dense: {units: "${sizes[1]}"}}]}'
    done = graph(spec, "b", "b: {sizes: [3, 9]}", blocks=blocks)
    assert [*units(done).values()] == [2, 9]


@pytest.mark.parametrize("use", ["b", "b: {}", "b:", "b: {m: 3}"])
def test_a_param_without_a_value_must_be_given(spec: Path, use: str) -> None:
    blocks = 'b: {params: {n: , m: 1}, layers: [{Dense: {units: "${n + m}"}}]}'
    finding = one(spec, use, blocks=blocks)
    assert shown(finding) == (Code.MISSING_FIELD, 9, "b")
    assert finding.message == "the block 'b' needs 'n'"
    assert finding.hint == "write `b: {n: …}`"


def test_null_is_a_value_and_a_default(spec: Path) -> None:
    blocks = 'b: {params: {act: null}, layers: [{Dense: {units: 3, activation: "${act}"}}]}'
    graph(spec, "b", "b: {act: relu}", "b: {act: null}", "b: {act: }", blocks=blocks)
    blocks = 'b: {params: {act: }, layers: [{Dense: {units: 3, activation: "${act}"}}]}'
    graph(spec, "b: {act: null}", "b: {act: relu}", blocks=blocks)
    blocks = 'b: {params: {act: ~}, layers: [{Dense: {units: 3, activation: "${act}"}}]}'
    graph(spec, "b", blocks=blocks)


@pytest.mark.parametrize(
    ("use", "code", "stretch", "message"),
    [
        ("b: {m: 3}", Code.UNKNOWN_KEY, "m", "the block 'b' has no param 'm'"),
        ("b: {N: 3}", Code.UNKNOWN_KEY, "N", "the block 'b' has no param 'N'"),
        (
            "b: {n: 3, trainable: false}",
            Code.UNKNOWN_KEY,
            "trainable",
            "the block 'b' has no param 'trainable'",
        ),
        (
            "b: {n: 3, outputs: [x]}",
            Code.UNKNOWN_KEY,
            "outputs",
            "the block 'b' has no param 'outputs'",
        ),
        ("b: 3", Code.ITEM_FORM, "3", "'b' takes its fields by name, not 3"),
        ("b: [3]", Code.ITEM_FORM, "[3]", "'b' takes its fields by name, not [3]"),
        ("c: {n: 3}", Code.UNKNOWN_KIND, "c", "there is no block 'c'"),
        ("dense: {units: 3}", Code.UNKNOWN_KIND, "dense", "there is no layer 'dense'"),
        ("max_pooling2d", Code.UNKNOWN_KIND, "max_pooling2d", "there is no layer 'max_pooling2d'"),
    ],
)
def test_a_use_that_is_wrong_is_told_where_it_is(
    spec: Path, use: str, code: Code, stretch: str, message: str
) -> None:
    blocks = 'b: {params: {n: 1}, layers: [{Dense: {units: "${n}"}}]}'
    finding = one(spec, "b: {n: 2}", use, blocks=blocks)
    assert shown(finding) == (code, 10, stretch)
    assert finding.message == message


@pytest.mark.parametrize(
    ("params", "use", "hint"),
    [
        ("{n: , m: 1}", "b: 3", "write `b: {n: 3}`"),
        ("{n: , m: 1}", "b: relu", "write `b: {n: relu}`"),
        ("{n: , m: 1}", "b: [3]", "write `b: {n: …}`"),
        ("{n: , m: }", "b: 3", "write `b: {n: …, m: …}`"),
        ("{n: 1, m: 1}", "b: 3", "write `b: {n: 3}`"),
        ("{}", "b: 3", "it has no params: write `b` alone"),
        ("{n: , m: }", "b: [first, second]", "write `b: {inputs: [first, second]}`"),
    ],
)
def test_a_value_alone_is_shown_by_a_param_s_name(
    spec: Path, params: str, use: str, hint: str
) -> None:
    blocks = f"b: {{params: {params}, layers: [{D}]}}"
    (finding,) = (
        each for each in analysis(spec, use, blocks=blocks).findings if each.severity == "error"
    )
    assert (finding.code, finding.hint) == (Code.ITEM_FORM, hint)


def test_a_reuse_of_a_name_alone_is_shown_with_its_field(spec: Path) -> None:
    finding = one(spec, "Dense: {name: first, units: 8}", "Reuse: first")
    assert finding.hint == "write `Reuse: {layer: first}`"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Basic", "write basic"),
        ("ResNetBlock", "write res_net_block"),
        ("my-block", "write my_block"),
        ("3x3", None),
    ],
)
def test_a_name_that_is_none_comes_with_one(spec: Path, name: str, hint: str | None) -> None:
    finding = one(spec, name, D[1:-1], blocks=f"{name}: {{layers: [{D}]}}")
    assert (shown(finding), finding.hint) == ((Code.VALUE, 5, name), hint)


@pytest.mark.parametrize(
    "name", ["index", "min", "and", "true", "name", "inputs", "repeat", "when"]
)
def test_a_param_cannot_be_called_as_what_means_something(spec: Path, name: str) -> None:
    blocks = f'b: {{params: {{"{name}": 3}}, layers: [{D}]}}'
    findings = [f for f in analysis(spec, "b", blocks=blocks).findings if f.severity == "error"]
    assert [shown(finding)[1:] for finding in findings] == [(5, f'"{name}"')]


# Inputs.


def test_a_block_names_what_it_takes(spec: Path) -> None:
    done = graph(
        spec, "Dense: {name: a, units: 3}", "Dense: {name: c, units: 5, inputs: input}",
        "join: {inputs: [a, c]}", "join: {name: other, inputs: {y: a, x: c}}",
        "Concatenate: {inputs: [join, other]}",
        blocks="join: {inputs: [x, y], layers: [{ReLU: {inputs: $y}}, {Concatenate: {inputs: [$x, re_lu]}}]}",
    )  # fmt: skip
    assert done.nodes["join.re_lu"].inputs == ("c",)
    assert done.nodes["join.concatenate"].inputs == ("a", "join.re_lu")
    assert done.nodes["other.re_lu"].inputs == ("a",)
    assert done.nodes["other.concatenate"].inputs == ("c", "other.re_lu")


def test_without_names_a_block_is_given_its_input(spec: Path) -> None:
    done = graph(
        spec, "Dense: {name: a, units: 4}", "residual", "residual: {inputs: a}", "residual: {inputs: [a]}",
        "Add: {inputs: [residual, residual_1, residual_2]}",
        blocks=f"residual: {{layers: [{D}, {{Add: {{inputs: [dense, $input]}}}}]}}",
    )  # fmt: skip
    assert done.nodes["residual.add"].inputs == ("residual.dense", "a")
    assert done.nodes["residual_1.dense"].inputs == ("a",)
    assert done.nodes["residual_2.add"].inputs == ("residual_2.dense", "a")


def test_one_named_input_is_the_previous_output(spec: Path) -> None:
    done = graph(spec, "b", blocks="b: {inputs: [x], layers: [ReLU, {Add: {inputs: [re_lu, $x]}}]}")
    assert wiring(done) == {"b.re_lu": ("input",), "b.add": ("b.re_lu", "input")}


@pytest.mark.parametrize(
    ("use", "code", "stretch", "words"),
    [
        ("join", Code.INPUT_COUNT, "join", "takes several inputs, x, y"),
        ("join: {inputs: a}", Code.INPUT_COUNT, "a", "takes x, y"),
        ("join: {inputs: [a]}", Code.INPUT_COUNT, "[a]", "takes x, y"),
        ("join: {inputs: [a, a, a]}", Code.INPUT_COUNT, "[a, a, a]", "takes x, y"),
        ("join: {inputs: {x: a}}", Code.INPUT_COUNT, "{x: a}", "takes x, y"),
        ("join: {inputs: {x: a, z: a}}", Code.INPUT_COUNT, "{x: a, z: a}", "takes x, y"),
        ("join: {inputs: [a, zz]}", Code.UNKNOWN_NAME, "zz", "'zz'"),
        ("join: {inputs: [join, a]}", Code.FORWARD_REFERENCE, "join", "'join'"),
        ("join: {inputs: [a, $x]}", Code.UNKNOWN_NAME, "$x", "'$x'"),
        ("join: {inputs: [a, input], repeat: 2}", Code.INPUT_COUNT, "2", "a copy gets one"),
    ],
)
def test_a_use_says_what_a_block_of_several_inputs_takes(
    spec: Path, use: str, code: Code, stretch: str, words: str
) -> None:
    finding = one(
        spec, "Dense: {name: a, units: 8}", use, "Add: {inputs: [a, join]}",
        blocks="join: {inputs: [x, y], layers: [{Add: {inputs: [$x, $y]}}]}",
    )  # fmt: skip
    assert shown(finding) == (code, 10, stretch)
    assert words in finding.message


def test_the_first_layer_of_such_a_block_says_which_it_takes(spec: Path) -> None:
    finding = one(
        spec, D, "join: {inputs: [dense, dense]}",
        blocks="join: {inputs: [x, y], layers: [ReLU, {Add: {inputs: [$x, $y, re_lu]}}]}",
    )  # fmt: skip
    assert shown(finding) == (Code.FIRST_INPUTS, 5, "ReLU")
    assert finding.hint == "write inputs: $x"


@pytest.mark.parametrize(
    ("inputs", "hint"),
    [
        ("$x", "here it is $input"),
        ("$inputs", "did you mean $input?"),
        ("input", None),
        ("a", None),
    ],
)
def test_a_block_sees_its_own_names_and_nothing_else(
    spec: Path, inputs: str, hint: str | None
) -> None:
    finding = one(
        spec,
        "Dense: {name: a, units: 4}",
        "b",
        blocks=f"b: {{layers: [{{ReLU: {{inputs: {inputs}}}}}]}}",
    )
    assert shown(finding) == (Code.UNKNOWN_NAME, 5, inputs)
    assert hint in {None, finding.hint}


def test_dollar_names_stand_inside_blocks_only(spec: Path) -> None:
    finding = one(spec, "ReLU: {inputs: $input}")
    assert shown(finding) == (Code.UNKNOWN_NAME, 9, "$input")


def test_an_input_that_a_block_does_not_use_is_no_mistake_of_the_layers(spec: Path) -> None:
    done = graph(
        spec, "Dense: {name: a, units: 8}", "b: {inputs: [a, input]}",
        blocks="b: {inputs: [x, y], layers: [{Add: {inputs: [$x, $y]}}]}",
    )  # fmt: skip
    assert done.outputs == {"b.add": "b.add"}


# Paths.

NESTED = """down: {layers: [{Dense: {name: skip, units: 4}}, ReLU]}
stage: {layers: [down, {down: {name: second}}, {ReLU: {name: end}}]}"""


@pytest.mark.parametrize(
    ("path", "tensor"),
    [
        ("d", "d.re_lu"),
        ("d.skip", "d.skip"),
        ("r", "r.2.re_lu"),
        ("r.skip", "r.2.skip"),
        ("r.0", "r.0.re_lu"),
        ("r.1.skip", "r.1.skip"),
        ("s.second", "s.second.re_lu"),
        ("s.second.skip", "s.second.skip"),
        ("s.end", "s.end"),
        ("n.1", "n.1"),
        ("n", "n.1"),
    ],
)
def test_a_path_reaches_what_has_a_name_inside(spec: Path, path: str, tensor: str) -> None:
    done = analysis(
        spec, "down: {name: d}", "down: {name: r, repeat: 3}", "stage: {name: s}",
        "Dense: {name: n, units: 4, repeat: 2}", f"Multiply: {{inputs: [n, {path}]}}", blocks=NESTED,
    )  # fmt: skip
    assert [str(finding) for finding in done.findings] == []
    assert done.require()[1].nodes["multiply"].inputs == ("n.1", tensor)


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("d.re_lu", Code.UNKNOWN_NAME, "'d.re_lu' is not named in the block"),
        ("s.down", Code.UNKNOWN_NAME, "'s.down' is not named in the block"),
        ("s.down.skip", Code.UNKNOWN_NAME, "'s.down' is not named in the block"),
        ("d.skp", Code.UNKNOWN_NAME, "there is no 'skp' in the block 'd'"),
        ("d.0", Code.UNKNOWN_NAME, "'d' is not repeated, and has no '0'"),
        ("r.3", Code.UNKNOWN_NAME, "'r' has 3 copies, counted from 0"),
        ("r.0.0", Code.UNKNOWN_NAME, "'r.0' is not repeated, and has no '0'"),
        ("n.skip", Code.UNKNOWN_NAME, "'n' is no block, and has no 'skip'"),
        ("n.0.skip", Code.UNKNOWN_NAME, "'n.0' is no block, and has no 'skip'"),
        ("d.skip.x", Code.UNKNOWN_NAME, "'d.skip' is no block, and has no 'x'"),
        ("input.x", Code.UNKNOWN_NAME, "'input' is an input, and has no 'x'"),
        ("d2.skip", Code.UNKNOWN_NAME, "there is no layer or input 'd2' above"),
        ("add.x", Code.FORWARD_REFERENCE, "'add'"),
        ("d..skip", Code.VALUE, ""),
        ("d.", Code.VALUE, ""),
        ("d.Skip", Code.UNKNOWN_NAME, "there is no 'Skip' in the block 'd'"),
        ("d.-1", Code.VALUE, ""),
    ],
)
def test_a_path_that_leads_nowhere_is_told_at_its_place(
    spec: Path, path: str, code: Code, words: str
) -> None:
    finding = one(
        spec, "down: {name: d}", "down: {name: r, repeat: 3}", "stage: {name: s}",
        "Dense: {name: n, units: 4, repeat: 2}", f"Add: {{inputs: [n, {path}]}}", blocks=NESTED,
    )  # fmt: skip
    assert shown(finding) == (code, 14, path)
    assert words in finding.message


def test_outputs_are_reached_by_paths_too(spec: Path) -> None:
    done = graph(spec, "stage: {name: s}", blocks=NESTED, output="{a: s.second.skip, b: s}")
    assert done.outputs == {"a": "s.second.skip", "b": "s.end"}


def test_a_block_inside_reaches_into_the_uses_above_it_there(spec: Path) -> None:
    done = graph(
        spec, "unet",
        blocks="down: {layers: [{Dense: {name: skip, units: 4}}, ReLU]}\n"
        "up: {inputs: [x, skip], layers: [{Add: {inputs: [$x, $skip]}}]}\n"
        "unet: {layers: [{down: {name: d}}, {up: {inputs: [d, d.skip]}}]}",
    )  # fmt: skip
    assert done.nodes["unet.up.add"].inputs == ("unet.d.re_lu", "unet.d.skip")


# Blocks inside layers.


def test_a_block_inside_a_layer_is_a_network_of_its_own(spec: Path) -> None:
    blocks = (
        'frame: {params: {n: 2}, layers: [{Conv2D: {filters: "${n}", kernel_size: 3, repeat: 2}}, Flatten, '
        '{Dense: {units: "${w}"}}]}'
    )
    for use in ("frame", "{frame: }", "{frame: {n: 2}}"):
        done = graph(
            spec,
            f"TimeDistributed: {{layer: {use}}}",
            blocks=blocks,
            shape="[5, 8, 8, 3]",
            variables="{w: 7}",
        )
        (node,) = done.nodes.values()
        assert node.output_shape == (5, 7)
        assert node.parameters == (27 * 2 + 2) + (18 * 2 + 2) + (4 * 4 * 2 * 7 + 7)
    done = graph(
        spec,
        "TimeDistributed: {layer: {frame: {n: 1}}}",
        blocks=blocks,
        shape="[5, 8, 8, 3]",
        variables="{w: 7}",
    )
    assert done.parameters == (27 + 1) + (9 + 1) + (16 * 7 + 7)


@pytest.mark.parametrize(
    ("use", "code", "line", "stretch"),
    [
        ("frme", Code.UNKNOWN_KIND, 13, "frme"),
        ("{frame: {m: 2}}", Code.UNKNOWN_KEY, 13, "m"),
        ("{frame: {n: 2, repeat: 2}}", Code.UNKNOWN_KEY, 13, "repeat"),
        ("{frame: {n: 2, name: x}}", Code.UNKNOWN_KEY, 13, "name"),
        ("{frame: 2}", Code.ITEM_FORM, 13, "2"),
        ("{frame: {n: x}}", Code.VALUE, 5, '"${n}"'),
        ('{frame: {n: "${y}"}}', Code.UNKNOWN_VARIABLE, 13, "y"),
        ("two", Code.INPUT_COUNT, 13, "two"),
        ("none", Code.LEFT_OUT, 13, "none"),
        ("wrong", Code.RANK, 8, "Conv2D"),
        ("{needs: {}}", Code.MISSING_FIELD, 13, "needs"),
    ],
)
def test_what_is_wrong_with_a_block_inside_a_layer_is_told_once(
    spec: Path, use: str, code: Code, line: int, stretch: str
) -> None:
    done = analysis(
        spec,
        f"TimeDistributed: {{layer: {use}}}",
        blocks='frame: {params: {n: 2}, layers: [{Dense: {units: "${n}"}}]}\n'
        "two: {inputs: [x, y], layers: [{Add: {inputs: [$x, $y]}}]}\n"
        "none: {layers: [{ReLU: {when: false}}]}\n"
        "wrong: {layers: [{Conv2D: {filters: 1, kernel_size: 1}}]}\n"
        'needs: {params: {n: }, layers: [{Dense: {units: "${n}"}}]}',
        shape="[5, 8]",
    )
    errors = [finding for finding in done.findings if finding.severity == "error"]
    assert [shown(finding) for finding in errors] == [(code, line, stretch)]


def test_a_block_inside_a_layer_sees_nothing_of_the_network_around_it(spec: Path) -> None:
    finding = one(
        spec, "Dense: {name: a, units: 4}", "TimeDistributed: {layer: b}",
        blocks="b: {layers: [{Dense: {units: 4, inputs: a}}]}", shape="[3, 4]",
    )  # fmt: skip
    assert shown(finding) == (Code.UNKNOWN_NAME, 5, "a")


def test_wrappers_stand_in_blocks_and_are_called_again(spec: Path) -> None:
    done = graph(
        spec, "outer: {n: 3}", "Reuse: {layer: outer.td, inputs: input}", "Concatenate: {inputs: [outer, reuse]}",
        blocks='outer: {params: {n: }, layers: [{TimeDistributed: {name: td, layer: {inner: {n: "${n}"}}}}]}\n'
        'inner: {params: {n: }, layers: [{Dense: {units: "${n}"}}]}',
        shape="[5, 4]",
    )  # fmt: skip
    assert done.nodes["concatenate"].output_shape == (5, 6)
    assert done.parameters == 4 * 3 + 3
