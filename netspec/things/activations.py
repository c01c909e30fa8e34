"""Keras's activation functions, by their string names."""

from __future__ import annotations

from netspec.fields import Choice

ACTIVATION = Choice("relu", "softmax", "sigmoid", "tanh", "linear")
