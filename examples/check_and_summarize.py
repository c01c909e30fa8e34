"""What netspec knows of a spec before anything is trained, without TensorFlow.

python examples/check_and_summarize.py specs/cifar10.yaml
"""

import sys

import netspec

path = sys.argv[1] if len(sys.argv) > 1 else "specs/cifar10.yaml"

for finding in netspec.check(path):
    print(finding)

spec = netspec.load(path)
summary = netspec.summarize(spec)
print(summary)

largest = max(summary.layers, key=lambda layer: layer.parameters)
print(f"\n{largest.name} on line {largest.line} holds {largest.parameters:,} of the parameters")
