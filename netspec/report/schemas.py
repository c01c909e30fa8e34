"""The JSON Schemas: of the language, generated from its models, and of what commands print as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from netspec.fields.things import registry_schema
from netspec.layers.registry import LAYERS
from netspec.report.findings import FindingsDocument
from netspec.report.summary import SummaryDocument
from netspec.spec.spec import SECTIONS, Spec

if TYPE_CHECKING:
    from netspec.fields import Fields

SCHEMAS = {
    "spec": "netspec-1.schema.json",
    "summary": "summary-1.schema.json",
    "findings": "findings-1.schema.json",
}
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema_text(name: str) -> str:
    """One of the schemas as a file holds it."""
    if name == "spec":
        schema = spec_schema()
    elif name == "summary":
        schema = _printed(SummaryDocument, "What `netspec summary --format json` prints")
    else:
        schema = _printed(FindingsDocument, "What `netspec validate --format json` prints")
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def spec_schema() -> dict[str, Any]:
    """The schema of a spec."""
    schema = _fields(Spec)
    return {
        "$schema": _DRAFT,
        "title": "netspec 1",
        "description": "A model, its data and its training in one file.",
        **schema,
        # Top-level keys that start with x- are ignored: a place for anchors.
        "patternProperties": {"^x-": {}},
        "$defs": {
            **{name: _fields(section.model) for name, section in SECTIONS.items()},
            "layer": registry_schema(LAYERS),
        },
    }


def _fields(model: type[Fields]) -> dict[str, Any]:
    schema = model.model_json_schema()
    schema.pop("title", None)
    for prop in schema.get("properties", {}).values():
        prop.pop("title", None)
    return schema


def _printed(document: type, title: str) -> dict[str, Any]:
    schema = TypeAdapter(document).json_schema()
    return {"$schema": _DRAFT, **schema, "title": title}
