"""How deep training reaches: from a layer on, or the last few layers."""

from dataclasses import dataclass
from typing import Any

from netspec.fields import FieldType, JsonSchema, ListOf, Mismatch, Text, Whole
from netspec.fields.collections import any_of
from netspec.layers.wiring import MAX_LAYERS

# `head`; `stage2.residual`, a block's instance; `block14*`, whatever is called so. Few `*`: a spec may be a stranger's.
PATTERN = Text(
    "the name of a layer or a block's instance, in which `*`, up to three times, and `?` stand for other letters, such "
    "as block14*",
    r"^(?!([^*]*\*){4})[A-Za-z*?][A-Za-z0-9_*?]*(\.[A-Za-z0-9_*?]+)*$",
)
_NAME = Text("the name of a layer, such as block14_sepconv1", r"^[A-Za-z][A-Za-z0-9_.]*$")
_LAST = Whole(1, MAX_LAYERS)
PATTERNS = ListOf(
    PATTERN, minimum=1, maximum=MAX_LAYERS, what="a list of names, such as [head, block14*]"
)


@dataclass(frozen=True)
class Depth:
    """The layers from one on, in the order of the text; or the last so many. Those without weights count.

    Attributes:
        first: The first of them; None where their number is said.
        last: How many; None where the first is said.
    """

    first: str | None = None
    last: int | None = None

    @property
    def written(self) -> dict[str, str | int]:
        """As a spec writes it."""
        return {"from": self.first} if self.first is not None else {"last": self.last or 0}

    def __str__(self) -> str:
        """As a spec writes it."""
        return f"{{from: {self.first}}}" if self.first is not None else f"{{last: {self.last}}}"


@dataclass(frozen=True)
class DepthField(FieldType):
    """``{from: NAME}`` or ``{last: N}``."""

    @property
    def words(self) -> str:
        """What it takes."""
        return "`{from: NAME}` or `{last: N}`"

    def read(self, value: object) -> Depth:
        """The depth."""
        if not isinstance(value, dict) or len(value) != 1 or not {*value} <= {"from", "last"}:
            raise self.mismatch(value)
        ((key, given),) = value.items()
        try:
            if key == "from":
                return Depth(first=_NAME.read(given))
            return Depth(last=_LAST.read(given))
        except Mismatch as mismatch:
            raise Mismatch(*(problem.below(key) for problem in mismatch.problems)) from None

    def schema(self) -> JsonSchema:
        """An object of the one key or the other."""
        return {
            "type": "object",
            "properties": {"from": _NAME.schema(), "last": _LAST.schema()},
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        }


@dataclass(frozen=True)
class Trained(FieldType):
    """Which layers train: those of some names, or of a depth; of an application, also all or none."""

    flag: bool = False

    @property
    def special(self) -> tuple[str, ...]:
        """The values that can be written out."""
        return ("true", "false") if self.flag else ()

    @property
    def words(self) -> str:
        """What it takes."""
        others = "a list of names, such as [block14*], `{from: NAME}` or `{last: N}`"
        return f"true, false, {others}" if self.flag else others

    def read(self, value: object) -> Any:
        """A flag, a tuple of patterns, or a depth."""
        if self.flag and isinstance(value, bool):
            return value
        if isinstance(value, dict):
            return DepthField().read(value)
        if isinstance(value, list):
            return PATTERNS.read(value)
        raise self.mismatch(value)

    def schema(self) -> JsonSchema:
        """Any of the forms."""
        forms = any_of(PATTERNS.schema(), DepthField().schema())
        return any_of({"type": "boolean"}, forms) if self.flag else forms
