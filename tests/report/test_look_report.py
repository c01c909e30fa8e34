"""A look inside a network as lines below each other, and as JSON."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from netspec.report.look import LookDocument, LookRecord, look_json, look_text
from netspec.report.schemas import schema_text

CAT: LookRecord = {
    "name": "cat",
    "image": "pets/cat.png",
    "place": "0123456789abcdef",
    "checkpoint": "model.keras",
    "height": 12,
    "width": 16,
    "channels": 3,
    "picture": "picture.png",
    "said": {"head": {"kind": "class", "predictions": [{"label": "cat", "probability": 0.75}]}},
    "grad_cam": {
        "output": "head",
        "kind": "class",
        "name": "cat",
        "predicted": True,
        "value": 3.5,
        "before_activation": True,
        "layer": "last",
        "height": 4,
        "width": 5,
        "picture": "grad-cam.png",
        "reason": None,
    },
    "maps": [
        {
            "layer": "last",
            "kind": "Conv2D",
            "height": 4,
            "width": 5,
            "channels": 9,
            "shown": [{"channel": 3, "low": None, "high": 2.5}],
            "picture": "last.png",
        }
    ],
}
DOCUMENT: LookDocument = {
    "folder": "runs/a/look",
    "checkpoint": "model.keras",
    "filters": {
        "layer": "conv2d",
        "kind": "Conv2D",
        "kernel": [3, 5],
        "inputs": 1,
        "filters": 300,
        "shown": 256,
        "drawn": "signs",
        "checkpoint": "model.keras",
        "picture": "filters.png",
    },
    "images": [CAT],
    "notices": [],
}


def lines(document: LookDocument, *, bars: bool = False) -> list[str]:
    return look_text(document, bars=bars).plain.splitlines()


def with_grad_cam(**changed: Any) -> LookDocument:
    cam: Any = {**(CAT["grad_cam"] or {}), **changed}
    return {**DOCUMENT, "images": [{**CAT, "grad_cam": cam}]}


def test_an_image_has_its_answer_and_a_line_for_each_file() -> None:
    assert lines(DOCUMENT) == [
        "pets/cat.png",
        "  cat    75.00%",
        "  in runs/a/look/cat",
        "    picture.png   as the network sees it, 12 x 16",
        "    grad-cam.png  Grad-CAM of cat at last, 4 x 5",
        "    last.png      1 of 9 channels of 4 x 5",
        "",
        "in runs/a/look",
        "  filters.png  256 of 300 filters of conv2d, 3 x 5, blue below 0, red above",
    ]


def test_lines_break_between_words_and_names_stay_whole() -> None:
    long: LookDocument = {**DOCUMENT, "folder": "runs/a/" + "deep/" * 9, "notices": ["no " * 30]}
    shown = look_text(long, bars=False, width=40).plain.splitlines()

    at = shown.index("    grad-cam.png  Grad-CAM of cat at")
    assert shown[at + 1] == "                  last, 4 x 5"
    assert f"  in {long['folder']}/cat" in shown
    assert all(len(line) <= 40 for line in shown if "deep" not in line)


def test_why_there_is_no_grad_cam_is_said() -> None:
    shown = lines(with_grad_cam(picture=None, reason="nothing at last speaks for cat"))

    assert not any("grad-cam.png" in line for line in shown)
    assert "    no Grad-CAM: nothing at last speaks for cat" in shown


def test_what_could_not_be_made_stands_at_the_end() -> None:
    shown = lines({**DOCUMENT, "filters": None, "notices": ["the network has no convolution"]})

    assert shown[-2:] == ["", "the network has no convolution"]
    assert not any("filters.png" in line for line in shown)


def test_no_name_acts_on_a_terminal() -> None:
    hostile = "\x1b[2J\n::error::x"
    document = with_grad_cam(name=hostile, layer=hostile)
    document = {**document, "folder": hostile, "notices": [hostile]}

    for text in (look_text(document, bars=True).plain, look_json(document)):
        assert "\x1b" not in text
        assert not any(line.startswith("::") for line in text.splitlines())


@pytest.mark.parametrize("document", [DOCUMENT, with_grad_cam(value=None, picture=None)])
def test_the_json_is_as_its_schema_says(document: LookDocument) -> None:
    jsonschema.validate(json.loads(look_json(document)), json.loads(schema_text("look")))
