"""TFRecord files: their records, the features of each, and what is kept of them. TensorFlow is not needed."""
