"""The trained network of a run, built from its spec. Importing this module imports TensorFlow."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from netspec.errors import UsageError
from netspec.lowering import model as lowering
from netspec.lowering.runtime import set_up
from netspec.spec.runtime import RuntimeSection
from netspec.spec.shares import as_trained

if TYPE_CHECKING:
    from pathlib import Path

    import keras

    from netspec.runs.saved import SavedRun

# How much smaller than its weights a model's file may be, as when it was packed again.
_MOST_PACKED = 20


def trained_network(
    run: SavedRun, *, checkpoint: str | None = None, precision: str | None = None
) -> keras.Model:
    """The network with its trained weights, compiled.

    It is built from the resolved spec, and only numbers are read from the file, so that a run directory from anywhere
    brings no code with it.

    Args:
        run: The run.
        checkpoint: Another file of the run than its model.
        precision: What its layers compute in; what they did in the run without.

    Raises:
        UsageError: The file is not there, is damaged, or holds another network's weights.
    """
    path = run.weights(checkpoint)
    document, graph = run.analysis.require()
    assert document.spec is not None  # noqa: S101 - required just now
    assert document.compile is not None  # noqa: S101 - a run has one
    runtime = document.spec.runtime or RuntimeSection()
    set_up(runtime, document.spec.seed, must_hold=False)
    model = lowering.to_keras(
        graph, seed=document.spec.seed, precision=precision or runtime.precision
    )
    try:
        _require_its_size(path)
        model.load_weights(path)
    except Exception as error:  # whatever Keras and HDF5 raise over a damaged file
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise UsageError(
            f"the weights in {path} cannot be read: {lines[0]}",
            hint="the file is damaged, or belongs to another network",
        ) from error
    # Nothing is trained, so that the length of an epoch does not matter.
    section = as_trained(document.compile, document.spec.augmentation)
    lowering.compile_model(model, section, steps_per_epoch=1, runtime=runtime)
    return model


def _require_its_size(path: Path) -> None:
    """Makes sure that a model's file does not unpack to far more than it is; Keras packs nothing, and allows 4 GiB.

    Raises:
        ValueError: It does.
        OSError, BadZipFile: It cannot be read.
    """
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > _MOST_PACKED * path.stat().st_size:
            raise ValueError(f"it unpacks to {unpacked:,} bytes")
