"""Mistakes in the network: its input, its head, its shapes, its wiring, and what a layer is given."""

from __future__ import annotations

from copy import deepcopy

from planting import Tree, fields_of, head, in_tree, kind_of, layer_lists, layers, spots

SMALL = 6  # height and width
AXES = 3  # of an image
PAIR = 2
KERNEL = 3
RARE = 0.2  # a small rate of Dropout, and so a large share that is kept


@in_tree("input", "the batch's size as the input's first number")
def _batch(tree: Tree) -> bool:
    shape = tree["model"]["input"]
    if not isinstance(shape, list):
        return False
    shape.insert(0, 32)
    return True


@in_tree("input", "channels first")
def _channels_first(tree: Tree) -> bool:
    shape = tree["model"]["input"]
    if not isinstance(shape, list) or len(shape) != AXES:
        return False
    shape.insert(0, shape.pop())
    return True


@in_tree("input", "gray for colour, or colour for gray")
def _colour(tree: Tree) -> bool:
    shape = tree["model"]["input"]
    if not isinstance(shape, list) or len(shape) != AXES or "data" not in tree:
        return False
    shape[2] = 3 if shape[2] == 1 else 1
    return True


@in_tree("input", "another size than the data set's images have")
def _size(tree: Tree) -> bool:
    shape = tree["model"]["input"]
    if not isinstance((tree.get("data") or {}).get("source"), str) or not isinstance(shape, list):
        return False
    shape[:2] = [shape[0] + 4, shape[1] + 4]
    return True


@in_tree("input", "an input much too small for the network")
def _tiny(tree: Tree) -> bool:
    shape = tree["model"]["input"]
    if not isinstance(shape, list) or len(shape) != AXES or "data" in tree:
        return False
    shape[:2] = [SMALL, SMALL]
    return True


@in_tree("input", "pixels that nothing scales")
def _unscaled(tree: Tree) -> bool:
    items = tree["model"]["layers"]
    if "data" not in tree or kind_of(items[0]) != "Rescaling":
        return False
    del items[0]
    return True


@in_tree("input", "pixels scaled twice")
def _twice(tree: Tree) -> bool:
    items = tree["model"]["layers"]
    if kind_of(items[0]) != "Rescaling":
        return False
    again = deepcopy(items[0])
    fields_of(again).pop("name", None)
    items.insert(1, again)
    return True


@in_tree("head", "one unit too few")
def _units(tree: Tree) -> bool:
    fields = head(tree)
    if fields.get("activation") != "softmax":
        return False
    fields["units"] -= 1
    return True


@in_tree("head", "no activation at the end")
def _no_activation(tree: Tree) -> bool:
    return bool(head(tree).pop("activation", False))


@in_tree("head", "relu at the end")
def _relu(tree: Tree) -> bool:
    return _activate(tree, "relu")


@in_tree("head", "sigmoid for softmax, or softmax for sigmoid")
def _other(tree: Tree) -> bool:
    return _activate(tree, "sigmoid" if head(tree).get("activation") == "softmax" else "softmax")


@in_tree("head", "one unit for many classes")
def _one_unit(tree: Tree) -> bool:
    fields = head(tree)
    if fields.get("activation") != "softmax":
        return False
    fields["units"] = 1
    return True


@in_tree("head", "Dropout after the last layer")
def _dropped(tree: Tree) -> bool:
    if not head(tree):
        return False
    tree["model"]["layers"].append({"Dropout": {"rate": 0.5}})
    return True


@in_tree("shapes", "no Flatten, or no global pooling, before the dense layers")
def _flatten(tree: Tree) -> bool:
    for items, index in spots(tree, "Flatten", "GlobalAveragePooling2D"):
        if items is tree["model"]["layers"] and not fields_of(items[index]) and "data" in tree:
            del items[index]
            return True
    return False


@in_tree("shapes", "`padding: same` left out everywhere")
def _padding(tree: Tree) -> bool:
    found = [fields for fields in layers(tree, "Conv2D") if fields.get("padding") == "same"]
    for fields in found:
        del fields["padding"]
    return bool(found) and any(spots(tree, "Add", "Concatenate"))


@in_tree("shapes", "so many poolings that nothing is left to pool")
def _poolings(tree: Tree) -> bool:
    for items, index in spots(tree, "MaxPooling2D"):
        if items is tree["model"]["layers"] and "name" not in fields_of(items[index]):
            items[index:index] = [deepcopy(items[index]) for _ in range(6)]
            return True
    return False


@in_tree("shapes", "other filters in one branch of a sum")
def _branch(tree: Tree) -> bool:
    for items, index in spots(tree, "Add"):
        before = [fields_of(item) for item in items[:index] if kind_of(item) == "Conv2D"]
        if before and isinstance(before[-1].get("filters"), int) and before[-1]["filters"] != 1:
            before[-1]["filters"] *= 2
            return True
    return False


@in_tree("shapes", "a stride in one branch only")
def _stride(tree: Tree) -> bool:
    for items, index in spots(tree, "Add", "Concatenate"):
        before = [fields_of(item) for item in items[:index] if kind_of(item) == "Conv2D"]
        if before and "strides" not in before[-1]:
            before[-1]["strides"] = 2
            return True
    return False


@in_tree("shapes", "a dense layer before Flatten, and convolutions after it")
def _order(tree: Tree) -> bool:
    items = tree["model"]["layers"]
    places = [index for index, item in enumerate(items) if kind_of(item) == "Flatten"]
    before = [index for index in range(places[0] if places else 0) if _is(items[index], "Conv2D")]
    if not before:
        return False
    items.insert(before[-1], items.pop(places[0]))
    return True


@in_tree("wiring", "two layers of one name")
def _clash(tree: Tree) -> bool:
    for items in layer_lists(tree):
        found = [item for item in items if fields_of(item)]
        if len(found) > 1:
            fields_of(found[0])["name"] = fields_of(found[-1]).setdefault("name", "features")
            return True
    return False


@in_tree("wiring", "an input's name misspelt")
def _reference(tree: Tree) -> bool:
    for items in layer_lists(tree):
        for item in items:
            given = fields_of(item).get("inputs")
            if isinstance(given, list) and isinstance(given[0], str):
                given[0] += "s"
                return True
    return False


@in_tree("wiring", "a branch merged with itself")
def _itself(tree: Tree) -> bool:
    for fields in layers(tree, "Add", "Concatenate", "Multiply"):
        if len(fields.get("inputs", ())) == PAIR:
            fields["inputs"] = [fields["inputs"][0]] * 2
            return True
    return False


@in_tree("wiring", "one input for a layer that merges two")
def _alone(tree: Tree) -> bool:
    for fields in layers(tree, "Add", "Concatenate", "Multiply"):
        if len(fields.get("inputs", ())) == PAIR:
            fields["inputs"] = fields["inputs"][:1]
            return True
    return False


@in_tree("wiring", "a layer named before it is there")
def _forward(tree: Tree) -> bool:
    items = tree["model"]["layers"]
    places = [
        i
        for i, item in enumerate(items[1:-1], 1)
        if fields_of(item) and "inputs" not in fields_of(item)
    ]
    if not places or not fields_of(items[-1]):
        return False
    fields_of(items[-1])["name"] = "last"
    fields_of(items[places[0]])["inputs"] = "last"
    return "output" not in tree["model"]


@in_tree("wiring", "an output that there is not")
def _output(tree: Tree) -> bool:
    if "output" in tree["model"]:
        return False
    tree["model"]["output"] = "prediction"
    return True


@in_tree("layers", "no activation between dense layers")
def _linear(tree: Tree) -> bool:
    items = tree["model"]["layers"]
    places = [index for index, item in enumerate(items) if kind_of(item) == "Dense"]
    if len(places) < PAIR or "activation" not in fields_of(items[places[0]]):
        return False
    del fields_of(items[places[0]])["activation"]
    return True


@in_tree("layers", "no activation in any convolution")
def _no_relu(tree: Tree) -> bool:
    found = [fields for fields in layers(tree, "Conv2D") if fields.get("activation") == "relu"]
    for fields in found:
        del fields["activation"]
    return len(found) > 1


@in_tree("layers", "relu twice: in the convolution and after it")
def _relu_twice(tree: Tree) -> bool:
    for items, index in spots(tree, "Conv2D"):
        if fields_of(items[index]).get("activation") == "relu" and index + 1 < len(items):
            if fields_of(items[index + 1]).get("inputs"):
                continue
            items.insert(index + 1, {"Activation": {"activation": "relu"}})
            return True
    return False


@in_tree("layers", "softmax inside the network")
def _softmax(tree: Tree) -> bool:
    for items, index in spots(tree, "Dense", "Conv2D"):
        if fields_of(items[index]).get("activation") == "relu":
            fields_of(items[index])["activation"] = "softmax"
            return True
    return False


@in_tree("layers", "the share that is kept as a Dropout's rate")
def _kept(tree: Tree) -> bool:
    fields = next(layers(tree, "Dropout"), None)
    if fields is None or not isinstance(fields.get("rate"), float) or fields["rate"] > RARE:
        return False
    fields["rate"] = round(1 - fields["rate"], 3)
    return True


@in_tree("layers", "a Dropout of 0.95")
def _dropout(tree: Tree) -> bool:
    fields = next(layers(tree, "Dropout"), None)
    if fields is None:
        return False
    fields["rate"] = 0.95
    return True


@in_tree("layers", "BatchNormalization over rows instead of channels")
def _axis(tree: Tree) -> bool:
    for items, index in spots(tree, "BatchNormalization"):
        items[index] = {"BatchNormalization": {**fields_of(items[index]), "axis": 1}}
        return True
    return False


@in_tree("layers", "kernels that start with zeros")
def _zeros(tree: Tree) -> bool:
    found = list(layers(tree, "Conv2D", "Dense"))
    for fields in found:
        fields["kernel_initializer"] = "zeros"
    return bool(found)


@in_tree("layers", "a stride larger than the kernel")
def _skipping(tree: Tree) -> bool:
    for fields in layers(tree, "Conv2D"):
        if fields.get("kernel_size") == KERNEL and "strides" not in fields and "data" in tree:
            fields["strides"] = 4
            return True
    return False


@in_tree("layers", "a random layer inside the network")
def _random(tree: Tree) -> bool:
    if not isinstance(tree["model"]["input"], list):
        return False
    tree["model"]["layers"].insert(0, {"RandomFlip": {"mode": "horizontal"}})
    return True


@in_tree("layers", "a Lambda with code")
def _lambda(tree: Tree) -> bool:
    if not isinstance(tree["model"]["input"], list):
        return False
    tree["model"]["layers"].insert(0, {"Lambda": {"function": "lambda x: x / 255"}})
    return True


@in_tree("layers", "every layer frozen")
def _frozen(tree: Tree) -> bool:
    if "compile" not in tree:
        return False
    for items in layer_lists(tree):
        for item in items:
            if fields_of(item):
                fields_of(item)["trainable"] = False
    for items, index in spots(tree, "BatchNormalization", "LayerNormalization"):
        kind = kind_of(items[index])
        items[index] = {kind: {**fields_of(items[index]), "trainable": False}}
    return True


def _is(item: object, kind: str) -> bool:
    return kind_of(item) == kind


def _activate(tree: Tree, activation: str) -> bool:
    fields = head(tree)
    if not fields:
        return False
    fields["activation"] = activation
    return True
