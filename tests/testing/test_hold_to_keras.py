"""A layer's class that says something else than its Keras layer is caught, whatever it is that differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from netspec.errors import MissingExtraError, UsageError
from netspec.fields import optional
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import Count, Initializer
from netspec.layers.shapes import Shape, ShapeError, Weight, known_channels
from netspec.testing import hold_to_keras

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.layers.base import Layer

pytest.importorskip("keras")
import keras

pytestmark = pytest.mark.keras

HERE = "tests.testing.test_hold_to_keras"


class Built(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Multiplies channels, a few times over."""

    def __init__(self, times: int = 1, scale_initializer: Any = "ones", **fields: Any) -> None:
        super().__init__(**fields)
        self.times = times
        self.scale_initializer = keras.initializers.get(scale_initializer)

    def build(self, shape: Any) -> None:
        self.scale = self.add_weight(
            name="scale", shape=(shape[-1], self.times), initializer=self.scale_initializer
        )

    def call(self, inputs: Any) -> Any:
        return inputs * keras.ops.prod(self.scale, axis=-1)

    def compute_output_shape(self, shape: Any) -> Any:
        return shape

    def get_config(self) -> dict[str, Any]:
        written = keras.initializers.serialize(self.scale_initializer)
        return {**super().get_config(), "times": self.times, "scale_initializer": written}


Unregistered = type("Unregistered", (Built,), {})
keras.saving.register_keras_serializable("tests")(Built)


@keras.saving.register_keras_serializable("tests")
class Forgetful(Built):
    """Forgets a field when it is saved."""

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        del config["times"]
        return config


@keras.saving.register_keras_serializable("tests")
class Silent(Built):
    """Does not say its shape."""

    compute_output_shape = keras.layers.Layer.compute_output_shape


class Scale(UnaryLayer):
    """Multiplies channels, a few times over."""

    keras_class = f"{HERE}:Built"
    example = Example({"times": 3}, ((8, 6, 4),))

    times: Count = optional(1, "How often.")
    scale_initializer: Initializer = optional("ones", "How the numbers start.")

    def output_shape(self, shape: Shape) -> Shape:
        """The same, of known channels."""
        if not shape:
            raise ShapeError("takes an axis", code="NS401")  # type: ignore[arg-type]
        known_channels(shape)
        return shape

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """A number a channel and time."""
        yield Weight("scale", (known_channels(shape), self.times))


def test_a_class_that_says_what_keras_builds_is_let_pass() -> None:
    hold_to_keras(Scale, draws=25)


class OtherWeights(Scale):
    """Has a weight too few."""

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """For one time only."""
        yield Weight("scale", (known_channels(shape), 1))


class WeightsOtherThanInItsExample(Scale):
    """Is right in its example, and wrong for one channel."""

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """A number a channel and time."""
        channels = known_channels(shape)
        yield Weight("scale", (channels, self.times), trainable=channels > 1)


class OtherShape(Scale):
    """Says a shape that it does not give."""

    def output_shape(self, shape: Shape) -> Shape:
        """An axis too few."""
        return super().output_shape(shape)[:-1]


class OtherDefault(Scale):
    """Has another default."""

    times: Count = optional(2, "How often.")


class MoreFields(Scale):
    """Has a field that Keras has not."""

    more: Count = optional(2, "How many more.")


class NeedsWhatKerasDoesNot(Scale):
    """Requires what has a default."""

    times: Count = optional(..., "How often.")


class TakesLess(Scale):
    """Refuses what Keras takes."""

    def output_shape(self, shape: Shape) -> Shape:
        """Of three axes only."""
        if len(shape) != 3:
            raise ShapeError("takes maps", code="NS401")  # type: ignore[arg-type]
        return super().output_shape(shape)


class TakesMore(Scale):
    """Takes what Keras refuses."""

    def output_shape(self, shape: Shape) -> Shape:
        """Anything."""
        return shape

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """Some number."""
        yield Weight("scale", (shape[-1] or 1 if shape else 1, self.times))


class OfTheForgetful(Scale):
    """Stands for one that forgets."""

    keras_class = f"{HERE}:Forgetful"


class OfTheSilent(Scale):
    """Stands for one that does not say its shape."""

    keras_class = f"{HERE}:Silent"


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (OtherWeights, "OtherWeights in its example: netspec says .*4, 1.* and Keras .*4, 3"),
        (WeightsOtherThanInItsExample, "WeightsOtherThanInItsExample: netspec says .*False"),
        (OtherShape, "OtherShape in its example"),
        (OtherDefault, "the default of OtherDefault's 'times': netspec says 2, and Keras 1"),
        (MoreFields, "MoreFields's fields and its constructor's"),
        (NeedsWhatKerasDoesNot, "whether NeedsWhatKerasDoesNot requires 'times'"),
        (TakesLess, "Keras takes what netspec refuses: takes maps"),
        (TakesMore, "netspec takes what Keras refuses"),
        (OfTheForgetful, "the get_config of Forgetful forgets times"),
        (OfTheSilent, "compute_output_shape of Silent is missing"),
    ],
)
def test_what_differs_is_told(layer: type[Layer], message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        hold_to_keras(layer, draws=100)


def test_a_refusal_on_purpose_can_be_told() -> None:
    def on_purpose(layer: Layer, shapes: Sequence[Shape]) -> bool:
        return len(shapes[0]) != 3

    hold_to_keras(TakesLess, draws=25, stricter=on_purpose)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (f"{HERE}:Unregistered", "which Keras could save and not open again"),
        (f"{HERE}:Example", "which is no Layer of Keras"),
        (f"{HERE}:Nowhere", "cannot be imported: AttributeError"),
        ("tests.nowhere:Built", "cannot be imported: ModuleNotFoundError"),
    ],
)
def test_a_class_that_is_no_layer_of_keras_is_told(path: str, message: str) -> None:
    layer = type("Scale", (Scale,), {"keras_class": path, "__module__": HERE})
    with pytest.raises(UsageError, match=message):
        hold_to_keras(layer)


def test_without_hypothesis_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match="needs hypothesis") as caught:
        hold_to_keras(Scale)
    assert caught.value.hint == "pip install 'netspec-keras[testing]'"
