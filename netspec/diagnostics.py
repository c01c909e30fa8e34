"""What netspec finds in a spec: a code, a severity, a place, a sentence and a hint."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netspec.source.nodes import Place

# No stage looks for more; a text with so many mistakes is no spec, and listing them all takes minutes.
MAX_FINDINGS = 1_000

Severity = Literal["error", "warning", "note"]


class Code(StrEnum):
    """Every code netspec gives. A code, once given, keeps its meaning.

    NS1xx text, NS2xx fields, NS3xx composition, NS4xx graph and shapes, NS5xx what cannot train,
    NS6xx warnings, NS7xx notes.
    """

    ENCODING = "NS101"
    FILE_SIZE = "NS102"
    SYNTAX = "NS103"
    CHARACTER = "NS104"
    DEPTH = "NS105"
    NODES = "NS106"
    ALIAS = "NS107"
    DUPLICATE_KEY = "NS108"
    TAG = "NS109"
    DOCUMENTS = "NS110"
    NUMBER = "NS111"
    KEY = "NS112"
    EMPTY = "NS113"
    MERGE = "NS114"

    UNKNOWN_KEY = "NS201"
    MISSING_FIELD = "NS202"
    VALUE = "NS203"
    UNKNOWN_KIND = "NS204"
    REFUSED = "NS205"
    NOT_YET = "NS206"
    ITEM_FORM = "NS207"
    CONTRADICTION = "NS208"
    OVERRIDE = "NS209"

    DUPLICATE_NAME = "NS301"
    UNKNOWN_NAME = "NS302"
    FORWARD_REFERENCE = "NS303"
    FIRST_INPUTS = "NS304"
    UNUSED = "NS305"

    RANK = "NS401"
    MAP_TOO_SMALL = "NS402"
    MERGE_SHAPES = "NS403"
    FIELD_AGAINST_INPUT = "NS404"
    INPUT_COUNT = "NS405"
    UNKNOWN_SIZE = "NS406"
    TOO_LARGE = "NS407"

    MISSING_SECTION = "NS501"
    IMAGE_SHAPE = "NS502"
    CLASS_COUNT = "NS503"
    LOSS_LABELS = "NS504"
    METRIC_LABELS = "NS505"
    OUTPUT_KEYS = "NS506"
    DATA_COLUMNS = "NS507"
    SPLIT = "NS508"
    METRIC_NUMBERS = "NS509"
    METRIC_NAMES = "NS510"
    MONITOR = "NS511"
    LEARNING_RATE = "NS512"
    CLASS_NAMES = "NS513"
    AUGMENTATION = "NS514"
    CALLBACK_FILES = "NS515"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing netspec has to say about one place of a spec."""

    code: Code
    message: str
    place: Place
    hint: str | None = None
    severity: Severity = "error"

    @property
    def file(self) -> str:
        """The file's name as the user gave it, or ``--set[n]``."""
        return self.place.source.name

    @property
    def line(self) -> int:
        """The line, counted from 1."""
        return self.place.line

    @property
    def column(self) -> int:
        """The column in characters, counted from 1."""
        return self.place.column

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity}[{self.code}] {self.message}"


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings sorted by place, without repetitions."""
    return tuple(
        sorted(dict.fromkeys(findings), key=lambda f: (f.file, f.line, f.column, f.code, f.message))
    )


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any of the findings is an error."""
    return any(finding.severity == "error" for finding in findings)
