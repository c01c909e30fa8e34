"""docs/course.md: every total is Keras's, every command runs, and what needs no training prints what the page shows.

`pytest tests/test_course.py --overwrite-golden` writes what the commands print now into the page.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import netspec
from tests.cli.commands import on_any_machine

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "course.md"
SPECS = sorted((ROOT / "specs" / "course").glob("*.yaml"))
BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]*)\n(?P<printed>.*?)```", re.DOTALL)
TOTALS = {
    "cifar10_without_pooling": 25_761_322,
    "cifar10_with_pooling": 1_250_858,
    "cifar10_with_dropout": 1_250_858,
    "mnist_base": 55_744,
    "mnist": 93_322,
    "cats_and_dogs": 3_453_121,
    "cats_and_dogs_transfer": 3_229_889,
}
# Networks learn from noise of the data sets' shapes: what the pictures show plays no part in whether a command works.
NOISE = """
import sys
import numpy as np
from netspec.data.named import loading as named
from netspec.data.named.arrays import ImageArrays
from netspec.things.datasets import DATASETS

def load(name, **_):
    shape, random = DATASETS[name].image_shape, np.random.default_rng(0)
    def images(count): return random.integers(0, 256, (count, *shape), np.uint8)
    def labels(count): return np.arange(count) % 10
    return ImageArrays.of(
        x_train=images(60), y_train=labels(60), x_test=images(20), y_test=labels(20)
    )

for dataset in DATASETS.values():  # they are frozen
    vars(dataset).update(train=60, test=20)
named.load = load
"""
# Commands one after the other, which import TensorFlow once; after what each prints stands how it ended.
IN_TURN = f"""{NOISE}
import json
from netspec.cli import main

for words in json.loads(sys.argv[1]):
    status = main(words)
    print(f"\\0{{status}}", end="\\0", flush=True)
"""
# Scripts one after the other, each as `python SCRIPT …`; the first of them imports nothing but Keras.
SCRIPTS = """
import json, runpy, sys

for words in json.loads(sys.argv[1]):
    sys.argv = words
    runpy.run_path(words[0], run_name="__main__")
    print(end="\\0", flush=True)
"""
QUICK = ("--set", "training.epochs=1", "--set", "data.limit=24")
RANDOM = ("--set", "model.layers.backbone.weights=null")  # nothing is fetched


@dataclass(frozen=True)
class Example:
    """A command of the page, and what stands below it."""

    command: str
    printed: str

    @property
    def words(self) -> list[str]:
        return shlex.split(self.command)

    @property
    def is_static(self) -> bool:
        """Whether it needs neither data nor a run."""
        needs_run = "runs/" in self.command or self.words[0] == "python"
        return not needs_run


def examples() -> list[Example]:
    return [
        Example(found["command"], found["printed"])
        for found in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))
    ]


STATIC = [each for each in examples() if each.is_static]
TRAINING = [each for each in examples() if not each.is_static]


def make_pets(folder: Path, *, real: int) -> None:
    """As many files as the course has; the first of each class are pictures."""
    for name, count in (("cat", 700), ("dog", 699)):
        (folder / name).mkdir(parents=True)
        for number in range(count):
            path = folder / name / f"{name}.{number}.jpg"
            if number < real:
                pixels = np.random.default_rng(number).integers(0, 256, (40, 50, 3), np.uint8)
                Image.fromarray(pixels).save(path)
            else:
                path.touch()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the repository, with data and a picture of its own."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("specs", "examples"):
        (folder / name).symlink_to(ROOT / name)
    make_pets(folder / "data" / "catsdogs", real=0)
    Image.new("RGB", (40, 30), "green").save(folder / "frog.png")
    return folder


def run(words: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    command = (
        [sys.executable, "-m", *words] if words[0] == "netspec" else [sys.executable, *words[1:]]
    )
    return subprocess.run(
        command,
        cwd=cwd,
        # Keras's own cache may have the weights already.
        env={**os.environ, "PYTHONPATH": str(ROOT), "KERAS_HOME": str(cwd)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )


def run_in_turn(commands: list[list[str]], cwd: Path) -> list[str]:
    """What commands of netspec print, each of which ends well; the data sets are noise."""
    done = subprocess.run(
        [sys.executable, "-c", IN_TURN, json.dumps([words[1:] for words in commands])],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    *told, rest = done.stdout.split("\0")
    assert done.returncode == 0, f"{rest}{done.stderr}"
    for words, status in zip(commands, told[1::2], strict=True):
        assert status == "0", f"{shlex.join(words)}\n{done.stdout}{done.stderr}"
    return told[::2]


def test_every_spec_has_its_total() -> None:
    assert {path.stem for path in SPECS} == set(TOTALS)
    for path in SPECS:
        assert [one for one in netspec.check(path) if one.severity != "note"] == []
        summary = netspec.summarize(path)
        assert summary.total_parameters == TOTALS[path.stem]
        assert f"{TOTALS[path.stem]:,}" in path.read_text(encoding="utf-8")


@pytest.mark.keras
@pytest.mark.parametrize("path", SPECS, ids=lambda path: str(path.stem))
def test_keras_counts_the_same(path: Path) -> None:
    assert netspec.build(path).count_params() == TOTALS[path.stem]


def test_the_page_names_every_spec_with_its_total() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, total in TOTALS.items():
        assert f"| `{name}.yaml` | {total:,} |" in page
        assert f"specs/course/{name}.yaml" in page


@pytest.mark.parametrize("example", STATIC, ids=lambda each: str(each.command))
def test_what_needs_no_training_prints_what_the_page_shows(
    example: Example, place: Path, request: pytest.FixtureRequest
) -> None:
    printed = on_any_machine(run(example.words, place).stdout)

    if request.config.getoption("--overwrite-golden"):
        head = f"```console\n$ {example.command}\n"
        page = PAGE.read_text(encoding="utf-8")
        page = page.replace(f"{head}{example.printed}```", f"{head}{printed}```")
        PAGE.write_text(page, encoding="utf-8")
    else:
        assert printed == example.printed


@pytest.mark.keras
def test_every_other_command_runs_and_prints_lines_of_the_page_s_kind(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("training")
    for name in ("specs", "examples"):
        (folder / name).symlink_to(ROOT / name)
    Image.new("RGB", (40, 30), "green").save(folder / "frog.png")
    make_pets(folder / "data" / "catsdogs", real=14)
    for path in (folder / "data").rglob("*.jpg"):
        if not path.stat().st_size:
            path.unlink()
    assert len(TRAINING) >= 7

    ours = [example for example in TRAINING if example.words[0] == "netspec"]
    for example, printed in zip(ours, run_in_turn([*map(quick, ours)], folder), strict=True):
        left_out = {"weights"} if "transfer" in example.command else set()
        assert kinds(printed) >= kinds(example.printed) - left_out, example.command
    scripts = [example for example in TRAINING if example not in ours]
    words = json.dumps([example.words[1:] for example in scripts])
    done = run(["python", "-c", SCRIPTS, words], folder)
    assert done.returncode == 0, done.stdout
    *told, _ = done.stdout.split("\0")
    for example, printed in zip(scripts, told, strict=True):
        assert kinds(printed) >= kinds(example.printed), example.command


def quick(example: Example) -> list[str]:
    """The command's words, with what makes a run of it short."""
    if example.words[1] != "run":
        return example.words
    return [*example.words, *QUICK, *(RANDOM if "transfer" in example.command else ())]


def kinds(printed: str) -> set[str]:
    """The first word of each line that begins with a letter: what the line tells."""
    return {line.split()[0] for line in printed.splitlines() if re.match(r"[a-z]", line)}
