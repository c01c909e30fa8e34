"""What the curves of a training say, in words."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from netspec.report.html.said import metric, plural
from netspec.report.overfitting import onset_of, seems_to_begin, smoothed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.report.html.document import Training
    from netspec.report.overfitting import Onset

LOSS, VAL_LOSS = "loss", "val_loss"
_FEWEST = 4
# A loss that changes by less than this share of itself in the last quarter of the epochs has come to rest,
_STILL = 0.02
# if its lowest value lies so many epochs before the end, and this share of all.
_FEWEST_AFTER, _LEAST_AFTER = 5, 0.2
# A lowest value is at the end in the last of so many epochs.
_OF_EPOCHS_AT_END = 10


def onset_in(training: Training) -> Onset | None:
    """Where overfitting begins in a training, if it does."""
    if LOSS not in training.metrics or VAL_LOSS not in training.metrics:
        return None
    return onset_of(training.metrics[LOSS], training.metrics[VAL_LOSS])


def sentences(training: Training) -> Iterator[str]:
    """What the curves say: how far training came, its best epoch, and whether it went too far, or not far enough."""
    yield _extent(training)
    if len(training.stages) > 1:
        begins = [f"{each.name} from epoch {each.first:,}" for each in training.stages]
        yield f"Stages: {', '.join(begins)}."
    best = training.best
    if best is not None and best["value"] is not None:
        yield f"The best epoch is {best['epoch']:,}, with a {best['by']} of {metric(best['value'])}.{_kept(training)}"
    lost = sum(
        any(value is None for value in values) for values in zip(*_losses(training), strict=True)
    )
    if lost:
        yield f"In {plural(lost, 'epoch')} a loss is no number."
    yield _course(training)


def _extent(training: Training) -> str:
    done, planned = len(training.epochs), training.planned
    whole = plural(done, "epoch")
    if planned is not None and planned > done:
        return f"{whole} of {planned:,} that were planned."
    return f"{whole}."


def _kept(training: Training) -> str:
    """Whether the model has the best epoch's weights."""
    best, model = training.best, training.model_epoch
    if best is None or model is None:
        return ""
    if best["epoch"] == model:
        return " The model has its weights."
    return (
        f" The model has the weights of epoch {model:,}; those of the best are in state/best.keras."
    )


def _losses(training: Training) -> list[Sequence[float | None]]:
    return [training.metrics[name] for name in (LOSS, VAL_LOSS) if name in training.metrics]


def _course(training: Training) -> str:
    if VAL_LOSS not in training.metrics:
        return "Without validation images nothing tells whether it learned the images by heart."
    validation = [value for value in training.metrics[VAL_LOSS] if value is not None]
    loss = [value for value in training.metrics.get(LOSS, ()) if value is not None]
    if len(validation) < _FEWEST or len(validation) != len(loss):
        return "These are too few epochs to say where training was going."
    onset = onset_in(training)
    if onset is not None:
        at = onset.index
        return (
            f"It overfits: after epoch {training.epochs[at]:,} the validation loss stays above its minimum "
            f"({metric(validation[at])}, {metric(validation[-1])} at the end), while the training loss goes on falling "
            f"({metric(loss[at])} to {metric(loss[-1])}). From there on it learned the training images by heart."
        )
    return _without_onset(training, loss, validation)


def _without_onset(training: Training, loss: Sequence[float], validation: Sequence[float]) -> str:
    """Whether more epochs would bring more, where nothing was learned by heart."""
    count = len(validation)
    since = max(2, count // 4)
    at = validation.index(min(validation))
    after = count - 1 - at
    lowest = f"{metric(validation[at])} after epoch {training.epochs[at]:,}"
    if after < max(2, count // _OF_EPOCHS_AT_END):
        if after or _change(validation, since) >= -_STILL:
            return f"The validation loss was at its lowest at the end ({lowest}): {_more(training)}"
        return f"The validation loss was still falling at the end ({lowest}): {_more(training)}"
    if after < max(_FEWEST_AFTER, _LEAST_AFTER * count):
        if seems_to_begin(loss, validation):
            return (
                f"It seems to begin to overfit: the validation loss was at its lowest at {lowest} and has risen since "
                f"({metric(validation[-1])} at the end), while the training loss went on falling "
                f"({metric(loss[at])} to {metric(loss[-1])}). More epochs of the same would hardly bring more."
            )
        few = f"only {plural(after, 'epoch')} came after it"
        return f"The validation loss was at its lowest shortly before the end ({lowest}); {few}: {_more(training)}"
    smooth = smoothed(validation)
    change = _change(smooth, since)
    if change < -_STILL:
        return f"The validation loss was still falling, but was lower before ({lowest}): {_more(training)}"
    if change > _STILL:
        return f"The validation loss was rising at the end; its lowest was {lowest}."
    if _change(loss, since) < -_STILL:
        return "The validation loss came to rest while the training loss still fell: more epochs would bring little."
    if _change(loss, since) > _STILL:
        return "The validation loss came to rest: more epochs would bring little."
    return "Both losses have come to rest: more epochs would bring little."


def _more(training: Training) -> str:
    """That more epochs may bring more, or are to come, and how the run is given them, as far as that is known."""
    left = (training.planned or 0) - training.epochs[-1]
    to_come = not training.has_ended and left > 0
    words = f"{left:,} more were planned" if to_come else "more epochs may bring more"
    return f"{words}." if training.more is None else f"{words} (`{training.more}`)."


def _change(values: Sequence[float], since: int) -> float:
    """By which share of itself a loss rose in its last epochs, as against as many before; below 0 where it fell."""
    before, last = fmean(values[-2 * since : -since]), fmean(values[-since:])
    return (last - before) / max(abs(last), 1e-12)
