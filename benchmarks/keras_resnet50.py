"""Builds Keras's own ResNet50 and prints its summary: what `netspec summary specs/zoo/resnet50.yaml` is held against."""

import keras

keras.applications.ResNet50(weights=None).summary()
