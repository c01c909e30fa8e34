"""Fetches the JavaScript libraries of netspec's pages anew, with the npm client, and proves them.

    python tools/vendor.py          # each package must be the one that vendored.json names, to the last byte
    python tools/vendor.py --new    # after a version was changed there: writes what the packages are now

netspec/report/html/assets/vendored.json says which version of which package is there, and where in it each file lies:
the scripts that pages hold, and the licences that go with them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parents[1] / "netspec" / "report" / "html" / "assets"
LIST = ASSETS / "vendored.json"


def fetched(package: dict[str, Any], folder: Path) -> Path:
    """The package as its registry has it."""
    name = f"{package['package']}@{package['version']}"
    command = ["npm", "pack", "--json", "--ignore-scripts", "--pack-destination", str(folder), name]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    (told,) = json.loads(done.stdout)
    return folder / Path(told["filename"]).name


def put(package: dict[str, Any], archive: Path, *, is_new: bool) -> None:
    """Puts a package's files in their place; what they are stands in the package's entry then."""
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode("ascii")
    integrity = f"sha512-{digest}"
    if not is_new and package["integrity"] != integrity:
        sys.exit(f"{package['package']} {package['version']} is not what it was: {integrity}")
    package["integrity"] = integrity
    with tarfile.open(archive) as members:
        for each in package["files"]:
            member = members.extractfile(f"package/{each['path']}")
            if member is None:
                sys.exit(f"{package['package']} has no {each['path']}")
            content = member.read()
            each["sha256"] = hashlib.sha256(content).hexdigest()
            (ASSETS / each["file"]).write_bytes(content)
            print(f"{each['file']}: {package['package']} {package['version']}")


def vendor(*, is_new: bool) -> None:
    """Puts all packages' files in their place."""
    packages = json.loads(LIST.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        for package in packages:
            put(package, fetched(package, Path(folder)), is_new=is_new)
    LIST.write_text(f"{json.dumps(packages, indent=2)}\n", "utf-8")


if __name__ == "__main__":
    vendor(is_new="--new" in sys.argv[1:])
