"""Images per second from a folder, without a model: netspec's pipeline against Keras's image_dataset_from_directory.

    python benchmarks/image_folder.py FOLDER [RUNS] [SIZE]

FOLDER holds a folder a class. Each side is a process of its own that reads three epochs, shuffled, in batches of 32
brought to SIZE x SIZE (150): netspec as `netspec run` reads them, with the cache that a run would plan, Keras with
`prefetch(AUTOTUNE)`. netspec's look at all files before training is timed apart; from the second run on it knows them.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EPOCHS, BATCH = 3, 32
LATER = 4  # times Keras, with the cache
SPEC = """netspec: 1
data: {{source: {{ImageFolder: {{path: {name}}}}}, validation: null, test: null}}
model:
  input: [{size}, {size}, 3]
  layers: [GlobalAveragePooling2D, Dense: {{units: {classes}}}]
compile: {{optimizer: sgd, loss: {{SparseCategoricalCrossentropy: {{from_logits: true}}}}}}
training: {{epochs: 3, batch_size: 32}}
"""


def netspec_epochs(folder: Path, size: int) -> dict[str, list[float] | float]:
    """Images per second of each epoch, and the seconds of the look before them."""
    import tensorflow as tf

    from netspec.analysis import analyse
    from netspec.data.pipeline import Pipeline
    from netspec.data.preparing import prepare
    from netspec.data.source import Reports
    from netspec.data.waiting import Waiting
    from netspec.runs.plan import make_plan

    tf.config.experimental.enable_op_determinism()  # as in a run
    classes = sum(1 for path in folder.iterdir() if path.is_dir())
    with tempfile.TemporaryDirectory() as place:
        spec = Path(place) / "spec.yaml"
        spec.write_text(SPEC.format(name=folder.name, size=size, classes=classes), "utf-8")
        plan = make_plan(analyse(spec), data_root=folder.parent)
    begun = time.monotonic()
    prepared = prepare(plan.data, plan.wanted, Reports.to_nobody(), offline=True)
    seconds = time.monotonic() - begun
    assert plan.cache is not None  # noqa: S101 - pictures are decoded
    pipeline = Pipeline(
        batch_size=BATCH,
        targets=plan.targets,
        by_key=plan.by_key,
        form=plan.form,
        cache=plan.cache.place,
    )
    train = prepared.splits["train"]
    batches = pipeline.training(train, epochs=EPOCHS, seed=1, shuffle=True)
    asked = iter(Waiting().measured(batches))
    speeds = [timed(asked, len(train)) for _ in range(EPOCHS)]
    return {"speeds": speeds, "check": seconds}


def keras_epochs(folder: Path, size: int) -> dict[str, list[float] | float]:
    """Images per second of each epoch."""
    import keras
    import tensorflow as tf

    dataset = keras.utils.image_dataset_from_directory(
        folder, image_size=(size, size), batch_size=BATCH, seed=1, verbose=False
    ).prefetch(tf.data.AUTOTUNE)
    images = sum(1 for path in folder.rglob("*") if path.is_file())
    return {"speeds": [timed(iter(dataset), images) for _ in range(EPOCHS)], "check": 0.0}


def timed(batches: object, images: int) -> float:
    """Images per second of so many images from an iterator of batches."""
    begun, seen = time.monotonic(), 0
    while seen < images:
        seen += len(next(batches)[1])  # type: ignore[call-overload]
    return images / (time.monotonic() - begun)


def main() -> None:
    """Runs both sides in turn and prints every run."""
    folder = Path(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5  # noqa: PLR2004
    size = sys.argv[3] if len(sys.argv) > 3 else "150"  # noqa: PLR2004
    best: dict[str, list[float]] = {}
    for number in range(runs + 1):  # the first is not counted, so that files are in memory
        for side in ("netspec", "keras"):
            done = subprocess.run(
                [sys.executable, __file__, "--side", side, str(folder), size],
                capture_output=True,
                text=True,
                check=True,
            )
            result = json.loads(done.stdout.splitlines()[-1])
            if number:
                speeds = result["speeds"]
                best[side] = [
                    max(pair) for pair in zip(speeds, best.get(side, speeds), strict=True)
                ]
                shown = "  ".join(f"{speed:7,.0f}" for speed in speeds)
                check = f"   looked at before in {result['check']:.1f} s" if result["check"] else ""
                print(f"  run {number}  {side:<8} images/s by epoch {shown}{check}", flush=True)
    for epoch in range(EPOCHS):
        ratio = best["netspec"][epoch] / best["keras"][epoch]
        asked = f"at least {LATER} is asked" if epoch else "no slower: at least 0.95"
        print(f"epoch {epoch + 1}: netspec has {ratio:.2f} of Keras ({asked})")


if __name__ == "__main__":
    if sys.argv[1] == "--side":
        epochs = netspec_epochs if sys.argv[2] == "netspec" else keras_epochs
        print(json.dumps(epochs(Path(sys.argv[3]), int(sys.argv[4]))))
    else:
        main()
