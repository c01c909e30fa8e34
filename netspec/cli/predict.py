"""`netspec predict RUN IMAGE…`, and the same of a network of Keras's, or of a model that another program trained."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netspec.cli.options import Checkpoint, Format, Offline, ResultFormat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netspec.report.predictions import PredictionRecord

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def predict(  # noqa: PLR0913 - a command's options
    *,
    given: Annotated[
        list[str],
        typer.Argument(
            metavar="[RUN] IMAGE…",
            help="The run directory, unless a model is named; JPEG, PNG, BMP, GIF or WebP files.",
        ),
    ],
    application: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="In place of a run: a network of keras.applications, such as MobileNet, with its ImageNet weights.",
        ),
    ] = None,
    structure: Annotated[
        Path | None,
        typer.Option(
            metavar="MODEL.json",
            help="In place of a run: a model as Keras's to_json wrote it; with --weights and --classes.",
        ),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The model's weights: .weights.h5, .h5 or .keras."),
    ] = None,
    classes: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The names of the model's classes, one a line."),
    ] = None,
    image_size: Annotated[
        tuple[int, int] | None,
        typer.Option(
            metavar="HEIGHT WIDTH", min=1, help="The pictures' size, where the model takes any."
        ),
    ] = None,
    top: Annotated[
        int, typer.Option(min=1, help="How many classes to show, where an image has one.")
    ] = 5,
    checkpoint: Checkpoint = None,
    offline: Offline = False,
    output: Format = ResultFormat.TABLE,
) -> None:
    """Say what is on pictures.

    It prints the likeliest classes with their probabilities, or each output's labels or numbers.

    With --application, ImageNet's classes; weights and names are Keras's own files, fetched into its cache where they
    are not there. With --structure, a picture's pixels go into the model as they are, from 0 to 255, brought to its
    size: whatever else it expects must be among its layers. An output without an activation is taken for logits.

    A picture that cannot be read is reported, and the rest is done.

    Exit status: 0, 2 usage (a run that is none, too), 3 a picture or a file of weights could not be read or fetched.
    """
    from netspec.errors import UsageError

    if application is not None and structure is not None:
        raise UsageError(
            "--application and --structure name two models", hint="leave one of them out"
        )
    ways: dict[str, bool] = {
        "--weights": weights is not None,
        "--classes": classes is not None,
        "--image-size": image_size is not None,
    }
    if structure is None and any(ways.values()):
        alone = next(name for name, said in ways.items() if said)
        raise UsageError(
            f"{alone} belongs to --structure", hint="give --structure, or leave it out"
        )
    if checkpoint is not None and (application or structure):
        raise UsageError(
            "--checkpoint belongs to a run", hint="leave it out, or name a run directory"
        )
    if structure is not None:
        if weights is None or classes is None:
            raise UsageError(
                f"--structure wants {'--weights' if weights is None else '--classes'} too",
                hint="give the model's weights and the names of its classes",
            )
        answers = _of_structure(structure, weights, classes, image_size)
    elif application is not None:
        answers = _of_application(application, offline=offline)
    else:
        if len(given) == 1:
            raise UsageError("there is no picture", hint="name pictures after the run directory")
        answers = _of_run(Path(given[0]), checkpoint)
    _show(answers, given if structure or application else given[1:], top=top, output=output)


# What a model says of pictures, the best so many classes.
_Answers = Callable[..., "Iterable[PredictionRecord]"]


def _of_run(run: Path, checkpoint: str | None) -> _Answers:
    from netspec.evaluation.predict import predict_images

    return partial(predict_images, run, checkpoint=checkpoint)


def _of_structure(
    structure: Path, weights: Path, classes: Path, image_size: tuple[int, int] | None
) -> _Answers:
    def predict(images: list[str], **how: Any) -> Iterable[PredictionRecord]:
        from netspec.evaluation.with_model import OtherModel

        model = OtherModel(
            structure=structure, weights=weights, classes=classes, image_size=image_size
        )
        return model.open().predict(images, **how)

    return predict


def _of_application(name: str, *, offline: bool) -> _Answers:
    from netspec.cli.capture import Screen
    from netspec.cli.display import Display

    display = Display(Screen(sys.stderr).stream)

    def predict(images: list[str], **how: Any) -> Iterable[PredictionRecord]:
        from netspec.evaluation.application import open_application
        from netspec.training.events import Fetching, Notice

        # What moves is gone before anything else is said.
        with closing(display):
            model = open_application(
                name,
                offline=offline,
                notify=lambda message: display(Notice(message)),
                progress=lambda label, done, total: display(Fetching(label, done, total)),
            )
        return model.predict(images, **how)

    return predict


def _show(answers: _Answers, images: list[str], *, top: int, output: ResultFormat) -> None:
    """Prints what is said of pictures, and which could not be read."""
    from netspec.cli.capture import hushed
    from netspec.cli.output import print_error
    from netspec.errors import DataError
    from netspec.evaluation.predict import cannot_read
    from netspec.report.console import console_for
    from netspec.report.predictions import predictions_json, predictions_text
    from netspec.report.streams import is_terminal

    gc.enable()
    left_out: list[tuple[str, str]] = []
    with hushed():
        records = list(
            answers(
                images, unreadable=lambda name, reason: left_out.append((name, reason)), top=top
            )
        )
    if output is ResultFormat.JSON:
        typer.echo(predictions_json(records))
    elif records:
        bars = is_terminal(sys.stdout)
        console_for(sys.stdout).print(predictions_text(records, bars=bars))
    for name, reason in left_out:
        print_error(cannot_read(name, reason))
    if left_out:
        raise typer.Exit(DataError.exit_code)
