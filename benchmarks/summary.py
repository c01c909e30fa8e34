"""`netspec summary specs/cifar10.yaml` against a Keras script that builds and summarises the same network.

    python benchmarks/summary.py

Beside it stands the floor: Python with the imports of netspec's own dependencies and nothing else.
"""

import sys
from pathlib import Path

from measure import compare

HERE = Path(__file__).parent
IMPORTS = "import typer, yaml, rich.console, rich.table; from pydantic import BaseModel"

best = compare(
    {
        "netspec": [sys.executable, "-m", "netspec", "summary", "specs/cifar10.yaml"],
        "keras": [sys.executable, str(HERE / "keras_summary.py")],
        "floor": [sys.executable, "-c", IMPORTS],
    },
    runs=10,
)

netspec, keras, floor = best["netspec"], best["keras"], best["floor"]
print(
    f"time:   netspec is 1/{keras.seconds / netspec.seconds:.1f} of Keras (at most 1/15 is asked), "
    f"the floor 1/{keras.seconds / floor.seconds:.1f}"
)
print(
    f"memory: netspec is 1/{keras.mebibytes / netspec.mebibytes:.1f} of Keras (at most 1/12 is "
    f"asked), the floor 1/{keras.mebibytes / floor.mebibytes:.1f}"
)
