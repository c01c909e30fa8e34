"""A block's params, and what a use of it gives for them."""

from __future__ import annotations

from collections import ChainMap
from typing import TYPE_CHECKING, Annotated, Any, cast

from netspec.diagnostics import Code
from netspec.fields import Fields, Flag, Nullable, optional
from netspec.fields.things import are_names, written
from netspec.layers.wiring import INPUTS, NAME, REPEAT, InputNames
from netspec.source.nodes import UNKNOWN, Node, ScalarNode
from netspec.spec.variables import is_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netspec.graph.item import Item
    from netspec.graph.reading import Reader
    from netspec.spec.document import Block


class UseFields(Fields):
    """What a use of a block says besides values for its params."""

    name: Annotated[str | None, Nullable(NAME)] = optional(None, "What the use is called.")
    inputs: Annotated[InputNames | None, Nullable(INPUTS)] = optional(None, "What it takes.")
    repeat: Annotated[int | None, REPEAT] = optional(None, "How many uses follow one another.")
    when: Annotated[bool, Flag()] = optional(
        True,  # noqa: FBT003 - a default, not a call
        "Whether it is there.",
    )


def values_of(
    item: Item, block: Block, variables: Mapping[str, Any], reader: Reader
) -> Mapping[str, Any]:
    """The variables and params that a block's items see in one use of it.

    A default sees the variables and the params before it; a param shadows a variable.
    """
    params: dict[str, Any] = {}
    names = layered(params, variables)
    for name, default in block.params.items():
        given = item.field(name)
        if given is not None:
            value = given.value()
            params[name] = UNKNOWN if is_unknown(value) else value
        elif _must_be_given(default):
            params[name] = UNKNOWN
            message = f"the block '{block.name}' needs '{name}'"
            hint = f"write `{block.name}: {{{name}: …}}`"
            reader.report(item, Code.MISSING_FIELD, message, item.place(), hint)
        else:
            params[name] = reader.default(default, names, item)
    return names


def example_of(block: Block, value: Any) -> str:
    """How a use of a block is written, with the value where it was probably meant.

    Args:
        block: The block.
        value: What stands where the params' names and values should.
    """
    if are_names(value):
        return f"write `{block.name}: {{inputs: [{', '.join(value)}]}}`"
    needed = [name for name, default in block.params.items() if _must_be_given(default)]
    names = needed or list(block.params)[:1]
    if not names:
        return f"it has no params: write `{block.name}` alone"
    if len(names) == 1 and isinstance(value, str | int | float):
        return f"write `{block.name}: {{{names[0]}: {written(value)}}}`"
    return f"write `{block.name}: {{{', '.join(f'{name}: …' for name in names)}}}`"


def layered(upper: dict[str, Any], lower: Mapping[str, Any]) -> Mapping[str, Any]:
    """Both mappings in one, without a copy: the upper one's values hide the lower one's."""
    return ChainMap(upper, cast("dict[str, Any]", lower))


def _must_be_given(default: Node) -> bool:
    """Whether a param has no default; a written null is one."""
    return isinstance(default, ScalarNode) and default.scalar is None and not default.text
