"""Noise: values are disturbed while training, and left as they are afterwards."""

from __future__ import annotations

from typing import Annotated

from netspec.fields import Real, optional, required
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import Seed
from netspec.layers.regularization import SEED, Rate


class GaussianNoise(UnaryLayer):
    """Adds normally distributed noise of mean 0 while training.

    Source: keras/src/layers/regularization/gaussian_noise.py.
    """

    example = Example({"stddev": 0.1}, ((8, 6, 4),))

    stddev: Annotated[float, Real(minimum=0, maximum=1)] = required("The noise's deviation.")
    seed: Seed = optional(None, SEED)


class GaussianDropout(UnaryLayer):
    """Multiplies by normally distributed noise of mean 1 while training, as dropout of this rate would disturb.

    Source: keras/src/layers/regularization/gaussian_dropout.py; Srivastava 2014.
    """

    example = Example({"rate": 0.5}, ((8, 6, 4),))

    rate: Rate = required("The rate of a Dropout that disturbs as much.")
    seed: Seed = optional(None, SEED)
