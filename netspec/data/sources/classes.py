"""The classes of labels that are written as texts: their order, and what is wrong with them."""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING

from netspec.errors import DataError
from netspec.fields import Mismatch
from netspec.report.escape import printable
from netspec.things.labels import CLASS_NAME, LABEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

TRAIN = "train"
_IS_JUDGED: ContextVar[bool] = ContextVar("_IS_JUDGED", default=False)
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}\Z")
_SHOWN = 5


@contextmanager
def only_judged() -> Iterator[None]:
    """Opens data that a trained network is judged by: classes may be lacking, and there may be one only."""
    token = _IS_JUDGED.set(True)
    try:
        yield
    finally:
        _IS_JUDGED.reset(token)


def may_lack_classes() -> bool:
    """Whether the data that is opened need not have every class, as nothing learns to tell them from it."""
    return _IS_JUDGED.get()


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Classes in the order of their numbers in labels: sorted, and by size where all are whole numbers."""
    known = sorted(set(names))
    if all(_WHOLE.match(name) for name in known):
        known.sort(key=int)
    return tuple(known)


@lru_cache(maxsize=10_000)
def is_class_name(name: str) -> bool:
    """Whether a class can be called so in a message."""
    try:
        CLASS_NAME.read(name)
    except Mismatch:
        return False
    return True


def check_classes(where: str, label: str, splits: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The classes of one label, in order.

    Args:
        where: What people call the data.
        label: The label's name.
        splits: For each split the classes that its images have; `train` among them.

    Raises:
        DataError: There is one class only to learn from, a split has others than `train`, or two differ by case only.
    """
    of = _of(label)
    classes = in_order(splits[TRAIN])
    if len(classes) == 1 and not may_lack_classes():
        raise DataError(
            f"{where} has one class{of}, {classes[0]}, and there is nothing to tell it from",
            hint="each image needs the name of its class, and there must be two at least",
        )
    for split, held in splits.items():
        unknown = in_order(set(held) - set(classes))
        if unknown:
            raise DataError(
                f"the {split} images of {where} have classes{of} that {TRAIN} does not have: {some(unknown)}",
                hint=f"{TRAIN} has {some(classes)}",
            )
    check_alike(where, label, classes)
    return classes


def check_alike(where: str, label: str, classes: Iterable[str]) -> None:
    """Holds the names of a label's classes against each other.

    Raises:
        DataError: Two differ by case only.
    """
    alike: dict[str, str] = {}
    for name in classes:
        other = alike.setdefault(name.casefold(), name)
        if other != name and len(name) > 1:  # a and A are letters to tell apart
            raise DataError(
                f"{where} has two classes{_of(label)} that differ by case only: {other}, {name}",
                hint="write them alike, or rename one of the two",
            )


def some(names: Iterable[str]) -> str:
    """The first names of several."""
    known = [printable(name) for name in names]
    shown = ", ".join(known[:_SHOWN])
    return shown if len(known) <= _SHOWN else f"{shown} and {len(known) - _SHOWN} more"


def _of(label: str) -> str:
    """Which label's classes are meant, where the label has a name."""
    return "" if label == LABEL else f" of {label}"
