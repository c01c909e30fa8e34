"""Names of files and folders inside the run directory.

A callback writes there only. The name of a model's file may take values that training logs, as in
``xception_{epoch:02d}_{val_accuracy:.3f}.keras``. Such patterns are a closed little language, because Python's own
reaches into objects (``{epoch.__class__}``) and makes texts of any length (``{epoch:999999999d}``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from netspec.fields import FieldType, JsonSchema, Mismatch, Problem
from netspec.wording import spoken

# How the files of a whole model and of its weights end.
MODEL_ENDING, WEIGHTS_ENDING = ".keras", ".weights.h5"
# What a run itself writes, besides its callbacks.
OWN = (
    *("classes.txt", "history.json", "log.txt", "metrics.csv", "model.json", "model.keras"),
    *("model.weights.h5", "resolved.yaml", "run.json", "spec.yaml", "state", "summary.txt"),
    *("confusion.csv", "evaluation.json", "predictions.csv"),
)
# How the names of the files begin that a run writes later, or only for a moment: there is one a split and checkpoint.
OWN_BEGINNINGS = ("confusion", "evaluation", "predictions", "writing-")
# What Windows takes for a device in any folder, whatever ending follows.
_DEVICES = ("con", "prn", "aux", "nul")
_NUMBERED_DEVICES = ("com", "lpt")
_MAX_LENGTH = 100
_COUNTED = r"\{(?:epoch|batch)(?::0?[1-9]?d?)?\}"
_MEASURED = r"\{(?!(?:epoch|batch)[:}])[a-z][a-z0-9_]*(?::0?[1-9]?(?:\.[0-9])?[efg]?)?\}"
VALUE = f"{_COUNTED}|{_MEASURED}"


def _in_any_case(text: str) -> str:
    """A pattern for a text in capitals and small letters, which are one to some file systems."""
    return "".join(
        f"[{letter}{letter.upper()}]" if letter.isalpha() else re.escape(letter) for letter in text
    )


def _pattern(*, values: str, endings: str) -> str:
    """The pattern of a name inside the run directory, for Python and for JSON Schema."""
    whole = [name for name in OWN if not name.startswith(OWN_BEGINNINGS)]
    own = "|".join(map(_in_any_case, whole))
    begin = "|".join(map(_in_any_case, OWN_BEGINNINGS))
    devices = "|".join(
        [
            *map(_in_any_case, _DEVICES),
            *(f"{_in_any_case(name)}[0-9]" for name in _NUMBERED_DEVICES),
        ]
    )
    looks = (
        rf"(?=.{{1,{_MAX_LENGTH}}}$)(?!(?:{own})\.*(?:/|$)|{begin})"
        rf"(?!(?:.*/)?(?:[./=+,@-]|$|(?:{devices})(?:[./]|$)))"
    )
    return rf"^{looks}(?:{'|'.join(filter(None, ['[A-Za-z0-9._=+,@/-]', values]))})+{endings}$"


@dataclass(frozen=True)
class InsideTheRun(FieldType):
    """The name of a file or folder that lies in the run directory and is none of its own."""

    what: str
    example: str
    values: str = ""
    endings: str = ""

    @property
    def words(self) -> str:
        """What it takes."""
        return self.what

    @property
    def pattern(self) -> str:
        """What it matches."""
        return _pattern(values=self.values, endings=self.endings)

    def read(self, value: object) -> str:
        """The name."""
        if not isinstance(value, str):
            raise self.mismatch(value)
        if re.search(self.pattern.replace("$", r"\Z"), value) is None:
            message = f"takes {self.words}, not {spoken(value)}"
            raise Mismatch(Problem(message, self._reason(value), of_field=True))
        return value

    def schema(self) -> JsonSchema:
        """A string with the pattern."""
        return {"type": "string", "pattern": self.pattern}

    def _reason(self, value: str) -> str:
        """The first thing that is wrong with a name, as what to do about it."""
        first = value.split("/", maxsplit=1)[0]
        if re.search(r"^[/~]|^[A-Za-z]:|\\|(^|/)\.{1,2}(/|$)", value):
            return (
                f"name it from the run directory on, without `.` and `..`, such as {self.example}"
            )
        if first.lower().rstrip(".") in OWN or first.lower().startswith(OWN_BEGINNINGS):
            return f"`{first}` is the run's own; take another name"
        stems = [step.partition(".")[0].lower() for step in value.split("/")]
        if any(stem.rstrip("0123456789") in (*_DEVICES, *_NUMBERED_DEVICES) for stem in stems):
            return "Windows takes this for a device; take another name"
        if len(value) > _MAX_LENGTH:
            return f"{_MAX_LENGTH} characters are the limit"
        if re.search("[{}]", re.sub(VALUE, "", value) if self.values else value):
            return (
                "write a value as {name} or {name:.3f}, the epoch as {epoch} or {epoch:02d}"
                if self.values
                else "this name takes no values"
            )
        if self.endings and value.endswith(".h5") and not value.endswith(WEIGHTS_ENDING):
            return (
                f"`.h5` is Keras's old format for a model; write {value.removesuffix('.h5')}.keras"
            )
        if self.endings and not value.endswith((MODEL_ENDING, WEIGHTS_ENDING)):
            return f"such as {self.example}"
        return (
            "take letters, digits and . _ - = + , @, with one / between a folder and what is in it"
        )


def values_in(pattern: str) -> tuple[str, ...]:
    """The names of the values that a name takes, once each."""
    return tuple(dict.fromkeys(re.findall(r"\{([a-z0-9_]+)", pattern)))


def regex_of(pattern: str) -> str:
    """What the names match that a name with values gives; a name without values, exactly itself."""
    parts = re.split(f"({VALUE})", pattern)
    return "".join(
        _regex_of_value(part) if number % 2 else re.escape(part)
        for number, part in enumerate(parts)
    )


def _regex_of_value(field: str) -> str:
    """What a number matches that is put in as ``{epoch:02d}`` or ``{val_loss:.3f}`` say."""
    name, _, form = field.strip("{}").partition(":")
    if name in {"epoch", "batch"}:
        width = form.removesuffix("d")
        if width.startswith("0"):
            return f"[0-9]{{{width[1:] or 1},}}"
        return " *[0-9]+" if width else "[0-9]+"
    fixed = re.search(r"\.([0-9])f$", form)
    digits = rf"[0-9]+\.[0-9]{{{fixed[1]}}}" if fixed and fixed[1] != "0" else r"[0-9][0-9.e+-]*"
    return f" *(?:-?{digits}|nan|-?inf)"
