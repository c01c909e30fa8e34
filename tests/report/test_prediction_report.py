"""Predictions as lines below each other, and as JSON."""

from __future__ import annotations

import json

from rich.cells import cell_len

from netspec.report.predictions import PredictionRecord, predictions_json, predictions_text

CAT: PredictionRecord = {
    "image": "cat.png",
    "predictions": [
        {"label": "cat", "probability": 0.75},
        {"label": "guinea pig", "probability": 0.25},
    ],
}
INU: PredictionRecord = {
    "image": "inu/柴犬.png",
    "predictions": [{"label": "柴犬", "probability": 1.0}, {"label": "cat", "probability": 0.0}],
}


def likeliest(record: PredictionRecord) -> PredictionRecord:
    return {"image": record["image"], "predictions": record["predictions"][:1]}


def test_between_images_is_one_blank_line_and_none_at_the_end() -> None:
    assert predictions_text([CAT, INU], bars=False).plain == (
        "cat.png\n"
        "  cat           75.00%\n"
        "  guinea pig    25.00%\n"
        "\n"
        "inu/柴犬.png\n"
        "  柴犬   100.00%\n"
        "  cat      0.00%"
    )


def test_with_one_class_an_image_is_one_line_and_all_are_aligned() -> None:
    text = predictions_text([likeliest(CAT), likeliest(INU)], bars=False).plain
    assert text == "cat.png       cat     75.00%\ninu/柴犬.png  柴犬   100.00%"
    first, second = text.splitlines()
    assert cell_len(first) == cell_len(second)


def test_no_image_is_no_line() -> None:
    assert predictions_text([], bars=True).plain == ""


def test_labels_are_cut_only_beside_bars() -> None:
    record: PredictionRecord = {
        "image": "a.png",
        "predictions": [
            {"label": "犬" * 30, "probability": 0.5},
            {"label": "x" * 41, "probability": 0.5},
        ],
    }
    whole = predictions_text([record], bars=False).plain
    assert "犬" * 30 in whole
    assert "x" * 41 in whole
    _, *lines = predictions_text([record], bars=True).plain.splitlines()
    assert [line.index("50.00%") - len(line) for line in lines] == [-18, -18]
    assert [cell_len(line) for line in lines] == [2 + 40 + 2 + 8 + 2 + 10] * 2
    assert [line.count("…") for line in lines] == [1, 1]


def test_in_json_nothing_acts_on_a_terminal_and_texts_stay_themselves() -> None:
    record: PredictionRecord = {
        "image": "ä柴\x1b\x9b\u202e\u200b\udc80.png",
        "predictions": [{"label": "a\nb", "probability": 1.0}],
    }
    text = predictions_json([record])
    assert "ä柴\\u001b\\u009b\\u202e\\u200b\\udc80.png" in text
    assert "a\\nb" in text
    assert text.startswith("[\n  {\n")
    assert json.loads(text) == [record]
