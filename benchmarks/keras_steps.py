"""The hand-written side of steps.py.

python benchmarks/keras_steps.py FOLDER EPOCHS IMAGES WATCHED BATCH
"""

import sys
import time
from pathlib import Path

import keras
from keras import layers

from netspec.data.named import loading as named

folder = Path(sys.argv[1])
epochs, images, watched, batch = map(int, sys.argv[2:6])
folder.mkdir()
arrays = named.load("cifar10")
x_train, y_train = arrays.x_train[:images], arrays.y_train[:images]
x_watched = arrays.x_train[images : images + watched]
y_watched = arrays.y_train[images : images + watched]
del arrays

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1 / 255)])
for filters in (32, 64):
    model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    model.add(layers.Conv2D(filters, 3, activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Dropout(0.25))
model.add(layers.Flatten())
model.add(layers.Dense(512, activation="relu"))
model.add(layers.Dropout(0.5))
model.add(layers.Dense(10, activation="softmax"))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])


class Clock(keras.callbacks.Callback):  # type: ignore[misc] # Keras has no types
    """Times the epoch that ended last, validation included."""

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        """Starts it."""
        del epoch, logs
        self.begun = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        """Stops it."""
        del epoch, logs
        self.seconds = time.monotonic() - self.begun


clock = Clock()
model.fit(
    x_train,
    y_train,
    batch_size=batch,
    epochs=epochs,
    validation_data=(x_watched, y_watched),
    callbacks=[
        keras.callbacks.ModelCheckpoint(
            folder / "best.keras", monitor="val_accuracy", save_best_only=True
        ),
        keras.callbacks.EarlyStopping(monitor="val_loss", patience=5, restore_best_weights=True),
        clock,
    ],
)
(folder / "seconds.txt").write_text(f"{clock.seconds}\n")
