"""Specs that the tests open."""

SPEC = """\
netspec: 1
vars: {width: 32}
model:
  input: [28, 28, 1]
  blocks:
    pair:
      params: {filters: , size: 3}
      layers:
        - Conv2D: {filters: "${filters}", kernel_size: "${size}", padding: same}
        - Conv2D: {name: second, inputs: conv2d, filters: "${filters}", kernel_size: 3}
  layers:
    - Rescaling: {scale: 1/255}
    - pair: {filters: "${width}"}
    - pair: {name: deep, filters: 64}
    - Conv2D: {name: last, inputs: deep.second, filters: 8, kernel_size: 5}
    - Flatten
    - Dense: {name: head, units: 10, activation: softmax}
"""
SMALL = """\
netspec: 1
model:
  input: [4]
  layers:
    - Dense: {units: 2}
"""
