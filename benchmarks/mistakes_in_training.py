"""Mistakes in what a network learns from, by what, and for how long."""

from __future__ import annotations

from planting import (
    DIGITS,
    Tree,
    callback,
    head,
    in_tree,
    kind_of,
    loss,
    optimizer,
    watched,
)

SWAPPED = {
    "categorical_crossentropy": "binary_crossentropy",
    "sparse_categorical_crossentropy": "binary_crossentropy",
    "binary_crossentropy": "categorical_crossentropy",
}
LOGITS = {
    "categorical_crossentropy": "CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "binary_crossentropy": "BinaryCrossentropy",
}
# The metric of labels in another form.
OTHER_METRIC = {
    "categorical_crossentropy": "SparseCategoricalAccuracy",
    "sparse_categorical_crossentropy": "CategoricalAccuracy",
    "binary_crossentropy": "CategoricalAccuracy",
}


@in_tree("loss", "binary for categorical crossentropy, or the other way round")
def _swapped(tree: Tree) -> bool:
    if not head(tree) or loss(tree) not in SWAPPED:
        return False
    tree["compile"]["loss"] = SWAPPED[loss(tree)]
    return True


@in_tree("loss", "from_logits for an output that has its softmax or sigmoid")
def _logits(tree: Tree) -> bool:
    if not head(tree) or loss(tree) not in LOGITS:
        return False
    tree["compile"]["loss"] = {LOGITS[loss(tree)]: {"from_logits": True}}
    return True


@in_tree("loss", "from_logits left out for an output of logits")
def _no_logits(tree: Tree) -> bool:
    given = (tree.get("compile") or {}).get("loss")
    if not isinstance(given, dict):
        return False
    fields = given.get(kind_of(given)) or {}
    return isinstance(fields, dict) and bool(fields.pop("from_logits", False))


@in_tree("loss", "a hinge for probabilities")
def _hinge(tree: Tree) -> bool:
    if not head(tree):
        return False
    tree["compile"]["loss"] = "hinge"
    return True


@in_tree("loss", "no loss")
def _no_loss(tree: Tree) -> bool:
    return bool((tree.get("compile") or {}).pop("loss", False))


@in_tree("metrics", "the metric for labels of another form")
def _metric(tree: Tree) -> bool:
    if not head(tree) or loss(tree) not in OTHER_METRIC:
        return False
    tree["compile"]["metrics"] = [OTHER_METRIC[loss(tree)]]
    return True


@in_tree("metrics", "accuracy of numbers: with the mean squared error")
def _accuracy(tree: Tree) -> bool:
    if loss(tree) not in {"mse", "mae", "mean_squared_error", "mean_absolute_error"}:
        return False
    tree["compile"]["metrics"] = ["accuracy"]
    return True


@in_tree("metrics", "BinaryAccuracy of many classes")
def _binary(tree: Tree) -> bool:
    if head(tree).get("activation") != "softmax":
        return False
    tree["compile"]["metrics"] = ["BinaryAccuracy"]
    return True


@in_tree("metrics", "the same metric twice")
def _same(tree: Tree) -> bool:
    metrics = (tree.get("compile") or {}).get("metrics")
    if not isinstance(metrics, list) or not metrics:
        return False
    metrics.append(metrics[0])
    return True


@in_tree("optimizer", "a learning rate of 10")
def _rate(tree: Tree) -> bool:
    return _learn(tree, 10)


@in_tree("optimizer", "a learning rate of 1 for Adam")
def _one(tree: Tree) -> bool:
    if optimizer(tree) is None or kind_of(tree["compile"]["optimizer"]) not in {"Adam", "AdamW"}:
        return False
    return _learn(tree, 1.0)


@in_tree("optimizer", "a learning rate of 0")
def _zero(tree: Tree) -> bool:
    return _learn(tree, 0)


@in_tree("optimizer", "a negative learning rate")
def _negative(tree: Tree) -> bool:
    return _learn(tree, -0.001)


@in_tree("optimizer", "a schedule's steps counted in epochs")
def _epochs(tree: Tree) -> bool:
    if "epochs" not in tree.get("training", {}):
        return False
    steps = tree["training"]["epochs"]
    schedule = {"CosineDecay": {"initial_learning_rate": 0.001, "decay_steps": steps}}
    return _learn(tree, schedule)


@in_tree("optimizer", "ReduceLROnPlateau together with a schedule")
def _plateau(tree: Tree) -> bool:
    if not watched(tree):
        return False
    callback(tree, "ReduceLROnPlateau")
    fields = {"initial_learning_rate": 0.001, "decay_steps": 1_000, "decay_rate": 0.9}
    return _learn(tree, {"ExponentialDecay": fields})


@in_tree("training", "no epochs")
def _no_epochs(tree: Tree) -> bool:
    if "epochs" not in tree.get("training", {}):
        return False
    tree["training"]["epochs"] = 0
    return True


@in_tree("training", "`epoch` for `epochs`")
def _epoch(tree: Tree) -> bool:
    if "epochs" not in tree.get("training", {}):
        return False
    tree["training"]["epoch"] = tree["training"].pop("epochs")
    return True


@in_tree("training", "batches larger than the data set")
def _batch(tree: Tree) -> bool:
    if "training" not in tree:
        return False
    tree["training"]["batch_size"] = 100_000
    return True


@in_tree("training", "batches of one image, with BatchNormalization")
def _batch_of_one(tree: Tree) -> bool:
    if "training" not in tree or "BatchNormalization" not in str(tree["model"]):
        return False
    tree["training"]["batch_size"] = 1
    return True


@in_tree("training", "images in the order of the folders: no shuffling")
def _shuffle(tree: Tree) -> bool:
    if "training" not in tree:
        return False
    tree["training"]["shuffle"] = False
    return True


@in_tree("training", "a weight for a class that there is not")
def _weight(tree: Tree) -> bool:
    if not head(tree):
        return False
    tree["training"]["class_weight"] = {"0": 1.0, "unicorn": 2.0}
    return True


@in_tree("callbacks", "`val_acc`")
def _val_acc(tree: Tree) -> bool:
    if "acc" in str((tree.get("compile") or {}).get("metrics")).replace("accuracy", ""):
        return False  # there is a metric of this name
    return _watch(tree, monitor="val_acc")


@in_tree("callbacks", "a metric watched that is not measured")
def _unmeasured(tree: Tree) -> bool:
    return _watch(tree, monitor="val_auc")


@in_tree("callbacks", "the validation loss watched without validation")
def _unwatched(tree: Tree) -> bool:
    if "training" not in tree or "data" not in tree:
        return False
    tree["data"]["validation"] = None
    return _early(tree, monitor="val_loss")


@in_tree("callbacks", "the loss to be as large as can be: `mode: max`")
def _mode(tree: Tree) -> bool:
    return _watch(tree, monitor="val_loss", mode="max")


@in_tree("callbacks", "more patience than epochs")
def _patience(tree: Tree) -> bool:
    if not watched(tree):
        return False
    if "restore_best_weights" in callback(tree, "EarlyStopping"):
        return False  # it keeps the best weights all the same
    epochs = tree["training"].get("epochs")
    return isinstance(epochs, int) and _early(tree, patience=epochs + 10)


@in_tree("callbacks", "the rate reduced only after training has stopped")
def _late(tree: Tree) -> bool:
    if not watched(tree):
        return False
    callback(tree, "ReduceLROnPlateau").update(monitor="val_loss", patience=6)
    return _early(tree, monitor="val_loss", patience=3)


@in_tree("callbacks", "a checkpoint in a folder of its own, by an absolute path")
def _path(tree: Tree) -> bool:
    if "training" not in tree:
        return False
    callback(tree, "ModelCheckpoint")["filepath"] = "/tmp/best.h5"  # noqa: S108 - the mistake
    return True


@in_tree("data", "a data set's name misspelt")
def _name(tree: Tree) -> bool:
    if not isinstance((tree.get("data") or {}).get("source"), str):
        return False
    tree["data"]["source"] = (
        tree["data"]["source"].replace("mnist", "mnsit").replace("cifar", "cifar_")
    )
    return True


@in_tree("data", "the share to hold out in per cent: `validation: 20`")
def _per_cent(tree: Tree) -> bool:
    if "data" not in tree:
        return False
    tree["data"]["validation"] = 20
    return True


@in_tree("data", "a class too many among the names")
def _classes(tree: Tree) -> bool:
    units = head(tree).get("units")
    if not isinstance(units, int):
        return False
    tree["data"]["classes"] = [f"class {number}" for number in range(max(units, 2) + 1)]
    return True


@in_tree("data", "a folder's path where the name of a data set stands")
def _folder(tree: Tree) -> bool:
    if "data" not in tree:
        return False
    tree["data"]["source"] = "pictures/train"
    return True


@in_tree("data", "everything held out")
def _held_out(tree: Tree) -> bool:
    if "data" not in tree:
        return False
    tree["data"].update(validation=0.6, test=0.4)
    return True


@in_tree("augmentation", "digits mirrored")
def _mirrored(tree: Tree) -> bool:
    if str((tree.get("data") or {}).get("source")) not in DIGITS:
        return False
    return _augment(tree, {"RandomFlip": {"mode": "horizontal"}})


@in_tree("augmentation", "a rotation in degrees")
def _degrees(tree: Tree) -> bool:
    return _augment(tree, {"RandomRotation": {"factor": 40}})


@in_tree("augmentation", "a small rotation in degrees: `factor: 1`")
def _degree(tree: Tree) -> bool:
    return _augment(tree, {"RandomRotation": {"factor": 1}})


@in_tree("augmentation", "brightness for pixels from 0 to 1 where they go to 255")
def _brightness(tree: Tree) -> bool:
    return _augment(tree, {"RandomBrightness": {"factor": 0.2, "value_range": [0, 1]}})


@in_tree("augmentation", "a crop larger than the images")
def _crop(tree: Tree) -> bool:
    return _augment(tree, {"RandomCrop": {"height": 500, "width": 500}})


def _learn(tree: Tree, rate: object) -> bool:
    fields = optimizer(tree)
    if fields is None:
        return False
    fields["learning_rate"] = rate
    return True


def _watch(tree: Tree, **fields: object) -> bool:
    """Watches something, where there are images to watch."""
    return _early(tree, **fields) if watched(tree) else False


def _early(tree: Tree, **fields: object) -> bool:
    callback(tree, "EarlyStopping").update(fields)
    return True


def _augment(tree: Tree, thing: object) -> bool:
    shape = tree["model"]["input"]
    if "data" not in tree or not isinstance(shape, list):
        return False
    tree.setdefault("augmentation", []).append(thing)
    return True
