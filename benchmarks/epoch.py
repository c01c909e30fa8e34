"""One full CIFAR-10 epoch: `netspec run` against the course's script by hand, as whole processes.

    python benchmarks/epoch.py [RUNS]

Both read the same file, train one epoch of 1,563 steps with batch size 32 and validate on the test images. netspec also
keeps its run directory, and judges the test split once more at the end.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from measure import compare

from netspec.data.named import loading as named

HERE = Path(__file__).parent
runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5

arrays = named.load("cifar10", notify=print)
with tempfile.TemporaryDirectory() as folder:
    copy = Path(folder) / "cifar10.npz"
    np.savez(
        copy,
        x_train=arrays.x_train,
        y_train=arrays.y_train,
        x_test=arrays.x_test,
        y_test=arrays.y_test,
    )
    del arrays
    run = f"NETSPEC_DATA={folder} {sys.executable} -m netspec run specs/cifar10.yaml"
    best = compare(
        {
            "netspec": [
                "sh",
                "-c",
                f"{run} --set training.epochs=1 --output $(mktemp -d {folder}/run-XXXXXX)",
            ],
            "by hand": [sys.executable, str(HERE / "keras_epoch.py"), str(copy), "1"],
        },
        runs=runs,
    )

netspec, by_hand = best["netspec"], best["by hand"]
print(
    f"speed:  netspec has {by_hand.seconds / netspec.seconds:.2f} of the speed by hand (no slower: at least 0.95)"
)
print(
    f"memory: netspec takes {netspec.mebibytes / by_hand.mebibytes:.2f} of it (at most 0.50 asked)"
)
