"""The network of specs/cifar10.yaml in plain Keras, and its summary: the hand-written side of summary.py."""

import keras
from keras import layers

model = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1 / 255)])
for filters in (32, 64):
    model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    model.add(layers.Conv2D(filters, 3, activation="relu"))
    model.add(layers.MaxPooling2D(2))
    model.add(layers.Dropout(0.25))
for layer in (layers.Flatten(), layers.Dense(512, "relu"), layers.Dropout(0.5)):
    model.add(layer)
model.add(layers.Dense(10, "softmax"))
model.summary()
