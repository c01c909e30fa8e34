"""Whole runs, as a user starts them."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import netspec
from netspec.analysis import analyse
from netspec.runs.plan import make_plan
from netspec.training.run import size
from tests.cli.commands import Done, in_turn

pytestmark = pytest.mark.keras

SMALL = ("--set", "data.limit=300", "--set", "training.epochs=2")


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "netspec", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A finished run's directory, and what was printed on the way."""
    path = tmp_path_factory.mktemp("runs") / "first"
    done = command("run", "specs/quickstart.yaml", *SMALL, "--output", str(path))
    assert done.stderr == ""
    assert done.returncode == 0
    return path, done.stdout


def test_a_run_leaves_everything_one_needs_to_know(finished: tuple[Path, str]) -> None:
    path, _ = finished
    mistakes = json.loads((path / "evaluation.json").read_text())["mistakes"]
    assert mistakes
    assert sorted(str(entry.relative_to(path)) for entry in path.rglob("*")) == [
        "calibration.svg",
        "classes.txt",
        "confusion-normalized.csv",
        "confusion-normalized.svg",
        "confusion.csv",
        "confusion.svg",
        "evaluation",
        "evaluation.json",
        "evaluation/mistakes",
        *(mistake["picture"] for mistake in mistakes),
        "history.json",
        "log.txt",
        "metrics.csv",
        "model.json",
        "model.keras",
        "model.weights.h5",
        "predictions.csv",
        "resolved.yaml",
        "run.json",
        "spec.yaml",
        "splits.csv",
        "state",
        "state/best.json",
        "state/best.keras",
        *(f"state/{state.name}" for state in sorted((path / "state").glob("state-*.npz"))),
        "summary.txt",
    ]
    record = json.loads((path / "run.json").read_text())
    assert record["status"] == "finished"
    assert record["seed"] == 1
    assert record["data"]["source"] == "fashion_mnist_sample"
    assert len(record["data"]["fingerprint"]) == 64
    assert record["parameters"] == {"total": 421642, "trainable": 421642}
    assert record["macs"] > record["parameters"]["total"]
    assert {"keras", "tensorflow", "netspec-keras", "python"} <= set(record["versions"])
    assert record["command"][:2] == ["netspec", "run"]
    assert (path / "spec.yaml").read_text() == Path("specs/quickstart.yaml").read_text()
    assert (path / "classes.txt").read_text().splitlines()[0] == "T-shirt/top"
    assert "421,642" in (path / "summary.txt").read_text()


def test_the_record_says_what_each_stage_trains_and_the_most_of_them() -> None:
    document, graph = analyse("tests/specs/valid/training-stages.yaml").require()
    told = size(document, graph)["parameters"]
    plan = make_plan(analyse("tests/specs/valid/training-stages.yaml"))
    assert told["stages"] == {stage.name: stage.trainable_parameters for stage in plan.stages}
    assert told["trainable"] == max(told["stages"].values()) > told["stages"]["head_alone"]


def test_piped_a_run_prints_the_plan_one_line_an_epoch_and_its_directory(
    finished: tuple[Path, str],
) -> None:
    path, printed = finished
    lines = printed.splitlines()

    assert lines[0] == "data        Fashion-MNIST sample: 300 train, 300 validation, 300 test"
    header = next(line for line in lines if line.startswith("epoch "))
    assert header.split()[:5] == ["epoch", "seconds", "images/s", "loss", "accuracy"]
    assert header.split()[5:] == ["val_loss", "val_accuracy"]
    epochs = [line for line in lines if re.match(r" *\d/2 ", line)]
    assert len(epochs) == 2
    assert re.fullmatch(r" *1/2( +[\d.,]+){6}  best", epochs[0])
    assert lines[-1] == str(path)
    assert "\x1b" not in printed
    assert "\r" not in printed


def test_what_is_written_to_the_descriptors_is_in_the_log_and_the_screen_stays(
    tmp_path: Path,
) -> None:
    code = (
        "import os\nfrom pathlib import Path\nfrom netspec.cli.capture import Screen, captured\n"
        "screen = Screen()\nwith captured(Path('log.txt')):\n"
        "    os.write(2, b'from C++\\n'); print('from Python'); print('shown', file=screen.stream)\n"
        "print('after')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False
    )

    assert (done.stdout, done.stderr) == ("shown\nafter\n", "")
    assert sorted((tmp_path / "log.txt").read_text().splitlines()) == ["from C++", "from Python"]


def test_metrics_history_and_evaluation_agree(finished: tuple[Path, str]) -> None:
    path, _ = finished
    rows = list(csv.DictReader((path / "metrics.csv").read_text().splitlines()))
    history = json.loads((path / "history.json").read_text())
    evaluation = json.loads((path / "evaluation.json").read_text())
    matrix = list(csv.reader((path / "confusion.csv").read_text().splitlines()))[1:]
    counts = np.array([[int(cell) for cell in row[1:]] for row in matrix])

    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert [float(row["val_loss"]) for row in rows] == history["val_loss"]
    assert counts.sum() == evaluation["images"] == 300
    assert counts.trace() / 300 == pytest.approx(evaluation["metrics"]["accuracy"], abs=1e-6)


def test_everything_opens_in_plain_keras(finished: tuple[Path, str]) -> None:
    import keras

    path, _ = finished
    image = np.full((1, 28, 28, 1), 200, np.uint8)
    whole = keras.models.load_model(path / "model.keras", safe_mode=True)
    apart = keras.models.model_from_json((path / "model.json").read_text())
    apart.load_weights(path / "model.weights.h5")
    best = keras.models.load_model(path / "state" / "best.keras", safe_mode=True)

    expected = whole.predict(image, verbose=0)
    assert np.array_equal(apart.predict(image, verbose=0), expected)
    best_epoch = json.loads((path / "run.json").read_text())["best_epoch"]
    is_last = best_epoch == 2
    assert np.array_equal(best.predict(image, verbose=0), expected) is is_last


def test_the_resolved_spec_repeats_the_run_bit_by_bit(
    finished: tuple[Path, str], tmp_path: Path
) -> None:
    import keras

    path, _ = finished
    again = tmp_path / "again"

    netspec.run(path / "resolved.yaml", output=again)  # in another process than the first

    first, second = (
        keras.models.load_model(run / "model.keras").get_weights() for run in (path, again)
    )
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    histories = [json.loads((run / "history.json").read_text()) for run in (path, again)]
    assert histories[0] == histories[1]


def test_a_run_through_the_api_tells_its_listener(tmp_path: Path) -> None:
    events: list[Any] = []

    result = netspec.run(
        "specs/quickstart.yaml",
        output=tmp_path / "run",
        overrides=["data.limit=100", "training.epochs=1", "compile.loss=categorical_crossentropy"],
        listener=events.append,
    )

    assert result.directory == tmp_path / "run"
    assert result.best_epoch == 1
    assert set(result.metrics) == {"loss", "accuracy"}
    assert {type(event).__name__ for event in events} >= {
        "Planned",
        "Started",
        "EpochDone",
        "Evaluated",
    }


def test_a_directory_that_is_taken_ends_a_run_before_it_begins(finished: tuple[Path, str]) -> None:
    path, _ = finished
    before = (path / "run.json").read_text()

    done = command("run", "specs/quickstart.yaml", *SMALL, "--output", str(path))

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"error: the run directory {path} exists")
    assert (path / "run.json").read_text() == before


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Done]]:
    """Runs that fail, one after the other in a process of their own, and what they print."""
    changes = {
        "in Keras": "compile.loss={SparseCategoricalCrossentropy: {axis: 0}}",
        "no number": "compile.optimizer={SGD: {learning_rate: 1e38}}",
    }
    paths = [tmp_path_factory.mktemp("failed") / "run" for _ in changes]
    done = in_turn(
        *(
            ("run", "specs/quickstart.yaml", *SMALL, "--set", change, "--output", str(path))
            for change, path in zip(changes.values(), paths, strict=True)
        )
    )
    return dict(zip(changes, zip(paths, done, strict=True), strict=True))


def test_a_run_that_fails_in_keras_exits_with_4_and_says_why(
    failed: dict[str, tuple[Path, Done]],
) -> None:
    path, done = failed["in Keras"]

    assert done.status == 4
    assert done.err.startswith("error: training failed: ")
    assert "Traceback" not in done.err
    assert json.loads((path / "run.json").read_text())["status"] == "failed"


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"]
)
def test_an_interrupted_run_keeps_its_epochs_and_says_where(
    tmp_path: Path, number: int, code: int
) -> None:
    path = tmp_path / "run"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "netspec", "run", "specs/quickstart.yaml"),
            *("--set", "data.limit=300", "--set", "training.epochs=5000", "--output", str(path)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    deadline = time.monotonic() + 120
    while not (path / "state" / "best.keras").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(number)
    try:
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()

    assert process.returncode == code
    first, *hints = errors.splitlines()
    assert re.fullmatch(
        rf"interrupted in epoch \d+; the run so far is in {re.escape(str(path))}", first
    )
    assert "netspec resume" in hints[0]
    assert "netspec predict" in hints[1]
    record = json.loads((path / "run.json").read_text())
    assert record["status"] == "interrupted"
    assert record["epoch"] >= 2
    assert (path / "model.keras").exists()
    assert len((path / "metrics.csv").read_text().splitlines()) >= 2
    assert not list(path.rglob("writing-*"))


def test_a_dry_run_prints_the_plan_without_tensorflow(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom netspec.cli import main\n"
        f"status = main(['run', {str(Path('specs/quickstart.yaml').resolve())!r}, '--dry-run'])\n"
        "assert not {'tensorflow', 'keras', 'numpy'} & set(sys.modules)\nsys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "15 epochs of 85 steps" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_says_that_the_directory_is_taken(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()

    done = command("run", "specs/quickstart.yaml", "--dry-run", "--output", str(tmp_path))

    assert done.returncode == 2
    assert "exists and is not empty" in done.stderr


def test_a_dry_run_says_that_the_directory_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    for below in ("x", "x/y"):
        output = tmp_path / "file" / below
        done = command("run", "specs/quickstart.yaml", "--dry-run", "--output", str(output))

        assert (done.returncode, done.stdout) == (2, "")
        assert f"the run directory {output} is a file, or lies below one" in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_without_tensorflow_a_run_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys, importlib.util as u\nfind = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'tensorflow' else find(name, *a)\n"
        "from netspec.cli import main\n"
        "sys.exit(main(['run', 'specs/quickstart.yaml']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr == (
        "error: this needs tensorflow, which is not installed\n"
        " hint: pip install 'netspec-keras[tensorflow]'\n"
    )


def test_a_loss_that_is_no_number_ends_the_run(failed: dict[str, tuple[Path, Done]]) -> None:
    path, done = failed["no number"]

    assert done.status == 4
    assert "no longer a finite number in epoch 1" in done.err
    assert "best" not in done.out
    assert json.loads((path / "run.json").read_text())["status"] == "failed"


@pytest.fixture(scope="module")
def unread(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A run whose reader went away, and its status; the home's settings of Keras are others."""
    path, home = tmp_path_factory.mktemp("unread") / "run", tmp_path_factory.mktemp("home")
    (home / "keras.json").write_text('{"backend": "jax", "floatx": "float16"}')
    environment = {key: value for key, value in os.environ.items() if key != "KERAS_BACKEND"}
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "netspec", "run", "specs/quickstart.yaml"),
            *("--set", "data.limit=100", "--set", "training.epochs=1", "--output", str(path)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**environment, "KERAS_HOME": str(home)},
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        return path, process.wait(timeout=120)


def test_a_reader_that_goes_away_does_not_end_the_run(unread: tuple[Path, int]) -> None:
    path, status = unread
    assert status == 0
    assert json.loads((path / "run.json").read_text())["status"] == "finished"


def test_nothing_of_the_repository_around_a_spec_is_executed(tmp_path: Path) -> None:
    from netspec.runs import environment

    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    config = tmp_path / ".git" / "config"
    config.write_text(config.read_text() + f"\tfsmonitor = touch {tmp_path}/executed\n")

    record = environment.describe(tmp_path / "spec.yaml")

    assert record["git_commit"] is None
    assert not (tmp_path / "executed").exists()


def test_the_home_s_keras_settings_do_not_enter(unread: tuple[Path, int]) -> None:
    path, status = unread
    assert status == 0
    structure = (path / "model.json").read_text()
    assert "float16" not in structure
