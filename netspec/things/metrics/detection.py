"""What is found and what is missed: precision, recall and what follows from them."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from netspec.diagnostics import Code
from netspec.fields import (
    Choice,
    Flag,
    ListOf,
    Nullable,
    OneOf,
    Problem,
    Real,
    Whole,
    optional,
    required,
)
from netspec.things.base import Labels, Metric
from netspec.things.fields import Count, Positive, Share

_THRESHOLD = Real(minimum=0, maximum=1)
_THRESHOLDS = ListOf(_THRESHOLD, minimum=1, what="a list of numbers from 0 to 1")
_FROM_LOGITS = "Whether the output is logits, which have gone through no softmax or sigmoid."

FromLogits = Annotated[bool, Flag()]
Thresholds = Annotated[float | tuple[float, ...] | None, Nullable(OneOf(_THRESHOLD, _THRESHOLDS))]
MaybeCount = Annotated[int | None, Nullable(Whole(1))]
MaybeClass = Annotated[int | None, Nullable(Whole(0))]


class _FScore(Metric):
    labels: ClassVar[Labels] = "binary"

    average: Annotated[str | None, Nullable(Choice("micro", "macro", "weighted"))] = optional(
        None, "How the classes' scores become one; null: one score a class."
    )
    threshold: Annotated[float | None, Nullable(Real(above=0, maximum=1))] = optional(
        None, "Where yes begins; null: the likeliest class is the answer."
    )


class F1Score(_FScore):
    """The harmonic mean of precision and recall."""

    default_name: ClassVar[str | None] = "f1_score"


class FBetaScore(_FScore):
    """The weighted harmonic mean of precision and recall."""

    default_name: ClassVar[str | None] = "fbeta_score"

    beta: Positive = optional(1.0, "How many times as much recall counts as precision.")


class _Found(Metric):
    labels: ClassVar[Labels] = "binary"

    thresholds: Thresholds = optional(
        None,
        "Where yes begins: a number, or a list for a value each; null: 0.5, or none with top_k.",
    )
    top_k: MaybeCount = optional(None, "Count the k highest units as yes, and no others.")
    class_id: MaybeClass = optional(None, "Count this unit only.")


class Precision(_Found):
    """Of all that was called yes, the share that is."""


class Recall(_Found):
    """Of all that is yes, the share that was called so."""


class _Outcomes(Metric):
    labels: ClassVar[Labels] = "binary"

    thresholds: Thresholds = optional(
        None, "Where yes begins: a number, or a list for a value each; null: 0.5."
    )


class TruePositives(_Outcomes):
    """How often yes was right."""


class TrueNegatives(_Outcomes):
    """How often no was right."""


class FalsePositives(_Outcomes):
    """How often yes was wrong."""


class FalseNegatives(_Outcomes):
    """How often no was wrong."""


class AUC(Metric):
    """The area under the curve that a moving threshold draws."""

    labels: ClassVar[Labels] = "binary"

    num_thresholds: Annotated[int, Whole(2)] = optional(
        200, "At how many thresholds the curve is measured."
    )
    curve: Annotated[str, Choice("ROC", "PR", "PRGAIN")] = optional(
        "ROC", "ROC: recall over false alarms; PR: precision over recall; PRGAIN: their gains."
    )
    summation_method: Annotated[str, Choice("interpolation", "minoring", "majoring")] = optional(
        "interpolation", "How the area between two thresholds is counted."
    )
    thresholds: Annotated[tuple[float, ...] | None, Nullable(_THRESHOLDS)] = optional(
        None, "The thresholds between 0 and 1, in place of num_thresholds."
    )
    multi_label: Annotated[bool, Flag()] = optional(
        description="Whether every unit has a curve of its own, and the mean is taken.",
        default=False,
    )
    num_labels: MaybeCount = optional(None, "How many units there are, with multi_label.")
    label_weights: Annotated[
        tuple[float, ...] | None,
        Nullable(ListOf(Real(minimum=0), minimum=1, what="a list of numbers, one a unit")),
    ] = optional(None, "How much each unit counts, with multi_label.")
    from_logits: FromLogits = optional(description=_FROM_LOGITS, default=False)

    def contradictions(self) -> Iterator[Problem]:
        """What is about several units needs `multi_label`, and agrees on their number."""
        yield from super().contradictions()
        for name, value in (("num_labels", self.num_labels), ("label_weights", self.label_weights)):
            if value is not None and not self.multi_label:
                yield Problem(
                    f"{name} needs multi_label: true",
                    f"add it, or take {name} out",
                    Code.CONTRADICTION,
                    (name,),
                )
        if None not in {self.num_labels, self.label_weights} and self.multi_label:
            weights = self.label_weights or ()
            if len(weights) != self.num_labels:
                yield Problem(
                    f"label_weights has {len(weights)} numbers for {self.num_labels} labels",
                    "give one number a label",
                    Code.CONTRADICTION,
                    ("label_weights",),
                )


class _AtPoint(Metric):
    labels: ClassVar[Labels] = "binary"

    num_thresholds: Count = optional(200, "At how many thresholds is looked.")
    class_id: MaybeClass = optional(None, "Count this unit only.")


class PrecisionAtRecall(_AtPoint):
    """The best precision with at least this recall."""

    recall: Share = required("The least recall.")


class RecallAtPrecision(_AtPoint):
    """The best recall with at least this precision."""

    precision: Share = required("The least precision.")


class SensitivityAtSpecificity(_AtPoint):
    """The best sensitivity with at least this specificity."""

    specificity: Share = required("The least specificity.")


class SpecificityAtSensitivity(_AtPoint):
    """The best specificity with at least this sensitivity."""

    sensitivity: Share = required("The least sensitivity.")
