"""A loss and a metric."""

from typing import Annotated, ClassVar

from netspec.fields import Real, optional
from netspec.things.base import Labels, Loss, Metric


class PolyCrossentropy(Loss):
    """The crossentropy, and a share of the probability that the right class lacks."""

    keras_class = "acme_netspec.keras_side:PolyCrossentropy"
    labels: ClassVar[Labels] = "one_hot"

    epsilon: Annotated[float, Real()] = optional(1.0, "How much the lacking probability counts.")


class Surprise(Metric):
    """The mean of -log p of the right class."""

    keras_class = "acme_netspec.keras_side:Surprise"
    labels: ClassVar[Labels] = "one_hot"
    is_error = True
