"""What netspec finds in a spec: a code, a severity, a place, a sentence and a hint."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Self

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
    EXTENDS = "NS306"
    CYCLE = "NS307"
    EXPRESSION = "NS308"
    UNKNOWN_VARIABLE = "NS309"
    LEFT_OUT = "NS310"
    EXPANSION = "NS311"
    ABSTRACT = "NS312"
    BLOCK = "NS313"

    RANK = "NS401"
    MAP_TOO_SMALL = "NS402"
    MERGE_SHAPES = "NS403"
    FIELD_AGAINST_INPUT = "NS404"
    INPUT_COUNT = "NS405"
    UNKNOWN_SIZE = "NS406"
    TOO_LARGE = "NS407"
    REUSE = "NS408"
    OUTPUT_COUNT = "NS409"

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

    UNUSED_NAME = "NS601"


class PluginCode(str):
    """The code of a plugin's rule: two to eight capitals and three digits, such as ACME001.

    Raises:
        ValueError: It is written otherwise, or as netspec's own.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """The code, if it can be one."""
        if re.fullmatch(r"(?!NS)[A-Z]{2,8}[0-9]{3}", text) is None:
            message = f"{text!r} is no code: two to eight capitals, but not NS, and three digits"
            raise ValueError(message)
        return super().__new__(cls, text)

    @property
    def value(self) -> str:
        """The code as text."""
        return str(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing netspec has to say about one place of a spec.

    Attributes:
        code: Its code.
        message: What is wrong.
        place: Where.
        hint: What to do about it.
        severity: How grave it is.
    """

    code: Code | PluginCode
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
    """Findings sorted by place, without repetitions; what several uses of a block share is told of the first."""
    # By code and place, the findings of each use of a block that the place stands in.
    uses: dict[object, dict[tuple[Place, ...], dict[Finding, None]]] = {}
    for finding in findings:
        found = uses.setdefault((finding.code, *_where(finding)), {})
        found.setdefault(finding.place.used_at, {})[finding] = None
    told = [
        _of_more_uses(finding, len(found) - 1)
        for found in uses.values()
        for finding in next(iter(found.values()))
    ]
    return tuple(sorted(told, key=lambda f: (*_where(f), f.code, f.message)))


def _where(finding: Finding) -> tuple[str, int, int]:
    return finding.file, finding.line, finding.column


def _of_more_uses(finding: Finding, more: int) -> Finding:
    if not more:
        return finding
    uses = "use" if more == 1 else "uses"
    return replace(
        finding, message=f"{finding.message} (and so in {more} more {uses} of the block)"
    )


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any of the findings is an error."""
    return any(finding.severity == "error" for finding in findings)
