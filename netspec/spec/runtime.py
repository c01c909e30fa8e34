"""The section `runtime`: in which numbers, on how many threads, and how exactly a network is computed."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from netspec.diagnostics import Code
from netspec.fields import (
    Choice,
    Fields,
    Flag,
    MapOf,
    Nullable,
    OneOf,
    Problem,
    Text,
    Whole,
    optional,
)

Precision = Literal["float32", "mixed_bfloat16", "mixed_float16"]

MOST_THREADS = 1024
MOST_VERSIONS = 1000


class RuntimeSection(Fields):
    """In which numbers, on how many threads, and how exactly a network is computed."""

    not_yet: ClassVar[frozenset[str]] = frozenset({"backend"})

    precision: Annotated[Precision, Choice("float32", "mixed_bfloat16", "mixed_float16")] = (
        optional(
            "float32",
            "The numbers that layers compute in. With `mixed_bfloat16` and `mixed_float16` these have half the bits; "
            "weights, and what the network gives in the end, stay float32. `mixed_float16` scales the loss, so that "
            "small gradients do not vanish.",
        )
    )
    deterministic: Annotated[bool, Flag()] = optional(
        default=True,
        description="Whether two runs on one machine give the same bits.",
    )
    jit: Annotated[
        bool | Literal["auto"], OneOf(Flag(), Text("auto", "^auto$"), what="true, false or auto")
    ] = optional(
        "auto",
        "Whether training steps are compiled by XLA. `auto` leaves it to Keras, which compiles on a GPU where "
        "operations need not be deterministic. `true` needs `deterministic: false`.",
    )
    threads: Annotated[
        dict[str, int] | None,
        Nullable(
            MapOf(
                Whole(1, maximum=MOST_THREADS),
                Choice("intra_op", "inter_op"),
                what="a mapping of intra_op and inter_op to numbers of threads",
            )
        ),
    ] = optional(
        None,
        "How many threads one operation is spread over (`intra_op`), and how many operations run at once "
        "(`inter_op`). Without it, TensorFlow takes as many as there are cores.",
    )

    feature_cache: Annotated[Literal["auto", "off"], Choice("auto", "off")] = optional(
        "auto",
        "Whether the part of the network that is frozen and the same in every epoch is computed once for each image, "
        "and kept on disk for every run. `off`: it is computed in every step.",
    )
    augmentation_versions: Annotated[int | None, Nullable(Whole(1, MOST_VERSIONS))] = optional(
        None,
        "How many augmented versions of each image there are, which the epochs take in turn, so that a frozen part can "
        "be computed once for each. It changes the results. null: each epoch augments anew.",
    )

    def contradictions(self) -> Iterator[Problem]:
        """Keras compiles nothing while TensorFlow's operations are deterministic, and says nothing of it.

        Source: `model_supports_jit` in keras/src/trainers/trainer.py.
        """
        if self.jit is True and self.deterministic:
            yield Problem(
                "jit: true does nothing: Keras compiles no step while operations are deterministic",
                "write `deterministic: false` beside it, or leave jit out",
                Code.CONTRADICTION,
                ("jit",),
            )
