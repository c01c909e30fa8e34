"""A network's outputs by what each learned: a class, several classes at once, or numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netspec.evaluation.class_output import ClassOutput
from netspec.evaluation.flags_output import FlagsOutput
from netspec.evaluation.numbers_output import NumbersOutput
from netspec.evaluation.probabilities import last_activation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netspec.evaluation.output import Floats, Output
    from netspec.graph.graph import Graph
    from netspec.spec.labels import Target
    from netspec.spec.training import CompileSection

_KINDS: dict[str, type[Output]] = {
    "class": ClassOutput,
    "multi_label": FlagsOutput,
    "number": NumbersOutput,
}


def outputs_of(
    targets: Sequence[Target], *, section: CompileSection, graph: Graph
) -> dict[str, Output]:
    """A network's outputs by their keys.

    Args:
        targets: What each learned.
        section: What the network was compiled with.
        graph: The network.
    """
    return {
        target.output: _KINDS[target.kind](
            target,
            section.loss[target.output] if isinstance(section.loss, dict) else section.loss,
            last_activation(graph, target.output),
        )
        for target in targets
    }


def values_by_output(given: Any, outputs: Mapping[str, Output]) -> dict[str, Floats]:
    """What a network gave, `(images, values)` by its outputs' keys.

    Args:
        given: An array for the one output, or a dict of them.
        outputs: The outputs.
    """
    by_key = given if isinstance(given, dict) else dict.fromkeys(outputs, given)
    return {key: np.reshape(by_key[key], (len(by_key[key]), -1)) for key in outputs}
