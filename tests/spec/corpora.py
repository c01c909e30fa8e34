"""The corpora: specs that are right, and specs that are wrong with what is expected of them.

An invalid spec begins with comments:

    # schema: yes              the JSON Schema sees the mistake, too
    # schema: no, graph        it cannot, for this reason (docs/schema.md explains each)
    # NS203 9:16               a finding: its code, line and column; one comment each, in order of place
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "specs"
VALID = sorted((FOLDER / "valid").glob("*.yaml"))
INVALID = sorted((FOLDER / "invalid").glob("*.yaml"))
SHIPPED = sorted((FOLDER.parents[1] / "specs").glob("*.yaml"))
# Why a schema cannot see a mistake.
REASONS = frozenset({"text", "whole", "fraction", "nan", "fields", "graph", "training"})


@dataclass(frozen=True)
class Expected:
    """What an invalid spec says of itself.

    Attributes:
        reason: Why the schema cannot see the mistake; None where it can.
        findings: Code, line and column of each.
    """

    reason: str | None
    findings: list[tuple[str, int, int]]


def expected(path: Path) -> Expected:
    """Reads the comments at the top."""
    first, *others = path.read_text(encoding="utf-8").splitlines()
    schema = re.fullmatch(r"# schema: (?:yes|no, (\w+))", first)
    assert schema is not None, f"{path.name} does not say whether the schema sees its mistake"
    findings = []
    for line in others:
        finding = re.fullmatch(r"# (NS\d{3}) (\d+):(\d+)", line)
        if finding is None:
            break
        findings.append((finding[1], int(finding[2]), int(finding[3])))
    return Expected(schema[1], findings)
