"""The dense layer of any einsum equation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from netspec.diagnostics import Code
from netspec.fields import ListOf, Nullable, OneOf, Problem, Text, Whole, optional, required
from netspec.layers.base import Example, Layer
from netspec.layers.fields import Activation, Constraint, Initializer, Regularizer
from netspec.layers.reach import SAME
from netspec.layers.shapes import Inference, Shape, ShapeError, Weight, only, product, spell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.layers.reach import Reach

ELLIPSIS = "..."
_TERM = "[a-zA-Z]+"
_EQUATION = Text(
    "an equation of input, kernel and output, such as ab,bc->ac, ...x,xy->...y or abc...,cd->abd...",
    rf"^({_TERM},{_TERM}->{_TERM}|\.\.\.{_TERM},{_TERM}->\.\.\.{_TERM}"
    rf"|[a-zA-Z]{_TERM}\.\.\.,{_TERM}->{_TERM}\.\.\.)$",
)
_OPEN_SIZES = ListOf(
    Nullable(Whole(1)), minimum=1, what="a list of sizes, null where the input's is kept"
)


@dataclass(frozen=True)
class Terms:
    """An equation's letters.

    Attributes:
        taken: Those of the input.
        kernel: Those of the kernel.
        given: Those of the output.
        side: Where the ellipsis stands in input and output: before the letters, after, or nowhere.
    """

    taken: str
    kernel: str
    given: str
    side: str

    @classmethod
    def of(cls, equation: str) -> Terms:
        """The letters of an equation that matches the pattern."""
        left, given = equation.split("->")
        taken, kernel = left.split(",")
        side = ""
        if ELLIPSIS in equation:
            side = "before" if taken.startswith(ELLIPSIS) else "after"
        return cls(taken.strip("."), kernel, given.strip("."), side)


@dataclass(frozen=True)
class Fit:
    """An equation's letters against a shape.

    Attributes:
        sizes: The size of each letter, without the batch's.
        given: The size of each letter of the output that is not the batch's, as output_shape says it.
        others: The axes that the ellipsis stands for, without the batch.
    """

    sizes: dict[str, int | None]
    given: dict[str, int | None]
    others: Shape


class EinsumDense(Layer):
    """A dense layer by an equation: letters that only input and kernel share are summed over.

    The first letter is the batch's, unless `...` stands before it for all that is not named.

    Source: keras/src/layers/core/einsum_dense.py.
    """

    example = Example({"equation": "abc,cd->abd", "output_shape": [6, 5]}, ((6, 4),))

    equation: Annotated[str, _EQUATION] = required(
        "The letters of input, kernel and output, as in abc,cd->abd."
    )
    output_shape: Annotated[int | tuple[int | None, ...], OneOf(Whole(1), _OPEN_SIZES)] = required(
        "The sizes of the output's letters but the batch's; null leaves open one that the input has."
    )
    activation: Activation = optional(None, "What is applied to the result.")
    bias_axes: Annotated[
        str | None, Nullable(Text("letters of the output, such as d", f"^{_TERM}$"))
    ] = optional(None, "The output's letters that the bias has; null: there is none.")
    kernel_initializer: Initializer = optional("glorot_uniform", "How the kernel starts.")
    bias_initializer: Initializer = optional("zeros", "How the bias starts.")
    kernel_regularizer: Regularizer = optional(None, "A penalty on the kernel.")
    bias_regularizer: Regularizer = optional(None, "A penalty on the bias.")
    kernel_constraint: Constraint = optional(None, "What the kernel is held to.")
    bias_constraint: Constraint = optional(None, "What the bias is held to.")

    @property
    def terms(self) -> Terms:
        """The equation's letters."""
        return Terms.of(self.equation)

    def contradictions(self) -> Iterator[Problem]:
        """Each letter has one meaning, and a place to take its size from."""
        taken, kernel, given = self.terms.taken, self.terms.kernel, self.terms.given
        for what, letters in (("input", taken), ("kernel", kernel), ("output", given)):
            twice = [letter for letter in letters if letters.count(letter) > 1]
            if twice:
                yield _problem(
                    f"names '{twice[0]}' twice in its {what}", "every axis has its own letter"
                )
        strange = [letter for letter in given if letter not in taken + kernel]
        if strange:
            yield _problem(
                f"has '{strange[0]}' in its output, and neither in its input nor in its kernel",
                "a new axis comes from the kernel",
            )
        strange = [letter for letter in kernel if letter not in taken + given]
        if strange:
            yield _problem(
                f"has '{strange[0]}' in its kernel alone",
                "a kernel's axis stands in the input, in the output, or in both",
            )
        strange = [letter for letter in self.bias_axes or "" if letter not in given]
        if strange:
            yield Problem(
                f"bias_axes names '{strange[0]}', which the output {given} has not",
                f"it takes letters of {given}",
                Code.CONTRADICTION,
                ("bias_axes",),
            )
        if self.terms.side != "before":
            yield from self._of_the_batch(taken[0])

    def _of_the_batch(self, batch: str) -> Iterator[Problem]:
        """The batch goes through as it is."""
        if not self.terms.given.startswith(batch):
            yield _problem(
                f"does not begin its output with '{batch}', which is the batch",
                f"write `->{batch}…`, or `...` before input and output",
            )
        if batch in self.terms.kernel:
            yield _problem(
                f"has '{batch}' in its kernel, which is the batch", "batches vary in size"
            )
        if batch in (self.bias_axes or ""):
            yield Problem(
                f"bias_axes names '{batch}', which is the batch",
                "batches vary in size",
                Code.CONTRADICTION,
                ("bias_axes",),
            )

    def infer(self, shapes: Sequence[Shape]) -> Inference:
        """``(…)`` to the sizes of the output's letters, and those of the ellipsis."""
        shape = only(shapes)
        fit = self._fit(shape)
        weights = tuple(self._weights(fit, shape))
        given = tuple(fit.given.values())
        output = (*fit.others, *given) if self.terms.side == "before" else (*given, *fit.others)
        self.check_attachments(weights, output)
        return Inference(output, weights, product(*fit.sizes.values(), *fit.others))

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """Each position of an axis that goes through looks at itself."""
        axes = len(only(shapes))
        taken, given = (
            self._letters(letters, axes) for letters in (self.terms.taken, self.terms.given)
        )
        return [
            SAME if letter == before else None for letter, before in zip(given, taken, strict=False)
        ]

    def _letters(self, letters: str, axes: int) -> str:
        """A letter for each axis but the batch's; those that the ellipsis stands for have a dot."""
        others = "." * (axes + 1 - len(self.terms.taken))
        return (others + letters if self.terms.side == "before" else letters + others)[1:]

    def _fit(self, shape: Shape) -> Fit:
        terms = self.terms
        axes = len(shape) + 1 - len(terms.taken)
        if axes < 0 or (axes and not terms.side):
            least = "at least " if terms.side else ""
            raise ShapeError(
                f"has an equation for {least}{len(terms.taken)} axes with the batch, "
                f"and gets {spell(shape)}, which has {len(shape) + 1}",
                code=Code.RANK,
                field="equation",
                hint="the batch counts as an axis; `...` stands for any number of them",
            )
        batch = terms.taken[0]
        named: Shape = shape
        others: Shape = ()
        if terms.side == "before" and axes:
            batch = ""
            named, others = shape[axes - 1 :], shape[: axes - 1]
            self._check_others(others, shape)
        elif terms.side == "before":
            self._check_batch(batch, shape)
        elif axes:
            named, others = shape[:-axes], shape[-axes:]
        sizes: dict[str, int | None] = dict(
            zip(terms.taken.removeprefix(batch), named, strict=True)
        )
        given = self._given(terms.given.removeprefix(batch), sizes, shape)
        return Fit({**given, **sizes}, given, others)

    def _check_others(self, others: Shape, shape: Shape) -> None:
        if others != others[::-1]:
            raise ShapeError(
                f"leaves {spell(others)} of {spell(shape)} to `...`, and Keras says that they come "
                "out in reverse",
                code=Code.FIELD_AGAINST_INPUT,
                field="equation",
                hint="name these axes by letters",
            )

    def _check_batch(self, batch: str, shape: Shape) -> None:
        """Where nothing is left for the ellipsis, its first letter is the batch's."""
        terms = self.terms
        if not terms.given.startswith(batch) or batch in terms.kernel + (self.bias_axes or ""):
            raise ShapeError(
                f"gets {spell(shape)}, so that '{batch}' is the batch, which its output begins with "
                "and its kernel has not",
                code=Code.FIELD_AGAINST_INPUT,
                field="equation",
                hint=f"it takes shapes of {len(terms.taken)} axes, or more",
            )

    def _given(
        self, letters: str, sizes: dict[str, int | None], shape: Shape
    ) -> dict[str, int | None]:
        written = (
            self.output_shape if isinstance(self.output_shape, tuple) else (self.output_shape,)
        )
        if len(written) != len(letters):
            raise self._misfit(
                f"has an output_shape of {len(written)} sizes, and an output of {len(letters)} letters"
                f" on {spell(shape)}: {', '.join(letters) or 'none'}",
                "a size for each letter but the batch's; `...` needs none",
            )
        for letter, size in zip(letters, written, strict=True):
            if letter in sizes and size not in {None, sizes[letter]}:
                raise self._misfit(
                    f"says {size} for '{letter}', which is {_known(sizes[letter])} in {spell(shape)}",
                    "an axis of input and output keeps its size; null leaves it open",
                )
            if size is None and (letter not in sizes or letter in self.terms.kernel):
                raise self._misfit(
                    f"leaves '{letter}' open, which is an axis of the kernel",
                    "write its size",
                )
        return dict(zip(letters, written, strict=True))

    def _weights(self, fit: Fit, shape: Shape) -> Iterator[Weight]:
        """A kernel of its letters' sizes, and a bias that reaches from its first letter to the last axis."""
        kernel = [fit.sizes[letter] for letter in self.terms.kernel]
        if None in kernel:
            unknown = self.terms.kernel[kernel.index(None)]
            raise ShapeError(
                f"needs to know the size of '{unknown}', and gets {spell(shape)}",
                code=Code.UNKNOWN_SIZE,
                field="equation",
                hint="give model.input a number there",
            )
        yield Weight("kernel", tuple(size for size in kernel if size is not None))
        if self.bias_axes is not None:
            yield Weight("bias", tuple(self._bias(fit)))

    def _bias(self, fit: Fit) -> Iterator[int]:
        letters, axes = self.terms.given, self.bias_axes or ""
        for letter in letters[min(letters.index(letter) for letter in axes) :]:
            size = fit.given.get(letter) if letter in axes else 1
            if size is None:
                raise self._misfit(
                    f"leaves '{letter}' open, which is an axis of the bias", "write its size"
                )
            yield size
        if self.terms.side == "after":
            yield from [1] * len(fit.others)

    def _misfit(self, message: str, hint: str) -> ShapeError:
        return ShapeError(message, code=Code.FIELD_AGAINST_INPUT, field="output_shape", hint=hint)


def _problem(message: str, hint: str) -> Problem:
    return Problem(f"the equation {message}", hint, Code.CONTRADICTION, ("equation",))


def _known(size: int | None) -> str:
    return "unknown" if size is None else str(size)
