"""What stands in a list of metrics.

It is apart from the metrics, so that reading a spec loads them only if it names one.
"""

from dataclasses import dataclass, replace
from typing import Any

from netspec.diagnostics import Code
from netspec.fields import Mismatch, Problem, ThingOf
from netspec.things.registries import METRICS
from netspec.wording import nearest


@dataclass(frozen=True)
class MetricOf(ThingOf):
    """A metric, or one of the strings that Keras resolves by the output's and the labels' shapes.

    Those strings stay strings. Another string name becomes its metric, which is logged under that
    string, as in Keras.

    Attributes:
        special: The strings.
    """

    special: tuple[str, ...]

    def read(self, value: object) -> Any:
        """The metric, or the special string."""
        if value in self.special:
            return value
        if isinstance(value, dict) and len(value) == 1:
            self._stands_alone(*value)
        try:
            metric = super().read(value)
        except Mismatch as mismatch:
            raise self._with_special_hint(mismatch, value) from None
        if isinstance(value, str) and value in self.registry.strings:
            return metric.model_copy(update={"name": value.lower()})
        return metric

    def alone(self) -> list[str]:
        """The special strings, and the metrics that can stand without fields."""
        return [*self.special, *super().alone()]

    def _stands_alone(self, name: object) -> None:
        if name in self.special:
            raise Mismatch(
                Problem(
                    f"'{name}' stands alone",
                    "write it as a text, or name the metric that is meant, "
                    "such as CategoricalAccuracy",
                    Code.ITEM_FORM,
                    (str(name),),
                    at_key=True,
                )
            )

    def _with_special_hint(self, mismatch: Mismatch, value: object) -> Mismatch:
        hint = nearest(value, self.special)
        if hint is None:
            return mismatch
        return Mismatch(*(replace(problem, hint=hint) for problem in mismatch.problems))


METRIC = MetricOf(METRICS, special=("accuracy", "acc"))
