"""What is compared between a layer's class and its Keras layer."""

from __future__ import annotations

import inspect
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
from hypothesis import HealthCheck, Phase, assume, currently_in_test_context, event, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from netspec.fields import Choice, Mismatch, ThingOf, read_model
from netspec.fields.base import field_types
from netspec.layers.shapes import Shape, ShapeError
from netspec.lowering.classes import class_of
from netspec.testing.keras_side import Built, KerasRefuses, build
from netspec.testing.strategies import layer_fields, related_shapes, shapes, shapes_like

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netspec.fields import FieldType
    from netspec.layers.base import Layer

    Stricter = Callable[[Layer, Sequence[Shape]], object]

# Constructor fields that are netspec's to give: `runtime.precision`, and one field of every layer.
_GIVEN = frozenset({"dtype", "name", "trainable"})
_DATA_FORMAT = Choice("channels_last", "channels_first")


def hold_constructor(layer: type[Layer]) -> None:
    """The fields are the constructor's, with its defaults."""
    takes = _fields_of(class_of(layer, keras.layers, keras.layers.Layer))
    fields = {
        name: info for name, info in layer.model_fields.items() if name not in _GIVEN | layer.wiring
    }
    _agree(f"{layer.kind()}'s fields and its constructor's", set(fields), set(takes))
    for name, parameter in takes.items():
        required = parameter.default is inspect.Parameter.empty
        what = f"whether {layer.kind()} requires '{name}'"
        _agree(what, fields[name].is_required(), required)
        if not required:
            default = _default(field_types(layer)[name], parameter.default)
            _agree(f"the default of {layer.kind()}'s '{name}'", fields[name].default, default)


def hold_example(layer: type[Layer]) -> None:
    """The example is taken, and a network with it is saved and opened again."""
    from netspec.lowering.layers import call, to_keras

    made = read_model(layer, dict(layer.example.fields), noun=layer.kind())
    taken = layer.example.shapes
    _agree(f"{layer.kind()} in its example", known(made, taken), build(made, taken))
    inputs = [keras.Input(shape=shape) for shape in taken]
    built = to_keras(made, name="layer", seed=1, nested=made.infer(taken).nested)
    network = keras.Model(inputs, list(call(built, made, inputs)))
    if layer.takes == "one":
        _hold_shape(built, taken[0], made.infer(taken).output_shapes)
    forgotten = _fields_of(type(built)).keys() - built.get_config().keys()
    if forgotten:
        message = f"the get_config of {type(built).__name__} forgets {', '.join(sorted(forgotten))}"
        raise AssertionError(message)
    opened = _saved_and_opened(network).get_layer("layer")
    _agree(f"the class of {layer.kind()} once it is saved", type(built), type(opened))


def _saved_and_opened(network: keras.Model) -> keras.Model:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "network.keras")
        network.save(path)
        try:
            return keras.saving.load_model(path)
        except Exception as error:  # whatever Keras raises is the answer
            message = f"a saved network with the layer cannot be opened again: {error}"
            raise AssertionError(message) from error


def _hold_shape(built: Any, taken: Shape, given: tuple[Shape, ...]) -> None:
    """A layer that takes one tensor says its shape without being called, as inside TimeDistributed."""
    what = f"the compute_output_shape of {type(built).__name__}"
    try:
        shape = built.compute_output_shape((None, *taken))
    except NotImplementedError:
        raise AssertionError(f"{what} is missing, and TimeDistributed asks for it") from None
    if len(given) == 1:
        _agree(what, given[0], tuple(shape[1:]))


def hold_draws(layer: type[Layer], *, draws: int, stricter: Stricter) -> None:
    """For drawn fields and shapes both say the same."""

    @settings(
        max_examples=draws,
        derandomize=True,
        deadline=None,
        database=None,
        # Without the phase that explains a failure: it traces every line of Keras, and takes ten times as long.
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def held(data: st.DataObject) -> None:
        hold_drawn(layer, data, stricter)

    held()


def hold_drawn(layer_class: type[Layer], data: st.DataObject, stricter: Stricter) -> None:
    """For one draw of fields and shapes both say the same."""
    fields = data.draw(layer_fields(layer_class), label="fields")
    taken = data.draw(inputs_of(layer_class), label="inputs")
    try:
        layer = layer_class.model_validate(fields)
    except ValidationError:
        assume(False)  # noqa: FBT003 - contradictions inside an initializer are its own tests'
    hold_equal(layer, taken, stricter)


def hold_equal(layer: Layer, taken: tuple[Shape, ...], stricter: Stricter) -> None:
    """Both take the fields and shapes and make the same of them, or neither takes them."""
    answer: Built | Exception
    built: Built | Exception
    try:
        answer = known(layer, taken)
    except (Mismatch, ShapeError) as refusal:
        answer = refusal
    try:
        built = build(layer, taken)
    except KerasRefuses as refusal:
        built = refusal
    match answer, built:
        case Built(), Built():
            _count("taken")
            _agree(layer.kind(), answer, built)
        case Exception(), Exception():
            _count("refused")
        case Exception(), Built():
            _count("refused by netspec alone")
            if not stricter(layer, taken):
                raise AssertionError(f"Keras takes what netspec refuses: {answer}")
        case _:
            raise AssertionError(f"netspec takes what Keras refuses at its {built}")


def known(layer: Layer, taken: tuple[Shape, ...]) -> Built:
    """What netspec says of a layer.

    Raises:
        Mismatch: Its fields exclude each other.
        ShapeError: It cannot take the shapes.
    """
    contradictions = tuple(layer.contradictions())
    if contradictions:
        raise Mismatch(*contradictions)
    inference = layer.infer(taken)
    weights = tuple(
        (weight.name, weight.shape, weight.trainable and layer.trainable)
        for weight in inference.weights
    )
    # Keras lists what it trains first; a frozen layer keeps the order.
    return Built(inference.output_shapes, weights)


def inputs_of(layer: type[Layer]) -> st.SearchStrategy[tuple[Shape, ...]]:
    """Input shapes, many of them like the example's."""
    alike = shapes_like(layer.example.shapes)
    others = st.tuples(shapes()) if layer.takes == "one" else related_shapes()
    return st.one_of(alike, alike, others)


def _agree(what: str, netspec: object, keras_says: object) -> None:
    if netspec != keras_says:
        raise AssertionError(f"{what}: netspec says {netspec}, and Keras {keras_says}")


def _count(outcome: str) -> None:
    """For hypothesis's statistics, where it draws."""
    if currently_in_test_context():
        event(outcome)


def _fields_of(keras_class: type) -> dict[str, inspect.Parameter]:
    """What a Keras layer's constructor takes, but for what it takes as every layer does."""
    return {
        name: parameter
        for name, parameter in inspect.signature(keras_class).parameters.items()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD and name not in _GIVEN
    }


def _default(field_type: FieldType, default: Any) -> Any:
    """A constructor's default as a field of the type would hold it."""
    if isinstance(field_type, ThingOf):
        return default
    if field_type == _DATA_FORMAT and default is None:
        return "channels_last"  # Keras asks a file in the user's home, and netspec does not
    try:
        return field_type.read(_as_written(default))
    except Mismatch:
        return default


def _as_written(default: Any) -> Any:
    return [_as_written(item) for item in default] if isinstance(default, tuple) else default
