"""How long `netspec runs` takes over a folder of 1,000 runs, as a whole process.

    python benchmarks/runs.py [RUNS]

Each run has a record, the metrics of 30 epochs and an evaluation, as `netspec run` writes them. Beside it stand the
filters, the comparison of two of them, and the floor: Python with the imports of netspec's own dependencies.
"""

import csv
import json
import random
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from measure import compare

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
EPOCHS = 30
IMPORTS = "import typer, yaml, rich.console, rich.table; from pydantic import BaseModel"
HEAVY = ("tensorflow", "keras", "numpy")
LABELS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SPEC = """\
netspec: 1
name: cifar10
seed: {seed}
data: {{source: cifar10, validation: 0.1}}
model:
  input: [32, 32, 3]
  layers:
    - Rescaling: {{scale: 1/255}}
    - Conv2D: {{filters: 32, kernel_size: 3, activation: relu}}
    - Flatten
    - Dense: {{name: head, units: 10, activation: softmax}}
compile: {{optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}}
training: {{epochs: 30, batch_size: 64}}
"""
FEATURES = (
    *("amx_bf16", "amx_int8", "amx_tile", "avx", "avx2", "avx512_bf16", "avx512_bitalg"),
    *("avx512_vbmi2", "avx512_vnni", "avx512bw", "avx512cd", "avx512dq", "avx512f", "f16c", "fma"),
)
PACKAGES = (
    *("python", "netspec-keras", "keras", "tensorflow", "numpy", "pydantic", "PyYAML", "pillow"),
    *("h5py", "ml_dtypes", "imagehash", "onnx", "onnxruntime", "openvino", "tensorboard"),
)


def a_run(path: Path, number: int, chance: random.Random) -> None:
    """Writes what `netspec runs` may read of a run."""
    path.mkdir()
    rows = []
    loss, accuracy = 2.0, 0.3
    for epoch in range(1, EPOCHS + 1):
        loss, accuracy = (
            loss * chance.uniform(0.9, 1.01),
            min(accuracy * chance.uniform(1, 1.07), 0.99),
        )
        rows.append(
            [epoch, loss, accuracy, loss * 1.1, accuracy * 0.95, round(chance.uniform(9, 11), 3)]
        )
    with (path / "metrics.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"])
        writer.writerows(rows)
    started = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=7 * number)
    best = min(rows, key=lambda row: row[3])
    test = {"loss": best[3] * 1.02, "accuracy": best[4] * 0.99}
    record = {
        "format": 1,
        "name": "cifar10",
        "status": "finished",
        "started": started.isoformat(),
        "command": ["netspec", "run", "specs/cifar10.yaml", "--set", f"seed={number}"],
        "seed": number,
        "epochs": EPOCHS,
        "parameters": {"total": 1_250_858, "trainable": 1_250_858},
        "macs": 20_741_120,
        "data": {
            "source": "cifar10",
            "fingerprint": "ca5380e447c99bab1ba4e201722c64e5aad5bc5e86417d6d4b3ae8fa44ed9f51",
            "train": 45_000,
            "validation": 5_000,
            "test": 10_000,
            "validation_from": None,
            "test_from": "test",
        },
        "versions": dict.fromkeys(PACKAGES, "1.2.3"),
        "platform": "Linux-6.8.0-x86_64-with-glibc2.39",
        "hardware": {
            "architecture": "x86_64",
            "processor": "Intel(R) Xeon(R) Processor",
            "features": FEATURES,
            "cores": 8,
            "memory": 33_501_757_440,
        },
        "git_commit": "5975f6ec063cbbac874b14fc08c2945d1c6362ce",
        "git_dirty": False,
        "resolved_sha256": "36e3632b7b3103ac6f5b356e6795683c20b73f500ce51a54f7e27b9eb02d5369",
        "runtime": {
            "precision": "float32",
            "deterministic": True,
            "jit": False,
            "threads": {"intra_op": 8, "inter_op": 8},
            "devices": [{"name": "CPU:0"}],
        },
        "ended": (started + timedelta(minutes=5)).isoformat(),
        "seconds": sum(row[-1] for row in rows),
        "peak_memory": 734_883_840,
        "best_epoch": best[0],
        "best_by": "val_loss",
        "model_epoch": EPOCHS,
        "metrics": test,
        "training_seconds": 290.5,
        "images_per_second": 4650.1,
        "data_wait": 0.009,
    }
    (path / "run.json").write_text(json.dumps(record, indent=2))
    confusion = [[chance.randrange(100) for _ in LABELS] for _ in LABELS]
    classes = [{"label": name, "images": 1000, "precision": 0.8, "recall": 0.7} for name in LABELS]
    evaluation = {"split": "test", "images": 10_000, "checkpoint": "model.keras", "metrics": test}
    whole = {**evaluation, "classes": classes, "confusion": confusion}
    (path / "evaluation.json").write_text(json.dumps(whole, indent=2))
    (path / "resolved.yaml").write_text(SPEC.format(seed=number))


def loaded(folder: Path) -> list[str]:
    """Those of the heavy libraries that the command loads."""
    code = (
        "import sys\nfrom netspec.cli import main\nmain(['runs', sys.argv[1], '--format', 'csv'])\n"
        f"print(*({set(HEAVY)!r} & sys.modules.keys()), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stderr.split()


with tempfile.TemporaryDirectory() as name:
    folder = Path(name) / "runs"
    folder.mkdir()
    chance = random.Random(0)  # noqa: S311 - no secret hangs on it
    for number in range(RUNS):
        a_run(folder / f"cifar10-{number:04}", number, chance)
    netspec = [sys.executable, "-m", "netspec", "runs"]
    two = [str(folder / f"cifar10-{number:04}") for number in (0, 1)]
    best = compare(
        {
            "runs": [*netspec, str(folder)],
            "json": [*netspec, str(folder), "--format", "json"],
            "filtered": [
                *netspec,
                str(folder),
                "--where",
                "val_accuracy>=0.9",
                "--sort",
                "-val_loss",
            ],
            "compare": [*netspec, "compare", *two],
            "floor": [sys.executable, "-c", IMPORTS],
        },
        runs=5,
    )
    heavy = loaded(folder)

for name in ("runs", "json", "filtered"):
    print(
        f"{name}: {best[name].seconds:.2f} s, {best[name].processor:.2f} s processor, for {RUNS:,} runs of {EPOCHS} "
        "epochs (below 1 s is asked for 1,000)"
    )
print(f"of {', '.join(HEAVY)} it loads {', '.join(heavy) or 'none'}")
