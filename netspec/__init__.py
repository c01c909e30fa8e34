"""netspec: a declarative model-spec compiler for Keras.

    import netspec

    findings = netspec.check("specs/cifar10.yaml")    # every mistake, with its place
    spec = netspec.load("specs/cifar10.yaml")         # a spec without mistakes, or SpecError
    print(netspec.summarize(spec))                    # layers, shapes, parameters, cost
    print(netspec.diff("specs/mnist.yaml", spec))     # what differs, layer by layer
    print(netspec.render(spec, expand=True))          # the resolved spec, layer by layer
    model = netspec.build(spec)                       # a compiled keras.Model
    result = netspec.run(spec, output="runs/first")   # trains it
    netspec.resume("runs/first")                      # goes on with it, had it been interrupted
    netspec.evaluate(result)                          # loss, metrics, every class
    netspec.predict(result, ["photo.jpg"])            # the likeliest classes
    netspec.export(result, format="onnx")             # files that others open

`load`, `check`, `summarize`, `diff` and `render` import neither TensorFlow nor Keras nor NumPy.
"""

from netspec.api import (
    Spec,
    build,
    check,
    diff,
    evaluate,
    export,
    load,
    predict,
    render,
    resume,
    run,
    summarize,
)
from netspec.diagnostics import Finding
from netspec.errors import (
    DataError,
    MissingExtraError,
    NetspecError,
    SpecError,
    TrainingError,
    UsageError,
)

__all__ = [
    "DataError",
    "Finding",
    "MissingExtraError",
    "NetspecError",
    "Spec",
    "SpecError",
    "TrainingError",
    "UsageError",
    "build",
    "check",
    "diff",
    "evaluate",
    "export",
    "load",
    "predict",
    "render",
    "resume",
    "run",
    "summarize",
]
