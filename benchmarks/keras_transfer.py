"""A course's transfer learning by hand: Xception without its classifier, frozen, and a small classifier on it.

    python benchmarks/keras_transfer.py CLOTHING WEIGHTS EPOCHS [LIMIT]

CLOTHING holds train/, validation/ and test/ with a folder a class. WEIGHTS is a file of Xception's, or `imagenet`. With
LIMIT at most so many images of each split are taken. The hand-written side of transfer.py: the lesson's script, with
`image_dataset_from_directory` in place of ImageDataGenerator, which Keras has given up. It prints its logs as JSON.
"""

import json
import sys
import tempfile
from pathlib import Path

import keras
import tensorflow as tf
from keras import layers
from keras.applications import xception

folder, weights, epochs, *limits = sys.argv[1:]
limit = int(limits[0]) if limits else None
keras.utils.set_random_seed(42)


def images(split: str, *, shuffle: bool = False) -> tf.data.Dataset:
    """Batches of 32 images of 150 x 150, preprocessed, with one-hot labels."""
    dataset = keras.utils.image_dataset_from_directory(
        Path(folder) / split,
        image_size=(150, 150),
        batch_size=None if limit else 32,
        label_mode="categorical",
        shuffle=shuffle or limit is not None,  # else a limit takes the first class alone
        seed=42,
        verbose=False,
    )
    if limit:
        dataset = dataset.take(limit).batch(32)
    return dataset.map(
        lambda pixels, labels: (xception.preprocess_input(pixels), labels),
        num_parallel_calls=tf.data.AUTOTUNE,
    ).prefetch(tf.data.AUTOTUNE)


base = xception.Xception(weights=weights, include_top=False, input_shape=(150, 150, 3))
base.trainable = False

inputs = keras.Input(shape=(150, 150, 3))
features = base(inputs, training=False)
vectors = layers.GlobalAveragePooling2D()(features)
inner = layers.Dense(100, activation="relu")(vectors)
dropped = layers.Dropout(0.2)(inner)
outputs = layers.Dense(10)(dropped)
model = keras.Model(inputs, outputs)
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.001),
    loss=keras.losses.CategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
with tempfile.TemporaryDirectory() as place:
    checkpoint = keras.callbacks.ModelCheckpoint(
        f"{place}/xception_{{epoch:02d}}_{{val_accuracy:.3f}}.keras",
        save_best_only=True,
        monitor="val_accuracy",
        mode="max",
    )
    history = model.fit(
        images("train", shuffle=True),
        epochs=int(epochs),
        validation_data=images("validation"),
        callbacks=[checkpoint],
        verbose=0,
    )
    test = model.evaluate(images("test"), verbose=0, return_dict=True)
print(json.dumps({"history": history.history, "test": test}))
