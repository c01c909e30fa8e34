"""Which arrays of a file are judged that has none to train with."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from netspec.errors import DataError
from netspec.things.columns import ArrayLabel
from netspec.things.labels import LABEL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netspec.things.sources import Arrays

_TRAIN = ("train",)
# The one that is judged first.
_OTHERS = ("test", "validation", "val", "valid")
_USUAL = (("images", "labels"), ("images", "label"), ("data", "labels"), ("X", "y"))


def judged_arrays(file: Path, like: Arrays | None) -> dict[str, Any]:
    """What a source says of the file's arrays otherwise, where there are none as a spec has them.

    Such a file has no `x_train` and no `x`, and `x_test` beside `y_test`; or `images` beside `labels`, and so on.

    Args:
        file: The `.npz` file.
        like: The run's own source where it is of arrays, which says what they are called.

    Returns:
        Fields of `Arrays`; none where it has what a spec wants, or it is not clear which are meant.
    """
    labels = like.all_labels() if like is not None else {LABEL: _label("y")}
    if file.suffix.lower() != ".npz" or list(labels) != [LABEL]:
        return {}
    from netspec.data.sources.npy import arrays_in

    held: tuple[str, ...] = ()
    with suppress(DataError):  # who opens it says so
        held = arrays_in(file)
    images, label = like.images if like is not None else "x", labels[LABEL]
    if held and not {images, *_called(images, _TRAIN)} & {*held}:
        pairs = zip(_called(images, _OTHERS), _called(label.array, _OTHERS), strict=True)
        for one, other in (*pairs, *_USUAL):
            if one in held and other in held:
                return {"images": one, "label": label.model_copy(update={"array": other})}
    return {}


def _called(name: str, splits: tuple[str, ...]) -> Iterator[str]:
    for split in splits:
        yield from (f"{name}_{split}", f"{split}_{name}")


def _label(array: str) -> ArrayLabel:
    return ArrayLabel.model_construct(array=array)
