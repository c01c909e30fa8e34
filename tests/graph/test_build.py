"""Items become named, wired layers; what is wrong with names and wiring is told at its place."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from netspec.analysis import Analysis, analyse
from netspec.diagnostics import Code

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.graph.graph import Graph


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return tmp_path / "spec.yaml"


def analysis(spec: Path, *layers: str, shape: str = "[8, 8, 4]", output: str = "") -> Analysis:
    lines = ["netspec: 1", "model:", f"  input: {shape}"]
    lines += [f"  output: {output}"] if output else []
    lines += ["  layers:", *(f"    - {layer}" for layer in layers)]
    spec.write_text("\n".join(lines) + "\n")
    return analyse(spec)


def graph(spec: Path, *layers: str, shape: str = "[8, 8, 4]", output: str = "") -> Graph:
    done = analysis(spec, *layers, shape=shape, output=output)
    assert [str(finding) for finding in done.findings if finding.severity != "note"] == []
    return done.require()[1]


def findings(
    spec: Path, *layers: str, shape: str = "[8, 8, 4]", output: str = ""
) -> list[tuple[str, int, int]]:
    done = analysis(spec, *layers, shape=shape, output=output)
    return [(f.code, f.line - 4 - bool(output), f.column) for f in done.findings]


CONV = "Conv2D: {filters: 4, kernel_size: 1}"


def test_a_layer_without_a_name_is_called_after_its_kind_as_keras_does(spec: Path) -> None:
    names = [
        *graph(
            spec,
            "Conv2D: {filters: 4, kernel_size: 1}",
            "MaxPooling2D",
            "DepthwiseConv2D: {kernel_size: 1}",
            "SeparableConv2D: {filters: 1, kernel_size: 1}",
            "BatchNormalization",
            "ReLU",
            "LeakyReLU",
            "ZeroPadding2D",
            "UpSampling2D",
            "GlobalAveragePooling2D",
        ).nodes
    ]
    # Keras's to_snake_case has its own way with abbreviations and digits.
    assert names == [
        "conv2d",
        "max_pooling2d",
        "depthwise_conv2d",
        "separable_conv2d",
        "batch_normalization",
        "re_lu",
        "leaky_re_lu",
        "zero_padding2d",
        "up_sampling2d",
        "global_average_pooling2d",
    ]


def test_names_are_numbered_by_kind_and_an_alias_is_its_kind(spec: Path) -> None:
    layers = (CONV, "ReLU", CONV, "Convolution2D: {filters: 4, kernel_size: 1}", "ReLU")
    assert [*graph(spec, *layers).nodes] == ["conv2d", "re_lu", "conv2d_1", "conv2d_2", "re_lu_1"]


def test_names_that_are_given_are_reserved_first(spec: Path) -> None:
    layers = ("ReLU", "ReLU", "ReLU: {name: re_lu_1}", "ReLU: {name: re_lu}", "ReLU")
    assert [*graph(spec, *layers).nodes] == ["re_lu_2", "re_lu_3", "re_lu_1", "re_lu", "re_lu_4"]


def test_the_names_of_inputs_are_reserved_too(spec: Path) -> None:
    done = graph(spec, "ReLU: {inputs: re_lu}", shape="{re_lu: [4]}")
    assert [*done.inputs, *done.nodes] == ["re_lu", "re_lu_1"]


def test_a_layer_takes_the_one_above_it_unless_it_says_otherwise(spec: Path) -> None:
    done = graph(
        spec,
        CONV,
        "ReLU: {name: left}",
        "ReLU: {name: right, inputs: conv2d}",
        "Add: {inputs: [left, right]}",
        "Concatenate: {inputs: [add, input, left]}",
        "ReLU: {inputs: [concatenate]}",
    )
    assert {name: node.inputs for name, node in done.nodes.items()} == {
        "conv2d": ("input",),
        "left": ("conv2d",),
        "right": ("conv2d",),
        "add": ("left", "right"),
        "concatenate": ("add", "input", "left"),
        "re_lu": ("concatenate",),
    }
    assert done.nodes["concatenate"].output_shape == (8, 8, 12)


def test_without_an_output_the_last_layer_gives_it(spec: Path) -> None:
    done = graph(spec, "ReLU: {name: a}", "ReLU: {name: b}")
    assert (done.outputs, done.single_output) == ({"b": "b"}, True)


@pytest.mark.parametrize(
    ("output", "outputs", "single"),
    [
        ("b", {"b": "b"}, True),
        ("[b]", {"b": "b"}, False),
        ("[b, a]", {"b": "b", "a": "a"}, False),
        ("{first: a, second: b}", {"first": "a", "second": "b"}, False),
        ("{first: b, second: b}", {"first": "b", "second": "b"}, False),
    ],
)
def test_outputs_are_named_alone_in_a_list_or_in_a_mapping(
    spec: Path, output: str, outputs: dict[str, str], *, single: bool
) -> None:
    done = graph(spec, "ReLU: {name: a}", "ReLU: {name: b}", output=output)
    assert (done.outputs, done.single_output) == (outputs, single)
    assert [*done.outputs] == [*outputs]
    assert set(done.output_shapes().values()) == {(8, 8, 4)}


def test_several_inputs_are_taken_by_name(spec: Path) -> None:
    done = graph(
        spec,
        "Concatenate: {inputs: [image, mask]}",
        "Flatten",
        "Concatenate: {inputs: [flatten, size]}",
        shape="{image: [8, 8, 3], mask: {shape: [8, 8, 1]}, size: [2]}",
    )
    assert done.inputs == {"image": (8, 8, 3), "mask": (8, 8, 1), "size": (2,)}
    assert done.nodes["concatenate_1"].output_shape == (8 * 8 * 4 + 2,)


def test_one_named_input_needs_no_inputs(spec: Path) -> None:
    assert graph(spec, "Flatten", shape="{image: [4]}").nodes["flatten"].inputs == ("image",)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (["ReLU: {name: a}", "ReLU: {name: a}"], [(Code.DUPLICATE_NAME, 2, 20)]),
        (["ReLU: {name: input}"], [(Code.DUPLICATE_NAME, 1, 20)]),
        (["ReLU: {inputs: b}", "ReLU: {name: b}"], [(Code.FORWARD_REFERENCE, 1, 22)]),
        (["ReLU: {name: a, inputs: a}"], [(Code.FORWARD_REFERENCE, 1, 31)]),
        (["ReLU: {inputs: re_lu}"], [(Code.FORWARD_REFERENCE, 1, 22)]),
        (["ReLU", "Add: {inputs: [re_lu, re_la]}"], [(Code.UNKNOWN_NAME, 2, 29)]),
        (["ReLU", "Add: {inputs: [x, y]}"], [(Code.UNKNOWN_NAME, 2, 22), (Code.UNKNOWN_NAME, 2, 25)]),
        (["ReLU", "ReLU: {inputs: input}"], [(Code.UNUSED, 1, 7)]),
        (["ReLU", "ReLU", "ReLU: {inputs: input}"], [(Code.UNUSED, 2, 7)]),
        (["ReLU", "ReLU: {inputs: input}", "ReLU: {inputs: input}"],
         [(Code.UNUSED, 1, 7), (Code.UNUSED, 2, 7)]),
        (["Add"], [(Code.INPUT_COUNT, 1, 7)]),
        (["ReLU: {inputs: [input, input]}"], [(Code.INPUT_COUNT, 1, 22)]),
    ],
)  # fmt: skip
def test_a_mistake_in_the_wiring_is_told_where_it_stands(
    spec: Path, layers: list[str], expected: list[tuple[Code, int, int]]
) -> None:
    assert findings(spec, *layers) == expected


def test_a_second_layer_of_a_name_does_not_lead_the_wiring_astray(spec: Path) -> None:
    layers = ("Dense: {name: a, units: 3}", "Dense: {name: a, units: 5}", "Dense: {units: 7}")
    done = analysis(spec, *layers)
    assert done.graph is not None
    assert [node.output_shape for node in done.graph.nodes.values()] == [
        (8, 8, 3),
        (8, 8, 5),
        (8, 8, 7),
    ]
    assert len(done.findings) == 1


def test_several_inputs_leave_the_first_layer_to_say_which_it_takes(spec: Path) -> None:
    done = analysis(spec, "ReLU", "Add: {inputs: [a, b]}", shape="{a: [4], b: [4]}")
    (finding,) = done.findings
    assert (finding.code, finding.line, finding.column) == (Code.FIRST_INPUTS, 5, 7)
    assert finding.hint == "write inputs: a"


def test_an_input_that_nothing_uses_is_told_at_its_name(spec: Path) -> None:
    done = analysis(spec, "ReLU: {inputs: a}", shape="{a: [4], bb: [4]}")
    (finding,) = done.findings
    assert (finding.code, finding.line, finding.column) == (Code.UNUSED, 3, 19)
    assert finding.message == "nothing uses the input 'bb'"


@pytest.mark.parametrize(
    ("name", "hint"),
    [("strem", "did you mean stem?"), ("zzz", "known here: input, stem, re_lu")],
)
def test_an_unknown_name_comes_with_the_nearest_or_the_last_known(
    spec: Path, name: str, hint: str
) -> None:
    done = analysis(spec, "ReLU: {name: stem}", "ReLU", f"Add: {{inputs: [stem, {name}]}}")
    (finding,) = done.findings
    assert finding.hint == hint


@pytest.mark.parametrize(
    "wrong",
    [
        "Dense: {unts: 3, name: head}",  # a field is misspelt, its name is known
        "Dense: {units: 3, nme: head}",  # its name is not
        "Dens: {units: 3, name: head}",  # its kind is not
        "Dens: {units: 3}",
        "{Dense: , units: 3, name: head}",  # its fields stand beside it
        "Dense: [3, head]",
        "[Dense]",
    ],
)
def test_what_follows_from_a_layer_with_a_mistake_is_silent(spec: Path, wrong: str) -> None:
    done = analysis(spec, wrong, "ReLU", "Add: {inputs: [re_lu, head]}", "ReLU: {inputs: head}")
    assert [finding.line for finding in done.findings if finding.line != 5] == []
    done = analysis(spec, wrong, "ReLU", output="[head, re_lu]")
    assert {finding.line for finding in done.findings} == {6}


def test_a_typo_in_a_name_is_told_although_another_layer_has_a_mistake(spec: Path) -> None:
    done = analysis(spec, "ReLU: {name: stem}", "Dense: {unts: 3}", "Add: {inputs: [stem, stam]}")
    assert [(f.code, f.line) for f in done.findings] == [
        (Code.UNKNOWN_KEY, 6),
        (Code.UNKNOWN_NAME, 7),
    ]


def test_a_wrong_output_is_told_once_and_at_its_name(spec: Path) -> None:
    layers = ("ReLU: {name: aaa}", "ReLU: {name: bbb}")
    assert findings(spec, *layers, output="[aaa, bbc]") == [(Code.UNKNOWN_NAME, -1, 17)]
    assert findings(spec, *layers, output="{x: bbb, y: aac}") == [(Code.UNKNOWN_NAME, -1, 23)]
    assert findings(spec, *layers, output="{X: bbb}") == [(Code.VALUE, -1, 12)]
    assert findings(spec, *layers, output="[aaa, aaa, bbb]") == [(Code.DUPLICATE_NAME, -1, 11)]


def test_a_mistake_in_the_input_leaves_the_layers_alone(spec: Path) -> None:
    done = analysis(spec, CONV, "Add: {inputs: [conv2d, image]}", shape="[8, x, 4]")
    assert [(f.code, f.line) for f in done.findings] == [(Code.VALUE, 3)]


@pytest.mark.parametrize("wiring", ["", "inputs: {before}"])
def test_a_chain_of_3000_layers_needs_no_recursion(spec: Path, wiring: str) -> None:
    names = ["input", *(f"d{n}" for n in range(3000))]
    layers = [
        f"Dense: {{name: {name}, units: 4, {wiring.replace('{before}', before)}}}"
        for before, name in pairwise(names)
    ]
    analysis(spec, *layers, shape="[4]")
    code = (
        "import sys, netspec\n"
        "sys.setrecursionlimit(150)\n"
        "spec = netspec.load(sys.argv[1])\n"
        "summary = netspec.summarize(spec)\n"
        "print(len(summary.layers), summary.total_parameters, len(summary.to_json()) > 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(spec)], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["3000", "60000", "True"]
