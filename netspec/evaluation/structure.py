"""A model that another program has described and trained: its structure as JSON, its weights, its classes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from netspec.data.named.fetch import one_line
from netspec.errors import DataError, UsageError
from netspec.report.escape import printable
from netspec.weights.files import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import keras

_LARGEST = 1 << 26
# What brings code or reads files of its own choice (keras/src/saving/serialization_lib.py and the layers themselves).
_WITH_CODE = {
    *("Lambda", "__lambda__", "__typespec__", "TFSMLayer", "TorchModuleWrapper", "JaxLayer"),
    "FlaxLayer",
}
_FUNCTION, _ACTIVATIONS = "function", "keras.activations"
_NO_CODE = "only Keras's own layers are opened, because others would bring code with them"


def read_structure(path: Path) -> keras.Model:
    """Builds the model that a file describes, as Keras's `to_json` writes it, with random weights.

    Raises:
        UsageError: There is no such file, or it has parts that are not Keras's own.
        DataError: It is no description of a model.
    """
    text = _text(path, "a model's structure")
    try:
        described = json.loads(text)
        if not isinstance(described, dict) or "class_name" not in described:
            raise DataError(
                f"{path} describes no model of Keras's",
                hint="give what model.to_json() wrote, or a run's model.json",
            )
        _require_own_parts(described, path)
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"{path} is no JSON: {one_line(error)}",
            hint="give what model.to_json() wrote, or a run's model.json",
        ) from error
    # How it was trained is of no use here, and may ask for losses that are not there.
    described.pop("compile_config", None)
    import keras

    try:
        model = keras.models.model_from_json(json.dumps(described))
    except (
        Exception
    ) as error:  # whatever Keras raises over a description that it does not understand
        raise DataError(
            f"Keras cannot build the model in {path}: {_first_line(error)}",
            hint=f"it was perhaps written by another version than Keras {keras.__version__}",
        ) from error
    if not isinstance(model, keras.Model):
        raise DataError(
            f"{path} describes a {type(model).__name__}, not a model",
            hint="give what model.to_json() wrote",
        )
    return model


def load_weights(model: keras.Model, path: Path, *, structure: Path) -> None:
    """Gives a model its trained weights.

    Args:
        model: The model.
        path: A `.weights.h5`, `.h5` or `.keras` file.
        structure: What messages say the model is of.

    Raises:
        UsageError: There is no such file, or the weights do not fit.
        DataError: It is damaged, or holds no weights of Keras's.
    """
    with opened(path) as stored:
        shapes = [weight.shape for layer in stored.layers for weight in layer.weights]
    wanted = [tuple(weight.shape) for weight in model.weights]
    reason = None
    if sorted(shapes) != sorted(wanted):
        reason = _counted(shapes, wanted)
    else:
        try:
            model.load_weights(path)
        except Exception as error:  # noqa: BLE001 - whatever Keras and HDF5 raise over weights that do not fit
            reason = _first_line(error)
    if reason is not None:
        raise UsageError(
            f"the weights in {path} do not fit the model in {structure}: {reason}",
            hint="give the weights that were saved with this structure",
        )


def read_classes(path: Path) -> tuple[str, ...]:
    """The names of a model's classes, one a line in the order of their numbers.

    Raises:
        UsageError: There is no such file.
        DataError: It holds no names, or one twice.
    """
    text = _text(path, "the classes' names")
    names = tuple(line.strip() for line in text.splitlines() if line.strip())
    hint = "write the name of each class on a line of its own, in the order of their numbers"
    if not names:
        raise DataError(f"{path} names no class", hint=hint)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"{path} names {printable(twice)} twice", hint=hint)
    return names


def _text(path: Path, what: str) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise DataError(f"{path} is too large to be {what}", hint="give another file")
        return path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {path}", hint=f"give the file with {what}") from error
    except IsADirectoryError as error:
        raise UsageError(f"{path} is a folder", hint=f"give the file with {what}") from error
    except OSError as error:
        raise DataError(
            f"{path} cannot be read: {error.strerror or error}",
            hint="let netspec read the file, or give another",
        ) from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no text in UTF-8", hint=f"give the file with {what}") from error


def _require_own_parts(described: Any, path: Path) -> None:
    """Makes sure that a description asks for nothing but Keras's own classes.

    Raises:
        UsageError: It does not.
    """
    for part in _parts(described):
        kind, module = part.get("class_name"), part.get("module")
        config = part.get("config")
        called = config.get("name") if isinstance(config, dict) else config
        where = f"{kind} {called!r}" if called else str(kind)
        if kind in _WITH_CODE or (kind == _FUNCTION and module != _ACTIVATIONS):
            raise UsageError(f"the model in {path} has a {printable(where)}", hint=_NO_CODE)
        registered = str(part.get("registered_name") or "")
        own = module in {None, "builtins"} or str(module).split(".")[0] == "keras"
        if not own or (">" in registered and not registered.startswith("keras")):
            raise UsageError(
                f"the model in {path} has a {printable(where)}, which is not Keras's own",
                hint=_NO_CODE,
            )


def _parts(node: Any) -> Iterator[dict[str, Any]]:
    """Everything in a description that names a class."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            if isinstance(here.get("class_name"), str):
                yield here
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)


def _counted(shapes: list[tuple[int, ...]], wanted: list[tuple[int, ...]]) -> str:
    """How two lists of shapes differ that hold not the same."""
    if len(shapes) != len(wanted):
        return f"the file has {len(shapes)} arrays, the model {len(wanted)} weights"
    missing = next(shape for shape in wanted if wanted.count(shape) > shapes.count(shape))
    return f"the model has a weight of the shape {missing} that the file has not"


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return one_line(lines[0])
