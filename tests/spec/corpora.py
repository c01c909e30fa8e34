"""The corpora: specs that are right, and specs that are wrong with what is expected of them.

An invalid spec begins with comments:

    # schema: yes              the JSON Schema sees the mistake, too
    # schema: no, graph        it cannot, for this reason (docs/schema.md explains each)
    # NS203 9:16               a finding: its code, line and column; one comment each, in order of place
    # NS601 9:16 warning       one that is a warning
    # NS203 ../bases/x.yaml:9:16   one in a file that the spec extends

`several-…` has more than one finding; in all others there is one mistake, and so one finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "specs"
VALID = sorted((FOLDER / "valid").glob("*.yaml"))
INVALID = sorted((FOLDER / "invalid").glob("*.yaml"))
SHIPPED = sorted((FOLDER.parents[1] / "specs").glob("*.yaml"))
ZOO = sorted((FOLDER.parents[1] / "specs" / "zoo").glob("*.yaml"))
# Why a schema cannot see a mistake.
REASONS = frozenset(
    {"text", "whole", "fraction", "nan", "fields", "expression", "files", "graph", "training"}
)


@dataclass(frozen=True)
class Expected:
    """What an invalid spec says of itself.

    Attributes:
        reason: Why the schema cannot see the mistake; None where it can.
        findings: Code, line and column of each.
        warnings: Which of them are warnings, by their number from 0.
        files: The file of each that is in a file which the spec extends, by its number.
    """

    reason: str | None
    findings: list[tuple[str, int, int]]
    warnings: frozenset[int]
    files: dict[int, Path]

    @property
    def fails(self) -> bool:
        """Whether any of the findings is an error."""
        return len(self.warnings) < len(self.findings)


def expected(path: Path) -> Expected:
    """Reads the comments at the top."""
    first, *others = path.read_text(encoding="utf-8").splitlines()
    schema = re.fullmatch(r"# schema: (?:yes|no, (\w+))", first)
    assert schema is not None, f"{path.name} does not say whether the schema sees its mistake"
    findings: list[tuple[str, int, int]] = []
    warnings, files = set(), {}
    for line in others:
        finding = re.fullmatch(r"# (NS\d{3}) (?:(\S+):)?(\d+):(\d+)( warning)?", line)
        if finding is None:
            break
        if finding[2]:
            files[len(findings)] = path.parent / finding[2]
        if finding[5]:
            warnings.add(len(findings))
        findings.append((finding[1], int(finding[3]), int(finding[4])))
    return Expected(schema[1], findings, frozenset(warnings), files)
