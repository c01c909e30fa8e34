"""The JSON Schema of values that an expression may stand for: every number, truth value, choice and list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netspec.fields.collections import any_of

if TYPE_CHECKING:
    from netspec.fields import JsonSchema

# What an editor takes for an expression; whether it is one, and what it comes to, netspec says.
EXPRESSION = r"\$\{"

# A condition may be an expression as it stands.
_CONDITION = "when"

# Fields that hold names of items, files and versions, and what is no value of the spec.
_NO_EXPRESSION = frozenset(
    {
        "name",
        "inputs",
        "outputs",
        "output",
        "extends",
        "netspec",
        "abstract",
        "patch",
        "vars",
        "params",
    }
)


def with_expressions(schema: JsonSchema) -> JsonSchema:
    """A schema whose fields take an expression too.

    Args:
        schema: The schema of a mapping: its own form stays as it is.
    """
    properties = {
        name: part if name in _NO_EXPRESSION or name[:1].isupper() else _or_expression(part)
        for name, part in schema.get("properties", {}).items()
    }
    if _CONDITION in properties and "type" in properties[_CONDITION]:
        properties[_CONDITION] = {**properties[_CONDITION], "pattern": "."}
    kinds = {
        name: with_expressions(part) for name, part in properties.items() if name[:1].isupper()
    }
    found = {**schema, **({"properties": {**properties, **kinds}} if properties else {})}
    if "pattern" in found and "properties" in found:  # a thing, by name or with its fields
        found["pattern"] = f"{found['pattern']}|{EXPRESSION}"
    if "enum" in found and "properties" not in found:
        return _or_expression(found)
    return found


def _or_expression(schema: JsonSchema) -> JsonSchema:
    """What a field takes, or an expression."""
    if "if" in schema or "const" in schema:
        return schema
    found = dict(schema)
    if "anyOf" in found:
        first, *others = found.pop("anyOf")
        return {**found, **any_of(_or_expression(first), *others)}
    for part in ("items", "additionalProperties"):
        if isinstance(found.get(part), dict):
            found[part] = _or_expression(found[part])
    return with_expressions(found) if "properties" in found else _or_text(found)


def _or_text(schema: JsonSchema) -> JsonSchema:
    """What a single value or a list is, or the text of an expression."""
    types = schema.get("type", ["string", "null"] if "enum" in schema else [])
    types = [types] if isinstance(types, str) else types
    if "enum" in schema:
        texts = [value for value in schema["enum"] if isinstance(value, str)]
        others = {key: value for key, value in schema.items() if key != "enum"}
        return {**others, "type": types, "pattern": _one_of(texts), "examples": texts}
    if types and "string" not in types:
        of_things = types == ["array"] and "$ref" in schema.get("items", {})
        return (
            schema if of_things else {**schema, "type": [*types, "string"], "pattern": EXPRESSION}
        )
    if "pattern" in schema:
        return {**schema, "pattern": f"{schema['pattern']}|{EXPRESSION}"}
    return schema


def _one_of(texts: list[str]) -> str:
    return f"^({'|'.join(re.escape(text) for text in texts)})$|{EXPRESSION}"
