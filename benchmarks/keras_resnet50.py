"""Builds Keras's own ResNet50 and prints its summary: the other side of `netspec summary specs/zoo/resnet50.yaml`."""

import keras

keras.applications.ResNet50(weights=None).summary()
