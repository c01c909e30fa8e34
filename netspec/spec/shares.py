"""What becomes of losses and metrics where images are mixed, and labels are shares of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.things.registries import LOSSES, METRICS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netspec.fields import Thing
    from netspec.fields.things import Registry
    from netspec.spec.labels import LabelForm
    from netspec.spec.training import CompileSection

# Losses and metrics of Keras that ask of a label whether it is 0, or 1, and take what lies between for one of them.
_WHOLE = frozenset(
    {
        "AUC",
        "BinaryAccuracy",
        "BinaryIoU",
        "FalseNegatives",
        "FalsePositives",
        "Hinge",
        "Precision",
        "PrecisionAtRecall",
        "Recall",
        "RecallAtPrecision",
        "SensitivityAtSpecificity",
        "SpecificityAtSensitivity",
        "SquaredHinge",
        "TrueNegatives",
        "TruePositives",
    }
)
# What takes a class's index, and the same over one-hot vectors.
_TWINS = {
    "SparseCategoricalAccuracy": "CategoricalAccuracy",
    "SparseCategoricalCrossentropy": "CategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy": "TopKCategoricalAccuracy",
}
# Fields that speak of class indices: the twin has none of them.
_OF_INDICES = ("from_sorted_ids", "ignore_class")


def mixing(augmentation: Iterable[Thing] | None) -> str | None:
    """The first augmentation that mixes images, after which labels are shares of two classes; None without one."""
    things = augmentation or ()
    return next((thing.kind() for thing in things if getattr(thing, "mixes", False)), None)


def takes_shares(compared: Thing | str, form: LabelForm) -> bool:
    """Whether a loss, or a metric, means something where labels of the form are shares of classes.

    A metric that is a word is `accuracy`, of which Keras takes the one for the form.
    """
    if isinstance(compared, str):
        return form == "one_hot"
    return form != "integer" and compared.kind() not in _WHOLE


def has_twin(compared: Thing) -> bool:
    """Whether what takes a class's index has a twin over one-hot vectors, with all that its fields say."""
    return compared.kind() in _TWINS and index_field(compared) is None


def index_field(compared: Thing) -> str | None:
    """The field of a loss or metric that says something of class indices, for which its twin has no word."""
    if compared.kind() not in _TWINS:
        return None
    written = (name for name in _OF_INDICES if getattr(compared, name, None) not in {None, False})
    return next(written, None)


def as_trained(section: CompileSection, augmentation: Iterable[Thing] | None) -> CompileSection:
    """What a network is compiled with: under an augmentation that mixes images, what takes shares of classes.

    `SparseCategoricalCrossentropy` is then `CategoricalCrossentropy`, which is equal to it where one class has the
    whole share, and so are the metrics of its output; they keep the names that they are logged by. A loss or metric
    without such a twin stays as it is; rules refuse it.

    Source: `sparse_categorical_crossentropy` and `categorical_crossentropy` in keras/src/losses/losses.py.
    """
    if mixing(augmentation) is None:
        return section
    losses, metrics = section.loss, section.metrics
    if isinstance(metrics, dict):
        mixed: Any = {
            key: _metrics(losses.get(key) if isinstance(losses, dict) else losses, listed)
            for key, listed in metrics.items()
        }
    else:  # of one output
        mixed = _metrics(_first(losses) if isinstance(losses, dict) else losses, metrics)
    return section.model_copy(
        update={
            "loss": {key: _loss(loss) for key, loss in losses.items()}
            if isinstance(losses, dict)
            else _loss(losses),
            "metrics": mixed,
        }
    )


def _first(losses: dict[str, Any]) -> Any:
    return next(iter(losses.values()), None)


def _loss(loss: Thing) -> Thing:
    return _twin(loss, LOSSES) if has_twin(loss) else loss


def _metrics(loss: Thing | None, metrics: tuple[Any, ...]) -> tuple[Any, ...]:
    """The metrics of an output with the loss."""
    is_mixed = loss is not None and has_twin(loss)
    return tuple(_metric(metric) for metric in metrics) if is_mixed else metrics


def _metric(metric: Any) -> Any:
    if isinstance(metric, str):  # of which Keras takes the one for the labels' shape
        return metric
    if has_twin(metric):
        return _twin(metric, METRICS).model_copy(update={"name": metric.logged_as})
    if getattr(metric, "sparse_y_true", False):  # the overlaps, which take either
        return metric.model_copy(update={"sparse_y_true": False})
    return metric


def _twin(thing: Thing, registry: Registry) -> Thing:
    kind = registry.get(_TWINS[thing.kind()])
    shared = {name: getattr(thing, name) for name in kind.model_fields if hasattr(thing, name)}
    twin: Thing = kind(**shared)
    return twin
