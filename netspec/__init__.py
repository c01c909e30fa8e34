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
    netspec.look(result, ["photo.jpg"])               # filters, feature maps, Grad-CAM, drawn
    netspec.write_report(result)                      # all that the run holds, as a page
    netspec.list_runs("runs", where="accuracy>=0.8")  # what is known of each run of a folder
    netspec.compare_runs(["runs/first", "runs/b"])    # what differs, and which is better
    netspec.export(result, format="onnx")             # files that others open
    netspec.features(spec, output="features.npz")     # what its frozen part says of each image

`load`, `check`, `summarize`, `diff`, `render`, `list_runs`, `compare_runs` and `write_report` import neither TensorFlow
nor Keras nor NumPy.
"""

from netspec.api import (
    Spec,
    build,
    check,
    compare_runs,
    diff,
    evaluate,
    export,
    features,
    list_runs,
    load,
    look,
    predict,
    render,
    resume,
    run,
    summarize,
    write_report,
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
    "compare_runs",
    "diff",
    "evaluate",
    "export",
    "features",
    "list_runs",
    "load",
    "look",
    "predict",
    "render",
    "resume",
    "run",
    "summarize",
    "write_report",
]
