"""docs/transfer-learning.md: its table of ImageDataGenerator's options holds, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from netspec.analysis import analyse

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "transfer-learning.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (`.*?) \| (?:`(.*?)`)? ?\| (.*?) ?\|$", re.MULTILINE)
ROWS = [match.groups() for match in ROW.finditer(PAGE.partition("## From ImageDataGenerator\n")[2])]
# Every option of keras/src/legacy/preprocessing/image.py, and of its ways to read pictures.
OPTIONS = """
featurewise_center samplewise_center featurewise_std_normalization samplewise_std_normalization zca_whitening
zca_epsilon rotation_range width_shift_range height_shift_range brightness_range shear_range zoom_range
channel_shift_range fill_mode cval horizontal_flip vertical_flip rescale preprocessing_function data_format
validation_split interpolation_order dtype target_size color_mode classes class_mode batch_size shuffle seed
save_to_dir follow_links interpolation keep_aspect_ratio x_col y_col weight_col
"""
BASE = """
netspec: 1
name: page
data: {source: {ImageFolder: {path: clothing}}}
model:
  input: [150, 150, 3]
  layers: [GlobalAveragePooling2D, {Dense: {name: head, units: 10, activation: softmax}}]
compile: {optimizer: adam, loss: categorical_crossentropy}
training: {epochs: 10}
"""


def merged(piece: dict[str, Any]) -> dict[str, Any]:
    """A whole spec with the piece in it."""
    spec: dict[str, Any] = yaml.safe_load(BASE)
    for section, given in piece.items():
        if section == "layers":
            spec["model"]["layers"][:0] = given
        elif isinstance(given, dict):
            spec[section] |= given
        else:
            spec[section] = given
    if spec["data"].get("color") == "grayscale":
        spec["model"]["input"][-1] = 1
    label = str(spec["data"]["source"])
    if "number" in label:
        spec["compile"]["loss"] = "mean_squared_error"
        spec["model"]["layers"][-1] = {"Dense": {"units": 2}}
    if "Application" in str(piece):  # it gives a list of numbers
        del spec["model"]["layers"][1]
    return spec


@pytest.mark.parametrize("piece", [piece for _, piece, _ in ROWS if piece])
def test_a_piece_of_the_table_has_no_findings(piece: str, tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(yaml.safe_dump(merged(yaml.safe_load(f"{{{piece}}}"))))
    analysis = analyse(path)
    said = {"NS621"} if "layers" not in piece else set()  # of raw pixels the piece says nothing
    found = [each for each in analysis.findings if each.severity != "note"]
    assert [str(each) for each in found if each.code.value not in said] == []
    assert analysis.graph is not None
    assert analysis.graph.complete


def test_every_option_stands_in_the_table_once_or_says_why_not() -> None:
    words = " ".join(f"{option} {told}" for option, _, told in ROWS)
    missing = [option for option in OPTIONS.split() if not re.search(rf"\b{option}\b", words)]
    assert missing == []
    for option, piece, told in ROWS:
        assert piece or re.search("[Tt]here is none.*because", told), option


def test_the_files_named_exist() -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", PAGE)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
