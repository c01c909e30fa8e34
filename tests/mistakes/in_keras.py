"""Each mistake in plain Keras, small and on random images: one function a row of docs/mistakes.md, named as its spec.

A function trains for one epoch of four steps, or breaks before; it tells `at` what it is about to do. Where Keras says
nothing, it asserts what comes of it.
"""

from __future__ import annotations

import tempfile
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    At = Callable[[str], None]

BUILT = "when it is built"
OPTIMIZER = "when the optimizer is made"
COMPILED = "when it is compiled"
FIRST_STEP = "at the first step"
AFTER_EPOCH = ("after the first epoch", "after the second epoch", "after the third epoch")
LOADED = "when the saved file is loaded"

IMAGES, STEP, CLASSES = 32, 8, 10
GUESSING = log(CLASSES)  # the loss of a guess


def raw_pixels(at: At) -> None:
    model = network([conv(8), flat(), classes()])
    compiled(at, model)
    history = fit(at, model, shown=images(255.0))
    assert history["loss"][0] > 2 * GUESSING


def raw_pixels_for_mobilenet(at: At) -> None:
    import keras

    shape = (32, 32, 3)
    backbone = keras.applications.MobileNet(
        input_shape=shape, alpha=0.25, weights=None, include_top=False, pooling="avg"
    )
    backbone.trainable = False
    model = network([backbone, classes()])
    compiled(at, model)
    fit(at, model, shown=images(255.0))
    expected = keras.applications.mobilenet.preprocess_input(images(255.0))
    assert abs(expected).max() <= 1 < images(255.0).max() / 100


def softmax_and_from_logits(at: At) -> None:
    import keras

    model = network([flat(), classes()])
    compiled(at, model, keras.losses.CategoricalCrossentropy(from_logits=True))
    fit(at, model)


def no_softmax(at: At) -> None:
    model = network([flat(), classes(activation=None)])
    compiled(at, model)
    history = fit(at, model)
    assert history["loss"][0] > 2 * GUESSING


def relu_at_the_end(at: At) -> None:
    model = network([flat(), classes(activation="relu")])
    compiled(at, model)
    history = fit(at, model)
    assert not 0.8 * GUESSING < history["loss"][0] < 1.2 * GUESSING


def sigmoid_for_classes(at: At) -> None:
    model = network([flat(), classes(activation="sigmoid")])
    compiled(at, model)
    fit(at, model)
    assert not np.allclose(model.predict(images(), verbose=0).sum(axis=-1), 1, atol=0.1)


def softmax_of_one_unit(at: At) -> None:
    model = network([flat(), classes(units=1)])
    compiled(at, model, "binary_crossentropy")
    fit(at, model, two_classes())
    assert (model.predict(images(), verbose=0) == 1).all()


def binary_crossentropy_of_classes(at: At) -> None:
    model = network([flat(), classes()])
    compiled(at, model, "binary_crossentropy")
    history = fit(at, model)
    assert history["loss"][0] < GUESSING / 3


def one_unit_too_few(at: At) -> None:
    model = network([flat(), classes(units=CLASSES - 1)])
    compiled(at, model)
    fit(at, model)


def no_flatten(at: At) -> None:
    model = network([conv(8), classes()])
    compiled(at, model)
    fit(at, model)


def map_too_small(at: At) -> None:
    at(BUILT)
    network([conv(4), *[pooling() for _ in range(5)], flat(), classes()])


def branches_of_other_shapes(at: At) -> None:
    import keras

    at(BUILT)
    image = keras.Input((32, 32, 3))
    keras.layers.Add()([conv(16, padding="same")(image), image])


def batch_in_the_input(at: At) -> None:
    import keras

    at(BUILT)
    keras.Sequential([keras.Input((8, 32, 32, 3)), conv(8), pooling(), flat(), classes()])


def channels_first(at: At) -> None:
    model = network([conv(8), flat(), classes()], shape=(3, 32, 32))
    compiled(at, model)
    fit(at, model)


def lr(at: At) -> None:
    import keras

    at(OPTIMIZER)
    keras.optimizers.Adam(lr=0.001)


def val_acc(at: At) -> None:
    import keras

    model = network([flat(), classes()])
    watch = keras.callbacks.EarlyStopping(monitor="val_acc", patience=3)
    compiled(at, model)
    fit(at, model, callbacks=(watch,), validation_data=(images(), ten_classes()))


def val_loss_without_validation(at: At) -> None:
    import keras

    model = network([flat(), classes()])
    watch = keras.callbacks.EarlyStopping(monitor="val_loss", patience=3)
    compiled(at, model)
    fit(at, model, callbacks=(watch,))


def plateau_and_schedule(at: At) -> None:
    import keras

    model = network([flat(), classes()])
    schedule = keras.optimizers.schedules.ExponentialDecay(0.001, 100, 0.9)
    # It has something to do where the loss falls by less than min_delta.
    plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss", patience=1, min_delta=100)
    compiled(at, model, optimizer=keras.optimizers.Adam(schedule))
    fit(at, model, callbacks=(plateau,))


def schedule_in_epochs(at: At) -> None:
    import keras

    model = network([flat(), classes()])
    schedule = keras.optimizers.schedules.ExponentialDecay(0.001, 2, 0.9, staircase=True)
    compiled(at, model, optimizer=keras.optimizers.Adam(schedule))
    fit(at, model)
    assert np.isclose(float(model.optimizer.learning_rate), 0.001 * 0.9**2)


def accuracy_of_numbers(at: At) -> None:
    model = network([flat(), classes(units=1, activation=None)])
    numbers = np.random.default_rng(1).normal(size=(IMAGES, 1))
    compiled(at, model, "mse", metrics=["accuracy"])
    history = fit(at, model, numbers)
    assert history["accuracy"] == [0]


def accuracy_of_several(at: At) -> None:
    model = network([flat(), classes(units=3, activation="sigmoid")])
    compiled(at, model, "binary_crossentropy")
    fit(at, model, several())
    given, right = model.predict(images(), verbose=0), several()
    measured = model.evaluate(images(), right, verbose=0, return_dict=True)["accuracy"]
    assert np.isclose(measured, (given.argmax(1) == right.argmax(1)).mean())
    assert not np.isclose(measured, ((given > 1 / 2) == right).mean())


def softmax_of_several(at: At) -> None:
    model = network([flat(), classes(units=3)])
    compiled(at, model, "binary_crossentropy")
    fit(at, model, several())
    assert ((model.predict(images(), verbose=0) > 1 / 2).sum(axis=1) <= 1).all()


def one_unit_for_two_numbers(at: At) -> None:
    model = network([flat(), classes(units=1, activation=None)])
    compiled(at, model, "mse", metrics=["mae"])
    fit(at, model, np.random.default_rng(1).normal(size=(IMAGES, 2)))
    assert model.predict(images(), verbose=0).shape == (IMAGES, 1)


def dropout_after_the_last_layer(at: At) -> None:
    import keras

    model = network([flat(), classes(), keras.layers.Dropout(0.5)])
    compiled(at, model)
    fit(at, model)
    assert (np.asarray(model(images(), training=True)) == 0).mean() > 0.3


def augmentation_in_the_network(at: At) -> None:
    import keras

    flip = keras.layers.RandomFlip("horizontal")
    model = network([flip, flat(), classes()])
    compiled(at, model)
    fit(at, model)
    shown = images()
    assert (np.asarray(flip(shown)) != shown).any()


def code_in_a_lambda(at: At) -> None:
    import keras

    model = network([keras.layers.Lambda(lambda image: image / 255), flat(), classes()])
    compiled(at, model)
    fit(at, model)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        at(LOADED)
        keras.models.load_model(path)


def images(pixels: float = 1.0, shape: tuple[int, ...] = (32, 32, 3)) -> Any:
    return np.random.default_rng(0).uniform(0, pixels, (IMAGES, *shape)).astype("float32")


def ten_classes() -> Any:
    return np.eye(CLASSES)[np.arange(IMAGES) % CLASSES]


def several() -> Any:
    """Of three answers none to three."""
    return (np.arange(IMAGES)[:, None] >> np.arange(3)) % 2


def two_classes() -> Any:
    return (np.arange(IMAGES) % 2)[:, None]


def network(layers: list[Any], shape: tuple[int, ...] = (32, 32, 3)) -> Any:
    import keras

    keras.utils.set_random_seed(3)
    return keras.Sequential([keras.Input(shape), *layers])


def conv(filters: int, **fields: Any) -> Any:
    import keras

    return keras.layers.Conv2D(filters, 3, activation="relu", **fields)


def pooling() -> Any:
    import keras

    return keras.layers.MaxPooling2D()


def flat() -> Any:
    import keras

    return keras.layers.Flatten()


def classes(units: int = CLASSES, activation: str | None = "softmax") -> Any:
    import keras

    return keras.layers.Dense(units, activation=activation)


def compiled(
    at: At,
    model: Any,
    loss: Any = "categorical_crossentropy",
    *,
    optimizer: Any = "adam",
    metrics: list[str] | None = None,
) -> None:
    at(COMPILED)
    model.compile(optimizer=optimizer, loss=loss, metrics=metrics or ["accuracy"])


def fit(at: At, model: Any, labels: Any = None, *, shown: Any = None, **options: Any) -> Any:
    """Trains for one epoch, or for three with callbacks; gives the history."""
    import keras

    told = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, _: at(AFTER_EPOCH[epoch]))
    own = options.pop("callbacks", ())
    at(FIRST_STEP)
    history = model.fit(
        images() if shown is None else shown,
        ten_classes() if labels is None else labels,
        batch_size=STEP,
        epochs=3 if own else 1,
        verbose=0,
        callbacks=[told, *own],
        **options,
    )
    return history.history
