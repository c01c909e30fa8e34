"""What training logs after every epoch, by name, and whether less or more of it is better.

This is the only place that decides it, for the rules and for training alike. Keras itself finds the direction of a
single output's metrics only, and fails in the middle of training where it does not.

Source: CompileMetrics and CompileLoss in keras/src/trainers/compile_utils.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.fields import Thing
    from netspec.spec.training import CompileSection

Direction = Literal["min", "max"]

VALIDATION = "val_"
LEARNING_RATE = "learning_rate"
# The metrics that measure an error; of all others more is better.
ERRORS = frozenset(
    [
        "BinaryCrossentropy",
        "CategoricalCrossentropy",
        "CategoricalHinge",
        "FalseNegatives",
        "FalsePositives",
        "Hinge",
        "KLDivergence",
        "LogCoshError",
        "MeanAbsoluteError",
        "MeanAbsolutePercentageError",
        "MeanSquaredError",
        "MeanSquaredLogarithmicError",
        "Poisson",
        "RootMeanSquaredError",
        "SparseCategoricalCrossentropy",
        "SquaredHinge",
    ]
)


def logged(section: CompileSection, outputs: Sequence[str]) -> dict[str, Direction]:
    """The names of losses and metrics, each with its better direction; ``val_`` comes before them for validation.

    Args:
        section: What is compiled.
        outputs: The outputs' keys.
    """
    return logged_by(section.metrics, outputs)


def logged_by(
    metrics: Mapping[str, Sequence[Any]] | Sequence[Any], outputs: Sequence[str]
) -> dict[str, Direction]:
    """The same of metrics alone: a list of them, or lists by the outputs' keys."""
    several = len(outputs) > 1
    names: dict[str, Direction] = {"loss": "min"}
    if several:
        names |= dict.fromkeys((f"{output}_loss" for output in outputs), "min")
    for output in outputs:
        for metric in metrics.get(output, ()) if isinstance(metrics, Mapping) else metrics:
            name = metric if isinstance(metric, str) else metric.logged_as
            names[f"{output}_{name}" if several else name] = _direction(metric)
    return names


def direction(name: str, names: Mapping[str, Direction]) -> Direction | None:
    """Whether less or more is better of something logged, in training or validation; None where nobody knows."""
    return names.get(name) or names.get(name.removeprefix(VALIDATION))


def _direction(metric: Thing | str) -> Direction:
    if isinstance(metric, str):
        return "max"
    return "min" if metric.kind() in ERRORS or getattr(metric, "is_error", False) else "max"
