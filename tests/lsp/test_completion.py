"""What is offered where somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lsp.client import CAPABILITIES, CURSOR, Editor, Message, apply, marked
from tests.lsp.specs import SPEC

if TYPE_CHECKING:
    from pathlib import Path


def offered(editor: Editor, name: str, text: str) -> dict[str, Message]:
    """What is offered at a text's cursor, once the text is known."""
    whole, place = marked(text)
    editor.open(name, whole)
    return {each["label"]: each for each in editor.asked("completion", name, place)}


def written(text: str, offer: Message) -> str:
    """The line of a text's cursor with what is offered."""
    whole, (line, _) = marked(text)
    return apply(whole, [offer["textEdit"]]).split("\n")[line].strip()


LAYER = SPEC + "    "


@pytest.mark.parametrize(
    ("typed", "label", "becomes"),
    [
        ("- Con‸", "Conv2D", "- Conv2D: {filters: ${1}, kernel_size: ${2}}"),
        ("- ‸", "Flatten", "- Flatten"),
        ("-‸", "Flatten", "- Flatten"),
        ("‸", "Flatten", "- Flatten"),
        ("- pa‸", "pair", "- pair: {filters: ${1}}"),
        ("- Re‸", "Reuse", "- Reuse: {layer: ${1}}"),
        ("- {De‸", "Dense", "- {Dense: {units: ${1}}"),
        ("- Conv2D: {fil‸", "filters", "- Conv2D: {filters: "),
        (
            "- Conv2D: {filters: 3, ‸}",
            "padding",
            "- Conv2D: {filters: 3, padding: ${1|valid,same|}}",
        ),
        ("- Conv2D: {filters: 3, padding: ‸}", "same", "- Conv2D: {filters: 3, padding: same}"),
        ("- Conv2D: {padding:‸}", "same", "- Conv2D: {padding: same}"),
        ("- Conv2D:‸", "{…}", "- Conv2D: {filters: ${1}, kernel_size: ${2}}"),
        ("- Conv2D:\n        ker‸", "kernel_size", "kernel_size:"),
        ("- Conv2D:\n        ‸", "kernel_size", "kernel_size:"),
        ("- Conv2D:\n        filters: 3\n        pad‸", "padding", "padding: ${1|valid,same|}"),
        ("- Dense: {activation: re‸", "relu", "- Dense: {activation: relu"),
        ('- Dense: {activation: "re‸', "relu", '- Dense: {activation: "relu'),
        (
            "- Dense: {kernel_initializer: {He‸",
            "HeNormal",
            "- Dense: {kernel_initializer: {HeNormal: {${1}}",
        ),
        (
            "- Dense: {kernel_initializer: he‸",
            "he_normal",
            "- Dense: {kernel_initializer: he_normal",
        ),
        ("- Dense: {inputs: fl‸", "flatten", "- Dense: {inputs: flatten"),
        ("- Add: {inputs: [deep.‸", "deep.second", "- Add: {inputs: [deep.second"),
        ('- Dense: {units: "${w‸', "width", '- Dense: {units: "${width'),
        ('- Dense: {units: "${2 * ‸}"}', "width", '- Dense: {units: "${2 * width}"}'),
        ("- Dropout: {when: not w‸", "width", "- Dropout: {when: not width"),
        ("- pair: {‸", "filters", "- pair: {filters:"),
        (
            "- TimeDistributed: {layer: {Den‸",
            "Dense",
            "- TimeDistributed: {layer: {Dense: {units: ${1}}",
        ),
        ("- MultiHeadAttention: {inputs: {qu‸", "query", "- MultiHeadAttention: {inputs: {query:"),
    ],
)
def test_among_layers(editor: Editor, name: str, typed: str, label: str, becomes: str) -> None:
    found = offered(editor, name, LAYER + typed)
    assert label in found
    assert written(LAYER + typed, found[label]) == becomes.strip()
    is_snippet = "${" in becomes.replace('"${', "")
    assert found[label]["insertTextFormat"] == (2 if is_snippet else 1)


@pytest.mark.parametrize(
    ("typed", "label", "becomes"),
    [
        ("comp‸", "compile", "compile:"),
        ("data: {so‸", "source", "data: {source: "),
        ("data: {source: ci‸", "cifar10", "data: {source: cifar10"),
        ("data:\n  source: ‸", "ImageFolder", "source: {ImageFolder: {path: ${1}}}"),
        (
            "data: {source: {Csv: {path: a.csv, label: {ki‸",
            "kind",
            "data: {source: {Csv: {path: a.csv, label: {kind: ${1|class,multi_label,number|}",
        ),
        (
            "data: {source: {Csv: {path: a.csv, labels: {age: {kind: nu‸",
            "number",
            "data: {source: {Csv: {path: a.csv, labels: {age: {kind: number",
        ),
        ("compile:\n  optimizer: ad‸", "adam", "optimizer: adam"),
        ("compile:\n  optimizer: {‸", "SGD", "optimizer: {SGD: {${1}}"),
        (
            "compile: {loss: cat‸",
            "categorical_crossentropy",
            "compile: {loss: categorical_crossentropy",
        ),
        ("compile: {metrics: [‸", "accuracy", "compile: {metrics: [accuracy"),
        ("callbacks:\n  - ear‸", "EarlyStopping", "- EarlyStopping"),
        ("callbacks:\n  ‸", "EarlyStopping", "- EarlyStopping"),
        ("callbacks: [{EarlyStopping: {mode: ‸", "min", "callbacks: [{EarlyStopping: {mode: min"),
        ("augmentation:\n- Rand‸", "RandomFlip", "- RandomFlip"),
        ("training:\n  stages:\n    - {trai‸", "trainable", "- {trainable: "),
        (
            "training: {stages: [{learning_rate: Cos‸",
            "CosineDecay",
            (
                "training: {stages: [{learning_rate: "
                "{CosineDecay: {initial_learning_rate: ${1}, decay_steps: ${2}}}"
            ),
        ),
        ("training: {checkpoint: {‸", "every", "training: {checkpoint: {every: "),
        ("abstract: ‸", "true", "abstract: true"),
        (
            "compile: {optimizer: {Adam: {learning_rate: ‸",
            "CosineDecay",
            (
                "compile: {optimizer: {Adam: {learning_rate: "
                "{CosineDecay: {initial_learning_rate: ${1}, decay_steps: ${2}}}"
            ),
        ),
    ],
)
def test_in_sections(editor: Editor, name: str, typed: str, label: str, becomes: str) -> None:
    found = offered(editor, name, SPEC + typed)
    assert label in found
    assert written(SPEC + typed, found[label]) == becomes.strip()


def test_sections_begin_on_lines_of_their_own(editor: Editor, name: str) -> None:
    found = offered(editor, name, SPEC + "‸")
    texts = {label: offer["textEdit"]["newText"] for label, offer in found.items()}
    assert texts["compile"] == "compile:\n  "
    assert texts["callbacks"] == "callbacks:\n  - "
    assert texts["seed"] == "seed: "
    assert "model" not in texts


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("- Conv2D: {filters: 3, kernel_size: 3, ‸}", {"filters", "kernel_size"}),
        ("- Conv2D:\n        filters: 3\n        ‸\n        strides: 1", {"filters", "strides"}),
        ("- Conv2D: {filters: ‸", {"filters", "Conv2D"}),
        ("- Dense: {inputs: ‸", {"again", "width"}),
        ("- Dense: {units: 3}  # Con‸", {"Conv2D"}),
        ("- Dense: {units: 3} ‸", {"Conv2D", "units"}),
        ("- Conv2D: {filters: 3 ‸", {"kernel_size"}),
    ],
)
def test_what_does_not_fit_is_not_offered(
    editor: Editor, name: str, typed: str, labels: set[str]
) -> None:
    assert not labels & offered(editor, name, LAYER + typed).keys()


def test_required_fields_come_first_and_common_ones_last(editor: Editor, name: str) -> None:
    found = offered(editor, name, LAYER + "- Conv2D: {‸}")
    in_order = sorted(found, key=lambda label: str(found[label]["sortText"]))
    assert in_order[:2] == ["filters", "kernel_size"]
    assert in_order[-1] == "trainable"
    assert "How many feature maps" in found["filters"]["documentation"]["value"]


def test_layers_below_and_other_blocks_layers_are_not_offered(editor: Editor, name: str) -> None:
    text = SPEC.replace("inputs: deep.second", "inputs: ‸")
    assert [*offered(editor, name, text)] == ["deep", "pair", "rescaling", "input"]


def test_a_blocks_input_is_offered_inside_it(editor: Editor, name: str) -> None:
    assert [*offered(editor, name, SPEC.replace("inputs: conv2d", "inputs: ‸"))] == [
        "conv2d",
        "$input",
    ]


def test_bases_are_the_files_beside_it(editor: Editor, name: str) -> None:
    (editor.folder / "base-beside.yaml").write_text("netspec: 1\n")
    found = offered(editor, name, "netspec: 1\nextends: ‸")
    assert "base-beside.yaml" in found
    assert name not in found


def test_outputs_are_the_keys_of_losses(editor: Editor, name: str) -> None:
    text = SPEC + "  output: {digit: head, map: last}\ncompile: {optimizer: adam, loss: {‸}}\n"
    assert {"digit", "map"} <= offered(editor, name, text).keys()


def test_monitors_are_what_training_logs(editor: Editor, name: str) -> None:
    compiled = "compile: {optimizer: adam, loss: mse, metrics: [accuracy]}\n"
    text = SPEC + compiled + "callbacks: [{EarlyStopping: {monitor: ‸}}]\n"
    found = offered(editor, name, text)
    assert [*found] == ["val_loss", "val_accuracy", "loss", "accuracy"]


def test_every_beginning_of_a_spec_is_answered(editor: Editor, name: str) -> None:
    editor.open(name, SPEC)
    for end in range(0, len(SPEC), 11):
        text, place = marked(SPEC[:end] + CURSOR)
        editor.change_silently(name, text)
        assert isinstance(editor.asked("completion", name, place), list)
        for feature in ("hover", "definition"):
            editor.asked(feature, name, place)


def test_after_an_emoji_the_right_stretch_is_replaced(editor: Editor, name: str) -> None:
    text = LAYER + "- Dense: {name: '🐈', acti‸"
    assert (
        written(text, offered(editor, name, text)["activation"])
        == ("- Dense: {name: '🐈', activation: ").strip()
    )


def test_an_editor_without_snippets_gets_plain_text(tmp_path: Path) -> None:
    capabilities = {**CAPABILITIES, "textDocument": {}}
    with Editor(tmp_path.resolve(), capabilities=capabilities) as editor:
        text = LAYER + "- Con‸"
        conv = offered(editor, "plain.yaml", text)["Conv2D"]
        assert written(text, conv) == "- Conv2D: {filters: , kernel_size: }"
        assert conv["insertTextFormat"] == 1
