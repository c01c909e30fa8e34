"""What happens besides training while it goes on: keeping models, stopping early, writing logs.

A callback writes in the run directory only: its paths are names inside it.

Source: keras/src/callbacks/.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from netspec.diagnostics import Code
from netspec.fields import (
    Choice,
    Flag,
    JsonSchema,
    ListOf,
    Nullable,
    OneOf,
    Problem,
    Real,
    Text,
    Thing,
    Whole,
    optional,
)
from netspec.things.fields import NotNegative
from netspec.things.run_paths import MODEL_ENDING, VALUE, WEIGHTS_ENDING, InsideTheRun, values_in


class _Word(Choice):
    """A choice that JSON Schema can merge with numbers: a pattern concerns texts only, an enumeration everything."""

    def schema(self) -> JsonSchema:
        """A string with a pattern."""
        return {"type": "string", "pattern": f"^({'|'.join(self.options)})$"}


_CHECKPOINT = InsideTheRun(
    what="a file's name inside the run directory that ends with .keras, or with .weights.h5",
    example="checkpoints/epoch-{epoch:02d}.keras",
    values=VALUE,
    endings=r"(?:\.keras|\.weights\.h5)",
)
_FILE = InsideTheRun(what="a file's name inside the run directory", example="training.csv")
_FOLDER = InsideTheRun(what="a folder's name inside the run directory", example="tensorboard")
_FREQUENCY = OneOf(
    _Word("epoch"), Whole(1), what="`epoch`, or a number of batches, a whole number of at least 1"
)
_UPDATES = OneOf(
    _Word("epoch", "batch"),
    Whole(1),
    what="`epoch`, `batch`, or a number of batches, a whole number of at least 1",
)

Verbose = Annotated[int, Whole(0, maximum=1)]
MaybeNumber = Annotated[float | None, Nullable(Real())]


class _Monitoring(Thing):
    """What watches one of the values that training logs."""

    monitor: Annotated[
        str, Text("the name of a value that training logs, such as val_accuracy", r"^\S+$")
    ] = optional("val_loss", "What is watched: loss or a metric; `val_` before it for validation.")
    mode: Annotated[str, Choice("auto", "min", "max")] = optional(
        "auto", "Whether less or more of it is better; auto: as its metric says."
    )
    verbose: Verbose = optional(0, "Whether what it does is told in the run's log: 0 or 1.")

    @property
    def counts(self) -> bool:
        """Whether what is watched changes anything."""
        return True


class ModelCheckpoint(_Monitoring):
    """Keeps the model, or its weights, after every epoch or when it is better than before."""

    filepath: Annotated[str | None, Nullable(_CHECKPOINT)] = optional(
        None,
        "The file's name inside the run directory, with values such as {epoch:02d} and {val_accuracy:.3f}; null: "
        "`checkpoints/epoch-{epoch:02d}.keras`, or `checkpoints/best.keras` with save_best_only, and `.weights.h5` for "
        "`.keras` with save_weights_only.",
    )
    save_best_only: Annotated[bool, Flag()] = optional(
        description="Whether it is kept only when what is watched is the best so far.",
        default=False,
    )
    save_weights_only: Annotated[bool, Flag()] = optional(
        description="Whether the weights alone are kept.", default=False
    )
    save_freq: Annotated[str | int, _FREQUENCY] = optional(
        "epoch", "When it is kept: at the end of every epoch, or after so many batches."
    )
    initial_value_threshold: MaybeNumber = optional(
        None, "What the first one that is kept must be better than."
    )

    @property
    def counts(self) -> bool:
        """Without save_best_only everything is kept, whatever is watched."""
        return self.save_best_only

    @property
    def pattern(self) -> str:
        """The file's name inside the run directory, before values are put in."""
        if self.filepath is not None:
            return self.filepath
        stem = "best" if self.save_best_only else "epoch-{epoch:02d}"
        return f"checkpoints/{stem}{self._ending}"

    @property
    def values(self) -> tuple[str, ...]:
        """The names of the values in the file's name."""
        return values_in(self.pattern)

    @property
    def _ending(self) -> str:
        return WEIGHTS_ENDING if self.save_weights_only else MODEL_ENDING

    def contradictions(self) -> Iterator[Problem]:
        """The ending says what is kept, and in the middle of an epoch less is known than at its end."""
        if not self.pattern.endswith(self._ending):
            what = (
                "true keeps the weights" if self.save_weights_only else "false keeps whole models"
            )
            yield Problem(
                f"save_weights_only: {what}, in files that end with {self._ending}",
                f"end the name with {self._ending}, or set save_weights_only: "
                f"{str(not self.save_weights_only).lower()}",
                Code.CONTRADICTION,
                ("filepath",),
            )
        if self.initial_value_threshold is not None and not self.save_best_only:
            yield Problem(
                "initial_value_threshold does nothing without save_best_only",
                "set save_best_only: true",
                Code.CONTRADICTION,
                ("initial_value_threshold",),
            )
        if self.save_freq == "epoch":
            if "batch" in self.values:
                yield Problem(
                    "{batch} is known only where save_freq is a number of batches",
                    "take it out; {epoch} numbers the files",
                    Code.CONTRADICTION,
                    ("filepath",),
                )
            return
        names = [*self.values, *([self.monitor] if self.counts else [])]
        late = [name for name in names if name.startswith("val_") or name == "learning_rate"]
        if late:
            yield Problem(
                f"'{late[0]}' is known at an epoch's end, and save_freq: {self.save_freq} keeps "
                "the model in its middle",
                "write save_freq: epoch, or take what training itself measures, such as loss",
                Code.CONTRADICTION,
                ("save_freq",),
            )


class EarlyStopping(_Monitoring):
    """Ends training when what is watched no longer gets better."""

    min_delta: NotNegative = optional(0.0, "How much better it must get to count as better.")
    patience: Annotated[int, Whole(0)] = optional(
        0, "After how many epochs without getting better training ends."
    )
    baseline: MaybeNumber = optional(None, "What it must be better than at all.")
    restore_best_weights: Annotated[bool, Flag()] = optional(
        description="Whether the weights of the best epoch are put back at the end.", default=False
    )
    start_from_epoch: Annotated[int, Whole(0)] = optional(
        0, "How many epochs pass before it is watched."
    )


class ReduceLROnPlateau(_Monitoring):
    """Lowers the learning rate when what is watched no longer gets better."""

    factor: Annotated[float, Real(above=0, below=1)] = optional(
        0.1, "What the learning rate is multiplied by."
    )
    patience: Annotated[int, Whole(0)] = optional(
        10, "After how many epochs without getting better it is lowered."
    )
    min_delta: NotNegative = optional(1e-4, "How much better it must get to count as better.")
    cooldown: Annotated[int, Whole(0)] = optional(
        0, "How many epochs pass after it was lowered before the next are counted."
    )
    min_lr: NotNegative = optional(0.0, "The lowest learning rate.")


class CSVLogger(Thing):
    """Writes what every epoch gave into a table of its own; `metrics.csv` has it anyway."""

    filename: Annotated[str, _FILE] = optional(
        "training.csv", "The file's name inside the run directory."
    )
    separator: Annotated[
        str, Text('one character between two values: a tab, or any of ASCII but "', r"^[\t -!#-~]$")
    ] = optional(",", "What stands between two values.")
    append: Annotated[bool, Flag()] = optional(
        description="Whether a file that is there already is continued.", default=False
    )


class TensorBoard(Thing):
    """Writes what TensorBoard shows; needs the package `tensorboard`."""

    # TensorFlow writes no summary without it, and has not brought it along since 2.21.
    package: ClassVar[str] = "tensorboard"

    not_yet: ClassVar[frozenset[str]] = frozenset({"embeddings_freq", "embeddings_metadata"})

    log_dir: Annotated[str, _FOLDER] = optional(
        "tensorboard", "The folder's name inside the run directory."
    )
    histogram_freq: Annotated[int, Whole(0)] = optional(
        0, "Every how many epochs the weights' histograms are written; 0: never."
    )
    write_graph: Annotated[bool, Flag()] = optional(
        description="Whether the network's graph is written.", default=True
    )
    write_images: Annotated[bool, Flag()] = optional(
        description="Whether weights are written as images, together with their histograms.",
        default=False,
    )
    write_steps_per_second: Annotated[bool, Flag()] = optional(
        description="Whether the speed of training is written.", default=False
    )
    update_freq: Annotated[str | int, _UPDATES] = optional(
        "epoch", "When losses and metrics are written: every epoch, or every so many batches."
    )
    profile_batch: Annotated[
        int | tuple[int, int],
        OneOf(
            Whole(0),
            ListOf(Whole(1), minimum=2, maximum=2),
            what="the number of a batch, 0, or the numbers of a first and a last one",
        ),
    ] = optional(0, "Which batch, or which from a first to a last one, is profiled; 0: none.")

    def contradictions(self) -> Iterator[Problem]:
        """Images come with histograms, and a last batch after the first."""
        if self.write_images and not self.histogram_freq:
            yield Problem(
                "write_images does nothing without histogram_freq",
                "say every how many epochs: histogram_freq: 1",
                Code.CONTRADICTION,
                ("write_images",),
            )
        if isinstance(self.profile_batch, tuple) and self.profile_batch[0] > self.profile_batch[1]:
            first, last = self.profile_batch
            yield Problem(
                f"profile_batch: the first batch, {first}, comes after the last, {last}",
                f"write [{last}, {first}]",
                Code.CONTRADICTION,
                ("profile_batch",),
            )


class SwapEMAWeights(Thing):
    """Validates with the average of the weights that the optimizer keeps with `use_ema: true`."""

    swap_on_epoch: Annotated[bool, Flag()] = optional(
        description="Whether the average stays in the network for the callbacks after it, such as ModelCheckpoint, "
        "until the next epoch begins.",
        default=False,
    )


class TerminateOnNaN(Thing):
    """Ends training when the loss of a batch is no longer a number."""

    raise_error: Annotated[bool, Flag()] = optional(
        description="Whether training ends at that very batch; else the epoch is ended first. The run has failed "
        "either way.",
        default=False,
    )
