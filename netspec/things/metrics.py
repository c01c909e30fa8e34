"""What is measured besides the loss, and which labels each metric compares the output with.

``labels`` means what it means in netspec.things.losses; ``any``: the metric's own fields say which.

Source: keras/src/metrics/.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

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
from netspec.things.fields import Axis, Count, Number, Positive, Share

_THRESHOLD = Real(minimum=0, maximum=1)
_THRESHOLDS = ListOf(_THRESHOLD, minimum=1, what="a list of numbers from 0 to 1")
_FROM_LOGITS = "Whether the output is logits, which have gone through no softmax or sigmoid."
_SMOOTHING = "How far labels are drawn from 0 and 1 towards the middle."
_AXIS = "The axis of the classes."

FromLogits = Annotated[bool, Flag()]
Thresholds = Annotated[float | tuple[float, ...] | None, Nullable(OneOf(_THRESHOLD, _THRESHOLDS))]
MaybeCount = Annotated[int | None, Nullable(Whole(1))]
MaybeClass = Annotated[int | None, Nullable(Whole(0))]
ClassIds = Annotated[
    tuple[int, ...], ListOf(Whole(0), minimum=1, what="a list of class numbers, such as [0, 1]")
]


# How many are right.


class BinaryAccuracy(Metric):
    """The share of yes-or-no outputs on the right side of a threshold."""

    labels: ClassVar[Labels] = "binary"

    threshold: Number = optional(0.5, "Where yes begins; 0 for logits.")


class CategoricalAccuracy(Metric):
    """The share of images whose likeliest class is right, for one-hot labels."""

    labels: ClassVar[Labels] = "one_hot"


class SparseCategoricalAccuracy(Metric):
    """The share of images whose likeliest class is right, for class indices."""

    labels: ClassVar[Labels] = "integer"


class TopKCategoricalAccuracy(Metric):
    """The share of images whose class is among the `k` likeliest, for one-hot labels."""

    labels: ClassVar[Labels] = "one_hot"

    k: Count = optional(5, "Among how many the right class may be.")


class SparseTopKCategoricalAccuracy(Metric):
    """The share of images whose class is among the `k` likeliest, for class indices."""

    labels: ClassVar[Labels] = "integer"

    k: Count = optional(5, "Among how many the right class may be.")
    from_sorted_ids: Annotated[bool, Flag()] = optional(
        description="Whether the output is class numbers, the likeliest first.", default=False
    )


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


# Right and wrong, yes and no.


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


# How well classes overlap.


class _Overlap(Metric):
    num_classes: Annotated[int, Whole(1)] = required("How many classes there are.")
    ignore_class: Annotated[int | None, Nullable(Whole())] = optional(
        None, "A class that does not count."
    )
    sparse_y_pred: Annotated[bool, Flag()] = optional(
        description="Whether the output is class numbers; false for one unit a class.",
        default=True,
    )
    axis: Axis = optional(-1, _AXIS)


class _Targets(_Overlap):
    target_class_ids: ClassIds = required("The classes whose overlap is measured.")

    def contradictions(self) -> Iterator[Problem]:
        """The classes measured are among those there are."""
        yield from super().contradictions()
        beyond = [number for number in self.target_class_ids if number >= self.num_classes]
        if beyond:
            yield Problem(
                f"there is no class {beyond[0]} among {self.num_classes}",
                f"classes count from 0 to {self.num_classes - 1}",
                Code.CONTRADICTION,
                ("target_class_ids",),
            )


class IoU(_Targets):
    """The overlap of label and output over their union, for some classes."""

    labels: ClassVar[Labels | Literal["any"]] = "any"

    sparse_y_true: Annotated[bool, Flag()] = optional(
        description="Whether labels are class indices; false for one-hot labels.", default=True
    )


class MeanIoU(_Overlap):
    """The overlap of label and output over their union, averaged over all classes."""

    labels: ClassVar[Labels | Literal["any"]] = "any"

    sparse_y_true: Annotated[bool, Flag()] = optional(
        description="Whether labels are class indices; false for one-hot labels.", default=True
    )


class OneHotIoU(_Targets):
    """The overlap of one-hot labels and output over their union, for some classes."""

    labels: ClassVar[Labels] = "one_hot"

    sparse_y_pred: Annotated[bool, Flag()] = optional(
        description="Whether the output is class numbers; false for one unit a class.",
        default=False,
    )


class OneHotMeanIoU(_Overlap):
    """The overlap of one-hot labels and output over their union, averaged over all classes."""

    labels: ClassVar[Labels] = "one_hot"

    sparse_y_pred: Annotated[bool, Flag()] = optional(
        description="Whether the output is class numbers; false for one unit a class.",
        default=False,
    )


class BinaryIoU(Metric):
    """The overlap of yes-or-no labels and output over their union."""

    labels: ClassVar[Labels] = "binary"

    target_class_ids: Annotated[
        tuple[int, ...],
        ListOf(Whole(0, 1), minimum=1, maximum=2, what="a list of 0, of 1, or of both"),
    ] = optional((0, 1), "The answers whose overlap is measured: 0, 1 or both.")
    threshold: Number = optional(0.5, "Where yes begins; 0 for logits.")


# The losses that are measured.


class BinaryCrossentropy(Metric):
    """How unlikely each right answer is, every unit being a yes or no of its own."""

    labels: ClassVar[Labels] = "binary"

    from_logits: FromLogits = optional(description=_FROM_LOGITS, default=False)
    label_smoothing: Share = optional(0.0, _SMOOTHING)


class CategoricalCrossentropy(Metric):
    """How unlikely the right class is, for one-hot labels."""

    labels: ClassVar[Labels] = "one_hot"

    from_logits: FromLogits = optional(description=_FROM_LOGITS, default=False)
    label_smoothing: Share = optional(0.0, _SMOOTHING)
    axis: Axis = optional(-1, _AXIS)


class SparseCategoricalCrossentropy(Metric):
    """How unlikely the right class is, for class indices."""

    labels: ClassVar[Labels] = "integer"

    from_logits: FromLogits = optional(description=_FROM_LOGITS, default=False)
    ignore_class: Annotated[int | None, Nullable(Whole())] = optional(
        None, "A class whose images do not count."
    )
    axis: Axis = optional(-1, _AXIS)


class KLDivergence(Metric):
    """How much the output's distribution differs from the labels' (Kullback & Leibler)."""

    labels: ClassVar[Labels] = "one_hot"


class Hinge(Metric):
    """How far outputs are from 1 on the right side of zero; 0 and 1 are read as -1 and 1."""

    labels: ClassVar[Labels] = "binary"


class SquaredHinge(Metric):
    """The square of the hinge loss; 0 and 1 are read as -1 and 1."""

    labels: ClassVar[Labels] = "binary"


class CategoricalHinge(Metric):
    """How far the right class is from leading the best wrong one by 1."""

    labels: ClassVar[Labels] = "one_hot"


class CosineSimilarity(Metric):
    """The cosine between output and label: 1 where they point the same way."""

    labels: ClassVar[Labels] = "one_hot"

    axis: Axis = optional(-1, "The axis of the vectors.")


class Poisson(Metric):
    """How unlikely counts are under Poisson distributions with the output as means."""

    labels: ClassVar[Labels] = "numbers"


# How near numbers are.


class MeanSquaredError(Metric):
    """The mean of the squared differences."""

    labels: ClassVar[Labels] = "numbers"


class RootMeanSquaredError(Metric):
    """The root of the mean of the squared differences."""

    labels: ClassVar[Labels] = "numbers"


class MeanAbsoluteError(Metric):
    """The mean of the absolute differences."""

    labels: ClassVar[Labels] = "numbers"


class MeanAbsolutePercentageError(Metric):
    """The mean of the differences in per cent of the label; huge where a label is 0."""

    labels: ClassVar[Labels] = "numbers"


class MeanSquaredLogarithmicError(Metric):
    """The mean of the squared differences of log(1 + value)."""

    labels: ClassVar[Labels] = "numbers"


class LogCoshError(Metric):
    """The logarithm of the differences' hyperbolic cosine."""

    labels: ClassVar[Labels] = "numbers"
    default_name: ClassVar[str | None] = "logcosh"


class R2Score(Metric):
    """The share of the labels' variance that the output explains."""

    labels: ClassVar[Labels] = "numbers"
    default_name: ClassVar[str | None] = "r2_score"

    class_aggregation: Annotated[
        str | None, Nullable(Choice("uniform_average", "variance_weighted_average"))
    ] = optional("uniform_average", "How the units' scores become one; null: one score a unit.")
    num_regressors: Annotated[int, Whole(0)] = optional(
        0, "How many regressors the adjusted score allows for; 0: the plain score."
    )


class PearsonCorrelation(Metric):
    """The linear correlation of output and label, over the units."""

    labels: ClassVar[Labels] = "one_hot"

    axis: Axis = optional(-1, "The axis it is taken along.")


class ConcordanceCorrelation(Metric):
    """The agreement of output and label in course, scale and level, over the units (Lin, 1989)."""

    labels: ClassVar[Labels] = "one_hot"

    axis: Axis = optional(-1, "The axis it is taken along.")
