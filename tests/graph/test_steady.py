"""What of a network is frozen and the same in every epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.graph.steady import NoPart, SteadyPart, steady_part

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.spec.training import Stage

CONV = "Conv2D: {name: conv, filters: 2, kernel_size: 3, trainable: false}"


def part_of(folder: Path, *items: str, training: str = "{epochs: 1}") -> SteadyPart | NoPart:
    """The part of a network of some layers and a head."""
    path = folder / "spec.yaml"
    path.write_text(
        "netspec: 1\nmodel:\n  input: [8, 8, 1]\n  layers:\n"
        + "".join(f"    - {item}\n" for item in (*items, "Dense: {units: 3, name: head}"))
        + f"compile: {{optimizer: adam, loss: mse}}\ntraining: {training}\n"
    )
    document, graph = analyse(path).require()
    assert document.training is not None
    stage: Stage = document.training.phases[0]
    return steady_part(graph, stage)


def names(part: SteadyPart | NoPart) -> list[str]:
    assert isinstance(part, SteadyPart)
    return [node.name for node in part.nodes]


@pytest.mark.parametrize(
    ("further", "steady"),
    [
        ("Dropout: {rate: 0.2, name: more}", False),
        ("Dropout: {rate: 0.0, name: more}", True),
        ("BatchNormalization: {name: more}", False),
        ("BatchNormalization: {name: more, trainable: false}", True),
        ("Dense: {units: 2, name: more, trainable: false}", True),
        (
            "Dense: {units: 2, name: more, trainable: false, activity_regularizer: {L2: {l2: 0.1}}}",
            False,
        ),
        (
            "Dense: {units: 2, name: more, trainable: false, kernel_regularizer: {L2: {l2: 0.1}}}",
            True,
        ),
        ("Reuse: {layer: conv, name: more}", True),
    ],
)
def test_a_frozen_layer_is_steady_unless_it_is_random_or_adds_to_the_loss(
    tmp_path: Path, further: str, *, steady: bool
) -> None:
    part = part_of(tmp_path, CONV.replace("filters: 2", "filters: 1"), further)
    assert ("more" in names(part)) is steady


def test_a_mask_is_not_cut_off_from_what_it_is_for(tmp_path: Path) -> None:
    part = part_of(
        tmp_path,
        "Reshape: {target_shape: [64]}",
        "Embedding: {name: words, input_dim: 9, output_dim: 4, mask_zero: true, trainable: false}",
        "LSTM: {units: 4}",
    )
    assert isinstance(part, NoPart)
    assert part.reason.endswith("('words' gives a mask)")


def test_a_stage_freezes_what_it_does_not_name(tmp_path: Path) -> None:
    layers = ("Conv2D: {name: conv, filters: 2, kernel_size: 3}", "Flatten: {name: flat}")
    stages = "{{stages: [{{epochs: 1, trainable: [{}]}}]}}"
    assert names(part_of(tmp_path, *layers, training=stages.format("head"))) == ["conv", "flat"]
    assert isinstance(part_of(tmp_path, *layers, training=stages.format("conv, head")), NoPart)
