"""`Backbone`: layers of a network that was trained before, with their weights."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Annotated

from netspec.diagnostics import Code
from netspec.fields import Fields, Flag, Mismatch, Nullable, Problem, Text, optional, required
from netspec.layers.wiring import INPUTS, NAME, InputNames
from netspec.spec.depth import Depth, Trained
from netspec.wording import short

BACKBONE = "Backbone"
MODEL = "model.keras"
# What a run is told by, besides its trained network.
RECORD, RESOLVED = "run.json", "resolved.yaml"


@dataclass(frozen=True)
class SpecPath(Text):
    """A path relative to the spec's file, which says the same on every machine."""

    what: str = "a path relative to the spec, such as ../runs/flowers"
    pattern: str = r"^(?![~/]|[A-Za-z]:)[^\x00-\x1f\x7f\\]{1,1000}$"

    def read(self, value: object) -> str:
        """The path."""
        if isinstance(value, str) and (value[:1] in {"~", "/"} or PureWindowsPath(value).drive):
            message = f"takes {self.words}, and '{short(value)}' is absolute"
            raise Mismatch(Problem(message, "write it relative to the spec's file", of_field=True))
        if isinstance(value, str) and "\\" in value:
            raise self.mismatch(value, hint="write / between folders")
        return super().read(value)


WEIGHTS_PATH = SpecPath(
    "a path relative to the spec, of a file that ends in .weights.h5, .keras or .h5",
    r"^(?![~/]|[A-Za-z]:)[^\x00-\x1f\x7f\\]{1,1000}\.(h5|keras)$",
)
_UNTIL = Text("the name of a layer or a block's instance, such as flatten", r"^[a-z][a-z0-9_.]*$")
_CHECKPOINT = SpecPath(
    "a file of the run that ends in .keras or .weights.h5, such as state/best.keras",
    r"^(?![~/]|[A-Za-z]:)(?!.*\.\./)[^\x00-\x1f\x7f\\]{1,1000}\.(weights\.h5|keras)$",
)


class Backbone(Fields):
    """The first layers of a network that a run has trained, with its weights.

    They stand in the network one by one, called as in the run: `conv2d` of one that is named `base` is `base.conv2d`.
    What the run's network does to raw pixels comes along.
    """

    run: Annotated[str, SpecPath()] = required(
        "The run's directory, relative to the spec's file; it holds no expression."
    )
    until: Annotated[str | None, Nullable(_UNTIL)] = optional(
        None,
        "The last of its layers that is taken, or a block's instance; without it, the one before the last layer with "
        "weights.",
    )
    checkpoint: Annotated[str, _CHECKPOINT] = optional(
        MODEL, "The file of the run whose weights they are, such as `state/best.keras`."
    )
    trainable: Annotated[bool | tuple[str, ...] | Depth, Trained(flag=True)] = optional(
        default=True,
        description="What of it trains: true, false, `{from: LAYER}`, `{last: N}`, or a list of names such as "
        "[stage2*]; all by the run's names.",
    )
    name: Annotated[str | None, Nullable(NAME)] = optional(
        None, "What it is called; without it, `backbone`."
    )
    inputs: Annotated[InputNames | None, Nullable(INPUTS)] = optional(
        None, "What it takes, by name; without it, the previous layer's output."
    )
    when: Annotated[bool, Flag()] = optional(default=True, description="Whether it is there.")

    def contradictions(self) -> Iterator[Problem]:
        """A run's path is no expression, as that of `extends` is none."""
        if "${" in self.run:
            yield Problem(
                "a run's path holds no expression",
                "write the path, or change it with --set",
                Code.CONTRADICTION,
                ("run",),
            )
