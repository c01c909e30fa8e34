"""The Keras classes. Importing this module is all that plain Keras needs to open what was saved."""

from __future__ import annotations

from typing import Any

import keras


@keras.saving.register_keras_serializable("acme_netspec")
class ChannelScale(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Multiplies each channel by a number that is learned."""

    def __init__(self, scale_initializer: Any = "ones", **fields: Any) -> None:
        super().__init__(**fields)
        self.scale_initializer = keras.initializers.get(scale_initializer)

    def build(self, shape: Any) -> None:
        """One number a channel."""
        self.scale = self.add_weight(
            name="scale", shape=(shape[-1],), initializer=self.scale_initializer
        )

    def call(self, inputs: Any) -> Any:
        """The product."""
        return inputs * self.scale

    def compute_output_shape(self, shape: Any) -> Any:
        """The same shape."""
        return shape

    def get_config(self) -> dict[str, Any]:
        """The fields."""
        written = keras.initializers.serialize(self.scale_initializer)
        return {**super().get_config(), "scale_initializer": written}


@keras.saving.register_keras_serializable("acme_netspec")
class PolyCrossentropy(keras.losses.Loss):  # type: ignore[misc] # Keras has no types
    """The crossentropy, and a share of the probability that the right class lacks."""

    def __init__(self, epsilon: float = 1.0, **fields: Any) -> None:
        super().__init__(**fields)
        self.epsilon = epsilon

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """One number an image."""
        right = keras.ops.sum(y_true * y_pred, axis=-1)
        crossentropy = keras.losses.categorical_crossentropy(y_true, y_pred)
        return crossentropy + self.epsilon * (1 - right)

    def get_config(self) -> dict[str, Any]:
        """The fields."""
        return {**super().get_config(), "epsilon": self.epsilon}


@keras.saving.register_keras_serializable("acme_netspec")
class Surprise(keras.metrics.MeanMetricWrapper):  # type: ignore[misc] # Keras has no types
    """The mean of -log p of the right class."""

    def __init__(self, name: str = "surprise", **fields: Any) -> None:
        super().__init__(keras.losses.categorical_crossentropy, name=name, **fields)

    def get_config(self) -> dict[str, Any]:
        """The name and the type."""
        return {"name": self.name, "dtype": self.dtype}
