"""The pictures of an evaluation are SVG that is whole, harmless, small and readable with any number of classes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from netspec.report.calibration_picture import calibration_picture
from netspec.report.confusion_picture import confusion_picture
from netspec.report.drawing import (
    BLUES,
    ORANGES,
    Colour,
    between,
    cut,
    luminance,
    readable_on,
    width_of,
)

if TYPE_CHECKING:
    from netspec.report.evaluation import CalibrationRecord

SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own


def texts(svg: str) -> list[str]:
    """What is written in a picture."""
    return [each.text or "" for each in parsed(svg).iter(f"{SVG}text")]


def told(svg: str) -> list[str]:
    """What is told where a mouse rests on something."""
    return [each.text or "" for each in parsed(svg).iter(f"{SVG}title")]


def a_matrix(classes: int) -> tuple[list[str], list[list[int]]]:
    """Most images of a class are right, and some are taken for the next one."""
    matrix = [[0] * classes for _ in range(classes)]
    for row in range(classes):
        matrix[row][row] = 90
        matrix[row][(row + 1) % classes] = 10
    return [f"class {number}" for number in range(classes)], matrix


def test_of_two_classes_every_number_and_name_is_there() -> None:
    svg = confusion_picture(["cat", "dog"], [[1250, 3], [0, 7]])
    shown = texts(svg)
    assert {"cat", "dog", "1,250", "3", "7", "true", "predicted"} <= set(shown)
    assert "cat taken for dog: 3 of 1,253 images, 0.2%" in told(svg)


def test_shares_are_percent_of_a_row_and_never_rounded_to_none_or_all() -> None:
    shown = texts(confusion_picture(["a", "b"], [[999, 1], [1, 3]], in_shares=True))
    assert {">99", "<1", "75", "25"} <= set(shown)


def test_a_class_without_images_has_no_numbers_and_is_told_of() -> None:
    svg = confusion_picture(["a", "b"], [[0, 0], [0, 2]], in_shares=True)
    assert "a: no image" in told(svg)
    assert texts(svg).count("100") == 2  # the cell, and the darkest blue of the key


@pytest.mark.parametrize("matrix", [[[3, 0], [0, 3]], [[0, 3], [3, 0]], [[0, 0], [0, 0]]])
def test_all_right_all_wrong_and_nothing_at_all_can_be_drawn(matrix: list[list[int]]) -> None:
    for in_shares in (False, True):
        parsed(confusion_picture(["a", "b"], matrix, in_shares=in_shares))


def test_of_many_classes_labels_are_thinned_and_numbers_left_out() -> None:
    names, matrix = a_matrix(100)
    shown = texts(confusion_picture(names, matrix))
    labels = [text for text in shown if text.startswith("class ")]
    assert labels == [f"class {number}" for number in range(0, 100, 2)] * 2
    assert shown.count("90") == 1  # in the key


def test_of_a_thousand_classes_it_is_still_a_small_file() -> None:
    assert len(confusion_picture(*a_matrix(1000))) < 200_000


@pytest.mark.parametrize("classes", [2, 10, 20, 30, 31, 250])
def test_nothing_stands_outside_of_the_picture(classes: int) -> None:
    names, matrix = a_matrix(classes)
    names[0] = "a label that is far too long to stand anywhere"
    svg = confusion_picture(names, matrix)
    root = parsed(svg)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for each in root.iter(f"{SVG}text"):
        size, said = float(each.attrib["font-size"]), each.text or ""
        x, y, long = float(each.attrib["x"]), float(each.attrib["y"]), width_of(said, size)
        if "transform" in each.attrib:
            assert y - long >= 0
        else:
            before = {"end": long, "middle": long / 2}.get(each.attrib.get("text-anchor", ""), 0)
            assert x - before >= 0
            assert x - before + long <= width
        assert 0 <= y <= height


def test_a_class_s_name_is_text_and_nothing_else() -> None:
    name = "<script>&\x1b[31m\u202e"
    svg = confusion_picture([name, "b"], [[1, 1], [0, 1]])
    assert "<script" not in svg
    assert "\x1b" not in svg
    assert "\u202e" not in svg
    assert "<script>&\\u001b" in " ".join(told(svg))


def test_pictures_bring_nothing_from_elsewhere_and_have_paper_of_their_own() -> None:
    for svg in (confusion_picture(*a_matrix(3)), confusion_picture(*a_matrix(99))):
        assert not re.search("href|url\\(|<style|<script| style=| id=", svg)
        root = parsed(svg)
        ground = root.find(f"{SVG}rect")
        assert ground is not None
        assert (ground.attrib["width"], ground.attrib["fill"]) == ("100%", "#ffffff")


def contrast(one: Colour, other: Colour) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("ends", [BLUES, ORANGES])
def test_numbers_can_be_read_on_every_shade(ends: tuple[Colour, Colour]) -> None:
    for at in range(101):
        colour = between(ends, at / 100)
        assert contrast(colour, readable_on(colour)) >= 4.5


def test_numbers_are_dark_on_light_cells_and_light_on_dark_ones() -> None:
    root = parsed(confusion_picture(["a", "b"], [[100, 1], [20, 1]]))
    cells = [each for each in root.iter(f"{SVG}text") if each.attrib["font-size"] == "14"]
    inks = {each.text: each.attrib["fill"] for each in cells}
    assert (inks["100"], inks["20"], inks["1"]) == ("#ffffff", "#ffffff", "#000000")


def test_luminance_is_that_of_the_standard() -> None:
    assert luminance((0, 0, 0)) == 0
    assert luminance((255, 255, 255)) == pytest.approx(1)
    assert luminance((255, 0, 0)) == pytest.approx(0.2126)


def test_a_label_is_cut_to_a_width_however_wide_its_letters_are() -> None:
    assert cut("cat", 100, 12) == "cat"
    for label in ("a" * 50, "犬" * 50):
        shown = cut(label, 100, 12)
        assert shown.endswith("…")
        assert width_of(shown, 12) <= 100


def a_calibration() -> CalibrationRecord:
    """Surer than right in one bin, less sure in another, and empty in the third."""
    return {
        "error": 0.1234,
        "largest": 0.3,
        "bins": [
            {"low": 0.0, "high": 1 / 3, "images": 0, "confidence": None, "accuracy": None},
            {"low": 1 / 3, "high": 2 / 3, "images": 10, "confidence": 0.5, "accuracy": 0.8},
            {"low": 2 / 3, "high": 1.0, "images": 1090, "confidence": 0.9, "accuracy": 0.7},
        ],
    }


def test_the_diagram_tells_the_errors_and_of_every_bin_with_images() -> None:
    svg = calibration_picture(a_calibration())
    assert "expected calibration error 0.123, largest gap 0.300; 1,100 images" in texts(svg)
    sentences = [each for each in told(svg) if "on average" in each]
    assert len(set(sentences)) == 2
    assert (
        "1,090 images with a probability from 0.67 to 1.00: on average 0.900, right 0.700"
        in sentences
    )


def test_the_gaps_are_as_high_as_they_are_and_coloured_by_their_side() -> None:
    root = parsed(calibration_picture(a_calibration()))
    gaps = [
        (round(float(each.attrib["height"]) / 400, 3), each.attrib["fill"])
        for each in root.iter(f"{SVG}rect")
        if "fill-opacity" in each.attrib and each.find(f"{SVG}title") is not None
    ]
    key = [each for each in root.iter(f"{SVG}rect") if each.attrib["width"] == "12"]
    _, surer, less_sure = (each.attrib["fill"] for each in key)
    assert gaps == [(0.3, less_sure), (0.2, surer)]
