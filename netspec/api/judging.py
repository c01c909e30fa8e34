"""Trained networks judged, asked about pictures, and looked into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.api.given import (
    directory_of,
    enabled,
    path_of,
    pictures_of,
    refuse_unreadable,
    texts_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netspec.report.evaluation import EvaluationDocument
    from netspec.report.look import LookDocument
    from netspec.report.predictions import PredictionRecord
    from netspec.training.job import RunResult


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

    directory = directory_of(run)
    with enabled(plugins):
        judgement = evaluate_run(
            directory,
            split_name=split,
            checkpoint=checkpoint,
            data=None if data is None else str(data),
            shifts=shifts,
            data_root=path_of(data_root),
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
    from netspec.evaluation.predict import predict_images

    with enabled(plugins):
        return list(
            predict_images(
                directory_of(run),
                pictures_of(images),
                unreadable=refuse_unreadable,
                top=top,
                checkpoint=checkpoint,
            )
        )


def look(  # noqa: PLR0913 - each has a default and a name
    run: RunResult | Path | str,
    images: Path | str | Sequence[Path | str],
    *,
    layers: str | Sequence[str] = (),
    class_name: str | None = None,
    of: str | None = None,
    checkpoint: str | None = None,
    output: Path | str | None = None,
    plugins: Sequence[str] = (),
) -> LookDocument:
    """Looks inside a run's network: its first filters, what layers make of pictures, and what its answer hangs on.

    Each picture gets a folder with the picture as the network sees it, a sheet of feature maps for each layer, and a
    Grad-CAM overlay. The same picture's folder is replaced.

    Args:
        run: What `run` gave, or a run directory.
        images: The pictures' files, or one: JPEG, PNG, BMP, GIF or WebP, of any size.
        layers: The layer that is drawn, by name or by a pattern with `*` and `?`, or several; up to four telling ones
            without.
        class_name: The class, or the number, that Grad-CAM is made for; what the network says of each picture without.
        of: The output whose class is meant; the first that names one without.
        checkpoint: Another file of the run than its model, such as `state/best.keras`.
        output: The folder to keep all in; `look` inside the run without.
        plugins: The plugins that the run was made with.

    Returns:
        What `netspec look --format json` prints, in the order of the images.

    Raises:
        UsageError: It is no run, it has no model, there is no such layer, class or output, nothing can be written, or
            TensorFlow is not installed.
        DataError: A picture cannot be read; the folders of pictures before it may be there already.
    """
    from netspec.evaluation.looking.look import look as look_into

    with enabled(plugins):
        return look_into(
            directory_of(run),
            pictures_of(images),
            unreadable=refuse_unreadable,
            layers=texts_of(layers),
            asked=class_name,
            output_key=of,
            checkpoint=checkpoint,
            output=path_of(output),
        )
