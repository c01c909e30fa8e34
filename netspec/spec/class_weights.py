"""Which class a class weight is for: its key is the class's index, or its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from netspec.spec.data import DataSection
    from netspec.spec.facts import DataFacts

# Says that every class counts alike, whatever it has of the training images.
BALANCED = "balanced"

_INDEX = re.compile("0|[1-9][0-9]{0,8}")


def classes_meant(key: str, names: Sequence[str]) -> tuple[int, ...]:
    """The classes that a key can mean.

    Args:
        key: A class's index, or its name.
        names: The classes' display names in label order.

    Returns:
        One class; none where there is no such class; two where a name is another class's index.
    """
    by_index = [int(key)] if _INDEX.fullmatch(key) and int(key) < len(names) else []
    by_name = [names.index(key)] if key in names else []
    return tuple(dict.fromkeys([*by_index, *by_name]))


def weights_by_class(
    weights: Mapping[str, float] | str | None, names: Sequence[str]
) -> tuple[float, ...] | None:
    """Every class's weight in label order, 1 where nothing is said; None where no class has one of its own.

    Every class has one, because Keras fails on images of a class above the last one with a weight.

    Args:
        weights: The weights by index or name, each of one class; rules have seen to it. Or `balanced`, for which the
            images must be counted.
        names: The classes' display names in label order.

    Source: `make_class_weight_map_fn` in keras/src/trainers/data_adapters/tf_dataset_adapter.py.
    """
    if weights is None or isinstance(weights, str):
        return None
    by_class = {classes_meant(key, names)[0]: weight for key, weight in weights.items()}
    return tuple(float(by_class.get(number, 1)) for number in range(len(names)))


def class_names(
    data: DataSection | None, facts: DataFacts | None, outputs: Collection[str]
) -> tuple[str, ...] | None:
    """The display names of the classes that a network with one output learns, in label order.

    Args:
        data: The section.
        facts: What is known of its images.
        outputs: The outputs' keys.

    Returns:
        The names; None where they are not known, their number is in doubt, or the labels are no classes.
    """
    if data is None or facts is None or len(outputs) > 1:
        return None
    label = facts.learned(data, outputs)
    if label is None or label.kind != "class":
        return None
    if data.classes is None or label.names is None:
        return data.classes or label.names
    return data.classes if len(data.classes) == len(label.names) else None
