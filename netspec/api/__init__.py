"""The functions behind `import netspec`, by topic. They import what they need when they are called."""

from netspec.api.handing_on import export
from netspec.api.judging import evaluate, look, predict
from netspec.api.reading import Spec, check, diff, load, render, summarize
from netspec.api.runs import compare_runs, list_runs, write_report
from netspec.api.training import build, features, resume, run

__all__ = [
    "Spec",
    "build",
    "check",
    "compare_runs",
    "diff",
    "evaluate",
    "export",
    "features",
    "list_runs",
    "load",
    "look",
    "predict",
    "render",
    "resume",
    "run",
    "summarize",
    "write_report",
]
