"""The networks of `keras.applications`, as tables that were generated from Keras."""
