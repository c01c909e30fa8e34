"""CIFAR-10 through the pipeline without a model, against what the network of the same spec consumes.

    python benchmarks/array_pipeline.py [RUNS]

Each side is a process of its own, in turn: training the network of specs/cifar10.yaml as `netspec run` does, its
images per second taken from the run's second epoch, after TensorFlow has traced the network; then the batches of that
spec, and of specs/cifar10_augmented.yaml, asked for one after another. The best of each is compared.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PLAIN, AUGMENTED = "specs/cifar10.yaml", "specs/cifar10_augmented.yaml"
# An epoch of so many images is enough to see what the network consumes.
TRAINED = 16_000
ASKED = {PLAIN: 30, AUGMENTED: 10}


def network() -> float:
    """Images per second of training."""
    from netspec import run
    from netspec.training.events import EpochDone, Event

    speeds = []

    def listen(event: Event) -> None:
        if isinstance(event, EpochDone) and event.images_per_second is not None:
            speeds.append(event.images_per_second)

    overrides = ["training.epochs=2", f"data.limit={TRAINED}"]
    with tempfile.TemporaryDirectory() as folder:
        run(PLAIN, output=Path(folder) / "run", overrides=overrides, listener=listen)
    return speeds[-1]


def pipeline(spec: str) -> float:
    """Images per second of the spec's training batches, of the best of five epochs."""
    import tensorflow as tf

    from netspec.analysis import analyse
    from netspec.data.pipeline import Pipeline
    from netspec.data.preparing import prepare
    from netspec.data.source import Reports
    from netspec.lowering.augmentation import Augmentation
    from netspec.runs.plan import make_plan

    tf.config.experimental.enable_op_determinism()  # as in a run
    analysis = analyse(spec)
    plan = make_plan(analysis)
    document, _ = analysis.require()
    things = document.augmentation or ()
    splits = prepare(plan.data, plan.wanted, Reports.to_nobody(), offline=False).splits
    epochs = 6
    batches = iter(
        Pipeline(
            batch_size=plan.batch_size, targets=plan.targets, by_key=plan.by_key, form=plan.form
        ).training(
            splits["train"],
            epochs=epochs,
            seed=plan.seed,
            shuffle=True,
            augment=Augmentation(things, seed=plan.seed) if things else None,
        )
    )
    speeds = []
    for _ in range(epochs):
        begun, seen = time.monotonic(), 0
        for _ in range(plan.steps):
            seen += len(next(batches)[1])
        speeds.append(seen / (time.monotonic() - begun))
    return max(speeds[1:])


def apart(side: str) -> float:
    """One side's images per second, measured in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--side", side], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{side} failed:\n{done.stderr}")
    return float(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Runs all sides in turn and prints every run."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    best: dict[str, float] = {}
    for number in range(1, runs + 1):
        for side in ("network", PLAIN, AUGMENTED):
            speed = apart(side)
            best[side] = max(speed, best.get(side, 0.0))
            print(f"  run {number}  {side:<30} {speed:10,.0f} images/s", flush=True)
    for spec, asked in ASKED.items():
        times = best[spec] / best["network"]
        print(f"{spec}: {times:.1f} times what the network consumes (at least {asked} is asked)")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        print(json.dumps(network() if sys.argv[2] == "network" else pipeline(sys.argv[2])))
    else:
        main()
