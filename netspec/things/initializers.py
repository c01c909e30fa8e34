"""How weights start.

An initializer that draws numbers has a ``seed``. Without one it is seeded from the spec's seed and
the layer's name.

Source: keras/src/initializers/.
"""

from collections.abc import Iterator
from typing import Annotated

from netspec.diagnostics import Code
from netspec.fields import Choice, ListOf, Nullable, Problem, Thing, Whole, optional
from netspec.things.fields import NotNegative, Number, Positive, Seed

KernelAxes = Annotated[
    tuple[int, ...] | None,
    Nullable(ListOf(Whole(), minimum=1, what="a list of axes, such as [0, 1]")),
]


class Zeros(Thing):
    """All zeros."""


class Ones(Thing):
    """All ones."""


class Constant(Thing):
    """One number everywhere."""

    value: Number = optional(0.0, "The number.")


class Identity(Thing):
    """The identity matrix; for two-dimensional weights only."""

    gain: Number = optional(1.0, "What the matrix is multiplied by.")


class _Random(Thing):
    seed: Seed = optional(None, "The seed of the draw; null: from the spec's seed and the layer.")


class Orthogonal(_Random):
    """An orthogonal matrix; for weights of two dimensions or more (Saxe et al., 2014)."""

    gain: Number = optional(1.0, "What the matrix is multiplied by.")


class RandomNormal(_Random):
    """Numbers from a normal distribution."""

    mean: Number = optional(0.0, "The distribution's mean.")
    stddev: NotNegative = optional(0.05, "The distribution's standard deviation.")


class TruncatedNormal(_Random):
    """Numbers from a normal distribution; those beyond two standard deviations are drawn again."""

    mean: Number = optional(0.0, "The distribution's mean.")
    stddev: NotNegative = optional(0.05, "The distribution's standard deviation before the cut.")


class RandomUniform(_Random):
    """Numbers from a uniform distribution."""

    minval: Number = optional(-0.05, "The smallest number, inclusive.")
    maxval: Number = optional(0.05, "The largest number, exclusive.")

    def contradictions(self) -> Iterator[Problem]:
        """The range holds a number."""
        if self.minval >= self.maxval:
            yield Problem(
                f"minval {self.minval:g} is not below maxval {self.maxval:g}",
                "make minval the smaller one",
                Code.CONTRADICTION,
                ("maxval" if "maxval" in self.model_fields_set else "minval",),
            )


class _Scaled(_Random):
    """Draws wider or narrower by the number of a weight's inputs and outputs."""

    input_axes: KernelAxes = optional(
        None, "The kernel's axes that count as inputs; null: all but the last."
    )
    output_axes: KernelAxes = optional(
        None, "The kernel's axes that count as outputs; null: the window and the last."
    )

    def contradictions(self) -> Iterator[Problem]:
        """The axes are given for both or for none; Keras passes over one alone."""
        if (self.input_axes is None) != (self.output_axes is None):
            given, missing = "input_axes", "output_axes"
            if self.input_axes is None:
                given, missing = missing, given
            yield Problem(
                f"{given} counts only together with {missing}",
                f"give {missing} too, or take {given} out",
                Code.CONTRADICTION,
                (given,),
            )


class VarianceScaling(_Scaled):
    """Numbers whose variance is `scale` over the number of inputs, outputs, or their mean."""

    scale: Positive = optional(1.0, "The variance times the number that `mode` counts.")
    mode: Annotated[str, Choice("fan_in", "fan_out", "fan_avg")] = optional(
        "fan_in", "What is counted: a unit's inputs, its outputs, or the mean of both."
    )
    distribution: Annotated[str, Choice("truncated_normal", "untruncated_normal", "uniform")] = (
        optional("truncated_normal", "The distribution drawn from.")
    )


class GlorotNormal(_Scaled):
    """Truncated normal, variance 2 / (inputs + outputs) (Glorot & Bengio, 2010)."""


class GlorotUniform(_Scaled):
    """Uniform within ±sqrt(6 / (inputs + outputs)) (Glorot & Bengio, 2010)."""


class HeNormal(_Scaled):
    """Truncated normal, variance 2 / inputs; made for relu (He et al., 2015)."""


class HeUniform(_Scaled):
    """Uniform within ±sqrt(6 / inputs); made for relu (He et al., 2015)."""


class LecunNormal(_Scaled):
    """Truncated normal, variance 1 / inputs; made for selu (Klambauer et al., 2017)."""


class LecunUniform(_Scaled):
    """Uniform within ±sqrt(3 / inputs) (LeCun et al., 1998)."""
