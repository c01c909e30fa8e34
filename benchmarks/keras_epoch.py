"""The image-recognition course's CIFAR-10 training by hand: float arrays, to_categorical, model.fit.

    python benchmarks/keras_epoch.py CIFAR10.npz EPOCHS

The hand-written side of epoch.py.
"""

import sys

import numpy as np
from keras import layers, models, utils

with np.load(sys.argv[1]) as data:
    x_train, y_train, x_test, y_test = (
        data[name] for name in ("x_train", "y_train", "x_test", "y_test")
    )

x_train = x_train.astype("float32")
x_test = x_test.astype("float32")
x_train /= 255
x_test /= 255
y_train = utils.to_categorical(y_train, 10)
y_test = utils.to_categorical(y_test, 10)

model = models.Sequential([layers.Input((32, 32, 3))])
for filters in (32, 64):
    model.add(layers.Conv2D(filters, (3, 3), padding="same", activation="relu"))
    model.add(layers.Conv2D(filters, (3, 3), activation="relu"))
    model.add(layers.MaxPooling2D(pool_size=(2, 2)))
    model.add(layers.Dropout(0.25))
model.add(layers.Flatten())
model.add(layers.Dense(512, activation="relu"))
model.add(layers.Dropout(0.5))
model.add(layers.Dense(10, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])

model.fit(
    x_train,
    y_train,
    batch_size=32,
    epochs=int(sys.argv[2]),
    validation_data=(x_test, y_test),
    shuffle=True,
)
