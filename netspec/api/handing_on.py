"""Trained networks handed on to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.api.given import directory_of, enabled, path_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netspec.training.job import RunResult


def export(
    run: RunResult | Path | str,
    *,
    format: str,  # noqa: A002 - as the command has it
    output: Path | str | None = None,
    checkpoint: str | None = None,
    plugins: Sequence[str] = (),
) -> list[Path]:
    """Hands on what a run has trained, in files that others open, with a `predict.py` that needs no netspec.

    What is written is opened again by its own runtime, and must say what the network says of some pictures. Beside it
    a `MODEL_CARD.md` says what the run knows of the network.

    Args:
        run: What `run` gave, or a run directory.
        format: `keras`, `savedmodel`, `onnx`, `litert`, `openvino`, `weights`, `structure`, or a plugin's.
        output: The folder to write, which must not be there yet or be empty; `exports/FORMAT` inside the run without.
        checkpoint: Another file of the run than its model, such as `state/best.keras`.
        plugins: The plugins that the run was made with.

    Returns:
        The files that were written.

    Raises:
        UsageError: It is no run, it has no model, there is no such format, the format cannot hold the network, the
            folder cannot be written, or a package is not installed. Nothing is left then.
    """
    from netspec.exporting.formats import export_run

    with enabled(plugins):
        return export_run(
            directory_of(run),
            form=format,
            output=path_of(output),
            checkpoint=checkpoint,
        )
