"""Slips of the pen: in the text's form, and in names and values of fields."""

from __future__ import annotations

import re

from planting import Tree, callback, in_text, in_tree, kind_of, layers, optimizer, rename, spots

FLOW = re.compile(r"^( *)- ([A-Z]\w+): \{(\w+: [^{}\[\],]+), (.*)\}$", re.MULTILINE)
LAYER = re.compile(r"^    - (?=[A-Z])", re.MULTILINE)


@in_text("text", "a tab instead of spaces at the start of a line")
def _tab(text: str) -> str | None:
    return _once(r"^    (?=\S)", "\t", text)


@in_text("text", "fields written beside the layer instead of below it")
def _indentation(text: str) -> str | None:
    found = FLOW.search(text)
    if found is None:
        return None
    spaces, kind, field, others = found.groups()
    lines = [f"{spaces}- {kind}:", *(f"{spaces}  {one}" for one in (field, *split(others)))]
    return text[: found.start()] + "\n".join(lines) + text[found.end() :]


@in_text("text", "a line indented by a space too many")
def _one_space(text: str) -> str | None:
    _, second, *_ = [*LAYER.finditer(text), None, None]
    return second and text[: second.start()] + " " + text[second.start() :]


@in_text("text", "an expression without quotes in a flow mapping")
def _unquoted(text: str) -> str | None:
    return _once(r'(\{.*: )"(\$\{[^"]+\})"', r"\1\2", text)


@in_text("text", "no space after a colon")
def _colon(text: str) -> str | None:
    return _once(r"(filters|units|epochs|rate): (?=\d)", r"\1:", text)


@in_text("text", "a bracket that is not closed")
def _bracket(text: str) -> str | None:
    return _once(r"\}$", "", text)


@in_text("text", "a dash left out before a layer")
def _dash(text: str) -> str | None:
    _, _, third, *_ = [*LAYER.finditer(text), None, None, None]
    return third and text[: third.start()] + "      " + text[third.end() :]


@in_text("text", "a section copied and left in twice")
def _twice(text: str) -> str | None:
    found = re.search(r"^(compile|training):.*\n((?:[ -].*\n)*)", text, re.MULTILINE)
    return None if found is None else text + "\n" + found.group()


@in_text("fields", "a field's name misspelt")
def _field(text: str) -> str | None:
    return _once(r"\b(filter|unit|activatio|kernel_siz|stride|paddin)([a-z])(?=: )", r"\1", text)


@in_text("fields", "a layer's name misspelt")
def _layer(text: str) -> str | None:
    return _once(r"- Conv2D\b", "- Conv2d", text) or _once(r"- Dense\b", "- Dens", text)


@in_text("fields", "an activation's name misspelt")
def _activation(text: str) -> str | None:
    return _once(r"activation: relu\b", "activation: rellu", text)


@in_text("fields", "a value beside the layer, as in Keras: `Dense: 10`")
def _positional(text: str) -> str | None:
    return _once(r"- Dense: \{units: (\d+)[^{}]*\}", r"- Dense: \1", text)


@in_tree("fields", "the name a field had in Keras 1: border_mode")
def _old_name(tree: Tree) -> bool:
    fields = next((fields for fields in layers(tree, "Conv2D") if "padding" in fields), None)
    if fields is None:
        return False
    rename(fields, "padding", "border_mode")
    return True


@in_tree("fields", "`lr` for learning_rate")
def _lr(tree: Tree) -> bool:
    fields = optimizer(tree)
    if fields is None:
        return False
    fields["lr"] = fields.pop("learning_rate", 1e-3)
    return True


@in_tree("fields", "a value as text: `3x3`")
def _by(tree: Tree) -> bool:
    fields = next(layers(tree, "Conv2D", "MaxPooling2D"), None)
    if fields is None:
        return False
    fields["kernel_size" if "filters" in fields else "pool_size"] = "3x3"
    return True


@in_tree("fields", "a dropout rate in per cent")
def _per_cent(tree: Tree) -> bool:
    fields = next(layers(tree, "Dropout"), None)
    if fields is None:
        return False
    fields["rate"] = 50
    return True


@in_tree("fields", "an optimizer's name misspelt")
def _optimizer(tree: Tree) -> bool:
    if "compile" not in tree:
        return False
    tree["compile"]["optimizer"] = "adma"
    return True


@in_tree("fields", "a loss's name misspelt")
def _loss(tree: Tree) -> bool:
    if not isinstance((tree.get("compile") or {}).get("loss"), str):
        return False
    tree["compile"]["loss"] = tree["compile"]["loss"].replace("crossentropy", "cross_entropy") + "s"
    return True


@in_tree("fields", "one metric where a list of them stands")
def _metrics(tree: Tree) -> bool:
    metrics = (tree.get("compile") or {}).get("metrics")
    if not isinstance(metrics, list) or not metrics:
        return False
    tree["compile"]["metrics"] = metrics[0]
    return True


@in_tree("fields", "`patience` of a callback below `training`")
def _elsewhere(tree: Tree) -> bool:
    if "training" not in tree:
        return False
    tree["training"]["patience"] = callback(tree, "EarlyStopping").pop("patience", 5)
    return True


@in_tree("fields", "0 filters, or 0 units")
def _none(tree: Tree) -> bool:
    for items, index in spots(tree, "Conv2D", "Dense"):
        kind = kind_of(items[index])
        items[index] = {kind: {**items[index][kind], "filters" if kind == "Conv2D" else "units": 0}}
        return True
    return False


def split(fields: str) -> list[str]:
    """The fields of a flow mapping, one by one."""
    return re.split(r", (?=\w+: )", fields)


def _once(pattern: str, replacement: str, text: str) -> str | None:
    changed, count = re.subn(pattern, replacement, text, count=1, flags=re.MULTILINE)
    return changed if count else None
