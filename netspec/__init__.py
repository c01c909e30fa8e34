"""netspec: a declarative model-spec compiler for Keras."""
