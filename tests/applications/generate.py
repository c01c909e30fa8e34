"""Writes the tables of `keras.applications` from Keras itself, or says which are stale.

python -m tests.applications.generate [--write FOLDER] [NAME …]
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from pathlib import Path

import keras

from tests.applications.document import document
from tests.applications.written import text

TABLES = Path("netspec/applications/tables")
MINIMALISTIC = ("MobileNetV3Large", "MobileNetV3Small")


def every_name() -> list[str]:
    """The tables that there should be."""
    functions = [name for name in dir(keras.applications) if name[0].isupper()]
    return sorted([*functions, *(f"{name}Minimalistic" for name in MINIMALISTIC)])


def stale(name: str, folder: Path = TABLES) -> str:
    """How a table differs from what Keras says; nothing where it does not."""
    path = folder / f"{name}.json"
    written = path.read_text(encoding="utf-8") if path.exists() else ""
    table = document(name)
    if written:
        table["keras"] = json.loads(written)["keras"]  # another version may well say the same
    fresh = text(table)
    lines = difflib.unified_diff(written.splitlines(), fresh.splitlines(), str(path), "Keras")
    return "\n".join(lines)


def main() -> int:
    """Writes the tables or compares them; 1 where one is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    names = arguments.names or every_name()
    if arguments.write:
        for name in names:
            path = arguments.write / f"{name}.json"
            path.write_text(text(document(name)), encoding="utf-8")
        return 0
    differences = [found for name in names if (found := stale(name))]
    sys.stdout.write("".join(f"{found}\n" for found in differences))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
