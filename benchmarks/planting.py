"""Mistakes that can be planted in a spec: what a planter is, and what planters need to find their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Tree = dict[str, Any]
Fields = dict[str, Any]

# Data sets of digits, which a mirror makes into other digits or none.
DIGITS = frozenset({"mnist"})


@dataclass(frozen=True)
class Mistake:
    """One mistake that people make.

    Attributes:
        what: What somebody did, in a few words.
        part: The part of a spec that it is made in.
        plant: The text with the mistake in it, or None where there is no place for it.
    """

    what: str
    part: str
    plant: Callable[[str], str | None]


MISTAKES: list[Mistake] = []


def in_text(part: str, what: str) -> Callable[[Callable[[str], str | None]], None]:
    """Registers a planter that works on the text."""

    def register(plant: Callable[[str], str | None]) -> None:
        MISTAKES.append(Mistake(what, part, plant))

    return register


def in_tree(part: str, what: str) -> Callable[[Callable[[Tree], bool]], None]:
    """Registers a planter that changes the tree of a spec in place, and says whether there was a place for it."""

    def register(change: Callable[[Tree], bool]) -> None:
        def plant(text: str) -> str | None:
            tree = yaml.safe_load(text)
            return written(tree) if change(tree) else None

        MISTAKES.append(Mistake(what, part, plant))

    return register


def written(tree: Tree) -> str:
    """A tree as text again, which means the same."""
    text: str = yaml.safe_dump(tree, sort_keys=False, width=1_000)
    return text


def layer_lists(tree: Tree) -> list[list[Any]]:
    """The lists of layers: the model's own, then each block's."""
    model = tree["model"]
    blocks = (model.get("blocks") or {}).values()
    return [model["layers"], *(block["layers"] for block in blocks)]


def kind_of(item: Any) -> str:
    """The kind of a layer or another thing, however it is written."""
    return item if isinstance(item, str) else next(iter(item))


def fields_of(item: Any) -> Fields:
    """The fields of a thing that has some; an empty mapping for one that has none."""
    fields = None if isinstance(item, str) else next(iter(item.values()))
    return fields if isinstance(fields, dict) else {}


def spots(tree: Tree, *kinds: str) -> Iterator[tuple[list[Any], int]]:
    """The list and index of every layer of these kinds."""
    for layers in layer_lists(tree):
        for index, item in enumerate(layers):
            if kind_of(item) in kinds:
                yield layers, index


def layers(tree: Tree, *kinds: str) -> Iterator[Fields]:
    """The fields of every layer of these kinds that has some."""
    for items, index in spots(tree, *kinds):
        if fields_of(items[index]):
            yield fields_of(items[index])


def head(tree: Tree) -> Fields:
    """The fields of the last layer where it is a Dense with an activation, trained on classes; else nothing."""
    item = tree["model"]["layers"][-1]
    trained = "data" in tree and isinstance(loss(tree), str)
    if not trained or "output" in tree["model"] or kind_of(item) != "Dense":
        return {}
    return fields_of(item) if fields_of(item).get("activation") in {"softmax", "sigmoid"} else {}


def loss(tree: Tree) -> Any:
    """The name of the loss, or a mapping of losses; None without one."""
    given = (tree.get("compile") or {}).get("loss")
    if isinstance(given, dict) and kind_of(given)[:1].isupper():
        return kind_of(given)
    return given


def callback(tree: Tree, kind: str) -> Fields:
    """The fields of a callback, which is added where there is none."""
    callbacks = tree.setdefault("callbacks", [])
    for item in callbacks:
        if kind_of(item) == kind and fields_of(item):
            return fields_of(item)
    callbacks.append({kind: {}})
    fields: Fields = callbacks[-1][kind]
    return fields


def optimizer(tree: Tree) -> Fields | None:
    """The fields of the optimizer, which is spelled out; None without one."""
    if "compile" not in tree:
        return None
    names = {"adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD", "adamw": "AdamW"}
    given = tree["compile"]["optimizer"]
    kind = kind_of(given)
    fields = dict(fields_of(given))
    tree["compile"]["optimizer"] = {names.get(kind, kind): fields}
    return fields


def watched(tree: Tree) -> bool:
    """Whether the spec trains, with images that are held out for a look after every epoch."""
    return "training" in tree and "data" in tree and "validation" in tree["data"]


def rename(fields: Fields, old: str, new: str) -> None:
    """Gives a field another name, in its place."""
    pairs = [(new if name == old else name, value) for name, value in fields.items()]
    fields.clear()
    fields.update(pairs)
