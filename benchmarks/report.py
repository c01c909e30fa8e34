"""`netspec report` of a run whose evaluation tells of 10,000 images, as a whole process. At most 3 s are asked.

    python benchmarks/report.py [RUN]

Without a run it writes one as training and `netspec evaluate` leave it: the course's CIFAR-10 network, 100 epochs,
10,000 predictions, 24 mistakes with a picture each and another of where the network looked, moved images. Its numbers
and pictures are noise, of the sizes that real ones have. Beside it stands the floor: Python with the imports of
netspec's own dependencies and nothing else.
"""

import csv
import json
import random
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Any

from measure import compare

ROOT = Path(__file__).parents[1]
SPEC = ROOT / "specs" / "cifar10.yaml"
IMPORTS = "import typer, yaml, rich.console, rich.table; from pydantic import BaseModel"
LIMIT = 3.0  # seconds
LARGEST = 5_000_000  # bytes
EPOCHS, IMAGES, MISTAKES, SIDE = 100, 10_000, 24, 32
CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
NOISE = random.Random(1)  # noqa: S311 - no secret


def picture(side: int) -> bytes:
    """A PNG of coloured noise, each pixel four by four, as pictures of small images are kept."""
    rows = []
    for _ in range(side):
        row = b"".join(NOISE.randbytes(3) * 4 for _ in range(side))
        rows += [b"\0" + row] * 4
    head = struct.pack(">IIBBBBB", side * 4, side * 4, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def write_run(run: Path) -> None:
    """A run as it lies there after training and `netspec evaluate --shifts 3`."""
    (run / "evaluation" / "mistakes").mkdir(parents=True)
    spec = SPEC.read_text(encoding="utf-8")
    (run / "spec.yaml").write_text(spec, encoding="utf-8")
    command = [sys.executable, "-m", "netspec", "render", str(SPEC)]
    rendered = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    (run / "resolved.yaml").write_text(rendered.stdout, encoding="utf-8")
    (run / "classes.txt").write_text("".join(f"{name}\n" for name in CLASSES), encoding="utf-8")
    write_json(run / "run.json", record())
    write_json(run / "evaluation.json", evaluation())
    names = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"]
    epochs = [[at, *(round(NOISE.random(), 12) for _ in names[1:])] for at in range(1, EPOCHS + 1)]
    write_csv(run / "metrics.csv", [names, *epochs])
    predictions = [
        [at, NOISE.choice(CLASSES), NOISE.choice(CLASSES), *(NOISE.random() for _ in CLASSES)]
        for at in range(IMAGES)
    ]
    write_csv(run / "predictions.csv", [["image", "true", "predicted", *CLASSES], *predictions])
    write_csv(run / "splits.csv", [["image", "split"], *([at, "train"] for at in range(60_000))])
    for at in range(1, MISTAKES + 1):
        for ending in ("", "-look"):
            place = run / "evaluation" / "mistakes" / f"{at:04}{ending}.png"
            place.write_bytes(picture(SIDE))


def record() -> dict[str, Any]:
    """What `run.json` says."""
    return {
        "format": 1,
        "name": "cifar10",
        "status": "finished",
        "started": "2026-01-02T03:04:05+00:00",
        "command": ["netspec", "run", "specs/cifar10.yaml"],
        "seed": 42,
        "epochs": EPOCHS,
        "data": {"source": "cifar10", "train": 50_000, "validation": 10_000, "test": 10_000},
        "versions": {"python": "3.11", "keras": "3.15.1", "tensorflow": "2.21.0"},
        "platform": "Linux",
        "ended": "2026-01-02T04:04:05+00:00",
        "seconds": 3600.0,
        "best_epoch": 50,
        "best_by": "val_loss",
        "model_epoch": EPOCHS,
        "metrics": {"loss": 0.8, "accuracy": 0.8},
    }


def evaluation() -> dict[str, Any]:
    """What `evaluation.json` says."""
    matrix = [[800 if row == column else 22 for column in range(10)] for row in range(10)]
    return {
        "split": "test",
        "images": IMAGES,
        "checkpoint": "model.keras",
        "metrics": {"loss": 0.8, "accuracy": 0.8},
        "classes": [
            {"label": name, "images": 1000, "predicted": 1000, "precision": 0.8, "recall": 0.8}
            for name in CLASSES
        ],
        "confusion": matrix,
        "accuracy": 0.8,
        "interval": {"level": 0.95, "low": 0.79, "high": 0.81, "samples": 1000},
        "calibration": {
            "error": 0.05,
            "largest": 0.1,
            "bins": [
                {
                    "low": at / 15,
                    "high": (at + 1) / 15,
                    "images": 666,
                    "confidence": (at + 0.5) / 15,
                    "accuracy": (at + 0.5) / 15,
                }
                for at in range(15)
            ],
        },
        "mistakes": [
            {
                "image": str(at),
                "true": NOISE.choice(CLASSES),
                "predicted": NOISE.choice(CLASSES),
                "probability": 0.9,
                "true_probability": 0.05,
                "picture": f"evaluation/mistakes/{at:04}.png",
                "look": f"evaluation/mistakes/{at:04}-look.png",
            }
            for at in range(1, MISTAKES + 1)
        ],
        "shifts": {
            "pixels": list(range(-3, 4)),
            "images": IMAGES,
            "accuracy": [[0.7] * 7 for _ in range(7)],
        },
    }


def write_json(file: Path, value: object) -> None:
    """A file of JSON."""
    file.write_text(json.dumps(value, indent=2), encoding="utf-8")


def write_csv(file: Path, rows: list[list[Any]]) -> None:
    """A file of CSV."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def loaded(run: Path, page: Path) -> str:
    """Which heavy packages the command has loaded in its end."""
    code = (
        "import sys; from netspec.cli import main; main(sys.argv[1:]); "
        "print({'tensorflow', 'keras', 'numpy', 'PIL'} & set(sys.modules) or 'none', file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, "report", str(run), "--output", str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stderr.strip()


with tempfile.TemporaryDirectory() as folder:
    page = Path(folder) / "page.html"
    if len(sys.argv) > 1:
        run = Path(sys.argv[1])
    else:
        run = Path(folder) / "run"
        write_run(run)
    best = compare(
        {
            "report": [sys.executable, "-m", "netspec", "report", str(run), "--output", str(page)],
            "floor": [sys.executable, "-c", IMPORTS],
        },
        runs=7,
    )
    seconds, size = best["report"].seconds, page.stat().st_size
    print(
        f"time: {seconds:.3f} s (at most {LIMIT:.0f} s is asked), the floor {best['floor'].seconds:.3f} s"
    )
    print(f"page: {size:,} bytes (fewer than {LARGEST:,} are asked)")
    print(f"TensorFlow, Keras, NumPy, Pillow loaded: {loaded(run, page)}")
    if seconds > LIMIT or size >= LARGEST:
        sys.exit("that is too much")
