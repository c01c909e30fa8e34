"""A run's directory written by hand, with everything that a run may hold, for tests that train nothing."""

from __future__ import annotations

import json
import struct
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

CLASSES = ("cat", "dog", "owl")
SPEC = """\
netspec: 1
name: pets
seed: 7

data:
  source: {ImageFolder: {path: pets}}

model:
  input: [8, 8, 3]
  layers:
    - Rescaling: {scale: 1/255}
    - Conv2D: {filters: 4, kernel_size: 3, padding: same, activation: relu}
    - GlobalAveragePooling2D
    - Dense: {name: head, units: 3, activation: softmax}

compile:
  optimizer: {Adam: {learning_rate: 0.001}}
  loss: SparseCategoricalCrossentropy
  metrics: [accuracy]

training:
  batch_size: 8
  epochs: 8
"""
# How it would be trained in two stages, of which the second trains all of its 127 parameters.
STAGES = "stages: [{name: only_head, epochs: 4, trainable: [head]}, {epochs: 4}]"
# It learns the images by heart from the fourth epoch on.
_LOSS = (1.10, 0.90, 0.70, 0.55, 0.42, 0.31, 0.22, 0.15)
_VAL_LOSS = (1.12, 0.98, 0.86, 0.80, 0.84, 0.93, 1.05, 1.20)
_ACCURACY = (0.40, 0.55, 0.66, 0.74, 0.81, 0.88, 0.93, 0.97)
_VAL_ACCURACY = (0.38, 0.52, 0.60, 0.64, 0.66, 0.65, 0.64, 0.63)
_CONFUSION = [[30, 8, 2], [6, 31, 3], [0, 4, 36]]

# What `look/filters.json` holds.
FILTERS = {
    "layer": "conv2d",
    "kind": "Conv2D",
    "kernel": [3, 3],
    "inputs": 3,
    "filters": 4,
    "shown": 4,
    "drawn": "colours",
    "checkpoint": "model.keras",
    "picture": "filters.png",
}


def png(width: int = 8, height: int = 8, *, grey: int = 120, values: bytes | None = None) -> bytes:
    """A picture of one grey, or of a grey for each pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    each = values or bytes([grey]) * (width * height)
    rows = b"".join(b"\0" + each[at : at + width] for at in range(0, width * height, width))
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in parts)


def record(**changes: Any) -> dict[str, Any]:
    """What `run.json` holds."""
    return {
        "format": 1,
        "name": "pets",
        "status": "finished",
        "started": "2026-11-22T12:41:14+00:00",
        "command": ["netspec", "run", "pets.yaml", "--output", "runs/pets"],
        "seed": 7,
        "epochs": 8,
        "parameters": {"total": 127, "trainable": 127},
        "macs": 6924,
        "data": {
            "source": "ImageFolder",
            "root": "/data",
            "path": "pets",
            "fingerprint": "06fd100161a0fc3aeb986614c6c8494077a074da193a02ccae1fae8b95be3153",
            "train": 480,
            "validation": 120,
            "test": 120,
            "validation_from": None,
            "test_from": "test",
        },
        "versions": {"python": "3.11.7", "keras": "3.15.1", "tensorflow": "2.21.0"},
        "platform": "Linux-6.18",
        "hardware": {"architecture": "x86_64", "cores": 2, "memory": 8589934592},
        "git_commit": "5975f6ec063cbbac874b14fc08c2945d1c6362ce",
        "git_dirty": True,
        "runtime": {"precision": "float32", "deterministic": True, "threads": {"intra_op": 2}},
        "ended": "2026-11-22T12:43:14+00:00",
        "seconds": 120.5,
        "peak_memory": 718536704,
        "best_epoch": 4,
        "best_by": "val_loss",
        "model_epoch": 8,
        "metrics": {"loss": 0.8, "accuracy": 0.8083333},
        **changes,
    }


def evaluation(**changes: Any) -> dict[str, Any]:
    """What `evaluation.json` holds."""
    images = [sum(row) for row in _CONFUSION]
    predicted = [sum(column) for column in zip(*_CONFUSION, strict=True)]
    return {
        "split": "test",
        "images": 120,
        "checkpoint": "model.keras",
        "metrics": {"loss": 0.8, "accuracy": 0.8083333},
        "classes": [
            {
                "label": name,
                "images": images[at],
                "predicted": predicted[at],
                "precision": _CONFUSION[at][at] / predicted[at],
                "recall": _CONFUSION[at][at] / images[at],
                "f1": 2 * _CONFUSION[at][at] / (images[at] + predicted[at]),
            }
            for at, name in enumerate(CLASSES)
        ],
        "confusion": _CONFUSION,
        "accuracy": 97 / 120,
        "interval": {"level": 0.95, "low": 0.73, "high": 0.88, "samples": 1000},
        "calibration": {
            "error": 0.09,
            "largest": 0.21,
            "bins": [
                {
                    "low": at / 15,
                    "high": (at + 1) / 15,
                    "images": 12 if at > 4 else 0,
                    "confidence": (at + 0.5) / 15 if at > 4 else None,
                    "accuracy": (at + 0.5) / 15 - 0.09 if at > 4 else None,
                }
                for at in range(15)
            ],
        },
        "confused": [
            {"true": "cat", "predicted": "dog", "images": 8},
            {"true": "dog", "predicted": "cat", "images": 6},
        ],
        "mistakes": [
            {
                "image": f"test/{true}/{number:03}.jpg",
                "true": true,
                "predicted": taken,
                "probability": 0.97 - number / 50,
                "true_probability": 0.02,
                "picture": f"evaluation/mistakes/{number:04}.png",
                "look": f"evaluation/mistakes/{number:04}-look.png",
            }
            for number, (true, taken) in enumerate(
                [("cat", "dog"), ("cat", "dog"), ("dog", "cat"), ("owl", "dog")], 1
            )
        ],
        "shifts": {
            "pixels": [-1, 0, 1],
            "images": 120,
            "accuracy": [[0.6, 0.7, 0.6], [0.7, 0.81, 0.72], [0.61, 0.71, 0.6]],
        },
        **changes,
    }


def look() -> dict[str, Any]:
    """What `look/owl/look.json` holds."""
    return {
        "name": "owl",
        "image": "photos/owl.jpg",
        "place": "0123",
        "checkpoint": "model.keras",
        "height": 8,
        "width": 8,
        "channels": 3,
        "picture": "picture.png",
        "said": {
            "head": {
                "kind": "class",
                "predictions": [
                    {"label": "owl", "probability": 0.9},
                    {"label": "cat", "probability": 0.08},
                ],
            }
        },
        "grad_cam": {
            "output": "head",
            "kind": "class",
            "name": "owl",
            "predicted": True,
            "value": 3.2,
            "before_activation": True,
            "layer": "conv2d",
            "height": 8,
            "width": 8,
            "picture": "grad-cam.png",
            "reason": None,
        },
        "maps": [
            {
                "layer": "conv2d",
                "kind": "Conv2D",
                "height": 8,
                "width": 8,
                "channels": 4,
                "shown": [{"channel": at, "low": 0.0, "high": 1.0} for at in range(4)],
                "picture": "conv2d.png",
            }
        ],
    }


def write_run(path: Path, **changes: Any) -> Path:
    """Writes a finished run that was judged and looked at.

    Args:
        path: The directory.
        changes: What `run.json` says otherwise.
    """
    for folder in ("evaluation/mistakes", "look/owl", "state"):
        (path / folder).mkdir(parents=True)
    _write_json(path / "run.json", record(**changes))
    rows = zip(_LOSS, _ACCURACY, _VAL_LOSS, _VAL_ACCURACY, strict=True)
    lines = [f"{at},{','.join(map(str, row))},1.5" for at, row in enumerate(rows, 1)]
    head = "epoch,loss,accuracy,val_loss,val_accuracy,seconds"
    _write(path / "metrics.csv", "\n".join([head, *lines, ""]))
    _write_json(path / "history.json", {"loss": list(_LOSS), "val_loss": list(_VAL_LOSS)})
    _write_json(path / "evaluation.json", evaluation())
    counts = [",".join(map(str, row)) for row in _CONFUSION]
    table = [f"{name},{row}" for name, row in zip(CLASSES, counts, strict=True)]
    _write(path / "confusion.csv", "\n".join([f"true,{','.join(CLASSES)}", *table, ""]))
    _write(path / "predictions.csv", "image,true,predicted\n" + "a.jpg,cat,cat\n" * 120)
    _write(path / "classes.txt", "\n".join([*CLASSES, ""]))
    for name in ("spec.yaml", "resolved.yaml"):
        _write(path / name, SPEC)
    _write(path / "summary.txt", "pets\n┏━━━━━━┓\n┃ name ┃\n┗━━━━━━┛\n")
    _write(path / "log.txt", "keras/layer.py:12: UserWarning: a layer has no mask\n")
    _write(path / "splits.csv", "image,split\na.jpg,test\n")
    for number in range(1, 5):
        (path / f"evaluation/mistakes/{number:04}.png").write_bytes(png(grey=40 * number))
        (path / f"evaluation/mistakes/{number:04}-look.png").write_bytes(png(grey=255 - number))
    _write_json(path / "look/owl/look.json", look())
    for name in ("picture", "grad-cam", "conv2d"):
        (path / f"look/owl/{name}.png").write_bytes(png())
    _write_json(path / "look/filters.json", FILTERS)
    (path / "look/filters.png").write_bytes(png())
    (path / "model.keras").write_bytes(b"PK")
    return path


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def _write_json(file: Path, value: Any) -> None:
    _write(file, json.dumps(value, indent=2))
