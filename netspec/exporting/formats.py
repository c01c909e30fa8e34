"""The closed table of export formats, and what writes them.

A format is a function that takes a run and an empty folder, and writes files into the folder. It raises where what it
wrote is not the network; then nothing of it stays. Where it gives a `Use`, the model card says how a program opens the
files.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.errors import UsageError
from netspec.exporting.litert import litert
from netspec.exporting.onnx import onnx
from netspec.exporting.openvino import openvino
from netspec.exporting.plain_keras import keras, structure, weights
from netspec.exporting.saved_model import savedmodel
from netspec.extension import Group, enabled
from netspec.runs.saved import SavedRun, open_run
from netspec.wording import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPORTS = "exports"

Export = Callable[[SavedRun, Path], object]

FORMATS: dict[str, Export] = {
    each.__name__: each for each in (keras, savedmodel, onnx, litert, openvino, weights, structure)
}


def formats() -> Mapping[str, Export]:
    """All formats by name, those of enabled plugins too."""
    return {**FORMATS, **enabled().added(Group.EXPORTS)}


def export_run(
    path: Path, *, form: str, output: Path | None = None, checkpoint: str | None = None
) -> list[Path]:
    """Writes a run in a format, into a folder that appears when it is whole.

    Args:
        path: The run directory.
        form: The format's name.
        output: The folder, which must not be there yet or be empty; `exports/FORMAT` inside the run without.
        checkpoint: Another file of the run than its model.

    Returns:
        The files that were written.

    Raises:
        UsageError: There is no such format or run, the run lacks what the format needs, the format cannot hold the
            network, or the folder holds something or cannot be written.
    """
    # The closed table is read by whoever enables plugins, and a card needs NumPy.
    from netspec.exporting.model_card import write_card

    known = formats()
    if form not in known:
        hint = nearest(form, list(known)) or f"there are {', '.join(known)}"
        raise UsageError(f"there is no format {form!r}", hint=hint)
    run = open_run(path)
    run.weights(checkpoint)
    run = replace(run, chosen=run.checkpoint_name(checkpoint))
    folder = output if output is not None else path / EXPORTS / form
    if output is None and not folder.resolve().is_relative_to(path.resolve()):
        raise UsageError(
            f"{path / EXPORTS} is a link that leads out of the run",
            hint="name a folder with --output",
        )
    _require_free(folder)
    beside = folder.with_name(f"writing-{os.getpid()}-{folder.name}")
    missing = [parent for parent in folder.parents if not parent.exists()]
    try:
        beside.mkdir(parents=True)
        made = known[form](run, beside)
        if not any(file.is_file() for file in beside.rglob("*")):
            raise UsageError(f"the format {form} wrote nothing")
        write_card(run, beside, form=form, made=made)
        with suppress(FileNotFoundError):
            folder.rmdir()  # it is empty
        beside.rename(folder)
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(
            f"cannot write {folder}: {reason}", hint="name another with --output"
        ) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        for parent in missing:
            with suppress(OSError):
                parent.rmdir()  # only where nothing was written
    return sorted(file for file in folder.rglob("*") if file.is_file())


def _require_free(folder: Path) -> None:
    try:
        taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}") from None
    if taken:
        raise UsageError(
            f"{folder} is there already, and nothing is overwritten",
            hint="name another folder with --output, or remove it",
        )
