"""A frozen Xception on clothing-dataset-small: `netspec run` against the lesson's script by hand, as whole processes.

    NETSPEC_TEST_DATA=DIR python benchmarks/transfer.py [--epochs 1 3 10 30] [--rounds 1] [--limit N]

DIR holds `clothing/`, with train, validation and test, and `weights/`, where Xception's weights are looked for; without
the file both sides take `imagenet`, which Keras fetches. In turn, for each number of epochs: the script by hand, which
takes every image through Xception in every epoch; netspec's first run, with an empty cache; and its second, which finds
the features. netspec also looks at all images, judges the test images image by image and keeps its run directory.

Then what the first pass costs, beside an epoch without the cache, and whether the losses are the same with the cache
and without it: `runtime.feature_cache: off` trains `--compared` epochs as plain Keras would.

A whole table takes more than an hour, nearly all of it by hand; one round is enough, as the differences are large. Of
several rounds the minimum counts.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measure import Run, measure

HERE = Path(__file__).parent
SPEC = HERE.parent / "specs" / "clothing_xception.yaml"
WEIGHTS = "weights/xception_weights_tf_dim_ordering_tf_kernels_notop.h5"
IN_ALL, AGAIN = 6, 40  # times as fast, over 10 epochs
FIRST_PASS = 1.1  # plain epochs, at most
WITHIN = 1e-5  # of every loss


class Sides:
    """The commands that are compared."""

    def __init__(self, data: Path, folder: Path, limit: int | None) -> None:
        """Finds the weights.

        Args:
            data: Holds the images and perhaps the weights.
            folder: Where runs and caches go.
            limit: The most images of each split.
        """
        self._data, self._folder, self._limit = data, folder, limit
        self._weights = WEIGHTS if (data / WEIGHTS).is_file() else "imagenet"
        self._runs = 0

    def by_hand(self, epochs: int) -> list[str]:
        """The lesson's script."""
        own = self._weights == WEIGHTS
        weights = str(self._data / WEIGHTS) if own else self._weights
        limit = [] if self._limit is None else [str(self._limit)]
        script = str(HERE / "keras_transfer.py")
        return [sys.executable, script, str(self._data / "clothing"), weights, str(epochs), *limit]

    def netspec(self, epochs: int, cache: str, *changes: str) -> tuple[list[str], Path]:
        """A run with a cache of that name, and its directory."""
        self._runs += 1
        run = self._folder / f"run-{self._runs}"
        changes = (
            f"model.layers.backbone.weights={self._weights}",
            f"training.epochs={epochs}",
            *([] if self._limit is None else [f"data.limit={self._limit}"]),
            *changes,
        )
        command = [sys.executable, "-m", "netspec", "run", str(SPEC), "--json-lines"]
        command += ["--data-root", str(self._data), "--output", str(run)]
        command += [part for change in changes for part in ("--set", change)]
        return ["env", f"XDG_CACHE_HOME={self._folder / cache}", *command], run


def shown(name: str, run: Run) -> None:
    """Prints one measurement."""
    print(
        f"  {name:<24} {run.seconds:9.1f} s  {run.processor:9.1f} s processor"
        f"  {run.mebibytes:8.1f} MiB",
        flush=True,
    )


def least(runs: list[Run]) -> float:
    """The seconds of the fastest."""
    return min(run.seconds for run in runs)


def compare(sides: Sides, epochs: int, rounds: int) -> None:
    """All three sides in turn, so many times."""
    print(f"{epochs} epoch{'s' * (epochs != 1)}")
    by_hand: list[Run] = []
    first: list[Run] = []
    second: list[Run] = []
    for number in range(rounds):
        cache = f"cache-{epochs}-{number}"
        for name, runs, command in (
            ("by hand", by_hand, sides.by_hand(epochs)),
            ("netspec, first run", first, sides.netspec(epochs, cache)[0]),
            ("netspec, second run", second, sides.netspec(epochs, cache)[0]),
        ):
            runs.append(measure(command))
            shown(name, runs[-1])
    hand = least(by_hand)
    asked = f" (at least {IN_ALL} and {AGAIN} asked)" if epochs == 10 else ""  # noqa: PLR2004
    print(
        f"  netspec is {hand / least(first):.1f} times as fast, in a second run "
        f"{hand / least(second):.1f} times{asked}",
        flush=True,
    )


def events(command: list[str]) -> list[dict[str, Any]]:
    """What a run tells, line by line."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"netspec failed:\n{done.stdout[-2000:]}{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def logs(run: Path) -> list[dict[str, float]]:
    """Loss and metrics of each epoch, and of the test images."""
    with (run / "metrics.csv").open() as file:
        rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
    test = json.loads((run / "evaluation.json").read_text())["metrics"]
    return [*rows, {f"test {key}": value for key, value in test.items()}]


def first_pass(sides: Sides, epochs: int) -> None:
    """What the first pass costs, and whether the losses are those of training without a cache."""
    off, plain = sides.netspec(epochs, "cache-off", "runtime={feature_cache: off}")
    auto, cached = sides.netspec(epochs, "cache-auto")
    events(off)
    told = events(auto)
    passed = sum(
        line["seconds"]
        for line in told
        if line["event"] == "features" and "train" in line["splits"]
    )
    before, after = logs(plain), logs(cached)
    seconds = [row["seconds"] for row in before[:-1]]
    print(f"the first pass over train and validation images: {passed:.1f} s")
    print(
        f"  plain epochs, training and validating: {', '.join(f'{each:.1f}' for each in seconds)} s"
    )
    print(
        f"  the first pass takes {passed / min(seconds):.2f} of the fastest (at most {FIRST_PASS} asked)"
    )
    different = max(
        abs(one[key] - other[key])
        for one, other in zip(before, after, strict=True)
        for key in one
        if key.endswith("loss")
    )
    equal = all(
        one[key] == other[key]
        for one, other in zip(before, after, strict=True)
        for key in one
        if key not in {"seconds", "epoch"}
    )
    how = "bit by bit the same" if equal else f"the same within {different:.1e}"
    print(
        f"all losses of {epochs} epochs, with the cache and without: {how} (within {WITHIN} asked)"
    )


def main() -> None:
    """Measures what the arguments say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--epochs", type=int, nargs="+", default=[1, 3, 10, 30])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--limit", type=int, help="images of each split, for a try")
    parser.add_argument("--compared", type=int, default=2, help="epochs without the cache")
    asked = parser.parse_args()
    named = os.environ.get("NETSPEC_TEST_DATA")
    if not named or not (Path(named) / "clothing" / "train").is_dir():
        sys.exit("NETSPEC_TEST_DATA names no folder with clothing/train")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        sides = Sides(Path(named).resolve(), Path(folder), asked.limit)
        events(sides.netspec(1, "cache-warm", "data.limit=32")[0])  # so that files are in memory
        for epochs in asked.epochs:
            compare(sides, epochs, asked.rounds)
        if asked.compared:
            first_pass(sides, asked.compared)
    print(f"{(time.monotonic() - begun) / 60:.0f} minutes in all")


if __name__ == "__main__":
    main()
