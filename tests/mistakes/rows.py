"""The rows of docs/mistakes.md, one a spec of this folder, which begins with comments:

    # mistake: what somebody did, a sentence
    # thread: where it was brought up
    # keras: ValueError, when it is built: a part of what Keras says
    # keras: nothing: what comes of it
    # netspec: NS402 9:7, or NS614 9:7 warning

`in_keras.py` has a function of the spec's name that makes the same mistake in plain Keras.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.analysis import analyse
from tests.mistakes import in_keras

if TYPE_CHECKING:
    from netspec.diagnostics import Finding

FOLDER = Path(__file__).parent
NEVER = "never"
ORDER = (
    NEVER,
    in_keras.LOADED,
    *reversed(in_keras.AFTER_EPOCH),
    in_keras.FIRST_STEP,
    in_keras.COMPILED,
    in_keras.OPTIMIZER,
    in_keras.BUILT,
)


@dataclass(frozen=True)
class Row:
    """One mistake.

    Attributes:
        path: Its spec.
        mistake: What somebody did.
        thread: Where it was brought up.
        raised: What Keras raises or warns with; ``nothing`` where it is silent.
        when: When it does.
        says: A part of what it says, or what comes of its silence.
        finding: What netspec finds: its code, place and severity.
    """

    path: Path
    mistake: str
    thread: str
    raised: str
    when: str
    says: str
    finding: str

    @property
    def name(self) -> str:
        """The name of its function in `in_keras.py`."""
        return self.path.stem

    @property
    def line(self) -> str:
        """It as a line of the table."""
        said = f"{self.says}" if self.when == NEVER else f"`{self.raised}`: “{self.says}”"
        (told,) = graver(self.path)
        tool = f"[{told.code}](rules.md#{told.code.lower()}) {told.severity}: {told.message}"
        return f"| {self.mistake} [thread]({self.thread}) | {self.when} | {said} | {tool} |"


def graver(path: Path) -> list[Finding]:
    """The errors and warnings of a spec."""
    return [finding for finding in analyse(path).findings if finding.severity != "note"]


def read(path: Path) -> Row:
    """Reads the comments at the top of a spec."""
    head = dict(re.findall(r"^# (\w+): (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE))
    raised, says = head["keras"].split(": ", 1)
    raised, _, when = raised.partition(", ")
    return Row(path, head["mistake"], head["thread"], raised, when or NEVER, says, head["netspec"])


def rows() -> list[Row]:
    """All rows: those first that Keras never tells, then those it tells late."""
    found = [read(path) for path in FOLDER.glob("*.yaml")]
    return sorted(found, key=lambda row: (ORDER.index(row.when), row.name))


def table() -> str:
    """The table of docs/mistakes.md."""
    head = "| mistake | Keras tells it | what it says | `netspec validate` |\n| --- | --- | --- | --- |\n"
    return head + "".join(f"{row.line}\n" for row in rows())
