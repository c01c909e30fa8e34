"""Every thing is Keras's: its fields, defaults, names and what it builds."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

from netspec.fields import ThingOf
from netspec.things import registries
from netspec.things.activations import ACTIVATION
from netspec.things.base import Metric
from netspec.things.metric_field import METRIC

if TYPE_CHECKING:
    from netspec.fields import Registry, Thing

keras = pytest.importorskip("keras")

from netspec.lowering import things  # noqa: E402 - after the check that Keras is there

pytestmark = pytest.mark.keras

INITIALIZERS = registries.INITIALIZERS

NAMESPACES: dict[str, tuple[Registry, Any]] = {
    "initializers": (INITIALIZERS, keras.initializers),
    "regularizers": (registries.REGULARIZERS, keras.regularizers),
    "constraints": (registries.CONSTRAINTS, keras.constraints),
    "schedules": (registries.SCHEDULES, keras.optimizers.schedules),
    "optimizers": (registries.OPTIMIZERS, keras.optimizers),
    "losses": (registries.LOSSES, keras.losses),
    "metrics": (registries.METRICS, keras.metrics),
}

# Constructor parameters that are no fields, and why.
LEFT_OUT = {
    "schedules": {"name": "it shows nowhere but in TensorFlow's traces"},
    "optimizers": {"name": "netspec gives it, so that two runs agree"},
    "losses": {
        "name": "logs call a loss `loss`, or by its output",
        "dtype": "runtime.precision decides",
    },
    "metrics": {"dtype": "runtime.precision decides"},
}

# The least that a thing with required fields can be made of.
EXAMPLES: dict[str, dict[str, Any]] = {
    "CosineDecay": {"initial_learning_rate": 0.1, "decay_steps": 10},
    "CosineDecayRestarts": {"initial_learning_rate": 0.1, "first_decay_steps": 10},
    "ExponentialDecay": {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5},
    "InverseTimeDecay": {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5},
    "PolynomialDecay": {"initial_learning_rate": 0.1, "decay_steps": 10},
    "PiecewiseConstantDecay": {"boundaries": [5], "values": [0.1, 0.01]},
    "IoU": {"num_classes": 3, "target_class_ids": [0, 2]},
    "MeanIoU": {"num_classes": 3},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [1]},
    "OneHotMeanIoU": {"num_classes": 3},
    "PrecisionAtRecall": {"recall": 0.8},
    "RecallAtPrecision": {"precision": 0.8},
    "SensitivityAtSpecificity": {"specificity": 0.8},
    "SpecificityAtSensitivity": {"sensitivity": 0.8},
}

KINDS = [
    pytest.param(namespace, name, id=f"{namespace}.{name}")
    for namespace, (registry, _) in NAMESPACES.items()
    for name in registry.names()
]
every_thing = pytest.mark.parametrize(("namespace", "name"), KINDS)


def parameters(kind: type) -> dict[str, inspect.Parameter]:
    named = inspect.signature(kind.__init__).parameters  # type: ignore[misc]
    return {
        name: parameter
        for name, parameter in named.items()
        if name != "self" and parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    }


def example(namespace: str, name: str) -> Thing:
    registry, _ = NAMESPACES[namespace]
    return registry.get(name).model_validate(EXAMPLES.get(name, {}))


def gives(module: Any, string: str) -> bool:
    """Whether Keras has something for a string name; it fails on those that need arguments."""
    try:
        return module.get(string) is not None
    except (TypeError, KeyError):
        return False


@every_thing
def test_a_thing_has_the_fields_of_its_keras_class(namespace: str, name: str) -> None:
    registry, module = NAMESPACES[namespace]
    expected = set(parameters(getattr(module, name))) - set(LEFT_OUT.get(namespace, {}))
    assert set(registry.get(name).model_fields) == expected


@every_thing
def test_a_field_has_keras_s_default(namespace: str, name: str) -> None:
    registry, module = NAMESPACES[namespace]
    named = parameters(getattr(module, name))
    for field, info in registry.get(name).model_fields.items():
        if namespace == "metrics" and field == "name":
            continue  # null is netspec's word for Keras's name; `logged_as` is tested below
        default = named[field].default
        if default is inspect.Parameter.empty:
            assert info.is_required(), field
        else:
            assert info.default == default, field


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_public_class_of_keras_is_known_or_refused(namespace: str) -> None:
    registry, module = NAMESPACES[namespace]
    public = {name: kind for name, kind in vars(module).items() if inspect.isclass(kind)}
    known = {public[name] for name in (*registry.modules, *registry.refused) if name in public}
    assert [name for name, kind in public.items() if kind not in known] == []
    assert set(registry.modules) <= set(public)


@pytest.mark.parametrize("namespace", [name for name in NAMESPACES if name != "schedules"])
def test_every_string_means_in_keras_what_it_means_here(namespace: str) -> None:
    registry, module = NAMESPACES[namespace]
    for string, name in registry.strings.items():
        meant = module.get(string)
        own = getattr(module, name)
        if namespace == "losses":
            assert own().fn is meant, string
        else:
            assert type(meant) is own, string


@pytest.mark.parametrize("namespace", [name for name in NAMESPACES if name != "schedules"])
def test_every_string_of_keras_is_known_or_refused(namespace: str) -> None:
    registry, module = NAMESPACES[namespace]
    table = inspect.getmodule(module.get).ALL_OBJECTS_DICT  # type: ignore[union-attr]
    known = {*registry.modules, *registry.strings, *registry.refused, "accuracy"}
    unknown = {
        string
        for string, kind in table.items()
        if string not in known and kind.__name__ not in registry.refused and gives(module, string)
    }
    assert unknown == set()


@every_thing
def test_a_thing_builds_the_object_keras_does(namespace: str, name: str) -> None:
    _, module = NAMESPACES[namespace]
    built = things.to_keras(example(namespace, name), seed=7)
    assert type(built) is getattr(module, name)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(built))
    assert type(again) is type(built)
    if hasattr(built, "get_config"):
        assert again.get_config() == built.get_config()


@pytest.mark.parametrize("name", registries.METRICS.names())
def test_a_metric_is_logged_under_keras_s_name(name: str) -> None:
    thing = example("metrics", name)
    keras.backend.clear_session()
    fresh = getattr(keras.metrics, name)(**EXAMPLES.get(name, {}))
    assert isinstance(thing, Metric)
    assert thing.logged_as == fresh.name
    assert [things.to_keras(thing).name for _ in range(2)] == [fresh.name] * 2


@pytest.mark.parametrize("name", registries.OPTIMIZERS.names())
def test_an_optimizer_is_called_the_same_however_many_there_were(name: str) -> None:
    thing = example("optimizers", name)
    keras.backend.clear_session()
    fresh = getattr(keras.optimizers, name)()
    assert [things.optimizer(thing).name for _ in range(2)] == [fresh.name] * 2
    assert things.optimizer(thing).get_config() == fresh.get_config()


def test_a_schedule_in_an_optimizer_is_built_too() -> None:
    written = {
        "SGD": {
            "learning_rate": {"PiecewiseConstantDecay": {"boundaries": [2], "values": [0.5, 0.1]}}
        }
    }
    optimizer = things.optimizer(things_of(registries.OPTIMIZERS, written))
    assert float(optimizer.learning_rate) == 0.5
    optimizer.iterations.assign(3)
    assert float(optimizer.learning_rate) == pytest.approx(0.1)


@pytest.mark.parametrize("name", [name for name in INITIALIZERS.names() if name != "Identity"])
def test_an_initializer_draws_by_its_seed_alone(name: str) -> None:
    import numpy as np

    thing = INITIALIZERS.get(name)()
    first, again = (things.initializer(thing, seed=3)((4, 5)) for _ in range(2))
    other = things.initializer(thing, seed=4)((4, 5))
    assert np.array_equal(first, again)
    assert np.array_equal(first, other) == ("seed" not in type(thing).model_fields)


def test_an_initializer_s_own_seed_wins() -> None:
    thing = things_of(INITIALIZERS, {"HeNormal": {"seed": 5}})
    assert things.initializer(thing, seed=3).seed == 5


def test_an_initializer_is_found_by_its_string_name() -> None:
    assert type(things.initializer("glorot_uniform", seed=3)) is keras.initializers.GlorotUniform
    assert things.initializer("glorot_uniform", seed=3).seed == 3
    assert type(things.initializer("zeros", seed=3)) is keras.initializers.Zeros


def test_no_regularizer_and_no_constraint_stay_none() -> None:
    assert things.regularizer(None) is None
    assert things.constraint(None) is None
    assert type(things.regularizer(things_of(registries.REGULARIZERS, "l2"))) is (
        keras.regularizers.L2
    )


def test_the_special_metrics_are_left_to_keras() -> None:
    assert things.metric("accuracy") == "accuracy"
    metric = things.metric(METRIC.read("mse"))
    assert not isinstance(metric, str)
    assert metric.name == "mse"


LABELS: dict[str, tuple[Any, Any]] = {
    "integer": ([0, 2], [[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]]),
    "one_hot": ([[1, 0, 0], [0, 0, 1]], [[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]]),
    "binary": ([[1], [0]], [[0.7], [0.2]]),
    "numbers": ([[1], [0]], [[0.7], [0.2]]),
}


@pytest.mark.parametrize("name", registries.LOSSES.names())
def test_a_loss_works_on_the_labels_it_names(name: str) -> None:
    import numpy as np

    thing = example("losses", name)
    y_true, y_pred = LABELS[thing.labels]  # type: ignore[attr-defined]
    value = float(things.loss(thing)(np.array(y_true), np.array(y_pred, "float32")))
    assert np.isfinite(value)


@pytest.mark.parametrize("name", registries.METRICS.names())
def test_a_metric_works_on_the_labels_it_names(name: str) -> None:
    import numpy as np

    thing = example("metrics", name)
    labels = thing.labels  # type: ignore[attr-defined]
    y_true, y_pred = LABELS[labels if labels != "any" else "integer"]
    if labels == "any":
        y_pred = [0, 2]  # class numbers, as `sparse_y_pred` has it
    metric = things.metric(thing)
    assert not isinstance(metric, str)
    metric.update_state(np.array(y_true), np.array(y_pred, "float32"))
    assert np.all(np.isfinite(np.array(metric.result())))


@pytest.mark.parametrize("name", ["Dice", "Tversky"])
def test_axes_may_be_a_list(name: str) -> None:
    import numpy as np

    thing = things_of(registries.LOSSES, {name: {"axis": [1]}})
    value = things.loss(thing)(np.eye(2, dtype="float32"), np.eye(2, dtype="float32"))
    assert float(value) == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("name", ["MaxNorm", "MinMaxNorm", "UnitNorm"])
def test_a_constraint_takes_a_convolution_s_axes(name: str) -> None:
    import numpy as np

    thing = things_of(registries.CONSTRAINTS, {name: {"axis": [0, 1, 2]}})
    kernel = np.full((3, 3, 2, 4), 5, "float32")
    constraint = things.constraint(thing)
    assert constraint is not None
    held = np.array(constraint(kernel))
    assert held.shape == kernel.shape
    assert np.all(np.linalg.norm(held.reshape(-1, 4), axis=0) < 2.01)


@pytest.mark.parametrize("name", ACTIVATION.names)
def test_an_activation_resolves_and_keeps_the_shape(name: str) -> None:
    import numpy as np

    values = np.linspace(-2, 2, 12, dtype="float32").reshape(3, 4)
    result = np.array(keras.activations.get(name)(values))
    assert result.shape == values.shape
    assert np.all(np.isfinite(result))


def test_every_activation_of_keras_is_known_or_refused() -> None:
    table = inspect.getmodule(keras.activations.get).ALL_OBJECTS_DICT  # type: ignore[union-attr]
    assert set(table) == {*ACTIVATION.names, *ACTIVATION.refused}


def things_of(registry: Registry, written: object) -> Any:
    return ThingOf(registry).read(written)
