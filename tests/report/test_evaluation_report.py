"""An evaluation fits the terminal it is shown on, is whole in a pipe, and harmless as JSON."""

from __future__ import annotations

import io
import json
import re

import jsonschema
import pytest
from rich.cells import cell_len
from rich.console import Console

from netspec.report.evaluation import EvaluationDocument, evaluation_json
from netspec.report.evaluation_text import evaluation_text
from netspec.report.schemas import schema_text
from netspec.report.streams import PIPED_WIDTH

FASHION = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
NOTE = "a wider terminal shows the confusion matrix"


def a_document(labels: tuple[str, ...] = FASHION, *, count: int = 12_345) -> EvaluationDocument:
    """Every image of a class is found, but for those that are taken for the next one: 1, 2, 3 …"""
    size = len(labels)
    confusion = [[0] * size for _ in labels]
    for row in range(size):
        confusion[row][row] = count
        confusion[row][(row + 1) % size] = row + 1
    return {
        "split": "test",
        "images": 10_000,
        "checkpoint": "model.keras",
        "metrics": {"loss": 0.5, "accuracy": None},
        "classes": [
            {"label": label, "images": count, "predicted": count, "precision": 0.5, "recall": None}
            for label in labels
        ],
        "confusion": confusion,
    }


def lines(document: EvaluationDocument, width: int | None) -> list[str]:
    stream = io.StringIO()
    console = Console(file=stream, width=width or PIPED_WIDTH, highlight=False)
    for part in evaluation_text(document, width=width):
        console.print(part)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("width", [50, 60, 80, 90, 100, 120, 150])
def test_no_number_is_cut_and_no_line_is_wider_than_the_terminal(width: int) -> None:
    shown = lines(a_document(), width)
    assert all(cell_len(line) <= width for line in shown)
    text = "\n".join(shown)
    assert not re.search("[0-9]…", text)
    assert text.count("12,345") >= 20
    assert (NOTE in text) != (text.count("12,345") == 30)


def test_with_room_the_columns_have_labels() -> None:
    header = next(
        line for line in lines(a_document(), 150) if "predicted  " in line and "\\" in line
    )
    assert header.split()[3:5] == ["T-shirt…", "Trouser"]


def test_with_less_room_they_are_numbered_and_the_rows_say_which_is_which() -> None:
    shown = lines(a_document(), 100)
    (begin,) = (number for number, line in enumerate(shown) if line.startswith("true"))
    assert shown[begin].split() == ["true", "\\", "predicted", *map(str, range(10))]
    assert shown[begin + 1].split()[:4] == ["0", "T-shirt/top", "12,345", "1"]


def test_with_still_less_a_legend_stands_below() -> None:
    shown = lines(a_document(), 85)
    (begin,) = (number for number, line in enumerate(shown) if line.split() == [*"0123456789"])
    assert shown[begin + 2].split()[:2] == ["1", "·"]
    first, *legend = shown[begin + 11 :]
    assert first == "rows are true, columns predicted"
    assert " ".join(" ".join(legend).split()).startswith("0 T-shirt/top 1 Trouser 2 Pullover")
    assert legend[-1].endswith("9 Ankle boot")


def test_without_room_the_most_confused_pairs_are_shown_and_what_would_help() -> None:
    shown = lines(a_document(), 60)
    begin = shown.index(next(line for line in shown if line.startswith("true")))
    assert shown[begin].split() == ["true", "taken", "for", "images"]
    assert shown[begin + 1].split() == ["Ankle", "boot", "T-shirt/top", "10"]
    assert shown[-1] == NOTE


def test_labels_that_would_be_cut_to_the_same_letters_are_numbered() -> None:
    shown = lines(a_document(("Golden Retriever", "Golden Eagle"), count=5), 80)
    assert next(line for line in shown if line.startswith("true")).split()[-2:] == ["0", "1"]


@pytest.mark.parametrize("size", [3, 20])
def test_in_a_pipe_nothing_is_cut(size: int) -> None:
    labels = tuple(f"{'long-' * 20}{number}" for number in range(size))
    shown = lines(a_document(labels), None)
    header = next(line for line in shown if line.startswith("true"))
    assert header.split()[3:] == list(labels)
    assert "…" not in "".join(shown)


def test_of_many_classes_the_most_confused_pairs_are_shown_everywhere() -> None:
    labels = tuple(f"{number:02d}-{'犬' * 40}" for number in range(21))
    for width in (60, 200, None):
        shown = lines(a_document(labels), width)
        begin = shown.index(next(line for line in shown if line.startswith("true")))
        assert len(shown) == begin + 1 + 10
        assert shown[begin + 1].startswith("20-犬")
        assert shown[begin + 1].endswith("  21")
        assert width is None or all(cell_len(line) <= width for line in shown)


def test_in_json_nothing_acts_on_a_terminal() -> None:
    document = a_document(("a\x9b\u202e[red]", "柴犬"))
    text = evaluation_json(document)
    assert "a\\u009b\\u202e[red]" in text
    assert "柴犬" in text
    assert json.loads(text) == document


def test_no_label_acts_on_a_terminal() -> None:
    text = "\n".join(lines(a_document(("a\x1b\x9b", "[red]b")), 80))
    assert "a\\u001b\\u009b" in text
    assert "[red]b" in text


def several() -> EvaluationDocument:
    """A class, several labels and numbers, with the metrics that Keras logs."""
    one = a_document(("even", "odd"), count=5)
    names = ("parity_loss", "parity_sparse_categorical_accuracy", "parity_of_two_loss", "size_mae")
    return {
        "split": "test",
        "images": 10,
        "checkpoint": "model.keras",
        "metrics": {"loss": 0.5, **dict.fromkeys(names, 0.25)},
        "outputs": {
            "parity": {"kind": "class", "classes": one["classes"], "confusion": one["confusion"]},
            "parity_of_two": {"kind": "multi_label", "labels": one["classes"]},
            "size": {
                "kind": "number",
                "values": [
                    {
                        "name": "width",
                        "mean_absolute_error": 1234.5,
                        "root_mean_squared_error": 0.00012345,
                        "bias": None,
                    }
                ],
            },
        },
    }


@pytest.mark.parametrize("width", [50, 80, None])
def test_every_output_has_its_own_metrics_and_table(width: int | None) -> None:
    shown = lines(several(), width)
    assert shown[0] == "test  10 images  loss 0.5000"
    heads = [line for line in shown if line.startswith(("parity", "size"))]
    whole = "parity  loss 0.2500  sparse_categorical_accuracy 0.2500"
    assert heads[0] == (whole if width != 50 else "parity  loss 0.2500")
    assert heads[1:] == ["parity_of_two  loss 0.2500", "size  mae 0.2500"]
    assert [line.split()[0] for line in shown if "precision" in line] == ["class", "label"]
    (numbers,) = (line for line in shown if line.startswith("width"))
    assert numbers.split() == ["width", "1234.5", "0.00012345", "-"]
    assert width is None or all(cell_len(line) <= width for line in shown)


def test_one_output_of_numbers_needs_no_head_of_its_own() -> None:
    document = several()
    size = document["outputs"]["size"]
    alone: EvaluationDocument = {**document, "metrics": {"loss": 0.5}, "outputs": {"size": size}}
    head, _, columns, row = lines(alone, 80)
    assert head == "test  10 images  loss 0.5000"
    assert columns.split()[0] == "number"
    assert row.startswith("width")


@pytest.mark.parametrize("document", [a_document(), several()])
def test_the_schema_takes_every_kind(document: EvaluationDocument) -> None:
    jsonschema.validate(document, json.loads(schema_text("evaluation")))


@pytest.mark.parametrize("lacking", ["classes", "confusion"])
def test_the_schema_takes_nothing_between_them(lacking: str) -> None:
    document = {key: value for key, value in a_document().items() if key != lacking}
    for each in (document, {**a_document(), "outputs": {}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(each, json.loads(schema_text("evaluation")))


def with_figures(labels: tuple[str, ...] = FASHION, *, mistakes: int = 7) -> EvaluationDocument:
    """What a run keeps now: the accuracy's interval, calibration, confused pairs and mistakes."""
    one = a_document(labels, count=50)
    last = labels[-1]
    return {
        **one,
        "classes": [{**each, "f1": 0.625} for each in one["classes"]],
        "accuracy": 0.9,
        "interval": {"level": 0.95, "low": 0.875, "high": 0.925, "samples": 10_000},
        "calibration": {
            "error": 0.0625,
            "largest": 0.25,
            "bins": [
                {"low": 0.0, "high": 1.0, "images": 500, "confidence": 0.9625, "accuracy": 0.9}
            ],
        },
        "confused": [{"true": last, "predicted": labels[0], "images": len(labels)}],
        "mistakes": [
            {
                "image": f"{'a-folder/' * 12}{number:04}.jpg",
                "true": last,
                "predicted": labels[0],
                "probability": 0.9375,
                "true_probability": 0.0,
                "picture": f"evaluation/mistakes/{number:04}.png",
                "look": None,
            }
            for number in range(mistakes)
        ],
    }


@pytest.mark.parametrize("width", [60, 80, 120, None])
def test_of_classes_interval_calibration_pairs_and_mistakes_are_told(width: int | None) -> None:
    shown = lines(with_figures(), width)

    assert shown[1].startswith("accuracy 0.9000; 0.8750 to 0.9250 in 95% of samples")
    text = " ".join(" ".join(shown).split())
    assert "calibration error 0.0625, largest gap 0.2500; on average 0.0625 surer" in text
    assert "F1" in text
    assert text.count("0.6250") == 10
    assert text.count("0.9375") == 5  # mistakes
    assert text.count("004.jpg") == 1
    assert text.endswith("7 pictures of mistakes are in evaluation/mistakes of the run")
    assert width is None or all(cell_len(line) <= width for line in shown)
    pairs = 5 if "\\ predicted" in text else 10
    (begin,) = (at for at, line in enumerate(shown) if line.startswith("true") and "for" in line)
    assert shown[begin + 1].split()[-1] == "10"
    assert shown[begin + pairs + 1] == ""


def test_of_two_classes_the_matrix_says_all_of_their_pairs() -> None:
    assert "taken for  images" not in "\n".join(lines(with_figures(("even", "odd")), 80))


def test_without_mistakes_none_are_told_and_without_pictures_no_place_of_them() -> None:
    right: EvaluationDocument = {**with_figures(), "mistakes": []}
    assert "mistakes" not in "\n".join(lines(right, 80))
    document = with_figures()
    for each in document["mistakes"]:
        each["picture"] = None
    assert "0006.jpg" not in lines(document, 80)[-1]
    assert lines(document, 80)[-1].split()[-2:] == ["0.9375", "0.0000"]


def test_no_image_s_name_acts_on_a_terminal() -> None:
    document = with_figures(mistakes=1)
    document["mistakes"][0]["image"] = "a\x1b[2J\n\udce9.png"
    document["mistakes"][0]["picture"] = "evaluation/\x1b/1.png"
    text = "\n".join(lines(document, None))
    assert "a\\u001b[2J\\u000a\\udce9.png" in text
    assert "its picture is in evaluation/\\u001b of the run" in text


def test_the_schema_takes_what_a_run_keeps_now() -> None:
    document = with_figures()
    schema = json.loads(schema_text("evaluation"))
    jsonschema.validate(document, schema)
    figures = {key: value for key, value in document.items() if key in {"accuracy", "mistakes"}}
    of_several = several()
    of_several["outputs"]["parity"].update(figures)  # type: ignore[typeddict-item]
    jsonschema.validate(of_several, schema)
