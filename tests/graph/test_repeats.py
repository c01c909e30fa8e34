"""Items are repeated, left out, and called again; layers of several outputs name them."""

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


# Repeats.


def test_copies_follow_each_other_and_are_counted_from_0(spec: Path) -> None:
    done = graph(spec, 'Dense: {name: d, units: "${index + 1}", repeat: 3}', "ReLU")
    assert units(done) == {"d.0": 1, "d.1": 2, "d.2": 3, "re_lu": 3}
    assert wiring(done)["re_lu"] == ("d.2",)
    assert wiring(done)["d.1"] == ("d.0",)


def test_only_the_first_copy_takes_the_inputs(spec: Path) -> None:
    done = graph(
        spec, "Dense: {name: a, units: 4}", "Dense: {name: c, units: 4}",
        "Dense: {name: r, units: 4, inputs: a, repeat: 2}", "Add: {inputs: [r, c]}",
    )  # fmt: skip
    assert wiring(done)["r.0"] == ("a",)
    assert wiring(done)["r.1"] == ("r.0",)


def test_a_block_s_copies_are_whole_and_get_the_index_by_params(spec: Path) -> None:
    done = graph(
        spec, 'b: {n: "${index * 2 + 1}", repeat: "${times}"}',
        blocks=f'b: {{params: {{n: }}, layers: [{{Dense: {{units: "${{n}}"}}}}, {D}]}}', variables="{times: 2}",
    )  # fmt: skip
    assert units(done) == {"b.0.dense": 1, "b.0.dense_1": 4, "b.1.dense": 3, "b.1.dense_1": 4}


def test_the_index_is_that_of_the_item_itself(spec: Path) -> None:
    blocks = 'b: {layers: [{Dense: {units: "${index + 10}", repeat: 2}}]}'
    assert [*units(graph(spec, "b: {repeat: 2}", blocks=blocks)).values()] == [10, 11, 10, 11]
    blocks = 'b: {layers: [{Dense: {units: "${index + 1}"}}]}'
    finding = one(spec, "b: {repeat: 2}", blocks=blocks)
    assert shown(finding) == (Code.UNKNOWN_VARIABLE, 5, "index")


def test_one_copy_is_a_copy_and_without_repeat_there_is_none(spec: Path) -> None:
    done = graph(spec, "Dense: {units: 4, repeat: 1}", "Dense: {units: 4, repeat: null}")
    assert [*done.nodes] == ["dense.0", "dense_1"]


@pytest.mark.parametrize(
    "gone", ["repeat: 0", "when: false", 'when: "${1 > 2}"', "when: 1 > 2", "when: w == 4"]
)
def test_what_is_left_out_lets_the_previous_output_flow_on(spec: Path, gone: str) -> None:
    done = graph(
        spec, D, f"Dense: {{units: 5, {gone}}}", f"b: {{{gone}}}", "ReLU", 'Dense: {units: "${w}"}',
        blocks="b: {layers: [{Dense: {units: 6}}]}", variables="{w: 3}",
    )  # fmt: skip
    assert wiring(done) == {"dense": ("input",), "re_lu": ("dense",), "dense_2": ("re_lu",)}


@pytest.mark.parametrize(
    ("repeat", "code", "words"),
    [
        ("-1", Code.VALUE, "repeat takes a whole number from 0 to 10000"),
        ("10001", Code.VALUE, "10001"),
        ("99999999999", Code.VALUE, "99999999999"),
        ("2.0", Code.VALUE, "2.0"),
        ("true", Code.VALUE, "true"),
        ('"2"', Code.VALUE, "'2'"),
        ("[2]", Code.VALUE, "[2]"),
        ('"${w / 2}"', Code.VALUE, "2.0"),
        ('"${index}"', Code.UNKNOWN_VARIABLE, "'index'"),
        ('"${w +}"', Code.EXPRESSION, "too early"),
    ],
)
@pytest.mark.parametrize("item", ["Dense: {units: 4, repeat: %}", "b: {unts: 4, repeat: %}"])
def test_a_count_that_is_none_is_told_once(
    spec: Path, item: str, repeat: str, code: Code, words: str
) -> None:
    done = analysis(
        spec, item.replace("%", repeat), "ReLU", 'Dense: {units: "${w}"}',
        blocks='b: {params: {unts: }, layers: [{Dense: {units: "${unts}"}}]}', variables="{w: 4}",
    )  # fmt: skip
    errors = [finding for finding in done.findings if finding.severity == "error"]
    assert [(f.code, f.line) for f in errors] == [(code, 9)]
    assert words in errors[0].message


def test_copies_with_several_outputs_name_those_of_the_last(spec: Path) -> None:
    done = graph(
        spec,
        "LSTM: {name: r, units: 4, return_sequences: true, return_state: true, outputs: [s, h, c], repeat: 2}",
        "Add: {inputs: [h, c]}",
        shape="[3, 4]",
    )
    assert wiring(done)["r.1"] == ("r.0",)
    assert wiring(done)["add"] == ("r.1:1", "r.1:2")


# Conditions.


@pytest.mark.parametrize(
    ("when", "there"),
    [
        ("true", True),
        ("false", False),
        ("yes", True),
        ("not yes", False),
        ("deep > 2 and yes", True),
        ("deep == 3 or deep == 4", True),
        ('"deep < 3"', False),
        ("word == 'b'", True),
        ('"${deep > 2}"', True),
        ('"${yes}"', True),
        ("'sizes[0] > deep'", False),
    ],
)
def test_when_is_an_expression_with_or_without_braces(
    spec: Path, when: str, *, there: bool
) -> None:
    done = analysis(
        spec, f"Dense: {{units: 5, when: {when}}}", "ReLU",
        variables="{deep: 3, yes: true, word: b, sizes: [1]}",
    )  # fmt: skip
    assert not done.failed, done.findings
    _, found = done.require()
    assert ("dense" in found.nodes) == there


def test_when_can_leave_out_single_copies(spec: Path) -> None:
    done = graph(spec, "Dense: {name: d, units: 4, repeat: 4, when: index % 2 == 1}", "ReLU")
    assert wiring(done) == {"d.1": ("input",), "d.3": ("d.1",), "re_lu": ("d.3",)}


@pytest.mark.parametrize(
    ("when", "code", "words"),
    [
        ("3", Code.VALUE, "when takes true or false, not 3"),
        ("null", Code.VALUE, "null"),
        ("[true]", Code.VALUE, "[true]"),
        ("deep", Code.VALUE, "not 3"),
        ('"${deep}"', Code.VALUE, "not 3"),
        ('"x${deep}"', Code.VALUE, "the text 'x3'"),
        ("no", Code.UNKNOWN_VARIABLE, "'no'"),
        ("deep = 3", Code.EXPRESSION, "'='"),
        ("deep >", Code.EXPRESSION, "too early"),
        ("deep and true", Code.EXPRESSION, "true or false is needed"),
        ("index > 0", Code.UNKNOWN_VARIABLE, "'index'"),
    ],
)
def test_a_condition_that_is_none_is_told_once_and_keeps_the_item(
    spec: Path, when: str, code: Code, words: str
) -> None:
    done = analysis(
        spec, f"Dense: {{name: d, units: 5, when: {when}}}", 'Dense: {units: "${deep}", inputs: d}',
        variables="{deep: 3}",
    )  # fmt: skip
    (finding,) = done.findings
    assert (finding.code, finding.line) == (code, 9)
    assert words in finding.message


@pytest.mark.parametrize(
    ("when", "hint"),
    [
        ("deep", "compare it: write `deep > 0`"),
        ('"${deep}"', "compare it: write `deep > 0`"),
        ("deep % 2", "compare it: write `deep % 2 > 0`"),
        ("word", "compare it: write `word == 'relu'`"),
        ("'word'", "compare it: write `word == 'relu'`"),
        ("nothing", "compare it: write `nothing != null`"),
        ("sizes", "take one of its elements, such as `sizes[0] > 0`"),
        ("answer", "'no' is a text in a spec: write false where answer gets it"),
        ('"${deep} > 2"', "an expression within a text gives a text: write `deep > 2`"),
        (
            "\"${word} == 'relu'\"",
            "an expression within a text gives a text: write `word == 'relu'`",
        ),
        ('"x${deep}"', "write one expression, such as `depth > 2`"),
        ("3", "write true, false, or a condition such as `depth > 2`"),
        ("null", "write true, false, or a condition such as `depth > 2`"),
        ("[true]", "write true, false, or a condition such as `depth > 2`"),
    ],
)
def test_what_is_no_condition_comes_with_one(spec: Path, when: str, hint: str) -> None:
    variables = '{deep: 3, word: relu, nothing: null, sizes: [1], answer: "no"}'
    blocks = f"b: {{layers: [{D}]}}"
    for layer in (f"Dense: {{units: 5, when: {when}}}", f"b: {{when: {when}}}"):
        done = analysis(spec, layer, "b", blocks=blocks, variables=variables)
        (finding,) = (each for each in done.findings if each.severity == "error")
        assert (finding.code, finding.line, finding.hint) == (Code.VALUE, 9, hint)


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("d", "'d' was left out"),
        ("z", "'z' was left out"),
        ("gone", "'gone' was left out"),
        ("gone.skip", "'gone' was left out"),
        ("b.inner", "'b.inner' was left out"),
        ("r.1", "'r.1' was left out"),
    ],
)
def test_naming_what_was_left_out_is_told_so(spec: Path, reference: str, words: str) -> None:
    finding = one(
        spec, "Dense: {name: d, units: 4, when: false}", "Dense: {name: z, units: 4, repeat: 0}",
        "b: {name: gone, when: false}", "b", "Dense: {name: r, units: 4, repeat: 3, when: index != 1}",
        f"ReLU: {{inputs: {reference}}}",
        blocks=f"b: {{layers: [{D}, {{ReLU: {{name: inner, when: false}}}}]}}",
    )  # fmt: skip
    assert shown(finding) == (Code.LEFT_OUT, 14, reference)
    assert finding.message.startswith(words)


def test_what_is_left_out_is_read_all_the_same(spec: Path) -> None:
    finding = one(spec, D, "Dense: {unts: 4, when: false}")
    assert shown(finding) == (Code.UNKNOWN_KEY, 10, "unts")
    finding = one(spec, D, "b: {repeat: 0}", blocks="b: {layers: [{Dense: {unts: 4}}]}")
    assert shown(finding) == (Code.UNKNOWN_KEY, 5, "unts")


def test_a_network_of_which_nothing_is_left_is_told(spec: Path) -> None:
    assert one(spec, "Dense: {units: 4, when: false}", "ReLU: {repeat: 0}").code is Code.LEFT_OUT


# Reuse.


def test_a_layer_that_is_called_again_has_its_weights_once(spec: Path) -> None:
    done = graph(
        spec, "Dense: {name: d, units: 8}", "Reuse: {layer: d}", "Reuse: {layer: d, name: again, inputs: input}",
        "Add: {inputs: [reuse, again]}",
    )  # fmt: skip
    assert wiring(done)["reuse"] == ("d",)
    assert wiring(done)["again"] == ("input",)
    assert {name: node.shares for name, node in done.nodes.items()} == {
        "d": None, "reuse": "d", "again": "d", "add": None,
    }  # fmt: skip
    assert done.parameters == done.trainable_parameters == 8 * 8 + 8
    assert done.macs == 3 * 64


def test_a_reuse_of_a_reuse_is_the_first_layer_s(spec: Path) -> None:
    done = graph(
        spec,
        "Dense: {name: d, units: 8}",
        "Reuse: {layer: d, name: e}",
        "Reuse: {layer: e, name: f}",
    )
    assert [node.shares for node in done.nodes.values()] == [None, "d", "d"]
    assert done.parameters == 72


def test_a_reuse_can_be_repeated(spec: Path) -> None:
    done = graph(spec, "Dense: {name: d, units: 8}", "Reuse: {layer: d, name: e, repeat: 3}")
    assert wiring(done) == {"d": ("input",), "e.0": ("d",), "e.1": ("e.0",), "e.2": ("e.1",)}
    assert done.parameters == 72


def test_a_use_of_a_block_is_called_again_whole(spec: Path) -> None:
    done = graph(
        spec, "enc: {name: e, n: 8}", "Reuse: {layer: e, name: f, inputs: input}", "Add: {inputs: [e, f.mid, f]}",
        blocks="inner: {layers: [{Dense: {units: 8}}]}\n"
        'enc: {params: {n: }, layers: [{Dense: {name: mid, units: "${n}"}}, {inner: {repeat: 2}}, '
        "{Reuse: {layer: mid}}]}",
    )  # fmt: skip
    assert {name: node.shares for name, node in done.nodes.items()} == {
        "e.mid": None,
        "e.inner.0.dense": None,
        "e.inner.1.dense": None,
        "e.reuse": "e.mid",
        "f.mid": "e.mid",
        "f.inner.0.dense": "e.inner.0.dense",
        "f.inner.1.dense": "e.inner.1.dense",
        "f.reuse": "e.mid",
        "add": None,
    }
    assert done.nodes["f.mid"].inputs == ("input",)
    assert done.nodes["add"].inputs == ("e.reuse", "f.mid", "f.reuse")
    assert done.parameters == 3 * 72


def test_a_copy_is_called_again_alone(spec: Path) -> None:
    done = graph(
        spec, "b: {name: r, repeat: 2}", "Reuse: {layer: r.0}", "Reuse: {layer: r}", "Reuse: {layer: r.1.d}",
        blocks="b: {layers: [{Dense: {name: d, units: 8}}]}",
    )  # fmt: skip
    assert {name: node.shares for name, node in done.nodes.items()} == {
        "r.0.d": None, "r.1.d": None, "reuse.d": "r.0.d", "reuse_1.d": "r.1.d", "reuse_2": "r.1.d",
    }  # fmt: skip


def test_a_reuse_inside_a_block_is_shared_within_each_use(spec: Path) -> None:
    done = graph(
        spec, "b", "b",
        blocks="b: {layers: [{Dense: {name: d, units: 8}}, {Reuse: {layer: d}}]}",
    )  # fmt: skip
    assert [node.shares for node in done.nodes.values()] == [None, "b.d", None, "b_1.d"]
    assert done.parameters == 144


def test_a_block_of_several_inputs_is_called_again_with_as_many(spec: Path) -> None:
    blocks = "j: {inputs: [x, y], layers: [{Add: {inputs: [$x, $y]}}, {Dense: {units: 8}}]}\n"
    blocks += f"b: {{layers: [{D}]}}"
    done = graph(
        spec, "ReLU: {name: a}", "j: {inputs: [a, input]}", "Reuse: {layer: j, name: k, inputs: {y: a, x: j}}", "b",
        blocks=blocks,
    )  # fmt: skip
    assert done.nodes["k.add"].inputs == ("j.dense", "a")
    finding = one(
        spec, "ReLU: {name: a}", "j: {inputs: [a, input]}", "Reuse: {layer: j}", "b", blocks=blocks
    )
    assert shown(finding) == (Code.INPUT_COUNT, 12, "Reuse")


@pytest.mark.parametrize(
    ("reuse", "code", "stretch", "words"),
    [
        ("Reuse: {layer: dd}", Code.UNKNOWN_NAME, "dd", "'dd'"),
        ("Reuse: {layer: e}", Code.FORWARD_REFERENCE, "e", "'e'"),
        ("Reuse: {layer: input}", Code.REUSE, "input", "is an input, and no layer"),
        ("Reuse: {layer: gone}", Code.LEFT_OUT, "gone", "left out"),
        ("Reuse: {layer: wide, inputs: wide}", Code.REUSE, "wide", "has weights for another shape"),
        ("Reuse: {layer: d, inputs: wide}", Code.REUSE, "wide", "calls 'd' again on (5)"),
        (
            "Reuse: {layer: d, inputs: d, call: {training: true}}",
            Code.UNKNOWN_KEY,
            "{training: true}",
            "call",
        ),
        ("Reuse: {layer: d, units: 4}", Code.UNKNOWN_KEY, "units", "units"),
        ("Reuse: {layer: [d]}", Code.VALUE, "[d]", "layer"),
        ("Reuse: {layer: {Dense: {units: 4}}}", Code.VALUE, "{Dense: {units: 4}}", "layer"),
        ('Reuse: {layer: "${d}"}', Code.VALUE, '"${d}"', "layer"),
        ("Reuse: {}", Code.MISSING_FIELD, "Reuse", "layer"),
        ("Reuse", Code.MISSING_FIELD, "Reuse", "layer"),
        ("Reuse: d", Code.ITEM_FORM, "d", ""),
        (
            "Reuse: {layer: d, inputs: d, outputs: [p, q]}",
            Code.OUTPUT_COUNT,
            "[p, q]",
            "gives 1 output, and 2 are named",
        ),
        ("reuse: {layer: d}", Code.UNKNOWN_KIND, "reuse", "'reuse'"),
    ],
)
def test_a_reuse_that_cannot_be_is_told_where_it_is(
    spec: Path, reuse: str, code: Code, stretch: str, words: str
) -> None:
    finding = one(
        spec, "Dense: {name: gone, units: 8, when: false}", "Dense: {name: d, units: 8}",
        "Dense: {name: wide, units: 5}", reuse, "Dense: {name: e, units: 3}", "Concatenate: {inputs: [d, e]}",
    )  # fmt: skip
    assert shown(finding) == (code, 12, stretch)
    assert words in finding.message


def test_weights_that_fit_another_shape_are_called_on_it(spec: Path) -> None:
    """A convolution's weights know channels and no sizes."""
    done = graph(
        spec,
        "Conv2D: {name: c, filters: 3, kernel_size: 3}",
        "MaxPooling2D",
        "Reuse: {layer: c}",
        shape="[20, 20, 3]",
    )
    assert [node.output_shape for node in done.nodes.values()] == [
        (18, 18, 3),
        (9, 9, 3),
        (7, 7, 3),
    ]
    assert done.parameters == 3 * 3 * 3 * 3 + 3
    finding = one(
        spec,
        "Conv2D: {name: c, filters: 4, kernel_size: 3}",
        "MaxPooling2D",
        "Reuse: {layer: c}",
        shape="[20, 20, 3]",
    )
    assert finding.code is Code.REUSE


def test_a_wrong_shape_inside_a_block_that_is_called_again_is_told_at_the_layer(spec: Path) -> None:
    finding = one(
        spec, "b: {name: e}", "Dense: {units: 5}", "Reuse: {layer: e}",
        blocks="b: {layers: [ReLU, {Dense: {units: 8}}]}",
    )  # fmt: skip
    assert finding.code is Code.REUSE
    assert (finding.line, finding.place.used_at[0].line) == (5, 11)


# Several outputs.


def test_the_outputs_of_a_layer_are_taken_by_name(spec: Path) -> None:
    done = graph(
        spec, "LSTM: {units: 4, return_state: true, outputs: [s, h, c]}",
        "Add: {inputs: [lstm, h]}", "Add: {inputs: [s, c, add]}", shape="[3, 4]",
    )  # fmt: skip
    assert wiring(done) == {
        "lstm": ("input",),
        "add": ("lstm", "lstm:1"),
        "add_1": ("lstm", "lstm:2", "add"),
    }


@pytest.mark.parametrize(
    ("outputs", "code", "stretch"),
    [
        ("[s, h]", Code.OUTPUT_COUNT, "[s, h]"),
        ("[s, h, c, d]", Code.OUTPUT_COUNT, "[s, h, c, d]"),
        ("[s, h, h]", Code.DUPLICATE_NAME, "h"),
        ("[s, h, input]", Code.DUPLICATE_NAME, "input"),
        ("[s, h, S]", Code.VALUE, "S"),
        ("s", Code.VALUE, "s"),
        ("[]", Code.VALUE, "[]"),
    ],
)
def test_outputs_are_as_many_names_as_there_are(
    spec: Path, outputs: str, code: Code, stretch: str
) -> None:
    finding = one(
        spec, f"LSTM: {{name: l, units: 4, return_state: true, outputs: {outputs}}}", shape="[3, 4]"
    )
    assert shown(finding) == (code, 9, stretch)


def test_the_name_of_the_layer_is_its_first_output_s(spec: Path) -> None:
    done = graph(
        spec, "LSTM: {name: s, units: 4, return_state: true, outputs: [s, h, c]}", "Add: {inputs: [s, h, c]}",
        shape="[3, 4]",
    )  # fmt: skip
    assert wiring(done)["add"] == ("s", "s:1", "s:2")


def test_named_outputs_are_reached_from_outside_of_a_block(spec: Path) -> None:
    done = graph(
        spec, "b", "Add: {inputs: [b.h, b]}",
        blocks="b: {layers: [{LSTM: {units: 4, return_state: true, outputs: [s, h, c]}}]}", shape="[3, 4]",
    )  # fmt: skip
    assert wiring(done)["add"] == ("b.lstm:1", "b.lstm")
