"""What every field type and every model with fields has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

from netspec.diagnostics import Code
from netspec.wording import nearest, short, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic.json_schema import JsonSchemaValue

Path = tuple[str | int, ...]


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
    """

    message: str
    hint: str | None = None
    code: Code = Code.VALUE
    path: Path = ()
    at_key: bool = False
    of_field: bool = False

    def below(self, *steps: str | int) -> Problem:
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
    def schema(self) -> JsonSchemaValue:
        """The JSON Schema of what it takes."""

    def mismatch(self, value: object, *, hint: str | None = None) -> Mismatch:
        """The mismatch between these words and a value."""
        return Mismatch(Problem(f"takes {self.words}, not {spoken(value)}", hint, of_field=True))

    def __get_pydantic_core_schema__(
        self, source: object, handler: object
    ) -> core_schema.CoreSchema:
        def validate(value: object) -> Any:
            try:
                return self.read(value)
            except Mismatch as mismatch:
                raise _as_validation_error(mismatch) from None

        return core_schema.no_info_plain_validator_function(validate)

    def __get_pydantic_json_schema__(self, core: object, handler: object) -> JsonSchemaValue:
        return self.schema()


class Fields(BaseModel):
    """A model whose fields are written in a spec: closed, immutable, built when first used."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, defer_build=True, protected_namespaces=()
    )

    # Fields the language will have and this version has not yet: refused by name, never ignored.
    not_yet: ClassVar[frozenset[str]] = frozenset()

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
        raise Mismatch(Problem(f"{noun} takes a mapping of fields, not {spoken(value)}"))
    try:
        fields = model.model_validate(value)
    except ValidationError as error:
        raise Mismatch(*_problems(error, model, noun)) from None
    contradictions = tuple(fields.contradictions())
    if contradictions:
        raise Mismatch(*contradictions)
    return fields


def collect(reads: Sequence[tuple[str | int, FieldType, object]]) -> list[Any]:
    """Reads several values, each below its own step, and raises all their problems together."""
    values, problems = [], []
    for step, field_type, value in reads:
        try:
            values.append(field_type.read(value))
        except Mismatch as mismatch:
            problems += [problem.below(step) for problem in mismatch.problems]
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


def _problems(error: ValidationError, model: type[Fields], noun: str) -> Iterator[Problem]:
    lines = error.errors(include_url=False, include_input=False)
    known = list(model.model_fields)
    meant = {
        line["loc"][-1]: nearest(line["loc"][-1], known)
        for line in lines
        if line["type"] == "extra_forbidden"
    }
    for line in lines:
        path: Path = line["loc"]
        field = str(path[-1]) if path else ""
        if line["type"] == "extra_forbidden" and field in model.not_yet:
            yield not_yet(f"'{field}'", path, at_key=True)
        elif line["type"] == "extra_forbidden":
            message = f"{noun} has no field '{short(field)}'"
            hint = meant[field] or _known(model)
            yield Problem(message, hint, Code.UNKNOWN_KEY, path, at_key=True)
        elif line["type"] == "missing":
            if f"did you mean {field}?" not in meant.values():  # one mistake, one finding
                description = model.model_fields[field].description
                yield Problem(f"{noun} needs '{field}'", description, Code.MISSING_FIELD)
        elif line["type"] == "netspec":
            problem = Problem(**{**line["ctx"], "path": path})
            if problem.of_field:
                message = f"{noun}: {_dotted(path)} {problem.message}"
                problem = replace(problem, message=message, of_field=False)
            yield problem
        else:
            yield Problem(f"{noun}: {field} {line['msg']}", None, Code.VALUE, path)


def _dotted(path: Path) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def _known(model: type[Fields]) -> str:
    names = list(model.model_fields)
    return f"it has {', '.join(names)}" if names else "it has no fields"
