"""Layers are found again by name and structure, and what differs is told once and of the right one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import netspec
from netspec.fields.difference import spelled
from tests.spec.corpora import VALID

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.report.diff import Diff

    Differ = Callable[[str, str], list[str]]

ZOO = Path(__file__).parents[2] / "specs" / "zoo"
CONV = "Conv2D: {filters: 8, kernel_size: 3}"
TAIL = ("Flatten", "Dense: {name: head, units: 10}")
UNIT = """
  blocks:
    unit:
      params: {filters: 8}
      layers:
        - Conv2D: {filters: "${filters}", kernel_size: 3}
        - BatchNormalization
        - ReLU
"""


def network(*layers: str, given: str = "input: [32, 32, 3]", blocks: str = "") -> str:
    lines = "".join(f"    - {layer}\n" for layer in layers)
    return f"netspec: 1\nmodel:\n  {given}{blocks or chr(10)}  layers:\n{lines}"


def told(diff: Diff) -> list[str]:
    """Every change on a line, those that only follow left out."""
    network = diff.network
    lines = [f"{c.path}: {spelled(c.before)} → {spelled(c.after)}" for c in network.inputs]
    lines += [f"{c.path}: {spelled(c.before)} → {spelled(c.after)}" for c in network.outputs]
    for change in network.layers:
        if change.change == "follows":
            continue
        names = [layer.name for layer in (change.before, change.after) if layer is not None]
        fields = [f"{c.path}: {spelled(c.before)} → {spelled(c.after)}" for c in change.fields]
        lines.append("; ".join((f"{change.change} {' → '.join(dict.fromkeys(names))}", *fields)))
    return lines


@pytest.fixture
def differ(tmp_path: Path) -> Differ:
    def compare(before: str, after: str) -> list[str]:
        for name, text in (("before", before), ("after", after)):
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return told(netspec.diff(tmp_path / "before.yaml", tmp_path / "after.yaml"))

    return compare


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_spec_does_not_differ_from_itself(path: Path) -> None:
    diff = netspec.diff(path, path)
    assert diff.equal
    assert not diff.network.renumbered


def test_one_layer_put_into_resnet50_is_one_layer(tmp_path: Path) -> None:
    text = (ZOO / "resnet50.yaml").read_text(encoding="utf-8")
    above = "    - Activation: {activation: relu}\n    - ZeroPadding2D: {padding: 1}\n"
    assert above in text
    changed = tmp_path / "changed.yaml"
    changed.write_text(text.replace(above, "    - Conv2D: {filters: 64, kernel_size: 1}\n" + above))
    diff = netspec.diff(ZOO / "resnet50.yaml", changed)
    assert told(diff) == ["added conv2d_1"]
    assert diff.network.renumbered == {}

    changed.write_text(text.replace(above, "    - Activation: {activation: relu}\n" + above))
    diff = netspec.diff(ZOO / "resnet50.yaml", changed)
    assert told(diff) == ["added activation_1"]


def test_deeper_resnets_have_more_copies_of_the_same(tmp_path: Path) -> None:
    diff = netspec.diff(ZOO / "resnet50.yaml", ZOO / "resnet152.yaml")
    assert {change.change for change in diff.network.layers} == {"added"}
    names = [change.layer.name for change in diff.network.layers]
    assert len(names) == 340
    assert names[0].startswith("stage_1.residual.3.")
    assert names[-1] == "stage_2.residual.34.activation"
    assert [change.path for change in diff.settings] == ["vars.blocks"]


def test_numbers_of_unnamed_layers_do_not_matter(differ: Differ, tmp_path: Path) -> None:
    layers = (CONV, "ReLU", CONV, "ReLU")
    assert differ(network(*layers, *TAIL), network("ReLU", *layers, *TAIL)) == ["added re_lu"]
    diff = netspec.diff(tmp_path / "before.yaml", tmp_path / "after.yaml")
    assert diff.network.renumbered == {"re_lu": "re_lu_1", "re_lu_1": "re_lu_2"}


def test_a_layer_that_is_given_a_name_is_renamed(differ: Differ) -> None:
    named = "Conv2D: {name: stem, filters: %d, kernel_size: 3}"
    before = network(CONV, "ReLU", *TAIL)
    assert differ(before, network(named % 8, "ReLU", *TAIL)) == ["renamed conv2d → stem"]
    assert differ(before, network(named % 16, "ReLU", *TAIL)) == [
        "changed conv2d → stem; filters: 8 → 16"
    ]


def test_layers_with_other_names_and_other_fields_are_two(differ: Differ) -> None:
    before = network("Dense: {name: a, units: 3}", "ReLU", given="input: [4]")
    after = network("Dense: {name: b, units: 5}", "ReLU", given="input: [4]")
    assert differ(before, after)[1:] == ["removed a", "added b"]


def test_layers_moved_into_a_block_are_the_same(differ: Differ) -> None:
    flat = network(CONV, "BatchNormalization", "ReLU", *TAIL)
    block = network("unit: {name: stem}", *TAIL, blocks=UNIT)
    assert differ(flat, block) == [
        "moved conv2d → stem.conv2d",
        "moved batch_normalization → stem.batch_normalization",
        "moved re_lu → stem.re_lu",
    ]
    assert differ(block, flat)[0] == "moved stem.conv2d → conv2d"


def test_a_block_that_is_called_otherwise_is_the_same(differ: Differ) -> None:
    before = network("unit", "unit", *TAIL, blocks=UNIT)
    after = before.replace("unit:", "part:").replace("- unit\n", "- part\n")
    lines = differ(before, after)
    assert len(lines) == 6
    assert lines[3] == "renamed unit_1.conv2d → part_1.conv2d"
    assert differ(before, before.replace("- unit\n", "- unit: {filters: 8}\n")) == []


def test_blocks_that_are_written_out_are_found_among_others_that_stay(differ: Differ) -> None:
    blocks = """
  blocks:
    unit:
      params: {n: 8}
      layers: [{Dense: {units: "${n}"}}, BatchNormalization, ReLU]
    part:
      layers: [{Dense: {units: 8}}, ReLU]
"""
    norm, one = "BatchNormalization", "unit: {n: 9}"
    unit, part = ("Dense: {units: 8}", norm, "ReLU"), ("Dense: {units: 8}", "ReLU")
    before = (one, "unit", one, "part", "unit", norm, "part", "part", one, "part")
    after = (one, *unit, one, "part", *unit, norm, *part, *part, "Dense: {units: 9}", *unit[1:])
    given, drop = "input: [8]", "Dropout: {rate: 0.5}"
    lines = differ(
        network(*before, drop, one, given=given, blocks=blocks),
        network(*after, *part, drop, one, given=given, blocks=blocks),
    )
    assert [line.partition(" ")[0] for line in lines] == ["moved"] * 15


def test_blocks_that_have_little_in_common_do_not_lend_each_other_layers(differ: Differ) -> None:
    other = UNIT.replace("unit", "part").replace(
        "        - Conv2D", "        - Flatten\n        - Dense"
    )
    other = other.replace("filters:", "units:").replace("params: {units", "params: {filters")
    other = other.replace(", kernel_size: 3", "").replace(
        "BatchNormalization", "LayerNormalization"
    )
    lines = differ(network("unit", *TAIL, blocks=UNIT), network("part", *TAIL, blocks=other))
    assert lines[:3] == [
        "removed unit.conv2d",
        "removed unit.batch_normalization",
        "removed unit.re_lu",
    ]
    # One that goes alone from a block that stays is moved.
    before = network("unit", *TAIL, blocks=UNIT)
    after = network("unit", "ReLU", *TAIL, blocks=UNIT.replace("        - ReLU\n", ""))
    assert differ(before, after) == ["moved unit.re_lu → re_lu"]


def test_what_changes_places_is_moved(differ: Differ) -> None:
    before = network(CONV, "BatchNormalization", "ReLU", "MaxPooling2D", *TAIL)
    after = network(CONV, "ReLU", "BatchNormalization", "MaxPooling2D", *TAIL)
    assert differ(before, after) == ["moved batch_normalization; inputs: conv2d → re_lu"]


def test_a_layer_of_another_kind_is_another_unless_it_has_the_name(differ: Differ) -> None:
    before = network(CONV, "BatchNormalization", *TAIL)
    assert differ(before, network(CONV, "LayerNormalization", *TAIL)) == [
        "removed batch_normalization",
        "added layer_normalization",
    ]
    before = network("Conv2D: {name: c, filters: 8, kernel_size: 3}", *TAIL)
    after = network("SeparableConv2D: {name: c, filters: 8, kernel_size: 5}", *TAIL)
    assert differ(before, after) == [
        "changed c; kind: Conv2D → SeparableConv2D; kernel_size: [3, 3] → [5, 5]"
    ]


def test_fields_differ_by_what_they_mean(differ: Differ) -> None:
    def dense(fields: str) -> str:
        return network(f"Dense: {{units: 3{fields}}}", given="input: [4]")

    defaults = ", use_bias: true, activation: linear, kernel_initializer: {GlorotUniform: {}}"
    assert differ(dense(""), dense(defaults)) == []
    assert differ(dense(", kernel_initializer: he_normal"), dense("")) == [
        "changed dense; kernel_initializer: HeNormal → GlorotUniform"
    ]
    regularized = ", trainable: false, kernel_regularizer: {L2: {l2: %s}}"
    assert differ(dense(regularized % 1), dense(regularized % "1.0")) == []
    assert differ(dense(regularized % 0.1), dense(regularized % 0.2)) == [
        "changed dense; kernel_regularizer.l2: 0.1 → 0.2"
    ]
    assert differ(dense(regularized % 0.1), dense(""))[0].startswith(
        "changed dense; trainable: false → true; kernel_regularizer: {L2: {l2: 0.1}} → null"
    )


def test_layers_inside_of_layers_are_looked_into(differ: Differ) -> None:
    inner = "TimeDistributed: {layer: {Dense: {units: %d}}}"
    given = "input: [5, 4]"
    assert differ(network(inner % 3, given=given), network(inner % 4, given=given)) == [
        "model.output.shape: [5, 3] → [5, 4]",
        "changed time_distributed; layer.units: 3 → 4",
    ]
    before = network(
        "TimeDistributed: {layer: unit}", *TAIL, given="input: [5, 9, 9, 3]", blocks=UNIT
    )
    after = before.replace("        - ReLU\n", "        - Dropout: {rate: 0.5}\n        - ReLU\n")
    assert differ(before, after) == ["added time_distributed.unit.dropout"]
    assert differ(before, before.replace("kernel_size: 3", "kernel_size: 1")) == [
        "changed time_distributed.unit.conv2d; kernel_size: [3, 3] → [1, 1]"
    ]


def test_inputs_differ_only_where_something_else_is_taken(differ: Differ) -> None:
    conv = "Conv2D: {name: %s, filters: 8, kernel_size: 3, padding: same}"
    a, b, c = (conv % name for name in "abc")
    before = network(a, b, c, "Add: {inputs: [a, c]}", *TAIL)
    assert differ(before, network(a, b, c, "Add: {inputs: [b, c]}", *TAIL)) == [
        "changed add; inputs: [a, c] → [b, c]"
    ]
    assert differ(before, network(a, b, c, "Add: {inputs: [a, b, c]}", *TAIL)) == [
        "changed add; inputs: [a, c] → [a, b, c]"
    ]
    # A layer between, or one less, is told of that layer alone.
    put_in = network(a, b, c, "ReLU: {name: r}", "Add: {inputs: [a, r]}", *TAIL)
    assert differ(before, put_in) == ["added r"]
    assert differ(put_in, before) == ["removed r"]
    # A layer that is new and takes something else is another input.
    other = network(a, b, c, "ReLU: {name: r, inputs: b}", "Add: {inputs: [r, c]}", *TAIL)
    assert differ(before, other) == ["added r", "changed add; inputs: [a, c] → [r, c]"]


def test_arguments_of_a_call_are_told_by_name(differ: Differ) -> None:
    attention = "Attention: {inputs: {query: %s, value: %s}}"
    given = "input: {x: [5, 4], y: [5, 4]}"
    before = network(attention % ("x", "y"), given=given)
    assert differ(before, network(attention % ("y", "x"), given=given)) == [
        "changed attention; inputs: {query: x, value: y} → {query: y, value: x}"
    ]
    assert differ(before, network("Attention: {inputs: [x, y]}", given=given)) == []


def test_shared_weights_are_told(differ: Differ) -> None:
    first = "Dense: {name: a, units: 4}"
    before = network(first, "Dense: {name: b, units: 4}", given="input: [4]")
    after = network(first, "Reuse: {name: b, layer: a}", given="input: [4]")
    assert differ(before, after) == ["changed b; shares: - → a"]


def test_inputs_and_outputs_of_the_network_are_told(differ: Differ) -> None:
    before = network(CONV, *TAIL)
    assert differ(before, network(CONV, *TAIL, given="input: [64, 64, 3]")) == [
        "model.input.shape: [32, 32, 3] → [64, 64, 3]"
    ]
    two = ("Dense: {name: a, units: 3}", "Dense: {name: b, units: 3}")
    outputs = "input: [4]\n  output: "
    one, both = network(*two, given=f"{outputs}b"), network(*two, given=f"{outputs}[a, b]")
    assert differ(one, both) == ["model.output: b → {a: a, b: b}"]
    swapped = network(*two, given=f"{outputs}{{a: b, b: a}}")
    assert differ(both, swapped) == ["model.output.a: a → b", "model.output.b: b → a"]
    assert differ(
        network(*two, given="input: {x: [4]}"),
        network(*two, given="input: {x: {shape: [4], dtype: int32}}"),
    ) == ["model.input.x.dtype: float32 → int32"]


def test_what_follows_is_marked(tmp_path: Path) -> None:
    for name, filters in (("a", 8), ("b", 16)):
        layers = (f"Conv2D: {{filters: {filters}, kernel_size: 3}}", "ReLU", *TAIL)
        (tmp_path / f"{name}.yaml").write_text(network(*layers))
    diff = netspec.diff(tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert [(change.change, change.layer.name) for change in diff.network.layers] == [
        ("changed", "conv2d"),
        ("follows", "re_lu"),
        ("follows", "flatten"),
        ("follows", "head"),
    ]


def test_every_layer_is_accounted_for() -> None:
    paths = sorted(ZOO.glob("*.yaml"))
    for one, other in pairwise(paths):
        diff = netspec.diff(one, other)
        matching = diff.network.matching
        assert len({left for left, _ in matching.pairs}) == len(matching.pairs)
        assert len({right for _, right in matching.pairs}) == len(matching.pairs)
        counts = {"added": 0, "removed": 0}
        for change in diff.network.layers:
            counts[change.change] = counts.get(change.change, 0) + 1
        assert len(matching.before) - counts["removed"] == len(matching.pairs)
        assert len(matching.after) - counts["added"] == len(matching.pairs)
