"""`predict`: what a network says of single pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.data.files.listed import LARGEST_FILE, TOO_LARGE
from netspec.data.form import picture_form
from netspec.errors import DataError, UsageError
from netspec.report.escape import printable
from netspec.runs.environment import require_tensorflow
from netspec.runs.learned import is_one_class
from netspec.runs.saved import SavedRun, open_run

if TYPE_CHECKING:
    from netspec.data.form import ImageForm
    from netspec.report.predictions import Answer, PredictionRecord

# Is told of an image that cannot be read, and why.
Unreadable = Callable[[str, str], None]


def cannot_read(name: str, reason: str) -> DataError:
    """The error for an image that cannot be read, in one line whatever the file is called."""
    return DataError(f"cannot read {printable(name)}: {printable(reason)}")


def predict_images(
    path: Path,
    images: Sequence[str],
    *,
    unreadable: Unreadable,
    top: int = 5,
    checkpoint: str | None = None,
) -> Iterator[PredictionRecord]:
    """What a network says of each picture, in the order given: of a class the likeliest ones.

    A picture is decoded and brought to its size as the run's own images are.

    Args:
        path: The run directory.
        images: The pictures' files: JPEG, PNG, BMP, GIF or WebP, of any size.
        unreadable: Is told of each file that is left out, and why.
        top: How many classes, at most, where an output names one of them.
        checkpoint: Another file of the run than its model.

    Raises:
        UsageError: It is no run, it has no model, or TensorFlow is not installed.
    """
    require_tensorflow()
    run = open_run(path)
    run.weights(checkpoint)
    return _predict(run, images, unreadable=unreadable, top=top, checkpoint=checkpoint)


def _predict(
    run: SavedRun,
    images: Sequence[str],
    *,
    unreadable: Unreadable,
    top: int,
    checkpoint: str | None,
) -> Iterator[PredictionRecord]:
    import numpy as np

    from netspec.evaluation.network import trained_network
    from netspec.evaluation.outputs import outputs_of, values_by_output

    document, graph = run.analysis.require()
    section, training = document.compile, document.training
    assert section is not None and training is not None  # noqa: S101, PT018 - a run has both
    form = picture_form(document, graph)
    outputs = outputs_of(run.targets, section=section, graph=graph)
    model = trained_network(run, checkpoint=checkpoint)
    # Batches as in training: a network's last bits may depend on how many images it sees at once.
    for names, pixels in picture_batches(images, form, training.batch_size, unreadable):
        given = model.predict(np.stack(pixels), batch_size=training.batch_size, verbose=0)
        values = values_by_output(given, outputs)
        if not all(np.isfinite(each).all() for each in values.values()):
            raise UsageError(
                f"the network of {run.path} gives no numbers",
                hint="its training failed; choose another state with --checkpoint",
            )
        said = [output.answers(values[key], top=top) for key, output in outputs.items()]
        for name, *answers in zip(names, *said, strict=True):
            yield _record(name, dict(zip(outputs, answers, strict=True)), run)


def _record(name: str, answers: dict[str, Answer], run: SavedRun) -> PredictionRecord:
    """An image and what the outputs say of it; classes alone where they are all that the network has to say."""
    first = next(iter(answers.values()))
    if is_one_class(run.targets) and first["kind"] == "class":
        return {"image": name, "predictions": first["predictions"]}
    return {"image": name, "outputs": answers}


def picture_batches(
    images: Sequence[str], form: ImageForm, size: int, unreadable: Unreadable
) -> Iterator[tuple[list[str], list[Any]]]:
    """So many readable images at a time, with their names.

    Args:
        images: The pictures' files.
        form: What each is brought to.
        size: How many at a time.
        unreadable: Is told of each file that is left out, and why.

    Returns:
        Names, and for each uint8 `(height, width, channels)`.
    """
    names: list[str] = []
    pixels: list[Any] = []
    for name in images:
        read = _read(name, form, unreadable)
        if read is not None:
            names.append(name)
            pixels.append(read)
        if len(names) == size:
            yield names, pixels
            names, pixels = [], []
    if names:
        yield names, pixels


def _read(name: str, form: ImageForm, unreadable: Unreadable) -> Any:
    """The image's pixels, or None where it cannot be read."""
    from netspec.data.files.decoding import read_picture
    from netspec.data.files.pictures import UnreadableImageError

    path = Path(name)
    try:
        if path.is_dir():
            unreadable(name, "it is a folder; name the pictures in it")
        elif path.exists() and not path.is_file():
            unreadable(name, "it is no file")
        elif path.stat().st_size > LARGEST_FILE:
            unreadable(name, TOO_LARGE)
        else:
            return read_picture(path.read_bytes(), form)
    except (OSError, ValueError) as error:
        unreadable(name, str(getattr(error, "strerror", None) or error))
    except UnreadableImageError as error:
        unreadable(name, str(error))
    return None
