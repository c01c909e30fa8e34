"""What is said when features are there, and when a run has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.escape import printable
from netspec.report.spoken import clock, spoken_number

if TYPE_CHECKING:
    from netspec.training.events import FeaturesReady
    from netspec.training.job import RunResult

_MINUTE = 60


def result_rows(
    result: RunResult, *, computing: float = 0.0, is_resumed: bool = False
) -> list[tuple[str, list[str]]]:
    """How a run ended, a row each.

    Args:
        result: What it gave.
        computing: Seconds in which features were looked for and computed, those before a resume left out.
        is_resumed: Whether it went on from a kept state, so that its training took longer than what was watched.
    """
    epochs = len(next(iter(result.history.values()), ()))
    trained = f"{epochs} epoch{'s' * (epochs != 1)} in {spent(result.seconds)}"
    if computing >= 1:
        trained += f", {spent(computing)} of it for features{' since it was resumed' * is_resumed}"
    best = {
        name: values[result.best_epoch - 1]
        for name, values in result.history.items()
        if len(values) >= result.best_epoch
    }
    by = f"{result.best_epoch} by {printable(result.best_by)}"
    rows = [("trained", [trained]), ("best epoch", [by, *_numbers(best)])]
    if result.metrics:
        rows.append(("test", [f"with epoch {result.model_epoch}", *_numbers(result.metrics)]))
    if result.images_per_second is not None and result.data_wait is not None:
        waited = f"the model waited {100 * result.data_wait:.0f} % of the time for data"
        rows.append(("data", [f"{result.images_per_second:,.0f} images/s; {waited}"]))
    return rows


def spoken_ready(event: FeaturesReady) -> str:
    """For how many images features were found, and for how many computed."""
    whose = f"{' and '.join(event.splits)} images"
    if not event.computed:
        return f"features found for all {event.found:,} {whose}"
    found = f"found for {event.found:,}, " if event.found else ""
    return f"features {found}computed for {event.computed:,} {whose} in {spent(event.seconds)}"


def spent(seconds: float) -> str:
    """A time that has passed: ``2.5 s``, ``1:15``."""
    return f"{seconds:.1f} s" if seconds < _MINUTE else clock(seconds)


def _numbers(logs: dict[str, float]) -> list[str]:
    return [f"{printable(name)} {spoken_number(value)}" for name, value in logs.items()]
