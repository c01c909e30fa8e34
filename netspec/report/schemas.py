"""The JSON Schemas: of the language, generated from its models, and of what commands print as JSON."""

from __future__ import annotations

import json
from typing import Annotated, Any, cast

from pydantic import Field, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from netspec.fields import ThingOf
from netspec.fields.base import fields_schema
from netspec.layers.base import Layer
from netspec.layers.registry import CELLS, LAYERS
from netspec.report.cache import CacheDocument
from netspec.report.catalogue import Catalogue
from netspec.report.code_pages import CodesDocument
from netspec.report.comparison.document import RunComparison
from netspec.report.data_check import DataCheckDocument
from netspec.report.diff import DiffDocument
from netspec.report.evaluation import EvaluationDocument
from netspec.report.expressions import with_expressions
from netspec.report.findings import FindingsDocument
from netspec.report.layer_page import Page
from netspec.report.look import LookDocument
from netspec.report.predictions import PredictionRecord
from netspec.report.run_events import AnyEventLine
from netspec.report.runs import RunsDocument
from netspec.report.summary import SummaryDocument
from netspec.spec.model import BlockFields, item_schema
from netspec.spec.spec import SECTIONS, WholeSpec
from netspec.things import registries
from netspec.things.activations import ACTIVATION
from netspec.things.metric_field import METRIC

SCHEMAS = {
    "spec": "netspec-1.schema.json",
    "summary": "summary-1.schema.json",
    "diff": "diff-1.schema.json",
    "findings": "findings-1.schema.json",
    "layers": "layers-1.schema.json",
    "evaluation": "evaluation-1.schema.json",
    "predictions": "predictions-1.schema.json",
    "look": "look-1.schema.json",
    "codes": "codes-1.schema.json",
    "data-check": "data-check-1.schema.json",
    "events": "events-1.schema.json",
    "runs": "runs-1.schema.json",
    "runs-comparison": "runs-comparison-1.schema.json",
    "cache": "cache-1.schema.json",
}


def _either(*keys: str) -> Any:
    """Says of a document that it has these keys, or `outputs`."""
    forms: list[dict[str, Any]] = [
        {"required": list(keys), "not": {"required": ["outputs"]}},
        {"required": ["outputs"], "not": {"anyOf": [{"required": [key]} for key in keys]}},
    ]
    return Field(json_schema_extra={"oneOf": cast("Any", forms)})


_PRINTED: dict[str, tuple[Any, str]] = {
    "summary": (SummaryDocument, "What `netspec summary --format json` prints"),
    "diff": (DiffDocument, "What `netspec diff --format json` prints"),
    "findings": (FindingsDocument, "What `netspec validate --format json` prints"),
    "layers": (
        Catalogue | Page,
        "What `netspec layers --format json` prints: all layers, or the page of one",
    ),
    "evaluation": (
        Annotated[EvaluationDocument, _either("classes", "confusion")],
        "What `netspec evaluate --format json` prints",
    ),
    "predictions": (
        list[Annotated[PredictionRecord, _either("predictions")]],
        "What `netspec predict --format json` prints",
    ),
    "look": (LookDocument, "What `netspec look --format json` prints"),
    "codes": (CodesDocument, "What `netspec explain --format json` prints"),
    "data-check": (DataCheckDocument, "What `netspec data check --format json` prints"),
    "events": (
        AnyEventLine,
        "A line that `netspec run --json-lines` and `netspec resume --json-lines` print",
    ),
    "runs": (RunsDocument, "What `netspec runs --format json` prints"),
    "runs-comparison": (RunComparison, "What `netspec runs compare --format json` prints"),
    "cache": (CacheDocument, "What `netspec cache --format json` prints"),
}
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_WIDTH = 120
_THINGS = (
    ThingOf(LAYERS),
    ThingOf(CELLS),
    ThingOf(registries.INITIALIZERS),
    ThingOf(registries.REGULARIZERS),
    ThingOf(registries.CONSTRAINTS),
    ThingOf(registries.OPTIMIZERS),
    ThingOf(registries.SCHEDULES),
    ThingOf(registries.LOSSES),
    METRIC,
    ThingOf(registries.AUGMENTATIONS),
    ThingOf(registries.CALLBACKS),
    ThingOf(registries.SOURCES),
)


class _Untitled(GenerateJsonSchema):
    """pydantic's generator without titles, which repeat the fields' names."""

    def field_title_should_be_set(self, schema: object) -> bool:
        """Never."""
        del schema
        return False


def schema_text(name: str) -> str:
    """One of the schemas as a file holds it."""
    schema = spec_schema() if name == "spec" else _printed(*_PRINTED[name])
    return _laid_out(schema) + "\n"


def spec_schema() -> dict[str, Any]:
    """The schema of a spec."""
    definitions = {
        **{name: fields_schema(section.model) for name, section in SECTIONS.items()},
        "block": fields_schema(BlockFields),
        "item": item_schema(),
        "every_layer": fields_schema(Layer),
        "activation": ACTIVATION.definition(),
        **{things.registry.definition: things.definition() for things in _THINGS},
    }
    _share_fields_of_every_layer(definitions["layer"])
    whole = with_expressions(fields_schema(WholeSpec))
    return {
        "$schema": _DRAFT,
        "title": "netspec 1",
        **whole,
        **_required_of_whole_files(whole, {name: definitions[name] for name in SECTIONS}),
        # Top-level keys that start with x- are ignored: a place for anchors.
        "patternProperties": {"^x-": {}},
        "$defs": {name: with_expressions(schema) for name, schema in definitions.items()},
    }


def _required_of_whole_files(
    whole: dict[str, Any], sections: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """What must be there, unless the file builds on others or others on it; takes it out of the sections."""
    needed = {name: section.pop("required", []) for name, section in sections.items()}
    rules = {name: {"required": keys} for name, keys in needed.items() if keys}
    for name, section in SECTIONS.items():
        for field, other in section.model.needed_without.items():
            without = {"not": {"required": [other]}}
            rules[name] = {**rules.get(name, {}), "if": without, "then": {"required": [field]}}
    extends = {"required": ["extends"]}
    abstract = {"required": ["abstract"], "properties": {"abstract": {"const": True}}}
    return {
        "required": ["netspec"],
        "if": {"not": {"anyOf": [extends, abstract]}},
        "then": {
            "required": whole["required"],
            "properties": rules,
        },
    }


def _share_fields_of_every_layer(layers: dict[str, Any]) -> None:
    """Writes what every layer has once."""
    own = fields_schema(Layer)["properties"]
    for layer in layers["properties"].values():
        for name in own.keys() & layer.get("properties", {}).keys():
            layer["properties"][name] = {"$ref": f"#/$defs/every_layer/properties/{name}"}


def _printed(document: Any, title: str) -> dict[str, Any]:
    schema = TypeAdapter(document).json_schema(schema_generator=_Untitled)
    return {"$schema": _DRAFT, **schema, "title": title}


def _laid_out(value: object, *, indent: int = 0, key: str = "") -> str:
    """JSON in which everything that fits a line stands on one."""
    line = key + json.dumps(value, ensure_ascii=False)
    if len(line) + indent <= _WIDTH or not isinstance(value, dict | list) or not value:
        return line
    brackets, entries = "[]", [("", part) for part in value]
    if isinstance(value, dict):
        brackets, entries = "{}", [(f"{json.dumps(name)}: ", part) for name, part in value.items()]
    blank = " " * (indent + 1)
    inside = ",\n".join(
        blank + _laid_out(part, indent=indent + 1, key=name) for name, part in entries
    )
    return f"{key}{brackets[0]}\n{inside}\n{' ' * indent}{brackets[1]}"
