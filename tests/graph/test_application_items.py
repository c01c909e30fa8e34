"""An application is one item to a reader, and its layers are there for those who name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import netspec
from netspec.analysis import analyse
from netspec.diagnostics import Code
from netspec.fixing import fix
from netspec.graph.closed import closed
from netspec.graph.steady import SteadyPart, steady_part
from netspec.report.rendering import render_spec

if TYPE_CHECKING:
    from pathlib import Path

BODY = "architecture: MobileNet, weights: null, include_top: false, pooling: avg"


def spec(folder: Path, *items: str, more: str = "", size: int = 64) -> Path:
    """A spec with some items, and a head."""
    path = folder / "spec.yaml"
    path.write_text(
        f"netspec: 1\nmodel:\n  input: [{size}, {size}, 3]\n{more}  layers:\n"
        + "".join(f"    - {item}\n" for item in (*items, "Dense: {units: 3, name: head}"))
    )
    return path


def rows(path: Path, *, depth: int | None = None) -> list[Any]:
    return list(netspec.summarize(netspec.load(path), depth=depth).layers)


def test_it_is_one_row_of_a_summary_and_a_depth_opens_it(tmp_path: Path) -> None:
    path = spec(tmp_path, f"Application: {{{BODY}, name: backbone, trainable: {{last: 7}}}}")
    backbone, head = rows(path)
    assert (backbone.name, backbone.type, backbone.layer_count) == ("backbone", "MobileNet", 87)
    assert (backbone.output_shape, head.inputs) == ((1024,), ("backbone",))
    opened = rows(path, depth=2)
    assert len(opened) == 88
    for name in ("parameters", "trainable_parameters", "macs"):
        assert sum(getattr(row, name) for row in opened) == sum(
            getattr(row, name) for row in (backbone, head)
        )
    assert 0 < backbone.trainable_parameters < backbone.parameters


def test_one_within_a_block_is_one_row_too(tmp_path: Path) -> None:
    block = f"  blocks:\n    tower: {{layers: [{{Application: {{{BODY}, name: net}}}}]}}\n"
    path = spec(tmp_path, "tower: {name: t, repeat: 1}", more=block)
    assert [row.name for row in rows(path)] == ["t.0.net", "head"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("trainable: false", "trainable: true", "trainable"),
        ("weights: null", "weights: imagenet", "weights"),
        ("MobileNet,", "MobileNetV2,", "architecture"),
    ],
)
def test_a_change_of_it_is_one_row_of_a_diff(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    text = f"Application: {{{BODY}, trainable: false}}"
    one = spec(tmp_path, text).rename(tmp_path / "one.yaml")
    two = spec(tmp_path, text.replace(before, after))
    first, *others = netspec.diff(one, two).network.layers
    assert (first.change, first.layer.name) == ("changed", "application")
    assert [field.path for field in first.fields] == [told]
    assert {each.change for each in others} <= {"follows"}


def test_thawing_it_changes_what_trains_in_a_diff(tmp_path: Path) -> None:
    one = spec(tmp_path, f"Application: {{{BODY}, trainable: false}}").rename(tmp_path / "one.yaml")
    two = spec(tmp_path, f"Application: {{{BODY}, trainable: {{from: conv_pw_13}}}}")
    diff = netspec.diff(one, two)
    totals = [dict(side.totals)["trainable_parameters"] for side in (diff.before, diff.after)]
    assert totals[0] == 3 * 1024 + 3
    assert totals[1] == totals[0] + 1024 * 1024 + 2 * 1024


def test_written_out_it_stays_one_item_and_its_layers_keep_their_names(tmp_path: Path) -> None:
    block = f"  blocks:\n    tower: {{layers: [{{Application: {{{BODY}, name: net}}}}]}}\n"
    path = spec(
        tmp_path,
        "tower: {name: t}",
        "GlobalAveragePooling2D: {inputs: t.net.conv_pw_5_relu, name: skip}",
        "Concatenate: {inputs: [t, skip]}",
        more=block,
    )
    with path.open("a") as file:
        file.write(
            "compile: {optimizer: adam, loss: mse}\ntraining:\n  stages:\n"
            "    - {epochs: 1, trainable: [t]}\n    - {epochs: 1, trainable: {from: t.net.conv_dw_12}}\n"
        )
    text = render_spec(analyse(path), expand=True)
    assert "inputs: t_net.conv_pw_5_relu" in text
    assert "trainable: [t_net]" in text
    assert "trainable: {from: t_net.conv_dw_12}" in text
    assert text.count("architecture: MobileNet") == 1
    path.write_text(text)
    assert [(row.name, row.parameters) for row in rows(path)] == [
        ("t_net", 3_228_864),
        ("skip", 0),
        ("concatenate", 0),
        ("head", 3 * 1280 + 3),
    ]


def test_a_reuse_of_it_has_its_weights(tmp_path: Path) -> None:
    path = spec(
        tmp_path,
        f"Application: {{{BODY}, name: one}}",
        "Reuse: {layer: one, inputs: input, name: two}",
        "Add: {inputs: [one, two]}",
    )
    one, two, *_ = rows(path)
    assert (two.shares, two.parameters, one.parameters) == ("one", 0, 3_228_864)
    text = render_spec(analyse(path), expand=True)
    assert "- Reuse: {layer: one, name: two, inputs: input}" in text


def test_how_it_is_built_is_keras_s_and_no_finding(tmp_path: Path) -> None:
    for name in ("InceptionResNetV2", "ConvNeXtTiny", "VGG19", "MobileNetV3Small", "NASNetMobile"):
        path = spec(
            tmp_path,
            f"Application: {{{BODY.replace('MobileNet', name)}}}",
            size=96,
        )
        with path.open("a") as file:
            file.write(
                "data: {source: cifar10, image_size: [96, 96]}\n"
                "compile: {optimizer: {Adam: {learning_rate: 1e-4}}, loss: mse}\n"
            )
        text = path.read_text().replace("units: 3", "units: 10, activation: softmax")
        path.write_text(text.replace("loss: mse", "loss: categorical_crossentropy"))
        assert [str(finding) for finding in analyse(path).findings] == [], name


def test_a_network_named_as_if_it_were_a_layer_is_written_as_an_application(
    tmp_path: Path,
) -> None:
    path = spec(
        tmp_path,
        "MobileNet: {include_top: false, weights: null}",
        "GlobalAveragePooling2D",
        "Xception",
    )
    (change,) = fix(path).changes
    assert (
        "- Application: {architecture: MobileNet, include_top: false, weights: null}"
        in change.after
    )
    assert "- Application: {architecture: Xception}" in change.after


def test_random_weights_that_stay_are_told_once_of_an_application(tmp_path: Path) -> None:
    path = spec(tmp_path, f"Application: {{{BODY}, name: backbone, trainable: {{last: 7}}}}")
    with path.open("a") as file:
        file.write("compile: {optimizer: adam, loss: mse}\ntraining: {epochs: 1}\n")
    (finding,) = analyse(path).findings
    assert finding.code is Code.FROZEN_AT_RANDOM
    assert finding.message.startswith("a part of MobileNet 'backbone', ")
    assert finding.place.used_at == ()


def test_what_is_steady_follows_how_deep_it_trains(tmp_path: Path) -> None:
    sizes = []
    for trainable in ("false", "{from: conv_dw_12}", "{last: 30}"):
        path = spec(tmp_path, f"Application: {{{BODY}, name: b, trainable: {trainable}}}")
        with path.open("a") as file:
            file.write("compile: {optimizer: adam, loss: mse}\ntraining: {epochs: 1}\n")
        document, graph = analyse(path).require()
        assert document.training is not None
        part = steady_part(graph, document.training.phases[0])
        assert isinstance(part, SteadyPart)
        sizes.append(len(part.nodes))
    assert sizes[0] > sizes[1] > sizes[2]


def test_so_many_layers_are_too_many(tmp_path: Path) -> None:
    items = (f"Application: {{{BODY}, inputs: input, name: n{each}}}" for each in range(130))
    path = spec(tmp_path, *items)
    codes = {finding.code for finding in analyse(path).findings}
    assert Code.EXPANSION in codes


def test_as_one_layer_it_has_what_its_layers_have(tmp_path: Path) -> None:
    path = spec(tmp_path, f"Application: {{{BODY}, trainable: {{from: conv_pw_13}}}}")
    _, graph = analyse(path).require()
    one = closed(graph)
    assert [*one.nodes] == ["application", "head"]
    for name in ("parameters", "trainable_parameters", "macs"):
        assert getattr(one, name) == getattr(graph, name)
    assert one.output_shapes() == graph.output_shapes()


def test_what_is_told_of_a_layer_inside_is_told_at_the_application(tmp_path: Path) -> None:
    text = "Application: {architecture: MobileNet, weights: null, classes: 1, dropout: 0}"
    path = spec(tmp_path, text)
    kept = [line for line in path.read_text().splitlines() if "name: head" not in line]
    path.write_text("\n".join([*kept, "compile: {optimizer: adam, loss: binary_crossentropy}"]))
    (finding,) = analyse(path).findings
    assert finding.code is Code.SOFTMAX_OF_ONE
    assert (finding.line, finding.place.used_at) == (5, ())


def test_a_slip_in_the_word_for_keras_s_weights_is_told_with_the_word(tmp_path: Path) -> None:
    path = spec(tmp_path, "Application: {architecture: MobileNet, weights: imagnet}")
    (found,) = [each for each in netspec.check(path) if each.severity == "error"]
    assert found.hint == "did you mean imagenet?"
    assert found.repair is not None
    named = spec(tmp_path, "Application: {architecture: MobileNet, weights: mine.h5x}")
    (other,) = [each for each in netspec.check(named) if each.severity == "error"]
    assert other.hint is None
