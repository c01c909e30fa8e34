"""The network that is handed on, and what it says of some pictures. Importing this module imports TensorFlow."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from netspec.data.form import picture_form
from netspec.errors import UsageError
from netspec.evaluation.network import trained_network
from netspec.evaluation.outputs import outputs_of, values_by_output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import keras
    from numpy.typing import NDArray

    from netspec.data.form import ImageForm
    from netspec.evaluation.output import Output
    from netspec.runs.saved import SavedRun

    Floats = NDArray[np.floating[Any]]

# How far a value may be from the network's own, as a share of the largest that the output gives: runtimes add up in
# other orders. A wrong padding or order of channels is off by far more.
TOLERANCE = 1e-3
# Below this, values that should be 0 are.
_NOTHING = 1e-6
_FULL = "float32"
_SHADES = 16
_BLOCKS = 4
_EACH = 2


@dataclass(frozen=True)
class Network:
    """A run's network.

    Attributes:
        model: The Keras model with the trained weights.
        form: The form in which pictures reach it.
        outputs: What its outputs say, by key.
        pictures: Some pictures, whole numbers from 0 to 255 as float32 `(pictures, height, width, channels)`.
        values: What it gives for them, `(pictures, values)` by the outputs' keys.
    """

    model: keras.Model
    form: ImageForm
    outputs: Mapping[str, Output]
    pictures: Floats
    values: Mapping[str, Floats]

    @property
    def input(self) -> str:
        """The name of what it takes."""
        name: str = self.model.input.name
        return name

    @property
    def by_key(self) -> bool:
        """Whether it gives a dict by the outputs' keys; else one tensor."""
        return isinstance(self.model.output, dict)

    def hold(self, predict: Callable[[Floats], Any], *, form: str) -> None:
        """Makes sure that a file which was written says what the network says, of several pictures and of one.

        Args:
            predict: What the file's runtime gives for pictures `(pictures, height, width, channels)`: an array, or
                arrays by the outputs' keys.
            form: The format.

        Raises:
            UsageError: It does not.
        """
        for count in (len(self.pictures), 1):
            with _exact():
                given = values_by_output(predict(self.pictures[:count]), self.outputs)
            for key, wanted in self.values.items():
                _require_near(given[key], wanted[:count], largest=abs(wanted).max(), form=form)


def network_of(run: SavedRun, *, full: bool = True) -> Network:
    """The network of a run, and what it says.

    Args:
        run: The run.
        full: Whether it computes in float32 throughout, whatever it was trained in; else as it was trained.

    Raises:
        UsageError: Its weights cannot be read, or are no numbers.
    """
    document, graph = run.analysis.require()
    assert document.compile is not None  # noqa: S101 - a run has one
    model = trained_network(run, precision=_FULL if full else None)
    form = picture_form(document, graph)
    outputs = outputs_of(run.targets, section=document.compile, graph=graph)
    pictures = _pictures(form)
    with _exact():
        values = values_by_output(model.predict(pictures, verbose=0), outputs)
    if not all(np.isfinite(each).all() for each in values.values()):
        raise UsageError(
            f"the network of {run.path} gives no numbers",
            hint="its training failed; choose another state with --checkpoint",
        )
    return Network(model, form, outputs, pictures, values)


def _pictures(form: ImageForm) -> Floats:
    """Pictures that differ: dark and bright ones, noise, and blocks of colour.

    None is of one colour throughout: what normalizes it would divide one rounding error by another.
    """
    random = np.random.default_rng(0)
    height, width = form.size
    ranges = ((0, _SHADES), (256 - _SHADES, 256), (0, 256), (0, 256))
    noise = [random.integers(*shades, (height, width, form.channels)) for shades in ranges]
    blocks = random.integers(0, 256, (_EACH, _BLOCKS, _BLOCKS, form.channels))
    rows, columns = (np.arange(side) * _BLOCKS // side for side in (height, width))
    return np.concatenate([noise, blocks[:, rows][:, :, columns]]).astype(np.float32)


def _require_near(given: Floats, wanted: Floats, *, largest: float, form: str) -> None:
    allowed = max(TOLERANCE * largest, _NOTHING)
    if given.shape != wanted.shape:
        off = f"gives {given.shape[-1]} values where it gives {wanted.shape[-1]}"
    elif not np.isfinite(given).all():
        off = "gives what is no number"
    elif (difference := float(abs(given - wanted).max())) > allowed:
        off = f"is off by {difference:.2g}, and {allowed:.2g} is allowed"
    else:
        return
    raise UsageError(
        f"as {form} the network does not say what it says in the run: it {off}",
        hint="nothing was written; another format may hold it",
    )


@contextmanager
def _exact() -> Iterator[None]:
    """Products in all digits of a float32: a GPU drops some of them by default."""
    before = tf.config.experimental.tensor_float_32_execution_enabled()
    tf.config.experimental.enable_tensor_float_32_execution(enabled=False)
    try:
        yield
    finally:
        tf.config.experimental.enable_tensor_float_32_execution(enabled=before)
