"""A summary's columns add up to its totals, in every format, and its JSON is what the schema says."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from rich.console import Console

import netspec
from netspec.layers.registry import LAYERS
from netspec.report.console import console_for
from netspec.report.schemas import schema_text
from netspec.report.streams import PIPED_WIDTH
from tests.spec.corpora import SHIPPED, VALID

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.report.summary import Summary

GOLDEN = ["several-outputs-list", "residual", "unknown-sizes", "every-section", "several-inputs"]
ROOT = Path(__file__).parents[2]
SPECS = [path for path in [*VALID, *SHIPPED] if path in SHIPPED or path.stem in GOLDEN]


def name(path: Path) -> str:
    return path.stem


def summary_of(path: Path) -> Summary:
    return netspec.summarize(netspec.load(path))


def number(cell: str) -> int:
    return int(cell.replace(",", ""))


def rows_of_table(text: str) -> list[list[str]]:
    rows = [line for line in text.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in rows]


def rows_of_markdown(text: str) -> list[list[str]]:
    rows = [line for line in text.splitlines() if line.startswith("| ")][2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in rows]


@pytest.mark.parametrize("path", SPECS, ids=name)
def test_a_summary_looks_as_it_did(
    path: Path, golden: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    summary = summary_of(path.relative_to(ROOT))
    golden(f"{path.stem}.txt", f"{summary}\n")
    golden(f"{path.stem}.md", f"{summary.to_markdown()}\n")
    golden(f"{path.stem}.json", f"{summary.to_json()}\n")
    golden(f"{path.stem}.mmd", f"{summary.to_mermaid()}\n")


@pytest.mark.parametrize("path", [*VALID, *SHIPPED], ids=name)
def test_the_columns_add_up_to_the_totals(path: Path) -> None:
    summary = summary_of(path)
    parameters = sum(layer.parameters for layer in summary.layers)
    trainable = sum(layer.trainable_parameters for layer in summary.layers)
    macs = [layer.macs for layer in summary.layers]
    assert summary.total_parameters == parameters
    assert summary.trainable_parameters == trainable
    assert summary.non_trainable_parameters == parameters - trainable
    assert summary.macs == (None if None in macs else sum(filter(None, macs)))
    assert summary.flops == (None if summary.macs is None else 2 * summary.macs)
    assert summary.weight_bytes == 4 * parameters

    document = json.loads(summary.to_json())
    assert sum(layer["parameters"] for layer in document["layers"]) == document["total_parameters"]
    assert (
        document["trainable_parameters"] + document["non_trainable_parameters"]
        == document["total_parameters"]
    )

    text, page = str(summary), summary.to_markdown()
    for rows, total in (
        (rows_of_table(text), re.search(r"^parameters +([\d,]+)$", text, re.MULTILINE)),
        (
            rows_of_markdown(page),
            re.search(r"^- parameters: \*\*([\d,]+)\*\*$", page, re.MULTILINE),
        ),
    ):
        assert total is not None
        outer = [row for row in rows if not row[3].startswith("(")]  # not inside of another one
        assert len(outer) == len(summary.inputs) + len(summary.layers)
        assert sum(number(row[3]) for row in outer) == number(total[1]) == parameters
        shares = [float(row[4].rstrip("%")) for row in outer if row[4]]
        assert not shares or sum(shares) == pytest.approx(100, abs=0.051 * len(shares))
        if summary.macs is not None:
            assert sum(number(row[5]) for row in outer) == summary.macs


@pytest.mark.parametrize("path", [*VALID, *SHIPPED], ids=name)
def test_the_json_document_is_what_its_schema_says(path: Path) -> None:
    document = json.loads(summary_of(path).to_json())
    jsonschema.validate(document, json.loads(schema_text("summary")))
    for layer in document["layers"]:
        lines = Path(layer["file"]).read_text(encoding="utf-8").splitlines()
        names = [layer["type"], *(k for k, v in LAYERS.strings.items() if v == layer["type"])]
        names += ["Reuse"] if layer["shares"] else []
        assert any(kind in lines[layer["line"] - 1] for kind in names)


def test_a_layer_says_in_which_file_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        "netspec: 1\nabstract: true\nmodel:\n  input: [4]\n  blocks: {pair: {layers: [ReLU, {Dense: {units: 3}}]}}\n"
    )
    path = tmp_path / "spec.yaml"
    path.write_text("netspec: 1\nextends: base.yaml\nmodel:\n  layers: [pair, Softmax, ReLU]\n")
    spec = netspec.load(path, overrides=["model.layers.ReLU={Dense: {units: 5}}"])
    told = [
        [(Path(each["file"]).name, each["line"]) for each in json.loads(text)["layers"]]
        for text in (
            netspec.summarize(spec).to_json(),
            netspec.summarize(spec, depth=1).to_json(),
        )
    ]
    base, own, assigned = ("base.yaml", 5), ("spec.yaml", 4), ("--set[1]", 1)
    assert told == [[base, base, own, assigned], [own, own, assigned]]


def test_a_document_without_its_totals_is_none() -> None:
    document = json.loads(summary_of(SHIPPED[0]).to_json())
    schema = json.loads(schema_text("summary"))
    for key in ("name", "total_parameters", "layers", "macs"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({k: v for k, v in document.items() if k != key}, schema)


def test_the_course_s_networks_have_the_course_s_numbers() -> None:
    totals = {path.stem: summary_of(path).total_parameters for path in SHIPPED}
    assert totals["mnist"] == 93_322
    assert totals["cifar10"] == 1_250_858


def test_memory_to_train_grows_with_the_batch_and_the_optimizer(tmp_path: Path) -> None:
    def bytes_of(batch: int, optimizer: str) -> int:
        path = tmp_path / "spec.yaml"
        path.write_text(
            "netspec: 1\nmodel: {input: [4], layers: [{Dense: {units: 3}}]}\n"
            f"compile: {{optimizer: {optimizer}, loss: mse}}\n"
            f"training: {{epochs: 1, batch_size: {batch}}}\n"
        )
        size = summary_of(path).training_bytes
        assert size is not None
        return size - 40 * 2**20  # what tracing takes

    kernel, weights, kept = 4 * 3, 4 * 3 + 3, 4
    # Weights, gradients and two slots; an update's values of the kernel; the input, and half as much under way.
    assert bytes_of(1, "adam") == 4 * (4 * weights + 4 * kernel + kept + kept // 2)
    assert bytes_of(64, "adam") == 4 * (4 * weights + 4 * kernel + 64 * (kept + kept // 2))
    assert bytes_of(1, "sgd") == 4 * (2 * weights + 2 * kernel + kept + kept // 2)
    assert bytes_of(1, "{SGD: {momentum: 0.9}}") == 4 * (
        3 * weights + 3 * kernel + kept + kept // 2
    )


def page(tmp_path: Path, heading: str, block: int = 0) -> Path:
    """A spec of docs/language.md."""
    text = Path("docs/language.md").read_text(encoding="utf-8").partition(f"## {heading}\n")[2]
    path = tmp_path / "page.yaml"
    path.write_text(text.split("```yaml\n")[block + 1].partition("```")[0])
    return path


def seen_on(summary: Summary, width: int, *, encoding: str = "utf-8") -> str:
    """What a terminal of this width and encoding shows."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="backslashreplace")
    console = Console(file=stream, width=width, force_terminal=True, no_color=True, emoji=False)
    summary.print(console)
    stream.seek(0)
    return re.sub("\x1b\\[[0-9;]*m", "", stream.read())


def drawn_by_rich(summary: Summary, *, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="backslashreplace")
    summary.print(console_for(stream))
    stream.seek(0)
    return stream.read().rstrip("\n")


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
@pytest.mark.parametrize("path", [*VALID, *SHIPPED], ids=name)
def test_a_pipe_shows_what_rich_would_draw(path: Path, encoding: str) -> None:
    whole = summary_of(path)
    for summary in (whole, whole.sorted("macs"), netspec.summarize(path, depth=1)):
        drawn = drawn_by_rich(summary, encoding=encoding)
        assert summary.to_text(encoding=encoding) == drawn


def wider_than_a_pipe(**fields: Any) -> Summary:
    summary = netspec.summarize("specs/quickstart.yaml")
    *others, last = summary.layers
    return replace(summary, layers=(*others, replace(last, **fields)))


def test_texts_wider_than_a_pipe_s_table_are_broken_and_columns_left_out_as_rich_would() -> None:
    names = tuple(f"{'long' * 15}_{number}" for number in range(2_000))
    broken = wider_than_a_pipe(inputs=names)
    text = str(broken)
    assert text == drawn_by_rich(broken)
    assert max(map(len, text.splitlines())) <= PIPED_WIDTH
    assert all(name in text for name in names)
    left_out = str(wider_than_a_pipe(output_shapes=((1, 2, 3),) * 10_000))
    assert "shows more columns" in left_out
    assert "takes" not in left_out


def test_folding_sums_up_blocks_in_every_format(
    tmp_path: Path, golden: Callable[[str, str], None]
) -> None:
    spec = netspec.load("specs/zoo/resnet50.yaml")
    whole, folded = netspec.summarize(spec), netspec.summarize(spec, depth=1)
    assert folded.total_parameters == whole.total_parameters
    assert sum(layer.parameters for layer in folded.layers) == whole.total_parameters
    assert sum(layer.macs or 0 for layer in folded.layers) == whole.macs
    stage = next(layer for layer in folded.layers if layer.name == "stage_1")
    assert (stage.type, stage.layer_count, stage.output_shape) == ("stage", 42, (28, 28, 512))
    assert (stage.inputs, stage.receptive_field) == (("stage",), (99, 99))
    golden("resnet50-folded.txt", f"{folded}\n")
    golden("resnet50-folded.md", f"{folded.to_markdown()}\n")
    golden("resnet50-folded.json", f"{folded.to_json()}\n")
    golden("resnet50-folded.mmd", f"{folded.to_mermaid()}\n")


def test_layers_are_sorted_by_what_they_cost() -> None:
    summary = netspec.summarize("specs/cifar10.yaml")
    assert [layer.name for layer in summary.sorted("parameters").layers][:2] == [
        "dense",
        "conv2d_3",
    ]
    assert [layer.name for layer in summary.sorted("macs").layers][:2] == ["conv2d_1", "conv2d_3"]
    assert [layer.name for layer in summary.sorted("memory").layers][:2] == ["conv2d", "conv2d_1"]
    names = [layer.name for layer in summary.sorted("name").layers]
    assert names == sorted(names)
    assert json.loads(summary.sorted("name").to_json())["layers"][0]["name"] == names[0]
    # The share is of what the layers are sorted by.
    (row,) = (row for row in rows_of_table(str(summary.sorted("macs"))) if row[0] == "conv2d_1")
    assert row[4] == "40.0%"


def test_what_is_not_known_comes_last(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(
        "netspec: 1\nmodel:\n  input: [null, 8, 3]\n  layers:\n    - Conv2D: {filters: 2, kernel_size: 1}\n"
        "    - GlobalMaxPooling2D\n    - Dense: {units: 4}\n"
    )
    ordered = [layer.type for layer in summary_of(path).sorted("memory").layers]
    assert ordered == ["Dense", "GlobalMaxPooling2D", "Conv2D"]


def test_shares_have_bars_on_a_terminal_only() -> None:
    summary = netspec.summarize("specs/cifar10.yaml")
    assert "████████ 94.3%" in seen_on(summary, 200)
    assert "▎         3.0%" in seen_on(summary, 200)
    assert "######## 94.3%" in seen_on(summary, 200, encoding="latin-1")
    assert not re.search("[▏▎▍▌▋▊▉█]", str(summary))


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_a_terminal_s_width_is_kept(width: int) -> None:
    for name in ("specs/cifar10.yaml", "specs/zoo/nasnetmobile.yaml"):
        text = seen_on(netspec.summarize(name), width)
        assert max(len(line) for line in text.splitlines()) <= width


def test_a_terminal_s_columns_are_chosen() -> None:
    summary = netspec.summarize("specs/cifar10.yaml")
    narrow, *_ = rows_of_table(seen_on(summary, 80).replace("┃", "│"))
    assert narrow == ["name", "type", "output shape", "parameters", "MACs"]
    _, wider, *_ = rows_of_table(seen_on(summary, 120).replace("┃", "│"))
    assert {*wider} >= {*narrow, "share", "memory"}
    assert len(rows_of_table(seen_on(summary, 200))[3]) == 10
    folded = netspec.summarize("specs/zoo/resnet50.yaml", depth=1).sorted("memory")
    (narrow, *_) = rows_of_table(seen_on(folded, 80).replace("┃", "│"))
    assert narrow == ["name", "type", "parameters", "memory"]
    assert "memory" in rows_of_table(seen_on(summary.sorted("memory"), 80).replace("┃", "│"))[0]


def test_a_long_table_says_how_it_becomes_short() -> None:
    summary = netspec.summarize("specs/zoo/nasnetmobile.yaml")
    assert "738 rows: --depth 1 folds blocks into 12" in seen_on(summary, 120)
    assert "--depth" not in str(summary)
    assert "--depth" not in seen_on(netspec.summarize("specs/cifar10.yaml"), 120)


def test_layers_of_the_same_weights_are_shown_and_count_once(tmp_path: Path) -> None:
    path = page(tmp_path, "The same layer again")
    text = str(summary_of(path))
    assert "│ Conv2D, first.conv2d again " in text
    folded = netspec.summarize(path, depth=1)
    assert "│ encoder, 3 layers, first again " in str(folded)
    assert [(layer.name, layer.parameters) for layer in folded.layers][:2] == [
        ("first", 992),
        ("second", 0),
    ]


def test_several_outputs_are_called_as_the_spec_calls_them(tmp_path: Path) -> None:
    text = str(summary_of(page(tmp_path, "Inputs, outputs and calls")))
    assert "│ states (12, 24), h (24), c (24) │" in text
    assert "│ global_average_pooling1d, h, c │" in text


def test_layers_that_hold_others_show_them(tmp_path: Path) -> None:
    path = page(tmp_path, "Inputs, outputs and calls", 1)
    summary = summary_of(path)
    text = str(summary)
    assert "│ TimeDistributed (frame) │" in text
    assert "│ Bidirectional (LSTM) " in text
    wrapper = summary.layers[0]
    assert [layer.type for layer in wrapper.inside] == ["Conv2D", "GlobalAveragePooling2D"]
    assert wrapper.inside[0].inputs == ("time_distributed",)
    assert sum(layer.parameters for layer in wrapper.inside) == wrapper.parameters
    assert sum(layer.macs or 0 for layer in wrapper.inside) == wrapper.macs
    assert netspec.summarize(path, depth=1).layers[0].inside == ()
    (frame,) = netspec.summarize(path, depth=2).layers[0].inside
    assert (frame.name, frame.type, frame.layer_count) == ("time_distributed.frame", "frame", 2)
