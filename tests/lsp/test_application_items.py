"""An application is completed, explained and found as layers are."""

from __future__ import annotations

import pytest

from tests.lsp.client import Editor, marked

SPEC = """\
netspec: 1
model:
  input: [96, 96, 3]
  layers:
    - Application: {architecture: VGG16, include_top: false, weights: null, name: backbone}
    - GlobalAveragePooling2D: {inputs: backbone.block4_conv3}
    - Dense: {units: 3}
"""
ITEM = "- Application: {architecture: VGG16, include_top: false, weights: null, name: backbone}"


@pytest.mark.parametrize(
    ("old", "typed", "label"),
    [
        (ITEM, "- Appl‸", "Application"),
        (ITEM, "- Application: {arch‸", "architecture"),
        (ITEM, "- Application: {architecture: Mob‸}", "MobileNetV2"),
        (ITEM, "- Application: {architecture: VGG16, weights: ‸}", "imagenet"),
        (ITEM, "- Application: {architecture: VGG16, pooling: ‸}", "avg"),
        (ITEM, "- Application: {architecture: VGG16, trainable: ‸}", "false"),
        ("inputs: backbone.block4_conv3", "inputs: backbone.‸", "backbone.block4_conv3"),
        ("inputs: backbone.block4_conv3", "inputs: back‸", "backbone"),
    ],
)
def test_it_is_offered(editor: Editor, name: str, old: str, typed: str, label: str) -> None:
    text, place = marked(SPEC.replace(old, typed))
    editor.open(name, text)
    assert label in {each["label"] for each in editor.asked("completion", name, place)}


@pytest.mark.parametrize(
    ("old", "pointed", "told"),
    [
        ("- Application", "- Appli‸cation", ["### Application", "| `alpha` |", "3 x 3 x 512"]),
        ("architecture:", "archi‸tecture:", ["**`architecture`** of Application"]),
        ("VGG16", "VGG‸16", ["**`architecture`** of Application"]),
        ("backbone.block4_conv3", "backbone.block4‸_conv3", ["`Application`"]),
    ],
)
def test_it_is_explained(
    editor: Editor, name: str, old: str, pointed: str, told: list[str]
) -> None:
    text, place = marked(SPEC.replace(old, pointed, 1))
    editor.open(name, text)
    said = editor.asked("hover", name, place)["contents"]["value"]
    assert [each for each in told if each not in said] == [], said


def test_a_layer_inside_leads_to_it(editor: Editor, name: str) -> None:
    text, place = marked(SPEC.replace("backbone.block4_conv3", "backbone.block4‸_conv3"))
    editor.open(name, text)
    found = editor.asked("definition", name, place)
    (found,) = found if isinstance(found, list) else [found]
    assert found["range"]["start"]["line"] == 4
