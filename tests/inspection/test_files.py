"""What is told of single files: those that are not there, and what all have in common."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from netspec.data.images import FileImages
from netspec.data.unusable import refused
from netspec.inspection.files import check_readable
from netspec.inspection.found import Finder
from netspec.source.nodes import Place, Source

pytestmark = pytest.mark.keras


def images(problems: dict[int, str], absent: dict[int, str] | None = None) -> FileImages:
    names = ("a.jpg", "b.jpg", "c.jpg")
    labels = {"label": np.zeros(3, np.int64)}
    return FileImages(Path("pets"), names, labels, problems=problems, absent=absent or {})


def told(given: FileImages) -> list[tuple[str, str | None]]:
    place = Place(Source("spec.yaml", ""), 1, 1, 1, 1)
    found = check_readable({"train": given}, Finder(place), skipped=False)
    return [(each.message, each.hint) for each in found]


def test_a_file_that_is_not_there_cannot_be_removed() -> None:
    assert told(images({0: "it is cut", 1: "no file"}, {1: "no file"})) == [
        ("a.jpg: it is cut", "remove it, or get it again"),
        ("b.jpg: no file", "correct its line, or get the file"),
    ]


def test_what_is_wrong_with_every_image_is_told_once() -> None:
    assert told(images(dict.fromkeys(range(3), "it has no weight"))) == [
        (
            "no train image can be used, all for the same reason; the first is a.jpg: it has no weight",
            "look whether data.source describes the images as they are",
        )
    ]
    assert len(told(images({0: "it is cut", 1: "it is empty", 2: "it is cut"}))) == 3


def test_what_cannot_be_used_is_not_called_no_picture() -> None:
    assert refused(["a", "b"]).message == "2 images cannot be trained on\na\nb"
