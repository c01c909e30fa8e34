"""Settings that hold for every test."""

from __future__ import annotations

import os

from hypothesis import settings

# Before any test imports TensorFlow: results must not depend on whether a GPU is there.
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# The same draws in every run, so that a failure is the change's and not the day's. A wide run, with
# other draws each time: pytest --hypothesis-profile wide (NETSPEC_DRAWS sets how many).
settings.register_profile("quick", max_examples=25, derandomize=True, deadline=None, database=None)
settings.register_profile(
    "wide", max_examples=int(os.environ.get("NETSPEC_DRAWS", "2000")), deadline=None
)
settings.load_profile("quick")
