"""The fields that many layers share, each with its type and its description."""

from __future__ import annotations

from typing import Annotated

from netspec.fields import Choice, Nullable, Pair, Thing, ThingOf, Whole
from netspec.things.activations import ACTIVATION
from netspec.things.registries import CONSTRAINTS, INITIALIZERS, REGULARIZERS

Count = Annotated[int, Whole(1)]
Size2D = Annotated[tuple[int, int], Pair(Whole(1))]
Padding = Annotated[str, Choice("valid", "same")]
DataFormat = Annotated[str, Choice("channels_last", "channels_first")]
Activation = Annotated[str | None, Nullable(ACTIVATION)]
Initializer = Annotated[Thing, ThingOf(INITIALIZERS)]
Regularizer = Annotated[Thing | None, Nullable(ThingOf(REGULARIZERS))]
Constraint = Annotated[Thing | None, Nullable(ThingOf(CONSTRAINTS))]
