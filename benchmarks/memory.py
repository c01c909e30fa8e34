"""The memory that `netspec summary` estimates for training, against the growth that is measured.

    python benchmarks/memory.py

Each network is trained for some steps on random input, in a process of its own, with TensorFlow as `netspec run`
sets it up. The growth is the process's highest resident set minus what it held before the network was built, with
TensorFlow loaded and warm.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

NETWORKS = (
    ("specs/mnist.yaml", 128),
    ("specs/cifar10.yaml", 128),
    ("specs/cats_vs_dogs.yaml", 32),
    ("specs/zoo/vgg16.yaml", 8),
    ("specs/zoo/resnet50.yaml", 16),
    ("specs/zoo/densenet121.yaml", 16),
    ("specs/zoo/mobilenetv2.yaml", 32),
    ("specs/zoo/efficientnetb0.yaml", 16),
    ("specs/zoo/convnexttiny.yaml", 8),
    ("specs/zoo/inceptionv3.yaml", 8),
    ("benchmarks/networks/unet.yaml", 16),
    ("benchmarks/networks/transformer.yaml", 16),
    ("benchmarks/networks/lstm.yaml", 64),
)
STEPS = 4
ROOT = Path(__file__).parents[1]


def growth(file: str, batch_size: int) -> dict[str, float]:
    """Estimate and growth in MiB, measured in a process of its own."""
    command = [sys.executable, __file__, file, str(batch_size)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def measure(file: str, batch_size: int) -> None:
    """Trains some steps and prints estimate and growth as JSON."""
    import resource

    import numpy as np
    import tensorflow as tf

    import netspec
    from netspec.graph.cost import training_bytes
    from netspec.lowering.model import to_keras

    analysis = netspec.load(file).analysis
    assert analysis.graph is not None  # noqa: S101 - it is complete
    estimate = training_bytes(analysis.graph, batch_size=batch_size, optimizer=None)
    assert estimate is not None  # noqa: S101 - no size is unknown
    tf.config.experimental.enable_op_determinism()  # as `netspec run` does, and Keras then leaves XLA out
    warm = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)])
    warm.compile("adam", "mse")
    warm.train_on_batch(np.zeros((2, 4)), np.zeros((2, 1)))
    before = _resident()
    model = to_keras(analysis.graph, seed=1)
    model.compile("adam", "mse")
    shape: Any = next(iter(analysis.graph.inputs.values()))
    images = np.random.default_rng(0).random((batch_size, *shape), dtype=np.float32)
    labels = np.zeros((batch_size, *model.output.shape[1:]), np.float32)
    for _ in range(STEPS):
        model.train_on_batch(images, labels)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"estimate": estimate / 2**20, "measured": (peak - before) / 2**20}))


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


def main() -> None:
    """Prints a table of all networks."""
    print("| network | batch | estimate, MiB | measured, MiB | estimate / measured |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for file, batch_size in NETWORKS:
        found = growth(file, batch_size)
        ratio = found["estimate"] / found["measured"]
        print(
            f"| {Path(file).stem} | {batch_size} | {found['estimate']:,.0f} "
            f"| {found['measured']:,.0f} | {ratio:.2f} |"
        )


if len(sys.argv) > 1:
    measure(sys.argv[1], int(sys.argv[2]))
else:
    main()
