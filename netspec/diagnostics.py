"""What netspec finds in a spec: a code, a severity, a place, a sentence and a hint."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netspec.source.nodes import Place

# No stage looks for more; a text with so many mistakes is no spec, and listing them all takes minutes.
MAX_FINDINGS = 1_000

Severity = Literal["error", "warning", "note"]
_BY_RANGE: dict[str, Severity] = {"NS6": "warning", "NS7": "note"}
_NUMBERS = re.compile("([0-9]+)")


class Code(StrEnum):
    """Every code netspec gives. A code, once given, keeps its meaning.

    NS1xx text, NS2xx fields, NS3xx composition, NS4xx graph and shapes, NS5xx what cannot train: errors all;
    NS6xx warnings: it trains, but surely not as meant; NS7xx notes: worth knowing. Of NS6xx and NS7xx the tens are
    topics: 00 names, losses and metrics, 10 callbacks and training, 20 images and augmentation, 30 and 40 layers, 50
    what only a look at the data finds (the 40 of NS5xx are, too), 60 labels, 70 transfer learning.
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
    BACKBONE = "NS314"

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
    LOSS_ACTIVATION = "NS516"
    SOFTMAX_OF_ONE = "NS517"
    FIELDS_OF_CLASSES = "NS518"
    LOSS_OF_NOTHING = "NS519"

    CLASS_WEIGHTS = "NS521"
    ZERO_RATE = "NS522"
    WARM_UP = "NS523"
    STAGE_LAYERS = "NS524"
    AVERAGED_WEIGHTS = "NS525"
    VERSIONS_OF_MIXED = "NS526"
    NOTHING_TO_TRAIN = "NS530"
    WEIGHTS = "NS531"

    BUDGET = "NS535"

    UNREADABLE_IMAGE = "NS540"
    EMPTY_CLASS = "NS541"
    CLASSES_BY_CASE = "NS542"
    UNKNOWN_CLASS = "NS543"
    DATA_LAYOUT = "NS544"

    UNUSED_NAME = "NS601"
    UNUSED_SILENCE = "NS602"
    METRIC_OF_SHARES = "NS603"
    LOGITS_TWICE = "NS604"
    ACTIVATION_RANGE = "NS605"
    EXCLUSIVE_CLASSES = "NS606"
    ACCURACY_OF_NUMBERS = "NS607"
    METRIC_OF_LOGITS = "NS608"
    METRIC_ALWAYS_RIGHT = "NS609"

    LONG_WARM_UP = "NS610"
    MONITOR_MODE = "NS611"
    IDLE_CALLBACK = "NS612"
    LATE_PLATEAU = "NS613"
    SCHEDULE_STEPS = "NS614"
    BATCH_SIZE = "NS615"
    BATCH_OF_ONE = "NS616"
    LARGE_RATE = "NS617"
    IDLE_OPTIMIZER_FIELD = "NS618"
    CLASS_ORDER = "NS619"

    UNSCALED_PIXELS = "NS621"
    PIXEL_RANGE = "NS622"
    TURNED_DIGITS = "NS623"
    VALUE_RANGE = "NS624"
    ALWAYS_CHANGED = "NS625"
    DROPOUT_AT_OUTPUT = "NS631"
    DROPOUT_RATE = "NS632"
    ACTIVATION_TWICE = "NS633"
    LINEAR_STACK = "NS634"
    SINGLE_UNIT = "NS635"
    NORMALIZED_TWICE = "NS636"
    NORMALIZED_AXIS = "NS637"
    ZERO_KERNELS = "NS638"
    MERGED_WITH_ITSELF = "NS639"

    MISNAMED_IMAGE = "NS650"
    IMAGE_IN_TWO_SPLITS = "NS651"
    IMAGE_UNDER_TWO_LABELS = "NS652"
    NEAR_DUPLICATE_IN_TWO_SPLITS = "NS653"
    NEAR_DUPLICATE_UNDER_TWO_LABELS = "NS654"
    GROUP_IN_TWO_SPLITS = "NS655"
    SUSPICIOUS_CLASS = "NS656"
    PLAIN_IMAGES = "NS657"

    NUMBERS_AS_CLASSES = "NS661"
    ONE_OF_SEVERAL = "NS662"
    ACCURACY_OF_SEVERAL = "NS663"

    APPLICATION_PIXELS = "NS671"
    PRETRAINED_RATE = "NS672"
    IDLE_VERSIONS = "NS673"

    LOGIT_THRESHOLD = "NS701"
    CLASSES_AS_NUMBERS = "NS702"
    BOUNDED_NUMBERS = "NS703"
    UNLEARNED_LABEL = "NS704"

    CLASSES_WITHOUT_WEIGHT = "NS711"
    SMALL_BATCHES = "NS712"
    UNWEIGHED_LOSS = "NS713"
    LONG_SCHEDULE = "NS714"
    TRAINING_MONITOR = "NS715"
    SAME_ORDER = "NS716"

    FLIP_MODE = "NS721"
    DEVIATIONS = "NS722"
    HALF_FACTORS = "NS723"
    ENLARGED_IMAGES = "NS724"
    FAR_AUGMENTATION = "NS725"
    IDLE_CROP = "NS726"
    HELD_OUT_PER_CENT = "NS727"
    WHOLE_TURN = "NS728"
    SUPERFLUOUS_BIAS = "NS731"
    LINEAR_BOTTLENECK = "NS732"
    DROPOUT_BEFORE_NORMALIZATION = "NS733"
    LARGE_FLATTEN = "NS734"
    EDGE_LEFT_OUT = "NS735"
    EVEN_KERNEL = "NS736"
    SMALL_FIELD = "NS737"
    SKIPPED_PIXELS = "NS738"
    IDLE_DILATION = "NS739"
    HIDDEN_SOFTMAX = "NS740"
    BEYOND_THE_MAP = "NS741"
    FROZEN_AT_RANDOM = "NS742"
    JOINED_WITH_ITSELF = "NS743"
    MUCH_DROPOUT = "NS744"
    LINEAR_CONVOLUTIONS = "NS745"

    DUPLICATE_IMAGES = "NS751"
    NEAR_DUPLICATES = "NS752"
    IMBALANCE = "NS753"
    FEW_IMAGES = "NS754"
    SMALL_IMAGES = "NS755"
    PASSED_OVER = "NS756"

    HEAD_FIRST = "NS771"


# What only a look at the data can find: `netspec data check`.
OF_DATA = frozenset(
    {
        Code.UNREADABLE_IMAGE,
        Code.EMPTY_CLASS,
        Code.CLASSES_BY_CASE,
        Code.UNKNOWN_CLASS,
        Code.DATA_LAYOUT,
        Code.MISNAMED_IMAGE,
        Code.IMAGE_IN_TWO_SPLITS,
        Code.IMAGE_UNDER_TWO_LABELS,
        Code.NEAR_DUPLICATE_IN_TWO_SPLITS,
        Code.NEAR_DUPLICATE_UNDER_TWO_LABELS,
        Code.GROUP_IN_TWO_SPLITS,
        Code.SUSPICIOUS_CLASS,
        Code.PLAIN_IMAGES,
        Code.DUPLICATE_IMAGES,
        Code.NEAR_DUPLICATES,
        Code.IMBALANCE,
        Code.FEW_IMAGES,
        Code.SMALL_IMAGES,
        Code.PASSED_OVER,
    }
)


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


def severity_of(code: Code | PluginCode) -> Severity:
    """How grave what a code stands for is, unless a repository or a plugin's rule says otherwise."""
    return _BY_RANGE.get(code[:3], "error")


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of a text and what is to stand there instead."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Repair:
    """The one certain repair of a mistake.

    Attributes:
        told: What it does, such as ``write padding``.
        edits: What it changes; no two of them overlap.
    """

    told: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way that a shape came.

    Attributes:
        name: The layer's name in the network, or the input's.
        kind: The layer's class; ``Input`` for an input.
        shape: The shape that it gives, without the batch; None for a size that is not known.
        place: Where the layer stands, None for an input.
    """

    name: str
    kind: str
    shape: tuple[int | None, ...]
    place: Place | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing netspec has to say about one place of a spec.

    Attributes:
        code: Its code.
        message: What is wrong.
        place: Where.
        hint: What to do about it.
        level: How grave it is, where that is not what its code says.
        repair: What mends it for certain, if anything does.
        defined: Where that is defined which was probably meant.
        shapes: How the shapes came about that a layer cannot take: a way for each of its inputs.
    """

    code: Code | PluginCode
    message: str
    place: Place
    hint: str | None = None
    level: Severity | None = None
    repair: Repair | None = None
    defined: Place | None = field(default=None, compare=False)
    shapes: tuple[tuple[Step, ...], ...] = field(default=(), compare=False)

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return self.level or severity_of(self.code)

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
    return tuple(sorted(told, key=lambda f: (*_where(f), f.code, _by_number(f.message), f.message)))


def _by_number(text: str) -> list[tuple[int, str]]:
    """What sorts texts as people do: 2 before 10."""
    parts = enumerate(_NUMBERS.split(text))
    return [(len(part.lstrip("0")) if place % 2 else 0, part) for place, part in parts]


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
