"""A network written out: every way in which blocks can make layers, layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.graph.flat import flat
from netspec.source.nodes import MapNode, Node
from tests.report.test_rendering import check

if TYPE_CHECKING:
    from pathlib import Path

NAMES = """\
netspec: 1
model:
  input: [8, 8, 3]
  blocks:
    b:
      layers:
        - Conv2D: {filters: 3, kernel_size: 3, padding: same}
        - ReLU: {name: conv2d_1}
  layers:
    - Conv2D: {name: b_conv2d, filters: 3, kernel_size: 3, padding: same}
    - b
    - b: {repeat: 2}
    - Conv2D: {filters: 3, kernel_size: 3, padding: same, repeat: 2}
    - Conv2D: {filters: 3, kernel_size: 3}
    - Conv2D: {name: conv2d_0, filters: 3, kernel_size: 3, padding: same}
    - Flatten
"""

SHARED = """\
netspec: 1
vars: {u: 3, s: 7}
seed: "${s}"
model:
  input: {a: [8, 8, 3], b: [8, 8, 3]}
  blocks:
    inner:
      params: {f: }
      layers:
        - Conv2D: {name: c, filters: "${f}", kernel_size: 3, padding: same}
        - Reuse: {layer: c, name: again}
        - Add: {inputs: [c, again]}
    outer:
      params: {n: 2}
      inputs: [x, y]
      layers:
        - inner: {name: i, inputs: $x, f: "${u}"}
        - Reuse: {layer: i, name: j, inputs: $y}
        - inner: {name: k, f: "${u}", repeat: "${n}"}
        - Concatenate: {inputs: [i, j, k, k.0, k.0.again, $x]}
  layers:
    - outer: {name: o, inputs: {y: a, x: b}}
    - Reuse: {layer: o, name: o2, inputs: [b, a]}
    - Reuse: {layer: o.i, inputs: a, name: oi}
    - Concatenate: {inputs: [o, o2, oi]}
    - Flatten
    - Dense: {units: "${u}", name: d}
    - Dense: {units: 3, name: e, repeat: 3}
    - Reuse: {layer: e.1, repeat: 2}
  output: {one: o.k, two: reuse}
"""

INSIDE = """\
netspec: 1
vars: {w: 4}
model:
  input: [5, 128, 128, 3]
  blocks:
    act:
      params: {rate: 0.1}
      layers:
        - ReLU
        - Dropout: {rate: "${rate}", when: rate > 0}
    frame:
      params: {f: , r: 0}
      layers:
        - Conv2D: {name: first, filters: "${f * w}", kernel_size: 3, padding: same}
        - act: {rate: "${r}", name: gone}
        - act: {repeat: 2}
        - Add: {inputs: [first, act]}
        - MaxPooling2D
    two:
      params: {f: 2}
      layers:
        - TimeDistributed: {layer: {frame: {f: "${f}"}}}
        - TimeDistributed: {layer: {frame: {f: "${f}"}}, name: t, trainable: false}
    pool: {layers: [GlobalAveragePooling2D]}
    deep:
      layers:
        - Reshape: {target_shape: [4, 4, -1, 1]}
        - TimeDistributed: {layer: pool}
  layers:
    - TimeDistributed: {layer: {frame: {f: 1, r: 0.5}}}
    - two: {repeat: 2, f: "${index + 1}"}
    - TimeDistributed: {layer: {frame: {f: 1}}, when: "w == 5"}
    - TimeDistributed: {layer: {TimeDistributed: {layer: {Dense: {units: 16}}}}}
    - TimeDistributed: {layer: deep}
"""

ONE_OUTPUT = """\
netspec: 1
data: {source: mnist}
model:
  input: [28, 28, 1]
  blocks:
    head:
      params: {n: }
      layers: [Flatten, {Dense: {units: "${n}", activation: softmax}}]
  layers:
    - Rescaling: {scale: 1/255}
    - head: {name: digit, n: 10}
  output: digit
compile:
  optimizer: adam
  loss: {digit: sparse_categorical_crossentropy}
  metrics: {digit: [accuracy]}
training: {epochs: 1}
"""

OUTPUTS = """\
netspec: 1
model:
  input: [28, 28, 1]
  blocks:
    head:
      params: {n: }
      layers: [Flatten, {Dense: {units: "${n}", activation: softmax}}]
    rec:
      layers:
        - Reshape: {target_shape: [28, 28]}
        - LSTM: {units: 3, return_state: true, outputs: [s, h, c], repeat: 1}
        - Add: {inputs: [s, h, c]}
  layers:
    - Rescaling: {scale: 1/255, name: scaled}
    - head: {name: digit, n: 10}
    - head: {name: parity, inputs: scaled, n: 2}
    - rec: {inputs: scaled, name: r}
  output: [digit, parity, r]
compile:
  optimizer: adam
  loss: {digit: sparse_categorical_crossentropy, parity: mse, r: mse}
"""

LEFT_OUT = """\
netspec: 1
model:
  input: [28, 28, 1]
  blocks:
    skip:
      inputs: [x]
      params: {there: false}
      layers: [Conv2D: {filters: 2, kernel_size: 3, when: there}]
    both:
      layers:
        - Conv2D: {name: a, filters: 2, kernel_size: 3, padding: same}
        - Conv2D: {name: b, filters: 2, kernel_size: 3, padding: same}
        - Add: {inputs: [a, b], name: s}
        - skip: {inputs: a}
  layers:
    - both: {name: both}
    - both: {name: q}
    - Add: {inputs: [q, q.s, both.s]}
    - skip
    - both: {name: last}
  output: {m: last.s, n: last}
"""

ALL = {
    "names": NAMES,
    "shared": SHARED,
    "inside": INSIDE,
    "one output": ONE_OUTPUT,
    "outputs": OUTPUTS,
    "left out": LEFT_OUT,
    "in the middle": LEFT_OUT.replace("skip: {inputs: a}", "skip: {inputs: s}").replace(
        "{m: last.s, n: last}", "last.s"
    ),
}


def items(text: str, folder: Path) -> list[str]:
    """The written-out layers, each on one line."""
    path = folder / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    found = check(analyse(path), folder, expand=True, exactly=text != ONE_OUTPUT)
    return [line.strip().removeprefix("- ") for line in found.splitlines() if " - " in line]


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_every_network_is_the_same_when_it_is_written_out(text: str, tmp_path: Path) -> None:
    assert items(text, tmp_path)


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_and_when_it_is_not(text: str, tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    check(analyse(path), tmp_path, expand=False)


def test_names_are_joined_by_underscores_and_numbered_where_they_are_taken(tmp_path: Path) -> None:
    names = [
        item.partition("name: ")[2].partition(",")[0].rstrip("}") for item in items(NAMES, tmp_path)
    ]
    assert names == [
        "b_conv2d",
        "b_conv2d_1",
        "b_conv2d_1_1",
        "b_1_0_conv2d",
        "b_1_0_conv2d_1",
        "b_1_1_conv2d",
        "b_1_1_conv2d_1",
        "conv2d_0_1",
        "conv2d_1_1",
        "conv2d_1",
        "conv2d_0",
        "",
    ]


def test_a_name_that_a_layer_has_anyway_is_not_written(tmp_path: Path) -> None:
    text = "netspec: 1\nmodel: {input: [3], layers: [Dense: {units: 2}, ReLU, Dense: {units: 1}]}\n"
    assert items(text, tmp_path) == ["Dense: {units: 2}", "ReLU", "Dense: {units: 1}"]


def test_a_block_called_again_is_its_layers_called_again(tmp_path: Path) -> None:
    found = items(SHARED, tmp_path)
    assert "Reuse: {layer: o_i_add, name: o2_j_add, inputs: [o2_j_c, o2_j_again]}" in found
    assert "Reuse: {layer: e_1, name: reuse_1}" in found


def test_a_block_inside_a_layer_stays_one_and_is_written_out_once_for_each_network(
    tmp_path: Path,
) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(INSIDE, encoding="utf-8")
    tree: Node | None = flat(*analyse(path).require()).tree
    for key in ("model", "blocks"):
        assert isinstance(tree, MapNode)
        tree = tree.get(key)
    assert isinstance(tree, MapNode)
    assert list(tree) == ["frame", "frame_1", "frame_2", "pool", "deep"]
    assert "TimeDistributed: {name: two_0_t, layer: frame_1, trainable: false}" in items(
        INSIDE, tmp_path
    )


def test_the_key_of_one_output_goes_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(ONE_OUTPUT, encoding="utf-8")
    text = check(analyse(path), tmp_path, expand=True, exactly=False)
    assert "  output: digit_dense\n" in text
    assert "  loss: {digit_dense: sparse_categorical_crossentropy}\n" in text
    assert "  metrics: {digit_dense: [accuracy]}\n" in text


def test_the_keys_of_several_stay(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(OUTPUTS, encoding="utf-8")
    text = check(analyse(path), tmp_path, expand=True)
    assert "  output: {digit: digit_dense, parity: parity_dense, r: r_add}\n" in text


def test_a_copy_takes_the_one_before_it_and_not_the_inputs_by_argument(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(
        "netspec: 1\nmodel:\n  input: {a: [6, 4], b: [5, 4]}\n  layers:\n"
        "    - MultiHeadAttention: {inputs: {query: a, value: b}, num_heads: 2, key_dim: 3, repeat: 2}\n"
    )
    (finding,) = analyse(path).findings
    assert finding.message.endswith("is called without its value")
