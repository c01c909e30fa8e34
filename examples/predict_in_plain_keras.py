"""Names what is on a picture with what a run left, its structure and its weights, and with plain Keras alone.

The run's network has one output that names a class.

python examples/predict_in_plain_keras.py RUN_DIRECTORY IMAGE
"""

import sys
from pathlib import Path

import keras
import numpy as np

run, image = Path(sys.argv[1]), sys.argv[2]

# The structure and the weights apart; `keras.models.load_model(run / "model.keras")` opens both at once.
model = keras.models.model_from_json((run / "model.json").read_text())
model.load_weights(run / "model.weights.h5")
classes = (run / "classes.txt").read_text().splitlines()

# The model takes pixels from 0 to 255; scaling is one of its layers.
height, width, channels = model.input_shape[1:]
picture = keras.utils.load_img(image, color_mode="rgb" if channels == 3 else "grayscale")  # noqa: PLR2004
pixels = keras.ops.image.resize(keras.utils.img_to_array(picture), (height, width))
outputs = np.asarray(model.predict(pixels[None], verbose=0))[0]

if len(outputs) == 1:  # one sigmoid unit: the probability of the second class
    outputs = np.array([1 - outputs[0], outputs[0]])
best = int(outputs.argmax())
print(f"{classes[best]}  {outputs[best]:.1%}")
