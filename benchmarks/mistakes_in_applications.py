"""Mistakes with a network of keras.applications: its pixels, its size, its weights, and what of it trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planting import Fields, Tree, fields_of, in_tree, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL = 24  # height and width
PART = "applications"
MUCH = 0.01  # as a learning rate for weights that are learned


@in_tree(PART, "pixels scaled before the network does it")
def _scaled(tree: Tree) -> bool:
    if next(_found(tree), None) is None or "data" not in tree:
        return False
    tree["model"]["layers"].insert(0, {"Rescaling": {"scale": "1/255"}})
    return True


@in_tree(PART, "its preprocessing left out")
def _raw(tree: Tree) -> bool:
    return "data" in tree and _written(tree, "preprocessing", value=False)


@in_tree(PART, "an input smaller than it takes")
def _small(tree: Tree) -> bool:
    shape = tree["model"]["input"]
    if next(_found(tree), None) is None or not isinstance(shape, list):
        return False
    shape[:2] = [SMALL, SMALL]
    return True


@in_tree(PART, "a width that there are no weights for")
def _width(tree: Tree) -> bool:
    found = (each for each in _found(tree) if each["architecture"].startswith("MobileNet"))
    fields = next(found, None)
    if fields is None:
        return False
    fields["alpha"] = 0.6
    return True


@in_tree(PART, "learned weights trained with a large rate")
def _thawed(tree: Tree) -> bool:
    if "training" not in tree or "stages" in tree["training"]:
        return False
    optimizer = tree["compile"]["optimizer"]
    if not isinstance(optimizer, dict) or not _written(tree, "trainable", value=True):
        return False
    fields_of(optimizer)["learning_rate"] = MUCH
    return True


@in_tree(PART, "training from a layer that it does not have")
def _from(tree: Tree) -> bool:
    return _written(tree, "trainable", value={"from": "block99_conv1"})


def _written(tree: Tree, field: str, *, value: object) -> bool:
    fields = next(_found(tree), None)
    if fields is None:
        return False
    fields[field] = value
    return True


def _found(tree: Tree) -> Iterator[Fields]:
    return (fields_of(item) for item in tree["model"]["layers"] if kind_of(item) == "Application")
