"""What a run will do, as it is printed before the run starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.cli.listed import listed
from netspec.layers.shapes import spell
from netspec.report.escape import printable
from netspec.runs.hardware import slowed_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from netspec.runs.plan import Plan, StagePlan
    from netspec.spec.labels import Target

_LABEL_FORMS = {
    "integer": "class indices",
    "one_hot": "one-hot",
    "binary": "0 or 1",
}
_MOST_NAMES = 12


def print_plan(console: Console, plan: Plan, *, width: int | None = None) -> None:
    """Prints what a run will do."""
    splits = spoken_splits(plan)
    epochs = f"{plan.epochs} epoch{'s' * (plan.epochs != 1)} of {plan.steps:,} step{'s' * (plan.steps != 1)}"
    weighted = "; each image has a weight of its own" if plan.weighted else ""
    augmentation = [("augmentation", ", ".join(plan.augmentation))] if plan.augmentation else []
    rows = [
        ("data", f"{printable(plan.data.title)}: {', '.join(splits)}{weighted}"),
        ("input", spell(plan.input_shape)),
        *augmentation,
        *_learned(plan.targets),
        ("parameters", f"{plan.parameters:,} ({plan.trainable_parameters:,} trainable)"),
        ("training", f"{epochs}, batch size {plan.batch_size}, seed {plan.seed}"),
    ]
    if plan.unused:
        names = ", ".join(f"{printable(name)} ({count:,})" for name, count in plan.unused.items())
        rows.insert(
            1, ("not used", f"{names}: name a split in data.validation or data.test to use it")
        )
    if plan.class_weights is not None:
        rows.insert(-2, ("class weights", spoken_weights(plan, plan.class_weights)))
    if plan.look is not None:
        rows.insert(-2, ("verify", str(plan.look)))
    if plan.cache is not None:
        rows.insert(-2, ("cache", str(plan.cache)))
    if plan.balanced:
        rows.insert(-2, ("class weights", "balanced, from the training images"))
    rows += _stages(plan)
    if plan.precision != "float32":
        slowed = slowed_by(plan.precision)
        rows.append(
            (
                "precision",
                plan.precision if slowed is None else f"{plan.precision}: warning: {slowed}",
            )
        )
    if plan.memory is not None and not plan.memory.fits:
        rows.append(("memory", f"warning: {plan.memory}"))
    words = [(name, value.split(" ")) for name, value in rows]
    console.print(listed(words, width=width, between=" "), soft_wrap=True)


def _stages(plan: Plan) -> list[tuple[str, str]]:
    """The parts of training, the weights that the network begins with, and what is computed once."""
    stages = []
    if len(plan.stages) > 1 or any(stage.trainable for stage in plan.stages):
        stages = list(map(_stage, plan.stages))
    columns = {
        "stages": stages,
        "weights": [printable(str(start)) for start in plan.starts],
        "features": spoken_features(plan),
    }
    rows = [
        ("" if number else name, line)
        for name, lines in columns.items()
        for number, line in enumerate(lines)
    ]
    if not stages and plan.stages and plan.stages[0].warmup is not None:
        rows.insert(0, ("warm-up", plan.stages[0].warmup))
    return rows


def _stage(stage: StagePlan) -> str:
    """A stage on one line: its epochs, learning rate, and what it trains."""
    rate = stage.learning_rate
    return ", ".join(
        [
            f"{stage.name}: {stage.epochs} epoch{'s' * (stage.epochs != 1)}",
            f"learning rate {rate if isinstance(rate, str) else f'{rate:g}'}",
            *([f"warm-up {stage.warmup}"] if stage.warmup is not None else []),
            f"{stage.trainable_parameters:,} trainable"
            + (f" in {_some(stage.trainable)}" if stage.trainable else ""),
        ]
    )


def _some(names: Sequence[str]) -> str:
    """The first names of many."""
    more = f", … {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def spoken_features(plan: Plan) -> list[str]:
    """What is computed once for each image, or why nothing is: a line a stage, one for all where they do alike."""
    told = [str(each) for each in plan.features if each.is_told]
    if len(plan.features) <= 1 or (len(told) == len(plan.features) and len(set(told)) == 1):
        return told[:1]
    return [
        f"{stage.name}: {features}"
        for stage, features in zip(plan.stages, plan.features, strict=True)
        if features.is_told
    ]


def spoken_splits(plan: Plan) -> list[str]:
    """How many images each split has."""
    counts = plan.counts
    splits = [f"{counts.train:,} train"]
    if counts.validation:
        splits.append(f"{counts.validation:,} validation")
    if counts.test:
        splits.append(f"{counts.test:,} test")
    return splits


def _learned(targets: Sequence[Target]) -> list[tuple[str, str]]:
    """What the outputs learn: a row each, or two for one output that names a class."""
    if len(targets) > 1:
        return [
            ("" if number else "outputs", f"{_called(target)}: {_output(target)}")
            for number, target in enumerate(targets)
        ]
    (target,) = targets
    if target.kind == "class":
        return [("classes", _names(target)), ("labels", _encoded(target))]
    return [("labels", _output(target))]


def _called(target: Target) -> str:
    """An output's key, and its label where that is called otherwise."""
    return target.output + (
        f" ({printable(target.label)})" if target.label != target.output else ""
    )


def _output(target: Target) -> str:
    """What one output learns: its classes or numbers, and how they reach the loss."""
    if target.kind == "number":
        # One number is called as its label.
        own = len(target.names) == 1 and target.names[0] == target.label
        return "a number" if own else _names(target, "number")
    if target.kind == "multi_label":
        return f"0 or 1 for each of {_names(target)}"
    return f"one of {_names(target)}; {_encoded(target)}"


def _encoded(target: Target) -> str:
    """How classes reach the loss."""
    labels = _LABEL_FORMS[target.encoding.form]
    if target.positive_class is not None:
        labels += f"; 1 is {printable(target.positive_class)}"
    return labels


def _names(target: Target, what: str = "") -> str:
    """How many classes or numbers there are and what they are called; the data's own names too, where those differ."""
    names = [
        name if name == own else f"{own} as {name}"
        for own, name in zip(target.own_names, target.names, strict=True)
    ]
    more = [f"… {len(names) - _MOST_NAMES} more"] if len(names) > _MOST_NAMES else []
    counted = f"{len(names)} {what}{'s' * (len(names) != 1)}" if what else f"{len(names)}"
    return f"{counted}: {', '.join([*map(printable, names[:_MOST_NAMES]), *more])}"


def spoken_weights(plan: Plan, weights: Sequence[float]) -> str:
    """The classes that count more or less than 1, each with its weight."""
    told = [
        f"{printable(name)} {weight:g}"
        for name, weight in zip(plan.targets[0].names, weights, strict=True)
        if weight != 1
    ]
    more = [f"… {len(told) - _MOST_NAMES} more"] if len(told) > _MOST_NAMES else []
    rest = [] if len(told) == len(weights) else ["all others 1" if told else "all 1"]
    return ", ".join([*told[:_MOST_NAMES], *more, *rest])
