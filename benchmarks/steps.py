"""Steps per second of `netspec run` against the same training by hand in Keras, both on a terminal of 120 columns.

    python benchmarks/steps.py [RUNS] [STEPS]

The course's CIFAR-10 network (batches of 32) with ModelCheckpoint and EarlyStopping, two epochs of 600 steps or so
many, each followed by 1,000 images that are watched. By hand it is `model.fit` on arrays with Keras's progress bar;
netspec draws its live display. What is compared is the second epoch with its validation and with what ModelCheckpoint
saves: Keras traces the network in the first. netspec's time goes from one kept state to the next, so that all that it
keeps is in it: the state, the history and the best network.
"""

import os
import pty
import select
import struct
import sys
import tempfile
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

from netspec.data.named import loading as named

HERE = Path(__file__).parent
EPOCHS, WATCHED, BATCH = 2, 1_000, 32
RUNS, STEPS = (*map(int, sys.argv[1:]), *(5, 600)[len(sys.argv) - 1 :])
IMAGES = STEPS * BATCH
LOOK_SECONDS = 0.2
SPEC = f"""netspec: 1
seed: 42
data: {{source: cifar10, validation: {WATCHED}, limit: {IMAGES}, test: null}}
model:
  input: [32, 32, 3]
  layers:
    - Rescaling: {{scale: 1/255}}
    - Conv2D: {{filters: 32, kernel_size: 3, padding: same, activation: relu}}
    - Conv2D: {{filters: 32, kernel_size: 3, activation: relu}}
    - MaxPooling2D: {{pool_size: 2}}
    - Dropout: {{rate: 0.25}}
    - Conv2D: {{filters: 64, kernel_size: 3, padding: same, activation: relu}}
    - Conv2D: {{filters: 64, kernel_size: 3, activation: relu}}
    - MaxPooling2D: {{pool_size: 2}}
    - Dropout: {{rate: 0.25}}
    - Flatten
    - Dense: {{units: 512, activation: relu}}
    - Dropout: {{rate: 0.5}}
    - Dense: {{units: 10, activation: softmax}}
compile: {{optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}}
training: {{epochs: {EPOCHS}, batch_size: {BATCH}}}
callbacks:
  - ModelCheckpoint: {{monitor: val_accuracy, save_best_only: true}}
  - EarlyStopping: {{monitor: val_loss, patience: 5, restore_best_weights: true}}
"""


def on_terminal(command: list[str], output: Path) -> dict[str, float]:
    """Runs a command on a terminal of its own, and gives when each of the run's states was there, by name."""
    child, terminal = pty.fork()
    if not child:
        os.environ.update(TERM="xterm-256color", COLUMNS="120", LINES="40")
        os.execvp(command[0], command)  # noqa: S606 - no shell is wanted
    ioctl(terminal, TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    drawn, seen = b"", dict[str, float]()
    while True:
        ready, _, _ = select.select([terminal], [], [], LOOK_SECONDS)
        for state in output.glob("state/state-*.npz"):
            seen.setdefault(state.name, state.stat().st_mtime)
        if not ready:
            continue
        try:
            part = os.read(terminal, 65_536)
        except OSError:  # Linux's way to say that the other side has closed
            break
        if not part:
            break
        drawn += part
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    if status:
        sys.exit(f"{' '.join(command)} failed:\n{drawn.decode(errors='replace')}")
    return seen


def last_epoch(seen: dict[str, float]) -> float:
    """Seconds from the state at the end of the epoch before the last one to the last state."""
    times = [seen[name] for name in sorted(seen)]
    return times[-1] - times[-2]


def main() -> None:
    """Trains both in turn and prints every run."""
    named.load("cifar10", notify=print)
    best: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder) / "spec.yaml"
        spec.write_text(SPEC)
        for number in range(RUNS + 1):  # the first is not counted, so that files are in memory
            for name in ("netspec", "by hand"):
                output = Path(folder) / f"{name}-{number}"
                if name == "netspec":
                    command = [sys.executable, "-m", "netspec", "run", str(spec)]
                    seconds = last_epoch(on_terminal([*command, "--output", str(output)], output))
                else:
                    script = [sys.executable, str(HERE / "keras_steps.py"), str(output)]
                    script += [str(EPOCHS), str(IMAGES), str(WATCHED), str(BATCH)]
                    on_terminal(script, output)
                    seconds = float((output / "seconds.txt").read_text())
                if number:
                    best[name] = min(seconds, best.get(name, seconds))
                    speed = STEPS / seconds
                    print(
                        f"  run {number}  {name:<10} {seconds:7.2f} s  {speed:6.1f} steps/s",
                        flush=True,
                    )
    ratio = best["by hand"] / best["netspec"]
    print(f"netspec has {ratio:.2f} of the steps per second by hand (asked: at least 0.97)")


if __name__ == "__main__":
    main()
