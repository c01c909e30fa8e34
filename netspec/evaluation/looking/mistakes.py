"""What speaks for the wrong class on the pictures of mistakes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netspec.evaluation.looking.grad_cam import overlays
from netspec.report.escape import printable
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import keras

    from netspec.evaluation.judge import Judgement
    from netspec.evaluation.looking.colours import Picture
    from netspec.graph.graph import Graph
    from netspec.spec.labels import Target


def with_looks(
    judgement: Judgement,
    model: keras.Model,
    graph: Graph,
    *,
    targets: Sequence[Target],
    notice: Callable[[str], None],
) -> Judgement:
    """A judgement whose mistakes have Grad-CAM overlays, of the class that each image was taken for.

    An evaluation stands without them: where they cannot be made, that is told, and there are none.

    Args:
        judgement: What `judge` gave.
        model: The network.
        graph: The same as netspec knows it.
        targets: What its outputs learned.
        notice: Is told what could not be done.
    """
    try:
        looks = {
            place: look
            for target in targets
            for place, look in _looks(judgement, model, graph, target).items()
        }
    except Exception as error:  # noqa: BLE001 - whatever a layer raises, be it a plugin's
        lines = str(error).strip().splitlines() or [type(error).__name__]
        notice(f"the mistakes have no Grad-CAM: {short(printable(lines[0]))}")
        return judgement
    return replace(judgement, looks=looks)


def _looks(
    judgement: Judgement, model: keras.Model, graph: Graph, target: Target
) -> dict[tuple[str, int], Picture]:
    """The overlays of one output's mistakes, by the output's key and the mistake's place."""
    mistakes = [
        each
        for each in judgement.mistakes.get(target.output, ())
        if each.place in judgement.pictures
    ]
    if not mistakes:
        return {}
    images = np.stack([judgement.pictures[each.place] for each in mistakes])
    made = overlays(model, graph, target, images, [each.predicted for each in mistakes])
    return {
        (target.output, each.place): look
        for each, look in zip(mistakes, made, strict=True)
        if look is not None
    }
