"""Predictions as lines below each other, and as JSON."""

from __future__ import annotations

import json

import jsonschema
import pytest
from rich.cells import cell_len

from netspec.report.predictions import PredictionRecord, predictions_json, predictions_text
from netspec.report.schemas import schema_text

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
SIGN: PredictionRecord = {
    "image": "a.png",
    "outputs": {
        "digit": {"kind": "class", "predictions": CAT["predictions"]},
        "colours": {
            "kind": "multi_label",
            "labels": [
                {"label": "red", "probability": 0.75, "told": True},
                {"label": "blue", "probability": 0.25, "told": False},
            ],
        },
        "size": {"kind": "number", "values": [{"name": "width", "value": 12.5}]},
    },
}
PRICE: PredictionRecord = {
    "image": "b.png",
    "outputs": {"head": {"kind": "number", "values": [{"name": "price", "value": -1234567.0}]}},
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


def test_each_output_stands_before_what_it_says() -> None:
    assert predictions_text([SIGN], bars=False).plain == (
        "a.png\n"
        "  digit    cat           75.00%\n"
        "           guinea pig    25.00%\n"
        "  colours  red           75.00%  yes\n"
        "           blue          25.00%  no\n"
        "  size     width       12.5"
    )


def test_a_bar_is_dim_where_a_label_is_not_told() -> None:
    lines = predictions_text([SIGN], bars=True)
    assert lines.plain.splitlines()[3].endswith("  yes  ███████████████")
    assert lines.plain.splitlines()[4].endswith("  no   █████")
    assert {str(span.style) for span in lines.spans} >= {"green", "dim"}


def test_one_number_an_image_is_one_line() -> None:
    assert predictions_text([PRICE, PRICE], bars=True).plain == (
        "b.png  price  -1.23457e+06\nb.png  price  -1.23457e+06"
    )


@pytest.mark.parametrize("record", [CAT, SIGN, PRICE])
def test_the_schema_takes_every_kind(record: PredictionRecord) -> None:
    jsonschema.validate([record], json.loads(schema_text("predictions")))


@pytest.mark.parametrize(
    "record",
    [
        {"image": "a.png"},
        {**CAT, "outputs": {}},
        {"image": "a.png", "outputs": {"head": {"kind": "number", "labels": []}}},
        {"image": "a.png", "outputs": {"head": {"values": []}}},
    ],
)
def test_the_schema_takes_nothing_between_them(record: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([record], json.loads(schema_text("predictions")))
