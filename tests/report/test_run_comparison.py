"""Runs side by side are shown to people and programs, and nothing in them speaks to a terminal or a page."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len

from netspec.errors import UsageError
from netspec.report.comparison.document import comparison_csv, comparison_json
from netspec.report.comparison.markdown import comparison_markdown
from netspec.report.comparison.rows import require_metrics
from netspec.report.comparison.text import comparison_text
from netspec.runs.comparing.comparison import compare_runs
from tests.runs.run_folders import FINISHED, a_run, with_spec

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.report.comparison.document import RunComparison

EVIL = "\x1b]0;pwned\x07|[red]\u202e\n<b>"


@pytest.fixture
def document(tmp_path: Path) -> RunComparison:
    size: dict[str, Any] = {"parameters": {"total": 1234, "trainable": 1000}, "macs": 5678}
    a = with_spec(a_run(tmp_path, "a", **FINISHED, **size))
    b = with_spec(
        a_run(tmp_path, "b", **{**FINISHED, "best_epoch": 3, "metrics": {"loss": 1.0}}),
        *(
            ("seed: 1", "seed: 2"),
            ("{Adam: {learning_rate: 1e-3}}", "{SGD: {learning_rate: 0.01, momentum: 0.9}}"),
        ),
        ("    - Flatten\n", "    - Flatten\n    - ReLU\n"),
    )
    return compare_runs([a, b])


def text_of(document: RunComparison, width: int | None, **more: str) -> list[str]:
    metrics = require_metrics(document, ["val_loss"] if not more else [])
    return comparison_text(document, metrics=metrics, width=width, **more).plain.splitlines()


def test_on_a_terminal_each_run_is_a_column_and_the_best_is_marked(document: RunComparison) -> None:
    lines = [re.sub(" +", " ", line) for line in text_of(document, 80)]
    assert lines[:9] == [
        " ● a ■ b",
        "status finished finished",
        "spec clothes clothes",
        "parameters 1,234 -",
        "trainable 1,000 -",
        "MACs 5,678 -",
        "epochs 3/12 3/12",
        "duration 1:00 1:00",
        "best epoch 1 by accuracy 3 by accuracy",
    ]
    assert " val_loss 3.0000 2.0000*" in lines
    assert " loss 1.5000 1.0000*" in lines[lines.index("test") :]
    assert " seed 1 2" in lines[lines.index("specs differ") :]


def test_a_value_that_no_cell_holds_stands_by_itself(document: RunComparison) -> None:
    lines = text_of(document, 60)
    place = lines.index("compile.optimizer")
    assert lines[place + 1 : place + 3] == [
        "  ● Adam: {learning_rate: 0.001}",
        "  ■ SGD: {learning_rate: 0.01, momentum: 0.9}",
    ]


def test_how_networks_differ_is_a_command_to_copy(document: RunComparison) -> None:
    (command,) = document["diffs"]
    assert f"  {command}" in text_of(document, 60)
    assert f"$ {command}\n```" in comparison_markdown(document, metrics=[])


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal_but_a_command(
    document: RunComparison, width: int
) -> None:
    wide = [line for line in text_of(document, width) if cell_len(line) > width]
    assert all("netspec diff" in line for line in wide)


def test_more_runs_than_have_room_stand_below_each_other(tmp_path: Path) -> None:
    runs = [a_run(tmp_path, f"a-rather-long-name-{number}", **FINISHED) for number in range(5)]
    text = "\n".join(text_of(compare_runs(runs), 60))
    tables = text.partition("\nval_loss")[0]
    assert re.findall(r"[●■▲◆○]", tables) == list("●■▲◆○")
    assert tables.count("duration") > 1


def test_the_curves_of_all_runs_share_a_chart(document: RunComparison) -> None:
    lines = text_of(document, 80)
    legend = lines.index("val_loss  ● a  ■ b")
    assert "┤" in lines[legend + 1]
    assert {"●", "■"} <= set("".join(lines[legend + 1 :]))
    assert "".join(text_of(document, 80, encoding="ascii")).isascii()


def test_a_metric_that_no_run_has_is_a_misuse(document: RunComparison) -> None:
    assert require_metrics(document, []) == ["val_loss", "accuracy"]
    with pytest.raises(UsageError, match="'val_los'") as raised:
        require_metrics(document, ["val_los"])
    assert raised.value.hint == "did you mean val_loss?"


def test_csv_has_a_row_a_run_with_metrics_and_what_differs(document: RunComparison) -> None:
    rows = list(csv.DictReader(io.StringIO(comparison_csv(document))))
    assert [row["label"] for row in rows] == ["a", "b"]
    assert [(row["seed"], row["val_loss"], row["test_loss"]) for row in rows] == [
        ("1", "3.0", "1.5"),
        ("2", "2.0", "1.0"),
    ]
    assert rows[0]["compile.optimizer"] == '{"Adam": {"learning_rate": 0.001}}'


def test_markdown_has_tables_and_charts_that_mermaid_reads(document: RunComparison) -> None:
    text = comparison_markdown(document, metrics=["val_loss"])
    assert "| test | a | b |\n| --- | --- | --- |\n| loss | 1.5000 | **1.0000** |" in text
    assert "val\\_loss: 🟦 a 🟧 b" in text
    chart = text.partition("```mermaid\n")[2].partition("```")[0]
    assert chart.splitlines()[1:] == [
        "xychart-beta",
        '    x-axis "epoch" [1, 2, 3]',
        '    y-axis "val_loss" 1.425 --> 3.075',
        '    line "a" [3, 1.5, 2]',
        '    line "b" [3, 1.5, 2]',
    ]


def test_a_long_run_s_chart_names_as_many_epochs_as_there_is_room_for(tmp_path: Path) -> None:
    table = "epoch,val_loss\n" + "".join(f"{epoch},{1 / epoch}\n" for epoch in range(1, 201))
    runs = [a_run(tmp_path, "long", table=table, **FINISHED), a_run(tmp_path, "short", **FINISHED)]
    text = comparison_markdown(compare_runs(runs), metrics=["val_loss"])
    (axis,) = re.findall(r'x-axis "epoch" \[(.*)\]', text)
    epochs = [int(each) for each in axis.split(",")]
    assert len(epochs) < 30
    assert {1, 3, 200} <= set(epochs)
    assert re.search(r'line "short" \[3, 2\]', text)


def test_where_there_is_one_epoch_there_is_no_line_to_draw(tmp_path: Path) -> None:
    runs = [a_run(tmp_path, name, table="epoch,loss\n1,2\n", **FINISHED) for name in ("a", "b")]
    assert "mermaid" not in comparison_markdown(compare_runs(runs), metrics=["loss"])


def test_nothing_in_a_run_speaks_to_a_terminal_or_a_page(tmp_path: Path) -> None:
    table = f'epoch,"{EVIL}"\n1,2\n2,1\n'.replace("\n<b>", "<b>")
    runs = [
        with_spec(
            a_run(
                tmp_path,
                name,
                table=table,
                name=EVIL,
                status="failed",
                reason=EVIL,
                metrics={EVIL: 1},
            ),
            ("seed: 1", f'seed: "{number} <b> | \\e]0;pwned"'),
        )
        for number, name in enumerate(("a<b>|", "b\x1b]0;pwned"))
    ]
    document = compare_runs(runs)
    metrics = require_metrics(document, [])
    markdown = comparison_markdown(document, metrics=metrics)
    texts = [
        *(comparison_text(document, metrics=metrics, width=width).plain for width in (None, 80)),
        *(markdown, comparison_csv(document), comparison_json(document)),
    ]
    for text in texts:
        assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "<b>" not in markdown.replace("\\<b\\>", "")
    chart = markdown.partition("```mermaid\n")[2].partition("```")[0]
    assert set(re.sub(r"%%.*%%", "", chart)) <= set(
        'abcdefghijklmnopqrstuvwxyz_-0123456789 .,[]">\nEpP'
    )
