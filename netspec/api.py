"""The functions behind `import netspec`. They import what they need when they are called."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import keras

    from netspec.analysis import Analysis
    from netspec.diagnostics import Finding
    from netspec.report.diff import Diff
    from netspec.report.evaluation import EvaluationDocument
    from netspec.report.predictions import PredictionRecord
    from netspec.report.summary import Summary
    from netspec.training.events import Listener
    from netspec.training.job import RunResult


@dataclass(frozen=True)
class Spec:
    """A spec without errors.

    Attributes:
        path: The file it came from.
        name: What the network is called.
        findings: What is still worth knowing: warnings and notes.
        analysis: Everything the compiler knows of it.
    """

    path: Path
    name: str
    findings: tuple[Finding, ...]
    analysis: Analysis

    def __repr__(self) -> str:
        return f"Spec({str(self.path)!r}, name={self.name!r})"


def load(
    path: Path | str,
    *,
    overrides: Sequence[str] = (),
    root: Path | str | None = None,
    plugins: Sequence[str] = (),
) -> Spec:
    """Reads a spec and makes sure that it has no errors.

    Args:
        path: The YAML file.
        overrides: Assignments as `--set` takes them, such as `training.epochs=3`.
        root: The folder below which `extends` may read; by default the file's repository, or its own folder.
        plugins: Installed packages that add layers and the like; what the spec becomes afterwards has them too.

    Raises:
        UsageError: The file cannot be read, or a plugin cannot be used.
        SpecError: The spec has errors; all of them are in `findings`.
    """
    analysis = _analyse(path, overrides, root, plugins)
    document, _ = analysis.require()
    return Spec(Path(path), document.name, analysis.findings, analysis)


def check(
    path: Path | str,
    *,
    overrides: Sequence[str] = (),
    root: Path | str | None = None,
    plugins: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """Everything netspec finds in a spec, in order of place; empty when there is nothing.

    Raises:
        UsageError: The file cannot be read, or a plugin cannot be used.
    """
    return _analyse(path, overrides, root, plugins).findings


def summarize(spec: Spec | Path | str, *, depth: int | None = None) -> Summary:
    """Layers, shapes, parameters and cost; `str()` of it is the table.

    Args:
        spec: What `load` gave, or a file.
        depth: How many names of a layer's dotted path are told apart; what lies deeper is folded into one row.

    Raises:
        UsageError: The file cannot be read.
        SpecError: The spec has errors.
    """
    from netspec.report.summary import summarize_graph

    document, graph = _loaded(spec).analysis.require()
    return summarize_graph(graph, document, depth=depth)


def diff(before: Spec | Path | str, after: Spec | Path | str) -> Diff:
    """What differs between two specs, layer by layer and in everything else; `str()` of it is the table.

    Args:
        before: What `load` gave, or a file.
        after: The same, of the other spec.

    Raises:
        UsageError: A file cannot be read.
        SpecError: A spec has errors.
    """
    from netspec.report.diff import compare

    specs = _loaded(before), _loaded(after)
    return compare(
        specs[0].analysis.require(),
        specs[1].analysis.require(),
        files=(str(specs[0].path), str(specs[1].path)),
    )


def render(spec: Spec | Path | str, *, expand: bool = False, provenance: bool = False) -> str:
    """The resolved spec: YAML that stands by itself and means the same. Paths in it count from where the spec lies.

    Args:
        spec: What `load` gave, or a file.
        expand: Whether blocks, repeats and conditions are written out, layer by layer.
        provenance: Whether comments say where each value comes from, and defaults are written.

    Raises:
        UsageError: The file cannot be read.
        SpecError: The spec has errors.
    """
    from netspec.report.rendering import render_spec

    return render_spec(_loaded(spec).analysis, expand=expand, provenance=provenance)


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

    analysis = _loaded(spec).analysis
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

    if isinstance(spec, Spec) and overrides:
        from netspec.errors import UsageError

        raise UsageError("overrides go with a file", hint="give them to netspec.load")
    analysis = _loaded(spec, overrides).analysis
    with analysis.plugins.enabled():
        return run_analysis(
            analysis,
            output=Path(output) if output is not None else None,
            data_root=Path(data_root) if data_root is not None else None,
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

    with _enabled(plugins):
        return resume_run(
            _directory(run),
            overrides=tuple(overrides),
            data_root=Path(data_root) if data_root is not None else None,
            offline=offline,
            force=force,
            listener=listener or ignore,
        )


def evaluate(  # noqa: PLR0913 - each has a default and a name
    run: RunResult | Path | str,
    *,
    split: str | None = None,
    checkpoint: str | None = None,
    data: Path | str | None = None,
    shifts: int | None = None,
    data_root: Path | str | None = None,
    offline: bool = False,
    keep: bool = True,
    plugins: Sequence[str] = (),
) -> EvaluationDocument:
    """Judges a run's network on a split of its data or on other data, and keeps the judgement in the run.

    The test split's by the run's own model are `evaluation.json`, `confusion.csv` and `predictions.csv`; another
    split's, checkpoint's or other data's have its name in theirs.

    Args:
        run: What `run` gave, or a run directory.
        split: `test`, `validation` or `train`, `test` without; of other data one of its own splits, `test` without
            where it has one, else `train`.
        checkpoint: Another file of the run than its model, such as `state/best.keras`.
        data: Other data, whose classes are the run's or some of them: a data set's name, a folder, an `.npz` or `.csv`
            file, or a source as a spec writes it, such as `ImageFolder: {path: photos}`.
        shifts: By how many pixels images are moved at most in a shift test, such as 4; there is none without.
        data_root: The folder that paths of data are relative to, if it has moved.
        offline: Whether nothing may be fetched.
        keep: Whether the run keeps the judgement; without, it is only read.
        plugins: The plugins that the run was made with.

    Returns:
        What `netspec evaluate --format json` prints: metrics, every class, the confusion matrix; of other networks
        than one whose one output names a class, `outputs` by key.

    Raises:
        UsageError: It is no run, it has no model or no such split, the shift test makes no sense for it, it cannot be
            written to, or TensorFlow is not installed.
        DataError: The data is not there (any more), has changed, or says something else of its images than the network
            has learned.
    """
    from netspec.data.source import Reports
    from netspec.evaluation.evaluate import evaluate_run, keep_judgement

    directory = _directory(run)
    with _enabled(plugins):
        judgement = evaluate_run(
            directory,
            split_name=split,
            checkpoint=checkpoint,
            data=None if data is None else str(data),
            shifts=shifts,
            data_root=Path(data_root) if data_root is not None else None,
            offline=offline,
            reports=Reports.to_nobody(),
        )
    if keep:
        hint = "keep=False gives the result without keeping it"
        return keep_judgement(judgement, directory, hint=hint)
    return judgement.document


def predict(
    run: RunResult | Path | str,
    images: Path | str | Sequence[Path | str],
    *,
    top: int = 5,
    checkpoint: str | None = None,
    plugins: Sequence[str] = (),
) -> list[PredictionRecord]:
    """What a network says of pictures: the likeliest classes with their probabilities, which of several, or numbers.

    Args:
        run: What `run` gave, or a run directory.
        images: The pictures' files, or one: JPEG, PNG, BMP, GIF or WebP, of any size.
        top: How many classes, at most, for each, where an output names one of them.
        checkpoint: Another file of the run than its model, such as `state/best.keras`.
        plugins: The plugins that the run was made with.

    Returns:
        What `netspec predict --format json` prints, in the order of the images.

    Raises:
        UsageError: It is no run, it has no model, or TensorFlow is not installed.
        DataError: A picture cannot be read.
    """
    from netspec.evaluation.predict import cannot_read, predict_images

    def unreadable(name: str, reason: str) -> None:
        raise cannot_read(name, reason)

    files = [images] if isinstance(images, Path | str) else images
    with _enabled(plugins):
        return list(
            predict_images(
                _directory(run),
                [str(file) for file in files],
                unreadable=unreadable,
                top=top,
                checkpoint=checkpoint,
            )
        )


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

    with _enabled(plugins):
        return export_run(
            _directory(run),
            form=format,
            output=None if output is None else Path(output),
            checkpoint=checkpoint,
        )


def _directory(run: RunResult | Path | str) -> Path:
    return Path(run) if isinstance(run, Path | str) else run.directory


def _loaded(spec: Spec | Path | str, overrides: Sequence[str] = ()) -> Spec:
    return spec if isinstance(spec, Spec) else load(spec, overrides=overrides)


def _analyse(
    path: Path | str,
    overrides: Sequence[str],
    root: Path | str | None,
    plugins: Sequence[str],
) -> Analysis:
    from netspec.analysis import analyse

    with _enabled(plugins):
        return analyse(path, tuple(overrides), root=None if root is None else Path(root))


def _enabled(plugins: Sequence[str]) -> AbstractContextManager[None]:
    """The plugins of these names and no others; without names, those that are enabled already."""
    if not plugins:
        return nullcontext()
    from netspec.plugins.loading import load_plugins

    return load_plugins((name, "plugins") for name in plugins).enabled()
