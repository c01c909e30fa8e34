"""Networks built, trained, and trained on; and what their frozen part computes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netspec.api.given import directory_of, enabled, path_of
from netspec.api.reading import loaded

if TYPE_CHECKING:
    from collections.abc import Sequence

    import keras

    from netspec.api.reading import Spec
    from netspec.training.events import Listener
    from netspec.training.feature_file import FeatureFile
    from netspec.training.job import RunResult


def build(spec: Spec | Path | str) -> keras.Model:
    """The Keras model, with its initial weights; compiled where the spec has `compile`.

    It takes one tensor, or a dict by input name; it gives one tensor, or a dict by the outputs' names. It is the
    network as it stands, before any of its `stages`, and with its optimizer's learning rate: warm-ups belong to a run.

    Args:
        spec: What `load` gave, or a file.

    Raises:
        UsageError: The file cannot be read, or a schedule counts epochs of images that are not known.
        SpecError: The spec has errors.
        MissingExtraError: TensorFlow is not installed.
    """
    from netspec.runs.environment import require_tensorflow

    require_tensorflow()
    from netspec.checks.training.run_length import known_length
    from netspec.lowering import model as lowering
    from netspec.spec.runtime import RuntimeSection

    analysis = loaded(spec).analysis
    document, graph = analysis.require()
    assert document.spec is not None  # noqa: S101 - required just now
    with analysis.plugins.enabled():
        runtime = document.spec.runtime or RuntimeSection()
        model = lowering.to_keras(graph, seed=document.spec.seed, precision=runtime.precision)
        if document.compile is not None:
            run = known_length(document, graph)
            lowering.compile_model(
                model,
                document.compile,
                steps_per_epoch=run.steps_per_epoch if run else None,
                runtime=runtime,
            )
    return model


def run(  # noqa: PLR0913 - each has a default and a name
    spec: Spec | Path | str,
    *,
    output: Path | str | None = None,
    overrides: Sequence[str] = (),
    data_root: Path | str | None = None,
    offline: bool = False,
    resume: bool = False,
    force: bool = False,
    listener: Listener | None = None,
) -> RunResult:
    """Trains a spec and leaves a run directory.

    Args:
        spec: What `load` gave, or a file.
        output: The run directory itself; `runs/NAME-DATE-TIME` without.
        overrides: As in `load`, where a file is given.
        data_root: The folder that an image folder's path is relative to; the spec's own without.
        offline: Whether nothing may be fetched.
        resume: Whether a run that `output` holds already is continued; one that is finished stays as it is.
        force: Whether it is continued although the spec has changed.
        listener: Is called with each event of the run (`netspec.training.events`).

    Raises:
        SpecError: The spec has errors, or lacks what a run needs.
        UsageError: The directory cannot be made, another process trains in it, the spec has changed since, or
            TensorFlow is not installed.
        DataError: The data cannot be had, or is not that of the run any more.
        TrainingError: Training started and failed.
    """
    from netspec.training.events import ignore
    from netspec.training.run import run_analysis

    analysis = loaded(spec, overrides).analysis
    with analysis.plugins.enabled():
        return run_analysis(
            analysis,
            output=path_of(output),
            data_root=path_of(data_root),
            offline=offline,
            resume=resume,
            force=force,
            listener=listener or ignore,
        )


def resume(  # noqa: PLR0913 - each has a default and a name
    run: RunResult | Path | str,
    *,
    overrides: Sequence[str] = (),
    data_root: Path | str | None = None,
    offline: bool = False,
    force: bool = False,
    plugins: Sequence[str] = (),
    listener: Listener | None = None,
) -> RunResult:
    """Continues a run from its last kept state; in the end it is what it would have been if it had never been ended.

    A run that is finished stays as it is, unless it shall have more epochs.

    Args:
        run: A run directory, or what `run` gave.
        overrides: Assignments as `--set` takes them, such as `training.epochs=20`.
        data_root: The folder that an image folder's path is relative to, if it has moved.
        offline: Whether nothing may be fetched.
        force: Whether the run is continued although its spec has changed.
        plugins: The plugins that the run was made with.
        listener: Is called with each event of the run (`netspec.training.events`).

    Raises:
        SpecError: The changed spec has errors.
        UsageError: It is no run, another process trains in it, the spec has changed, no state can be read, or
            TensorFlow is not installed.
        DataError: The data is not that of the run any more.
        TrainingError: Training went on and failed.
    """
    from netspec.training.events import ignore
    from netspec.training.resume import resume_run

    with enabled(plugins):
        return resume_run(
            directory_of(run),
            overrides=tuple(overrides),
            data_root=path_of(data_root),
            offline=offline,
            force=force,
            listener=listener or ignore,
        )


def features(  # noqa: PLR0913 - each has a default and a name
    spec: Spec | Path | str,
    *,
    output: Path | str,
    split: str | None = None,
    overrides: Sequence[str] = (),
    data_root: Path | str | None = None,
    offline: bool = False,
    listener: Listener | None = None,
) -> FeatureFile:
    """Writes what the frozen part of a network gives for each image, for other networks to learn from.

    The file has arrays `x_train`, `y_train` and so on, which the data source `Arrays` reads with `holds: features`. The
    network begins with the weights that a run would; images are not augmented. What the cache has is not computed anew.

    Args:
        spec: What `load` gave, or a file.
        output: The `.npz` file, which is there whole or not at all; an earlier one of features is replaced, no other.
        split: Whose images, of `train`, `validation` and `test`; all that the data has without.
        overrides: As in `load`, where a file is given.
        data_root: The folder that an image folder's path is relative to; the spec's own without.
        offline: Whether nothing may be fetched.
        listener: Is called with each event on the way (`netspec.training.events`).

    Returns:
        The file, with the names and shapes of its arrays.

    Raises:
        SpecError: The spec has errors, or lacks what a run needs.
        UsageError: There is no such split, nothing is frozen, the file cannot be written, another is there, or
            TensorFlow is not installed.
        DataError: The data cannot be had, or features cannot be kept.
    """
    from netspec.training.events import ignore
    from netspec.training.feature_file import SPLITS, write_features

    analysis = loaded(spec, overrides).analysis
    with analysis.plugins.enabled():
        return write_features(
            analysis,
            Path(output),
            splits=SPLITS if split is None else (split,),
            data_root=path_of(data_root),
            offline=offline,
            listener=listener or ignore,
        )
