"""Which picture it was that TensorFlow could not read is said by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from netspec.data.files.listed import ListedFiles
from netspec.data.images import FileImages
from netspec.data.splits import Split
from netspec.errors import DataError
from netspec.things.labels import LABEL
from tests.data.made_pictures import NOISE, encoded, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.keras


@pytest.fixture
def images(tmp_path: Path) -> FileImages:
    """Four pictures, of which the second and the last are none."""
    good = encoded(NOISE, "PNG")
    write(tmp_path, {"0.png": good, "1.png": b"none", "2.png": good, "3.png": b"none"})
    files = ListedFiles.of(tmp_path, (f"{number}.png" for number in range(4)))
    return FileImages.listed(files, {LABEL: np.zeros(4, np.int64)})


def failing(
    images: FileImages,
    read: list[int],
    *,
    exhausted: bool = False,
    failure: DataError | None = None,
) -> None:
    """Fails as TensorFlow does, while some images are read."""
    import tensorflow as tf

    from netspec.data.files.failing import named_if_failing

    whole = Split(images, np.arange(4))
    with named_if_failing(
        [whole], lambda: Split.of(images, read), channels=3, failure=lambda: failure
    ):
        if exhausted:
            raise tf.errors.ResourceExhaustedError(None, None, "no memory")
        raise tf.errors.InvalidArgumentError(None, None, "something")


@pytest.mark.parametrize(("read", "name"), [([0, 1, 2], "1.png"), ([2, 3], "3.png")])
def test_of_the_images_that_were_read_the_first_that_cannot_be_is_named(
    images: FileImages, read: list[int], name: str
) -> None:
    with pytest.raises(DataError, match=rf"^cannot read .*{name}: "):
        failing(images, read)


def test_another_reason_goes_first(images: FileImages) -> None:
    with pytest.raises(DataError, match="the disk is full"):
        failing(images, [1], failure=DataError("the disk is full"))


def test_what_is_not_the_images_fault_goes_on_as_it_was(images: FileImages) -> None:
    import tensorflow as tf

    with pytest.raises(tf.errors.InvalidArgumentError):
        failing(images, [0, 2])
    with pytest.raises(tf.errors.ResourceExhaustedError):
        failing(images, [1], exhausted=True)
