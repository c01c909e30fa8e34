"""A folder of many small images: how long netspec lists it, looks at it first, and finds it again.

    python benchmarks/folder_of_many.py [IMAGES] [RUNS]

Makes IMAGES (100,000) JPEG files of 16 x 16 pixels in 10 classes in a temporary place, then prints RUNS (5) of:
listing, as `netspec run` lists, beside scandir and stat alone; and the second start, listing and all that is known of
the files, to images that are ready to be split. The first look is made once for each closeness, beside the reading
alone of every file. Each is a process of its own, whose peak memory is printed.
"""

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CLASSES = 10


def make(root: Path, images: int) -> None:
    """Makes the folder."""
    import numpy as np
    from PIL import Image

    random = np.random.default_rng(0)
    for number in range(CLASSES):
        (root / f"class{number}").mkdir(parents=True)
    for number in range(images):
        file = io.BytesIO()
        Image.fromarray(random.integers(0, 256, (16, 16, 3), np.uint8)).save(file, "JPEG")
        (root / f"class{number % CLASSES}" / f"{number:06}.jpg").write_bytes(file.getvalue())


def alone(root: Path) -> dict[str, float]:
    """Seconds of scandir and stat without anything else."""
    begun = time.monotonic()
    for folder in os.scandir(root):
        for entry in os.scandir(folder.path):
            entry.stat()
    return {"scandir and stat": time.monotonic() - begun}


def read(root: Path) -> dict[str, float]:
    """Seconds of reading every file in one thread."""
    begun = time.monotonic()
    for folder in os.scandir(root):
        for entry in os.scandir(folder.path):
            with open(entry.path, "rb") as file:  # noqa: PTH123 - as fast as it goes
                file.read()
    return {"read alone": time.monotonic() - begun}


def look(root: Path, verify: str) -> dict[str, float]:
    """Seconds of each part of a start."""
    from netspec.data.sources.folder import FolderSource
    from netspec.data.sources.place import Place

    times = {}
    begun = time.monotonic()
    source = FolderSource(Place(root, root.parent.resolve()))
    times["listing"] = time.monotonic() - begun

    import numpy  # noqa: F401, ICN001 - not what is measured

    from netspec.data.files.checking import look_at
    from netspec.data.files.looking import plan_look
    from netspec.data.source import Reports

    if verify == "decode":
        import tensorflow  # noqa: F401, ICN001
    begun = time.monotonic()
    limit = 1 if verify == "hash" else None
    planned = plan_look(
        source.files.values(),
        verify="decode" if verify == "hash" else verify,
        limit=limit,
        channels=3,
    )
    assert planned is not None  # noqa: S101 - there are files
    times["plan"] = time.monotonic() - begun
    begun = time.monotonic()
    look_at(
        source.load(Reports.to_nobody(), offline=True),  # type: ignore[arg-type]
        how=planned.closeness,
        channels=3,
        indexes=planned.indexes,
        progress=lambda *_: None,
    )
    times["look"] = time.monotonic() - begun
    return times


def run(cache: Path, *arguments: str) -> str:
    """One part in a process of its own, in words."""
    done = subprocess.run(
        [sys.executable, __file__, "--part", *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "XDG_CACHE_HOME": str(cache), "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    result = json.loads(done.stdout.splitlines()[-1])
    memory = result.pop("mebibytes")
    parts = "  ".join(f"{name} {seconds:.2f} s" for name, seconds in result.items())
    together = f"  together {sum(result.values()):.2f} s" if len(result) > 1 else ""
    return f"{parts}{together}  ({memory:.0f} MiB)"


def main() -> None:
    """Makes the folder and prints every run."""
    images = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5  # noqa: PLR2004
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "many"
        make(root, images)
        print(f"{images:,} images; first look, from an empty index")
        print(f"  {'read':<8}{run(Path(place), 'read', str(root))}", flush=True)
        for verify in ("header", "hash", "decode"):
            cache = Path(place) / f"cache-{verify}"
            print(f"  {verify:<8}{run(cache, 'look', str(root), verify)}", flush=True)
        print("again, in turn")
        for number in range(runs):
            print(f"  run {number + 1}   {run(Path(place), 'alone', str(root))}")
            for verify in ("header", "hash"):
                cache = Path(place) / f"cache-{verify}"
                print(f"  {verify:<8}{run(cache, 'look', str(root), verify)}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--part"]:
        name, *rest = sys.argv[2:]
        folder = Path(rest[0])
        measured = (
            {"alone": alone, "read": read}[name](folder)
            if name != "look"
            else look(folder, rest[1])
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({**measured, "mebibytes": peak}))
    else:
        main()
