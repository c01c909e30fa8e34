"""Every augmentation is a random image layer of Keras: its fields, its defaults, and what it takes."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from netspec.fields import Mismatch, Problem, ThingOf
from netspec.layers.registry import LAYERS
from netspec.testing.strategies import fields_of
from netspec.things.augmentations.base import Augmentation
from netspec.things.registries import AUGMENTATIONS

keras = pytest.importorskip("keras")
np = pytest.importorskip("numpy")
pytestmark = pytest.mark.keras

AUGMENTATION = ThingOf(AUGMENTATIONS)
# Constructor parameters that are no fields, and why.
LEFT_OUT = {
    "name": "an augmentation shows in no summary",
    "data_format": "the pipeline's images have their channels last",
}
# The least that an augmentation with required fields can be made of.
EXAMPLES: dict[str, dict[str, Any]] = {
    "RandomBrightness": {"factor": 0.2},
    "RandomColorDegeneration": {"factor": 0.2},
    "RandomContrast": {"factor": 0.2},
    "RandomCrop": {"height": 3, "width": 4},
    "RandomHue": {"factor": 0.2},
    "RandomPosterization": {"factor": 4},
    "RandomRotation": {"factor": 0.2},
    "RandomSaturation": {"factor": 0.2},
    "RandomSharpness": {"factor": 0.2},
    "RandomTranslation": {"height_factor": 0.2, "width_factor": 0.2},
    "RandomZoom": {"height_factor": 0.2},
}
every_kind = pytest.mark.parametrize("kind", AUGMENTATIONS.names())


def parameters(kind: str) -> dict[str, inspect.Parameter]:
    named = inspect.signature(getattr(keras.layers, kind).__init__).parameters
    return {
        name: parameter
        for name, parameter in named.items()
        if name not in {"self", *LEFT_OUT}
        and parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    }


def takes(kind: str, fields: dict[str, Any]) -> bool:
    try:
        AUGMENTATION.read({kind: fields})
    except Mismatch:
        return False
    return True


def runs(kind: str, fields: dict[str, Any], *, channels: int = 3) -> bool:
    """Whether Keras builds the layer and varies a batch of two, to numbers."""
    images = np.random.default_rng(0).uniform(0, 255, (2, 7, 9, channels)).astype("float32")
    try:
        layer = getattr(keras.layers, kind)(**fields)
        varied = np.asarray(layer(images, training=True))
    except Exception:  # noqa: BLE001 - Keras fails in many ways
        return False
    return bool(np.isfinite(varied).all())


@every_kind
def test_it_has_the_fields_and_defaults_of_keras(kind: str) -> None:
    fields, named = AUGMENTATIONS.get(kind).model_fields, parameters(kind)
    assert set(fields) == set(named)
    for name, info in fields.items():
        if named[name].default is inspect.Parameter.empty:
            assert info.is_required(), name
        else:
            assert info.default == named[name].default, name


@every_kind
def test_it_has_a_seed_and_says_where_keras_defines_it(kind: str) -> None:
    thing = AUGMENTATIONS.get(kind)
    module = getattr(keras.layers, kind).__module__.replace(".", "/")
    assert issubclass(thing, Augmentation)
    assert thing.model_fields["seed"].default is None
    assert f"Source: {module}.py." in (thing.__doc__ or "")


def test_every_image_layer_of_keras_is_known_refused_or_to_come() -> None:
    family = "keras.src.layers.preprocessing.image_preprocessing."
    public = {
        name
        for name, kind in vars(keras.layers).items()
        if inspect.isclass(kind) and kind.__module__.startswith(family)
    }
    groups = (AUGMENTATIONS.modules, AUGMENTATIONS.refused, AUGMENTATIONS.not_yet)
    assert set().union(*groups) == public | {"Normalization", "Rescaling"}
    assert sum(len(group) for group in groups) == len(set().union(*groups))


def test_what_is_an_augmentation_is_no_layer_of_a_model_and_the_other_way_round() -> None:
    random = {*AUGMENTATIONS.modules, *AUGMENTATIONS.not_yet}
    assert {name for name in random if "under augmentation" in LAYERS.refused[name]} == random
    nowhere = {"Equalization", "MaxNumBoundingBoxes"}
    assert set(AUGMENTATIONS.refused) & set(LAYERS.refused) == nowhere


@every_kind
@settings(max_examples=12)
@given(data=st.data())
def test_what_netspec_takes_keras_builds_and_runs(kind: str, data: st.DataObject) -> None:
    thing = AUGMENTATIONS.get(kind)
    fields = data.draw(fields_of(thing, without=frozenset({"value_range"})))
    assume(takes(kind, fields))
    read = AUGMENTATION.read({kind: fields})
    assert runs(kind, {name: getattr(read, name) for name in thing.model_fields})


NUMBERS = st.sampled_from([-2, -1.5, -1, -0.5, 0, 0.0, 0.25, 0.5, 1, 1.0, 1.5, 2, 3, 4, 8, 9])
PAIRS = st.lists(NUMBERS, min_size=1, max_size=3)
ANYTHING: st.SearchStrategy[Any] = (
    NUMBERS | PAIRS | st.sampled_from([None, "0.5", "reflect", "bicubic", [], {}])
)


def is_refused_on_purpose(kind: str, field: str, value: Any) -> bool:
    """What Keras takes though it means nothing."""
    numbers = value if isinstance(value, list) else [value]
    if field == "value_range":  # some layers sort it, some look at one end, some never look
        return len(numbers) != 2 or numbers[0] >= numbers[1]
    if (kind, field) == ("RandomFlip", "mode"):  # Keras flips nothing under an unknown one
        return True
    if field == "all_ops":  # Keras asks only whether it is true
        return not isinstance(value, bool)
    if field in {"num_ops", "num_chains", "chain_depth"}:  # with none of them nothing happens
        return value in (0, -1, -2)
    if field == "alpha":  # Keras takes anything, and no distribution is of one that is not above 0
        return value in (None, [], {}) or isinstance(value, list) or value <= 0
    if field in {"height", "width"}:  # Keras stretches a window that has no pixels
        return value in (0, -1, -2)
    if field == "kernel_size":  # a whole number has no fraction
        return all(isinstance(number, float) and number.is_integer() for number in numbers)
    # Keras holds but one end of a pair against the bounds, and takes what is empty for 0.
    bounded = "factor" in field or field in {"scale", "sigma"}
    return bounded and (len(numbers) == 2 or value in (None, [], {}))


@every_kind
@settings(max_examples=40)
@given(data=st.data())
def test_netspec_refuses_what_keras_does_and_little_else(kind: str, data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(sorted(set(parameters(kind)) - {"seed"})))
    value = data.draw(ANYTHING)
    fields = {**EXAMPLES.get(kind, {}), field: value}

    if takes(kind, fields):
        assert runs(kind, fields), (kind, field, value)
    elif runs(kind, fields):
        assert is_refused_on_purpose(kind, field, value), (kind, field, value)


@every_kind
def test_the_bounds_of_single_numbers_are_keras_s(kind: str) -> None:
    named = parameters(kind)
    for field in {name for name in named if "factor" in name} | ({"scale", "sigma"} & set(named)):
        for value in (-1.5, -1, -0.5, 0, 0.5, 1, 1.5, 8, 9):
            fields = {**EXAMPLES.get(kind, {}), field: value}
            assert takes(kind, fields) == runs(kind, fields), (field, value)


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        (
            {"RandomRotation": {"factor": 2}},
            "RandomRotation: factor takes a number of at least -1 and of at most 1, or a pair of them, not 2",
            "1 is a full turn: write 2/360 for 2 degrees",
        ),
        (
            {"RandomContrast": {"factor": [0.1, -0.1]}},
            "RandomContrast: factor[1] takes a number of at least 0 and of at most 1, not -0.1",
            "0 leaves it as it is: write [0.2, 0.2] for 0.8 to 1.2 times",
        ),
        (
            {"RandomZoom": {"height_factor": [0.1]}},
            "RandomZoom: height_factor takes a pair of numbers, not a list of 1",
            None,
        ),
        (
            {"RandomGaussianBlur": {"kernel_size": 4}},
            "RandomGaussianBlur: kernel_size takes an odd whole number of at least 1, or a pair of them, not 4",
            "write 5",
        ),
        (
            {"RandomPosterization": {"factor": 0}},
            "RandomPosterization: factor takes a whole number from 1 to 8, or a pair of them, not 0",
            None,
        ),
        (
            {"RandomErasing": {"fill_value": [1, 2]}},
            "RandomErasing: fill_value takes a list of 3 numbers, one a channel, not a list of 2",
            None,
        ),
        (
            {"RandomTranslation": {"height_factor": 0.1}},
            "RandomTranslation needs 'width_factor'",
            "How far to the right at most, as a share of the width; below 0 is to the left.",
        ),
    ],
)
def test_a_wrong_field_is_told(written: dict[str, Any], message: str, hint: str | None) -> None:
    problem = problem_of(written)
    assert (problem.message, problem.hint) == (message, hint)


@every_kind
def test_the_schema_agrees_on_odd_kernels_and_pairs(kind: str) -> None:
    import jsonschema

    schema = AUGMENTATION.definition()["properties"][kind]
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(EXAMPLES.get(kind, {}))
    for field in set(schema["properties"]) & {"factor", "kernel_size", "sigma"}:
        for value in (1, 3, 4, 9, [1, 1], [3, 3], [2, 4], [1], [1, 1, 1]):
            fields = {**EXAMPLES.get(kind, {}), field: value}
            assert validator.is_valid(fields) == takes(kind, fields), (field, value)


@every_kind
def test_it_knows_whether_it_can_take_images_of_one_channel(kind: str) -> None:
    """What fails on gray images has colour fields; two more have them because they do nothing."""
    thing = AUGMENTATION.read({kind: EXAMPLES.get(kind, {})})
    useless = {"RandomGrayscale", "RandomColorDegeneration"}
    fails = not runs(kind, EXAMPLES.get(kind, {}), channels=1)
    assert bool(thing.colour_fields()) == (fails or kind in useless)


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("RandomErasing", {"fill_value": 3}, ()),
        ("RandomErasing", {"fill_value": [1, 2, 3]}, ("fill_value",)),
        ("RandomColorJitter", {"brightness_factor": 0.1, "contrast_factor": 0.1}, ()),
        ("RandomColorJitter", {"saturation_factor": 0.1}, ("saturation_factor",)),
        ("RandomColorJitter", {"hue_factor": 0.1}, ("hue_factor",)),
    ],
)
def test_colour_fields_follow_what_is_given(
    kind: str, fields: dict[str, Any], expected: tuple[str, ...]
) -> None:
    assert AUGMENTATION.read({kind: fields}).colour_fields() == expected
    assert runs(kind, fields, channels=1) == (not expected)


def problem_of(written: dict[str, Any]) -> Problem:
    with pytest.raises(Mismatch) as caught:
        AUGMENTATION.read(written)
    (problem,) = caught.value.problems
    return problem
