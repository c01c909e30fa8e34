"""What a spec, or a repository for all of its specs, says of its review: silences, severities, budgets."""

import re
from dataclasses import dataclass
from typing import Annotated

from netspec.diagnostics import Code, PluginCode, Severity, severity_of
from netspec.fields import (
    Choice,
    Fields,
    FieldType,
    JsonSchema,
    ListOf,
    MapOf,
    Mismatch,
    Nullable,
    Problem,
    Real,
    Text,
    optional,
    read_model,
)
from netspec.wording import nearest_code, short

_UNITS = {
    "B": 1,
    "kB": 1000,
    "KB": 1000,
    "MB": 1000**2,
    "GB": 1000**3,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
}
_SIZE = rf"^([0-9]+(?:\.[0-9]+)?) ?({'|'.join(_UNITS)})$"


@dataclass(frozen=True)
class SilencedCode(FieldType):
    """The code of a warning or a note."""

    @property
    def words(self) -> str:
        """What it takes."""
        return "the code of a warning or a note, such as NS601"

    def read(self, value: object) -> str:
        """The code."""
        if not isinstance(value, str):
            raise self.mismatch(value)
        if not value.startswith("NS"):
            try:
                return PluginCode(value)
            except ValueError:
                raise self.mismatch(value, hint=self._hint(value)) from None
        if value not in {code.value for code in Code}:
            message = f"there is no code '{short(value)}'"
            raise Mismatch(Problem(message, self._hint(value)))
        if severity_of(Code(value)) == "error":
            hint = f"`netspec explain {value}` says what to do about it"
            raise Mismatch(Problem(f"{value} is an error, and only its repair silences it", hint))
        return value

    def schema(self) -> JsonSchema:
        """One of netspec's codes, or what may be a plugin's."""
        codes = [code.value for code in Code if severity_of(code) != "error"]
        return {
            "type": "string",
            "pattern": f"^({'|'.join(codes)}|(?!NS)[A-Z]{{2,8}}[0-9]{{3}})$",
        }

    @staticmethod
    def _hint(value: str) -> str:
        silent = [code.value for code in Code if severity_of(code) != "error"]
        return nearest_code(value, silent) or "`netspec explain` lists them"


@dataclass(frozen=True)
class Size(FieldType):
    """A number of bytes, or a text with a unit."""

    @property
    def words(self) -> str:
        """What it takes."""
        return "a size, such as 20 MiB, or a number of bytes"

    def read(self, value: object) -> float:
        """The bytes."""
        if isinstance(value, str):
            match = re.match(_SIZE, value)
            if match is None:
                raise self.mismatch(value, hint=f"units are {', '.join(_UNITS)}")
            return float(match[1]) * _UNITS[match[2]]
        return Real(minimum=0).read(value)

    def schema(self) -> JsonSchema:
        """A number, or a text with a unit."""
        return {"type": ["number", "string"], "minimum": 0, "pattern": _SIZE}


_AMOUNT = Nullable(Real(minimum=0))


class BudgetSection(Fields):
    """What the network may cost; more is an error."""

    parameters: Annotated[float | None, _AMOUNT] = optional(
        None, "The most parameters, such as 5e6; null: no limit."
    )
    macs: Annotated[float | None, _AMOUNT] = optional(
        None, "The most multiply-accumulates for one sample, such as 600e6; null: no limit."
    )
    weights: Annotated[float | None, Nullable(Size())] = optional(
        None, "The most that all weights take as float32, such as 20 MiB; null: no limit."
    )


@dataclass(frozen=True)
class _BudgetTable(FieldType):
    """The section `budget`, where no spec is."""

    @property
    def words(self) -> str:
        """What it takes."""
        return "a table of amounts"

    def read(self, value: object) -> BudgetSection:
        """The amounts."""
        return read_model(BudgetSection, value, noun="budget")

    def schema(self) -> JsonSchema:
        """A table."""
        return {"type": "object"}


class ProjectTable(Fields):
    """What `[tool.netspec]` of a pyproject.toml may say."""

    plugins: Annotated[
        tuple[str, ...], ListOf(Text("a package's name"), what="a list of names")
    ] = optional((), "The plugins that are enabled.")
    root: Annotated[str | None, Nullable(Text("a folder's path, relative to this file"))] = (
        optional(None, "The folder below which specs may read.")
    )
    severities: Annotated[
        dict[str, Severity],
        MapOf(
            Choice("error", "warning", "note"),
            SilencedCode(),
            what="a table of codes and severities",
            minimum=0,
        ),
    ] = optional({}, "How grave warnings and notes are.")
    ignore: Annotated[tuple[str, ...], ListOf(SilencedCode(), what="a list of codes")] = optional(
        (), "The codes that are told of nowhere."
    )
    budget: Annotated[BudgetSection | None, Nullable(_BudgetTable())] = optional(
        None, "What no network may exceed, unless its spec says its own."
    )
