"""How an item of a network is named, repeated, and wired to those above it: names and references as fields."""

from __future__ import annotations

from netspec.fields import ListOf, MapOf, Name, Nullable, OneOf, Text, Whole

NAME_PATTERN = r"^[a-z][a-z0-9_]*$"
NAME = Name("a name of lower-case letters, digits and _, such as head", NAME_PATTERN)

# `head`; `d2.skip`, an item inside a block's instance or of an application; `$x`, what a block is given.
REFERENCE = Text(
    "the name of an earlier layer",
    r"^\$?[a-z][a-z0-9_]*(\.([A-Za-z][A-Za-z0-9_]*|[0-9]{1,9}))*$",
)
_REFERENCES = ListOf(REFERENCE, minimum=1, what="a list of names")

# What a layer takes: a name, several, or names by the arguments of its call.
InputNames = str | tuple[str, ...] | dict[str, "str | tuple[str, ...]"]
INPUTS = OneOf(
    REFERENCE,
    _REFERENCES,
    MapOf(
        OneOf(REFERENCE, _REFERENCES),
        Text("an argument of the layer's call, such as query", NAME_PATTERN),
        what="a mapping of call arguments to names",
    ),
    what="the name of an earlier layer, a list of names, or a mapping of call arguments to names",
)

# Items that a network can have in all, and copies of one of them.
MAX_LAYERS = 10_000
REPEAT = Nullable(Whole(0, MAX_LAYERS))
