"""Specs read, checked, summarized, compared and rendered: neither TensorFlow nor Keras nor NumPy is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.api.given import enabled, path_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.analysis import Analysis
    from netspec.diagnostics import Finding
    from netspec.report.diff import Diff
    from netspec.report.summary import Summary


@dataclass(frozen=True)
class Spec:
    """A spec without errors.

    Attributes:
        path: The file it came from.
        name: What the network is called.
        findings: What is still worth knowing: warnings and notes.
        analysis: Everything the compiler knows of it.
    """

    path: Path
    name: str
    findings: tuple[Finding, ...]
    analysis: Analysis

    def __repr__(self) -> str:
        return f"Spec({str(self.path)!r}, name={self.name!r})"


def load(
    path: Path | str,
    *,
    overrides: Sequence[str] = (),
    root: Path | str | None = None,
    plugins: Sequence[str] = (),
) -> Spec:
    """Reads a spec and makes sure that it has no errors.

    Args:
        path: The YAML file.
        overrides: Assignments as `--set` takes them, such as `training.epochs=3`.
        root: The folder below which `extends` may read; by default the file's repository, or its own folder.
        plugins: Installed packages that add layers and the like; what the spec becomes afterwards has them too.

    Raises:
        UsageError: The file cannot be read, or a plugin cannot be used.
        SpecError: The spec has errors; all of them are in `findings`.
    """
    analysis = _analyse(path, overrides, root, plugins)
    document, _ = analysis.require()
    return Spec(Path(path), document.name, analysis.findings, analysis)


def check(
    path: Path | str,
    *,
    overrides: Sequence[str] = (),
    root: Path | str | None = None,
    plugins: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """Everything netspec finds in a spec, in order of place; empty when there is nothing.

    Raises:
        UsageError: The file cannot be read, or a plugin cannot be used.
    """
    return _analyse(path, overrides, root, plugins).findings


def summarize(spec: Spec | Path | str, *, depth: int | None = None) -> Summary:
    """Layers, shapes, parameters and cost; `str()` of it is the table.

    Args:
        spec: What `load` gave, or a file.
        depth: How many names of a layer's dotted path are told apart; what lies deeper is folded into one row.

    Raises:
        UsageError: The file cannot be read.
        SpecError: The spec has errors.
    """
    from netspec.report.summary import summarize_graph

    document, graph = loaded(spec).analysis.require()
    return summarize_graph(graph, document, depth=depth)


def diff(before: Spec | Path | str, after: Spec | Path | str) -> Diff:
    """What differs between two specs, layer by layer and in everything else; `str()` of it is the table.

    Args:
        before: What `load` gave, or a file.
        after: The same, of the other spec.

    Raises:
        UsageError: A file cannot be read.
        SpecError: A spec has errors.
    """
    from netspec.report.diff import compare

    specs = loaded(before), loaded(after)
    return compare(
        specs[0].analysis.require(),
        specs[1].analysis.require(),
        files=(str(specs[0].path), str(specs[1].path)),
    )


def render(spec: Spec | Path | str, *, expand: bool = False, provenance: bool = False) -> str:
    """The resolved spec: YAML that stands by itself and means the same. Paths in it count from where the spec lies.

    Args:
        spec: What `load` gave, or a file.
        expand: Whether blocks, repeats and conditions are written out, layer by layer.
        provenance: Whether comments say where each value comes from, and defaults are written.

    Raises:
        UsageError: The file cannot be read.
        SpecError: The spec has errors.
    """
    from netspec.report.rendering import render_spec

    return render_spec(loaded(spec).analysis, expand=expand, provenance=provenance)


def loaded(spec: Spec | Path | str, overrides: Sequence[str] = ()) -> Spec:
    """What `load` gave, or gives now.

    Raises:
        UsageError: The file cannot be read, or there are overrides beside what is loaded already.
        SpecError: The spec has errors.
    """
    if not isinstance(spec, Spec):
        return load(spec, overrides=overrides)
    if overrides:
        from netspec.errors import UsageError

        raise UsageError("overrides go with a file", hint="give them to netspec.load")
    return spec


def _analyse(
    path: Path | str,
    overrides: Sequence[str],
    root: Path | str | None,
    plugins: Sequence[str],
) -> Analysis:
    from netspec.analysis import analyse

    with enabled(plugins):
        return analyse(path, tuple(overrides), root=path_of(root))
