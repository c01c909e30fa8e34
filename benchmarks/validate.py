"""How long netspec takes for large networks, beside its own start and beside Keras.

    python benchmarks/validate.py

- `netspec validate` of a chain of 10,000 layers and of 1,000, and of a network of one layer: the start-up.
- `netspec summary specs/zoo/resnet50.yaml` beside building and summarising `keras.applications.ResNet50`.
- `netspec validate specs/cifar10.yaml` beside the floor: Python with the imports of netspec's own dependencies.
"""

import sys
import tempfile
from pathlib import Path

from measure import compare

HERE = Path(__file__).parent
IMPORTS = "import typer, yaml, rich.console, rich.table; from pydantic import BaseModel"
LAYERS = (
    "Conv2D: {filters: 8, kernel_size: 3, padding: same, activation: relu}",
    "BatchNormalization",
    "ReLU: {max_value: 6}",
    "Dropout: {rate: 0.1}",
)


def chain(folder: str, length: int) -> str:
    """Writes a spec of so many layers and gives its path."""
    path = Path(folder) / f"chain-{length}.yaml"
    layers = "".join(f"    - {LAYERS[index % len(LAYERS)]}\n" for index in range(length))
    path.write_text(f"netspec: 1\nmodel:\n  input: [16, 16, 8]\n  layers:\n{layers}", "utf-8")
    return str(path)


netspec = [sys.executable, "-m", "netspec"]
with tempfile.TemporaryDirectory() as folder:
    best = compare(
        {
            "10000": [*netspec, "validate", chain(folder, 10_000)],
            "1000": [*netspec, "validate", chain(folder, 1_000)],
            "1": [*netspec, "validate", chain(folder, 1)],
            "resnet50": [*netspec, "summary", "specs/zoo/resnet50.yaml"],
            "keras": [sys.executable, str(HERE / "keras_resnet50.py")],
            "cifar10": [*netspec, "validate", "specs/cifar10.yaml"],
            "floor": [sys.executable, "-c", IMPORTS],
        },
        runs=5,
    )

long, short, start = (best[name].seconds for name in ("10000", "1000", "1"))
print(f"chain of 10,000 layers: {long:.2f} s as a whole (below 2.5 s is asked)")
print(
    f"above start-up ({start:.3f} s): {long - start:.2f} s, {(long - start) / (short - start):.1f} "
    "times what 1,000 layers take (at most 11 is asked)"
)
print(
    f"ResNet50: 1/{best['keras'].seconds / best['resnet50'].seconds:.1f} of Keras's time, "
    f"1/{best['keras'].mebibytes / best['resnet50'].mebibytes:.1f} of its memory "
    "(at most 1/12 of the time is asked)"
)
print(
    f"validate specs/cifar10.yaml: {best['cifar10'].seconds / best['floor'].seconds:.2f} times the "
    "floor (at most twice is asked)"
)
