"""The field types that several things share."""

from __future__ import annotations

from typing import Annotated

from netspec.fields import ListOf, Nullable, OneOf, Real, Text, Whole

Number = Annotated[float, Real()]
NotNegative = Annotated[float, Real(minimum=0)]
Positive = Annotated[float, Real(above=0)]
Share = Annotated[float, Real(minimum=0, maximum=1)]
Decay = Annotated[float, Real(minimum=0, below=1)]
Count = Annotated[int, Whole(1)]
Seed = Annotated[int | None, Nullable(Whole(0))]
Axis = Annotated[int, Whole()]
AXES = OneOf(Whole(), ListOf(Whole(), minimum=1, what="a list of whole numbers"))
Axes = Annotated[int | tuple[int, ...], AXES]
MetricName = Annotated[
    str | None,
    Nullable(
        Text("a name of lower-case letters, digits and _, such as top_3", r"^[a-z][a-z0-9_]*$")
    ),
]
