"""Whole numbers and bins: what counts categories, looks them up or makes them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

from netspec.diagnostics import Code
from netspec.fields import Choice, ListOf, Nullable, OneOf, Problem, Real, Whole, optional, required
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import Count, Truth
from netspec.layers.shapes import Shape, ShapeError, rank_error, spell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MODES = (
    "What stands for a number: itself (int), a 1 at its place (one_hot), a 1 at the place of each "
    "of the last axis (multi_hot), or how often each is there (count)."
)
Mode = Annotated[str, Choice("int", "one_hot", "multi_hot", "count")]
Salt = Annotated[
    int | tuple[int, ...] | None,
    Nullable(
        OneOf(
            Whole(),
            ListOf(Whole(), minimum=2, maximum=2),
            what="a whole number, or a pair of them",
        )
    ),
]
SALT = "A key that changes the hash; null: a faster hash without one."


class CategoryEncoding(UnaryLayer):
    """Counts whole numbers from 0 to `num_tokens` - 1 in places of their own.

    Source: keras/src/layers/preprocessing/category_encoding.py.
    """

    example = Example({"num_tokens": 5}, ((6,),))

    num_tokens: Annotated[int | None, Nullable(Whole(1))] = optional(
        None, "How many numbers there are, counted from 0."
    )
    output_mode: Annotated[str, Choice("multi_hot", "one_hot", "count")] = optional(
        "multi_hot",
        "What stands for a number: a 1 at its place (one_hot), a 1 at the place of each of the last "
        "axis (multi_hot), or how often each is there (count).",
    )

    def contradictions(self) -> Iterator[Problem]:
        """The number of places is said."""
        if self.num_tokens is None:
            yield Problem(
                "CategoryEncoding needs 'num_tokens'",
                "how many numbers there are, counted from 0",
                Code.MISSING_FIELD,
            )

    def output_shape(self, shape: Shape) -> Shape:
        """``(numbers)`` to ``(num_tokens)``; one_hot: ``(…)`` to ``(…, num_tokens)``."""
        if self.output_mode == "one_hot":
            return _one_hot(shape, self.num_tokens)
        return _counted(shape, self.num_tokens)


class Discretization(UnaryLayer):
    """Gives the number of the bin that each value lies in; the first bin is 0.

    Keras can learn the bins from data before training; a spec says them.

    Source: keras/src/layers/preprocessing/discretization.py.
    """

    example = Example({"bin_boundaries": [0.25, 0.5]}, ((8, 6, 4),))

    bin_boundaries: Annotated[
        tuple[float, ...] | None,
        Nullable(ListOf(Real(), minimum=1, what="a list of numbers, the lowest first")),
    ] = optional(None, "Where one bin ends and the next begins, the lowest first.")
    output_mode: Mode = optional("int", MODES)

    def contradictions(self) -> Iterator[Problem]:
        """Boundaries are said, and rise."""
        if self.bin_boundaries is None:
            yield Problem(
                "Discretization needs 'bin_boundaries'",
                "where one bin ends and the next begins; a spec does not learn it from data",
                Code.MISSING_FIELD,
            )
            return
        for place, (lower, upper) in enumerate(pairwise(self.bin_boundaries), start=1):
            if upper < lower:
                yield Problem(
                    f"bin_boundaries do not rise: {upper:g} comes after {lower:g}",
                    "the lowest comes first",
                    Code.CONTRADICTION,
                    ("bin_boundaries", place),
                )

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape; one_hot adds an axis of the bins, multi_hot and count put it for the first."""
        bins = len(self.bin_boundaries or ()) + 1
        if self.output_mode == "int":
            return shape
        if self.output_mode == "one_hot":
            return _one_hot(shape, bins)
        return (*_with_an_axis(shape)[1:], bins)


class Hashing(UnaryLayer):
    """Puts each whole number into a bin by its hash; what stands behind the point is cut off.

    Source: keras/src/layers/preprocessing/hashing.py.
    """

    example = Example({"num_bins": 5}, ((6,),))

    num_bins: Count = required("How many bins there are.")
    mask_value: Annotated[int | None, Nullable(Whole())] = optional(
        None, "A number that gets bin 0 to itself; null: there is none."
    )
    salt: Salt = optional(None, SALT)
    output_mode: Mode = optional("int", MODES)

    def for_keras(self) -> Mapping[str, object]:
        """Keras wants a type of whole numbers for bins that are given as they are."""
        return {"dtype": "int64"} if self.output_mode == "int" else {}

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape; else ``(numbers)`` to ``(num_bins)``."""
        if self.output_mode == "int":
            return shape
        if self.output_mode == "one_hot" and _with_an_axis(shape)[-1] != 1:
            # Keras says that the last axis becomes the bins', and adds one to it.
            raise ShapeError(
                f"makes one_hot of a last axis of size 1, and gets {spell(shape)}",
                code=Code.FIELD_AGAINST_INPUT,
                field="output_mode",
                hint="int, with a CategoryEncoding under it, does it for any shape",
            )
        if self.output_mode == "one_hot" and shape[-2:] != (1, 1):
            return (*shape[:-1], self.num_bins)
        return _counted(shape, self.num_bins)


class IntegerLookup(UnaryLayer):
    """Gives each whole number its place in a list, the vocabulary; all others share places before the first.

    Keras can learn the vocabulary from data before training; a spec says it.

    Source: keras/src/layers/preprocessing/integer_lookup.py.
    """

    example = Example({"vocabulary": [12, 36, 42]}, ((6,),))

    max_tokens: Annotated[int | None, Nullable(Whole(2))] = optional(
        None, "The most places that there may be, those of other numbers counted; null: any number."
    )
    num_oov_indices: Annotated[int, Whole(0)] = optional(
        1, "How many places numbers share that are not in the vocabulary."
    )
    mask_token: Annotated[int | None, Nullable(Whole())] = optional(
        None, "A number that gets place 0 to itself, and is nowhere in counts; null: there is none."
    )
    oov_token: Annotated[int, Whole()] = optional(
        -1, "What `invert` gives for a place that no number of the vocabulary has."
    )
    vocabulary: Annotated[
        tuple[int, ...] | None,
        Nullable(ListOf(Whole(), minimum=1, what="a list of whole numbers")),
    ] = optional(None, "The numbers, each once, in the order of their places.")
    vocabulary_dtype: Annotated[str, Choice("int64")] = optional("int64", "How they are stored.")
    idf_weights: Annotated[
        tuple[float, ...] | None, Nullable(ListOf(Real(), minimum=1, what="a list of numbers"))
    ] = optional(None, "For `tf_idf`: what each number's count is multiplied by.")
    invert: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether places are turned back to numbers.",
    )
    output_mode: Annotated[str, Choice("int", "one_hot", "multi_hot", "count", "tf_idf")] = (
        optional("int", f"{MODES[:-1]}; tf_idf: the count times idf_weights.")
    )
    pad_to_max_tokens: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether counts have max_tokens places, used or not.",
    )
    oov_method: Annotated[str, Choice("floormod", "farmhash")] = optional(
        "floormod", "How numbers are spread that are not in the vocabulary."
    )
    salt: Salt = optional(None, SALT)

    @property
    def first_place(self) -> int:
        """How many places come before the vocabulary's."""
        masked = self.mask_token is not None and self.output_mode == "int"
        return self.num_oov_indices + masked

    @property
    def places(self) -> int:
        """How many there are."""
        return self.first_place + len(self.tokens)

    @property
    def tokens(self) -> tuple[int, ...]:
        """The vocabulary without the mask's and other numbers' entries, with which it may begin."""
        vocabulary = self.vocabulary or ()
        special = [self.oov_token] * self.num_oov_indices
        if self.first_place > self.num_oov_indices and self.mask_token is not None:
            special = [self.mask_token, *special]
        begins = list(vocabulary[: len(special)]) == special
        return vocabulary[len(special) :] if begins else vocabulary

    def contradictions(self) -> Iterator[Problem]:
        """The vocabulary is said, has each number once, and has room; fields agree with the mode."""
        if self.vocabulary is None:
            yield Problem(
                "IntegerLookup needs 'vocabulary'",
                "the numbers that it knows, as a list; a spec does not learn them from data",
                Code.MISSING_FIELD,
            )
            return
        yield from self._of_the_vocabulary()
        if self.pad_to_max_tokens and self.max_tokens is None:
            yield _problem(
                "pad_to_max_tokens", "needs max_tokens", "write how many places there are"
            )
        if self.invert and self.output_mode != "int":
            yield _problem("invert", f"goes with output_mode: int, not {self.output_mode}", None)
        if self.salt is not None and self.oov_method != "farmhash":
            yield _problem("salt", "goes with oov_method: farmhash", "write it, or remove the salt")
        if (self.idf_weights is None) == (self.output_mode == "tf_idf"):
            yield _problem(
                "idf_weights",
                "and output_mode: tf_idf go together",
                "a weight for each number of the vocabulary",
            )
        elif self.idf_weights is not None and len(self.idf_weights) != len(self.vocabulary):
            yield _problem(
                "idf_weights",
                f"has {len(self.idf_weights)} entries, and vocabulary {len(self.vocabulary)}",
                "a weight for each number of the vocabulary",
            )

    def _of_the_vocabulary(self) -> Iterator[Problem]:
        tokens = self.tokens
        if not tokens:
            yield _problem(
                "vocabulary", "names no number but those for the mask and for others", "add one"
            )
        twice = [token for token in tokens if tokens.count(token) > 1]
        if twice:
            yield _problem("vocabulary", f"names {twice[0]} twice", "a number has one place")
        if self.mask_token in tokens:
            yield _problem(
                "vocabulary", f"names the mask_token {self.mask_token}", "it has a place already"
            )
        if self.invert and self.oov_token in tokens:
            yield _problem(
                "vocabulary", f"names the oov_token {self.oov_token}", "choose another oov_token"
            )
        if self.max_tokens is not None and self.places > self.max_tokens:
            yield _problem(
                "vocabulary",
                f"makes {self.places} places, and max_tokens is {self.max_tokens}",
                "the places of other numbers count too",
            )

    def output_shape(self, shape: Shape) -> Shape:
        """The same shape; one_hot adds an axis of the places; else ``(numbers)`` to ``(places)``."""
        if self.output_mode == "int":
            return shape
        places = self.max_tokens if self.pad_to_max_tokens else self.places
        if self.output_mode == "one_hot":
            return _one_hot(shape, places)
        return _counted(shape, places)


def _with_an_axis(shape: Shape) -> Shape:
    if not shape:
        raise rank_error(
            shape, takes="at least one axis", hint="a Reshape above it can add one: [1]"
        )
    return shape


def _one_hot(shape: Shape, size: int | None) -> Shape:
    """A last axis of size 1 becomes the places'; any other stays, and they follow it."""
    return (*(shape[:-1] if _with_an_axis(shape)[-1] == 1 else shape), size)


def _counted(shape: Shape, size: int | None) -> Shape:
    """Of one axis of numbers, how often each is there."""
    if len(_with_an_axis(shape)) > 1:
        # Keras says that the last axis is counted, and counts along the first.
        raise rank_error(
            shape,
            takes="one axis of numbers to count",
            hint="output_mode: one_hot takes any shape; a Flatten above makes one axis",
        )
    return (size,)


def _problem(field: str, message: str, hint: str | None) -> Problem:
    return Problem(f"{field} {message}", hint, Code.CONTRADICTION, (field,))
