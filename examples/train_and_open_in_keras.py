"""Trains a spec from Python, then uses the result with plain Keras alone.

python examples/train_and_open_in_keras.py RUN_DIRECTORY [SPEC]
"""

import sys
from pathlib import Path

import keras
import numpy as np

import netspec

output = Path(sys.argv[1])
path = sys.argv[2] if len(sys.argv) > 2 else "specs/quickstart.yaml"  # noqa: PLR2004

result = netspec.run(path, output=output, overrides=["training.epochs=1", "data.limit=500"])
print(f"test accuracy after one epoch on 500 pictures: {result.metrics['accuracy']:.3f}")

# From here on netspec is not needed: the model takes the pixels as they are.
model = keras.models.load_model(output / "model.keras")
classes = (output / "classes.txt").read_text().splitlines()
black_picture = np.zeros((1, *model.input_shape[1:]), dtype="uint8")
probabilities = model.predict(black_picture, verbose=0)[0]
print(f"a black picture is most likely a {classes[probabilities.argmax()]}")
