"""`netspec predict --structure`: what another program trained in Keras says of pictures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from netspec.errors import NetspecError
from netspec.evaluation.with_model import OtherModel
from netspec.weights.files import opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import keras

pytestmark = pytest.mark.keras


@pytest.fixture
def picture(tmp_path: Path) -> str:
    path = tmp_path / "red.png"
    Image.new("RGB", (9, 7), (250, 20, 30)).save(path)
    return str(path)


def small(*layers: Any, size: Any = (4, 5, 3)) -> keras.Model:
    import keras

    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input(size), keras.layers.GlobalAveragePooling2D(), *layers])


@pytest.fixture
def give(tmp_path: Path) -> Callable[..., OtherModel]:
    """Writes a model's files as plain Keras does."""

    def write(model: keras.Model, classes: str = "blue\nred\n", **more: Any) -> OtherModel:
        (tmp_path / "model.json").write_text(model.to_json())
        model.save_weights(tmp_path / "model.weights.h5")
        (tmp_path / "classes.txt").write_text(classes)
        return OtherModel(
            structure=tmp_path / "model.json",
            weights=tmp_path / "model.weights.h5",
            classes=tmp_path / "classes.txt",
            **more,
        )

    return write


def said(other: OtherModel, picture: str) -> dict[str, float]:
    def unreadable(name: str, reason: str) -> None:
        raise AssertionError(name, reason)

    (record,) = other.open().predict([picture], unreadable=unreadable)
    return {part["label"]: part["probability"] for part in record["predictions"]}


def refused(other: OtherModel) -> NetspecError:
    with pytest.raises(NetspecError) as caught:
        other.open()
    assert caught.value.exit_code in {2, 3}
    assert caught.value.hint
    assert "\n" not in caught.value.message
    return caught.value


def test_raw_pixels_go_in_and_logits_become_probabilities(
    give: Callable[..., OtherModel], picture: str
) -> None:
    import keras

    model = small(keras.layers.Dense(2))
    weights = [np.array([[0, 0.01], [0, 0], [0, 0]], "float32"), np.array([0, -2], "float32")]
    model.layers[-1].set_weights(weights)
    # Red is 250: the second logit is 0.5.
    assert said(give(model), picture) == {
        "red": pytest.approx(np.exp(0.5) / (1 + np.exp(0.5))),
        "blue": pytest.approx(1 / (1 + np.exp(0.5))),
    }


@pytest.mark.parametrize("activation", ["sigmoid", None])
def test_one_value_is_the_probability_of_the_second_class(
    give: Callable[..., OtherModel], picture: str, activation: str | None
) -> None:
    import keras

    model = small(keras.layers.Dense(1, activation=activation))
    model.layers[-1].set_weights([np.zeros((3, 1)), np.array([2.0])])
    assert said(give(model), picture) == {
        "red": pytest.approx(0.880797),
        "blue": pytest.approx(0.119203),
    }


def test_probabilities_stay_what_they_are(give: Callable[..., OtherModel], picture: str) -> None:
    import keras

    model = small(keras.layers.Dense(2), keras.layers.Activation("softmax"))
    model.layers[-2].set_weights([np.zeros((3, 2)), np.array([3.0, 1.0])])
    assert said(give(model), picture)["blue"] == pytest.approx(0.880797)


def test_a_size_is_asked_for_where_the_model_takes_any(
    give: Callable[..., OtherModel], picture: str
) -> None:
    import keras

    model = small(keras.layers.Dense(2), size=(None, None, 1))
    assert "--image-size" in (refused(give(model)).hint or "")
    assert len(said(give(model, image_size=(3, 4)), picture)) == 2
    fixed = give(small(keras.layers.Dense(2)), image_size=(3, 4))
    assert refused(fixed).message == "the model takes 4 x 5 pixels, not 3 x 4"


def test_models_of_another_kind_are_told(give: Callable[..., OtherModel]) -> None:
    import keras

    first, second = keras.Input((4, 4, 3)), keras.Input((4, 4, 3))
    both = keras.layers.GlobalAveragePooling2D()(keras.layers.Add()([first, second]))
    assert "has 2 inputs" in refused(give(keras.Model([first, second], both))).message
    one = keras.layers.GlobalAveragePooling2D()(first)
    assert "has 2 outputs" in refused(give(keras.Model(first, [one, one + 1]))).message
    flat = keras.Sequential([keras.Input((7,)), keras.layers.Dense(2)])
    assert "(7,), which is no picture" in refused(give(flat)).message


def test_other_numbers_of_classes_and_wrong_names_are_told(
    give: Callable[..., OtherModel],
) -> None:
    import keras

    model = small(keras.layers.Dense(2))
    assert "names 3 classes, the model tells 2 apart" in refused(give(model, "a\nb\nc")).message
    assert "names a twice" in refused(give(model, "a\na\n")).message
    assert "names no class" in refused(give(model, "\n")).message


def test_weights_that_do_not_fit_are_told(give: Callable[..., OtherModel], tmp_path: Path) -> None:
    import keras

    other = give(small(keras.layers.Dense(2)))
    small(keras.layers.Dense(4)).save_weights(tmp_path / "model.weights.h5")
    assert "a weight of the shape (3, 2) that the file has not" in refused(other).message
    small(keras.layers.Dense(4), keras.layers.Dense(2)).save_weights(other.weights)
    assert "the file has 4 arrays, the model 2 weights" in refused(other).message
    other.weights.write_bytes(b"")
    assert "the file is empty" in refused(other).message
    other.weights.unlink()
    assert "there is no file" in refused(other).message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "describes no model"),
        ('{"class_name": "Functional", "config": {}}', "Keras cannot build"),
        ('{"class_name": "Dense", "module": "keras.layers", "config": {"units": 2}}', "a Dense"),
    ],
)
def test_what_is_no_structure_is_told(
    give: Callable[..., OtherModel], text: str, said: str
) -> None:
    import keras

    other = give(small(keras.layers.Dense(2)))
    other.structure.write_text(text)
    assert said in refused(other).message


def test_nothing_that_brings_code_is_opened(
    give: Callable[..., OtherModel], tmp_path: Path
) -> None:
    import keras

    model = small(keras.layers.Lambda(lambda x: x * 2, name="double"), keras.layers.Dense(2))
    assert "has a Lambda 'double'" in refused(give(model)).message
    other = give(small(keras.layers.Dense(2)))
    whole = other.structure.read_text()
    for before, after in (
        (
            '"module": "keras.layers", "class_name": "Dense"',
            '"module": "os", "class_name": "Dense"',
        ),
        ('"class_name": "Dense"', '"class_name": "TFSMLayer"'),
        ('"registered_name": null', '"registered_name": "mine>Dense"'),
        (
            '"activation": "linear"',
            '"activation": {"class_name": "function", "module": "builtins", "config": "<lambda>"}',
        ),
        (
            '"activation": "linear"',
            '"activation": {"class_name": "function", "module": "keras.utils", "config": "get_file"}',
        ),
    ):
        assert before in whole
        other.structure.write_text(whole.replace(before, after))
        assert "only Keras's own layers are opened" in (refused(other).hint or "")


def test_a_compiled_model_needs_nothing_of_its_training(
    give: Callable[..., OtherModel], picture: str
) -> None:
    import keras

    model = small(keras.layers.Dense(2, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy")
    other = give(model)
    described = json.loads(other.structure.read_text())
    described["compile_config"] = {"loss": {"class_name": "NoLoss", "config": {}}}
    other.structure.write_text(json.dumps(described))
    with opened(other.weights) as stored:
        assert len(stored.layers) == 1
    assert len(said(other, picture)) == 2
