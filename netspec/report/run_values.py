"""The numbers of a run by name, as people ask for them: how large, how long, how good."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netspec.report.runs import RunRecord

TEST = "test_"
# What every run may have, whatever it logs.
FIGURES = ("epochs", "parameters", "trainable", "macs", "seconds", "duration", "images", "best")


def values_of(run: RunRecord) -> dict[str, float | None]:
    """A run's numbers by name.

    Returns:
        `epochs` (those done), `parameters`, `trainable`, `macs`, `seconds` (and `duration`, the same), `images` (to
        learn from) and `best` (the value that the best epoch is best by); then what the best epoch gave, under the
        names that training logs (`loss`, `val_accuracy`), and the metrics of the test split (`test_accuracy`). None
        where a number is not known.
    """
    best, parameters, data = run["best"], run["parameters"], run["data"]
    figures = (
        run["epochs_done"],
        *((parameters["total"], parameters["trainable"]) if parameters else (None, None)),
        run["macs"],
        run["seconds"],
        run["seconds"],
        data["train"] if data else None,
        best["value"] if best else None,
    )
    return {
        **{f"{TEST}{name}": value for name, value in run["metrics"].items()},
        **(best["metrics"] if best else {}),
        **dict(zip(FIGURES, figures, strict=True)),
    }
