"""A package installed into a folder, as pip would, and commands that see it; no network is needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.cli.commands import NETSPEC, Done

ACME = Path(__file__).parent / "acme"


def install(source: Path, site: Path, *, editable: bool = False) -> None:
    """Copies a project's packages, or links them, and writes what pip notes of them."""
    project = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    site.mkdir(parents=True, exist_ok=True)
    for package in source.iterdir():
        if (package / "__init__.py").is_file():
            if editable:
                (site / package.name).symlink_to(package)
            else:
                shutil.copytree(package, site / package.name)
    noted = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    noted.mkdir(parents=True, exist_ok=True)
    (noted / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    lines = []
    for group, entries in project.get("entry-points", {}).items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in entries.items())]
    (noted / "entry_points.txt").write_text("\n".join(lines) + "\n")


def write_project(
    folder: Path, name: str, entry_points: dict[str, dict[str, str]], **modules: str
) -> Path:
    """A small project: its modules by name, in a package of the project's name."""
    package = folder / name.replace("-", "_")
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    for module, text in modules.items():
        (package / f"{module}.py").write_text(text, encoding="utf-8")
    tables = [f'[project]\nname = "{name}"\nversion = "1.0"']
    for group, entries in entry_points.items():
        lines = [f'{key} = "{value}"' for key, value in entries.items()]
        tables.append("\n".join([f'[project.entry-points."{group}"]', *lines]))
    (folder / "pyproject.toml").write_text("\n\n".join(tables) + "\n", encoding="utf-8")
    return folder


def command(*arguments: str, site: Path, cwd: Path, status: int | None = 0) -> Done:
    """Runs a command in a process of its own that finds what is installed in `site`."""
    done = subprocess.run(
        [*NETSPEC, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(site), *_root()])},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert status is None or done.returncode == status, done.stderr
    return Done(done.returncode, done.stdout, done.stderr)


def python(script: str, *, site: Path, cwd: Path) -> str:
    """Runs a script that finds what is installed in `site`; its output."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(site), *_root()])},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _root() -> list[str]:
    """Where netspec itself is, if it is not installed."""
    return [str(Path(__file__).parents[2])]
