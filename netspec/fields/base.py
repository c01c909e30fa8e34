"""What every field type and every model with fields has in common."""

# Annotations are not postponed here: pydantic would evaluate those of class variables anew for each class below.

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Any, ClassVar, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

from netspec.diagnostics import MAX_FINDINGS, Code
from netspec.fields.keys import formerly, misspelt, without_space
from netspec.wording import MAX_SPOKEN, Meant, short, spoken

Path = tuple[str | int, ...]
JsonSchema = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """One mistake in a value.

    Attributes:
        message: What is wrong. Where ``of_field`` is set it continues the field's name: "takes …, not …".
        hint: What to do about it, or None.
        code: The finding's code.
        path: Where below the value the mistake stands.
        at_key: Whether the key there is wrong and not its value.
        of_field: Whether the message is about the field that the path ends in.
        of_form: Whether the value has another form than the field takes, so that another type may take it.
    """

    message: str
    hint: str | None = None
    code: Code = Code.VALUE
    path: Path = ()
    at_key: bool = False
    of_field: bool = False
    of_form: bool = False

    def below(self, *steps: str | int) -> "Problem":
        """The same problem, seen from further up."""
        return replace(self, path=(*steps, *self.path))


class Mismatch(Exception):  # noqa: N818 - findings to be, not an error of the program
    """A value is not what its place takes; carries every problem that was seen."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class FieldType(ABC):
    """What a field may hold. Subclasses are frozen dataclasses."""

    @property
    @abstractmethod
    def words(self) -> str:
        """What it takes, to stand after "takes": ``a whole number of at least 1``."""

    @abstractmethod
    def read(self, value: object) -> Any:
        """The value as the model holds it.

        Raises:
            Mismatch: The value is not what the field takes.
        """

    @abstractmethod
    def schema(self) -> JsonSchema:
        """The JSON Schema of what it takes."""

    def mismatch(self, value: object, *, hint: str | None = None) -> Mismatch:
        """The mismatch between these words and a value."""
        message = f"takes {self.words}, not {spoken(value)}"
        return Mismatch(Problem(message, hint, of_field=True, of_form=True))

    def __get_pydantic_core_schema__(
        self, source: object, handler: object
    ) -> core_schema.CoreSchema:
        def validate(value: object) -> Any:
            try:
                return self.read(value)
            except Mismatch as mismatch:
                raise _as_validation_error(mismatch) from None

        return core_schema.no_info_plain_validator_function(validate)


class Fields(BaseModel):
    """A model whose fields are written in a spec: closed, immutable, built when first used."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, defer_build=True, protected_namespaces=()
    )

    # Fields the language will have and this version has not yet: refused by name, never ignored.
    not_yet: ClassVar[frozenset[str]] = frozenset()
    # Fields that must be given unless another is, by the one with it; `contradictions` tells of both missing.
    needed_without: ClassVar[Mapping[str, str]] = {}

    def contradictions(self) -> Iterator[Problem]:
        """Problems between fields that are each right in themselves."""
        yield from ()


Model = TypeVar("Model", bound=Fields)


def read_model(model: type[Model], value: object, *, noun: str) -> Model:
    """A model from a mapping's value.

    Args:
        model: The model's class.
        value: The plain value.
        noun: What a message calls the model, such as ``Conv2D`` or ``data``.

    Raises:
        Mismatch: With every problem of every field.
    """
    if not isinstance(value, dict):
        message = f"{noun} takes a mapping of fields, not {spoken(value)}"
        raise Mismatch(Problem(message, _alone(model, value, noun) or _known(model)))
    values: dict[str, Any] = {}
    torn = _torn(value, noun)
    problems = [problem.below(name) for name, (_, problem) in torn.items()]
    parts = {key for keys, _ in torn.values() for key in keys}
    problems += _key_problems(model, value, noun, parts)
    for name, field_type in field_types(model).items():
        if name in value and name not in torn:
            try:
                values[name] = field_type.read(value[name])
            except Mismatch as mismatch:
                problems += [_named(problem.below(name), noun) for problem in mismatch.problems]
    if problems:
        raise Mismatch(*problems)
    # The values have been read by their fields' types, which is all that pydantic's validator would do again; building
    # that validator for every model in use takes longer than the rest of a check.
    fields = cast("Model", model.model_construct(**values))
    contradictions = tuple(fields.contradictions())
    if contradictions:
        raise Mismatch(*contradictions)
    return fields


@cache
def field_types(model: type[Fields]) -> dict[str, FieldType]:
    """The type of each field."""
    return {
        name: next(part for part in info.metadata if isinstance(part, FieldType))
        for name, info in model.model_fields.items()
    }


def fields_schema(model: type[Fields]) -> JsonSchema:
    """The JSON Schema of a model's fields; `$ref` points into the definitions of `report/schemas.py`."""
    properties = {}
    for name, info in model.model_fields.items():
        properties[name] = {"description": info.description, **field_types(model)[name].schema()}
        if not info.is_required() and info.default is not None:
            properties[name]["default"] = info.default
    schema: JsonSchema = {"description": _first_sentence(model), "type": "object"}
    if properties:
        schema["properties"] = properties
    required = [name for name, info in model.model_fields.items() if info.is_required()]
    if required:
        schema["required"] = required
    return {**schema, "additionalProperties": False}


def collect(reads: Sequence[tuple[str | int, FieldType, object]]) -> list[Any]:
    """Reads several values, each below its own step, and raises all their problems together."""
    values, problems = [], []
    for step, field_type, value in reads:
        try:
            values.append(field_type.read(value))
        except Mismatch as mismatch:
            problems += [problem.below(step) for problem in mismatch.problems]
            if len(problems) >= MAX_FINDINGS:
                break
    if problems:
        raise Mismatch(*problems)
    return values


def required(description: str) -> Any:
    """A field that must be given."""
    return Field(description=description)


def optional(default: object, description: str) -> Any:
    """A field with a default, which stands in the model as it is."""
    return Field(default=default, description=description)


def not_yet(what: str, path: Path = (), *, at_key: bool = False) -> Problem:
    """The problem of something that the language will have."""
    hint = "take it out, or write out what it stands for"
    return Problem(
        f"{what} is not in this version of netspec yet", hint, Code.NOT_YET, path, at_key
    )


def _as_validation_error(mismatch: Mismatch) -> ValidationError:
    lines = [
        InitErrorDetails(
            type=PydanticCustomError("netspec", "{message}", {**vars(problem)}),
            loc=problem.path,
            input=None,
        )
        for problem in mismatch.problems
    ]
    return ValidationError.from_exception_data("netspec", lines)


def _torn(value: dict[str, Any], noun: str) -> dict[str, tuple[list[str], Problem]]:
    """The fields with a tuple of Python's, ``{size: (3, 3)}``, with the keys that YAML makes of the rest of it."""
    torn: dict[str, tuple[list[str], Problem]] = {}
    field = ""
    rest: list[str] = []
    for key, written in value.items():
        if isinstance(written, str) and written.startswith("(") and ")" not in written:
            field, rest = key, []
        elif field and written is None and len(rest) < MAX_SPOKEN:
            rest.append(str(key))
            if rest[-1].endswith(")"):
                numbers = ", ".join([str(value[field])[1:], *rest]).removesuffix(")")
                message = f"{noun}: {short(field)} is a tuple of Python's, which YAML does not know"
                torn[field] = rest, Problem(message, f"write {short(f'{field}: [{numbers}]')}")
                field = ""
        else:
            field = ""
    return torn


def _key_problems(
    model: type[Fields], value: dict[str, Any], noun: str, parts: Collection[str]
) -> Iterator[Problem]:
    """The keys that no field has, but for parts of a value, and the fields that have no key."""
    known = list(model.model_fields)
    keys = (str(key) for key in value if key not in model.model_fields and key not in parts)
    unknown = list(islice(keys, MAX_FINDINGS))
    meant = {
        key: without_space(key, known) or formerly(key, known, value) or misspelt(key, known, value)
        for key in unknown
    }
    for key in unknown:
        if key in model.not_yet:
            yield not_yet(f"'{key}'", (key,), at_key=True)
        else:
            message = f"{noun} has no field '{short(key)}'"
            hint = meant[key] or _known(model)
            yield Problem(message, hint, Code.UNKNOWN_KEY, (key,), at_key=True)
    for name, info in model.model_fields.items():
        # A misspelt key is one mistake, and not a missing field besides.
        if info.is_required() and name not in value and not _is_misspelt(name, meant):
            yield Problem(f"{noun} needs '{name}'", info.description, Code.MISSING_FIELD)


def _named(problem: Problem, noun: str) -> Problem:
    """The problem with the name of its field, if its message has none yet."""
    if not problem.of_field:
        return problem
    message = f"{noun}: {_dotted(problem.path)} {problem.message}"
    return replace(problem, message=message, of_field=False)


def _is_misspelt(field: str, meant: Mapping[str, str | None]) -> bool:
    """Whether an unknown key stands for a field, so that the field is not missing."""
    return any(
        hint in {f"did you mean {field}?", without_space(key, [field])}
        for key, hint in meant.items()
        if hint is not None
    )


def _alone(model: type[Fields], value: object, noun: str) -> str | None:
    """The hint for a value without its field, where only one field would take it."""
    if not isinstance(value, str) or not re.fullmatch(r"\w{1,60}", value):
        return None
    needed = [name for name, info in model.model_fields.items() if info.is_required()]
    types = field_types(model)
    takes = [name for name in needed or types if _takes(types[name], value)]
    if len(takes) != 1:
        return None
    text = f"{{{takes[0]}: {value}}}"
    return Meant(f"write `{noun}: {text}`", wrong=value, instead=text)


def _takes(field_type: FieldType, value: object) -> bool:
    try:
        field_type.read(value)
    except Mismatch:
        return False
    return True


def _first_sentence(model: type[Fields]) -> str:
    paragraph, *_ = (model.__doc__ or "").split("\n\n")
    return " ".join(paragraph.split())


def _dotted(path: Path) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def _known(model: type[Fields]) -> str:
    names = list(model.model_fields)
    return f"it has {', '.join(names)}" if names else "it has no fields"
