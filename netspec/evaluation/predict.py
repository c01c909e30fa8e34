"""`predict`: the likeliest classes of single pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.data.form import image_form
from netspec.errors import DataError, UsageError
from netspec.report.escape import printable
from netspec.runs.environment import require_tensorflow
from netspec.runs.saved import SavedRun, open_run
from netspec.spec.labels import label_encoding

if TYPE_CHECKING:
    from netspec.data.form import ImageForm
    from netspec.report.predictions import PredictionRecord

# Is told of an image that cannot be read, and why.
Unreadable = Callable[[str, str], None]

# What a file may take; a photo has some megabytes.
_LARGEST_FILE = 2**30


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
    """The likeliest classes of each picture, in the order given.

    A picture is decoded and brought to its size as the run's own images are.

    Args:
        path: The run directory.
        images: The pictures' files: JPEG, PNG, BMP, GIF or WebP, of any size.
        unreadable: Is told of each file that is left out, and why.
        top: How many classes, at most.
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

    from netspec.evaluation.judge import ranked_classes
    from netspec.evaluation.network import trained_network
    from netspec.evaluation.probabilities import class_probabilities, last_activation

    document, graph = run.analysis.require()
    section, training = document.compile, document.training
    assert section is not None and training is not None  # noqa: S101, PT018 - a run has both
    (loss,) = section.loss.values() if isinstance(section.loss, dict) else (section.loss,)
    form, activation = image_form(document, graph), last_activation(graph)
    model = trained_network(run, checkpoint=checkpoint)
    # Batches as in training: a network's last bits may depend on how many images it sees at once.
    for names, pixels in _batches(images, form, training.batch_size, unreadable):
        outputs = model.predict(np.stack(pixels), batch_size=training.batch_size, verbose=0)
        if not np.isfinite(outputs).all():
            raise UsageError(
                f"the network of {run.path} gives no numbers",
                hint="its training failed; choose another state with --checkpoint",
            )
        shares = class_probabilities(outputs, loss=loss, activation=activation)
        middle = label_encoding(loss, outputs.shape[-1], len(run.classes)).middle
        ranks = ranked_classes(outputs, middle=middle)[:, :top]
        for name, row, best in zip(names, shares, ranks, strict=True):
            yield {
                "image": name,
                "predictions": [
                    {"label": run.classes[index], "probability": float(row[index])}
                    for index in best
                ],
            }


def _batches(
    images: Sequence[str], form: ImageForm, size: int, unreadable: Unreadable
) -> Iterator[tuple[list[str], list[Any]]]:
    """So many readable images at a time, with their names."""
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
        elif path.stat().st_size > _LARGEST_FILE:
            unreadable(name, "it is larger than 1 GiB")
        else:
            return read_picture(path.read_bytes(), form)
    except (OSError, ValueError) as error:
        unreadable(name, str(getattr(error, "strerror", None) or error))
    except UnreadableImageError as error:
        unreadable(name, str(error))
    return None
