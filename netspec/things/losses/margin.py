"""Losses that ask for a margin between right and wrong."""

from typing import ClassVar

from netspec.things.base import Labels, Loss


class Hinge(Loss):
    """How far outputs are from 1 on the right side of zero; 0 and 1 are read as -1 and 1."""

    labels: ClassVar[Labels] = "binary"


class SquaredHinge(Loss):
    """The square of the hinge loss; 0 and 1 are read as -1 and 1."""

    labels: ClassVar[Labels] = "binary"


class CategoricalHinge(Loss):
    """How far the right class is from leading the best wrong one by 1."""

    labels: ClassVar[Labels] = "one_hot"
