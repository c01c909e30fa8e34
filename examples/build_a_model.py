"""Builds a spec's Keras model, for those who have a training loop of their own.

python examples/build_a_model.py specs/mnist.yaml
"""

import sys

import netspec

path = sys.argv[1] if len(sys.argv) > 1 else "specs/mnist.yaml"

model = netspec.build(netspec.load(path))

model.summary()
print(f"optimizer: {model.optimizer.name}, loss: {model.loss}")
