"""The page of a code: what it stands for, why, and specs that fail and pass."""

from __future__ import annotations

import inspect
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.diagnostics import PluginCode, severity_of

if TYPE_CHECKING:
    from netspec.diagnostics import Code, Severity

_HEADS = ("Failing", "Passing")
_WHEN_RUN = ", when it is run"
_WHEN_CHECKED = ", when its data is checked"


@dataclass(frozen=True)
class Example:
    """A whole spec that shows a code.

    Attributes:
        head: The words before it, such as ``Passing``, or ``Passing, as the images are 32 x 32``.
        text: The spec. In one that fails, a comment with the code stands on each line that is told of.
    """

    head: str
    text: str

    @property
    def fails(self) -> bool:
        """Whether the code's finding is told of it."""
        return self.head.startswith("Failing")

    @property
    def is_run(self) -> bool:
        """Whether that is told when the spec is run, and not when it is validated."""
        return self.head.endswith(_WHEN_RUN)

    @property
    def is_checked(self) -> bool:
        """Whether that is told when its data is looked at."""
        return self.head.endswith(_WHEN_CHECKED)


@dataclass(frozen=True)
class Page:
    """What there is to know of a code.

    Attributes:
        code: The code.
        title: What it stands for, one sentence.
        paragraphs: The reason, and what is usually done about it.
        examples: Specs that fail, then specs that pass.
    """

    code: Code | PluginCode
    title: str
    paragraphs: tuple[str, ...]
    examples: tuple[Example, ...]

    @property
    def severity(self) -> Severity | None:
        """How grave it is, None for a plugin's rule, which says that with each finding."""
        return None if isinstance(self.code, PluginCode) else severity_of(self.code)

    def marked(self, example: Example) -> tuple[int, ...]:
        """The lines of an example, counted from 1, that are told of."""
        return tuple(
            number
            for number, line in enumerate(example.text.splitlines(), 1)
            if line.rstrip().endswith(f"# {self.code}")
        )


def read_page(code: Code | PluginCode, text: str) -> Page:
    """A page from its text: a sentence, paragraphs, and indented specs under `Failing:` and `Passing:`.

    Args:
        code: The code that it is of.
        text: A docstring.
    """
    title, *blocks = _blocks(inspect.cleandoc(text))
    paragraphs: list[str] = []
    examples: list[Example] = []
    head = None
    for block in blocks:
        is_example = head is not None and block.startswith("    ")
        if is_example and head is not None:
            examples.append(Example(head, textwrap.dedent(block) + "\n"))
            head = None
        elif block.startswith(_HEADS) and block.endswith(":"):
            head = " ".join(block[:-1].split())
        else:
            paragraphs.append(block if block.startswith("-") else " ".join(block.split()))
    return Page(code, " ".join(title.split()), tuple(paragraphs), tuple(examples))


def _blocks(text: str) -> list[str]:
    """What stands between empty lines; an indented block goes on over them."""
    blocks: list[str] = []
    for block in text.split("\n\n"):
        if blocks and block.startswith("    ") and blocks[-1].startswith("    "):
            blocks[-1] += f"\n\n{block}"
        else:
            blocks.append(block)
    return [block.strip("\n") for block in blocks if block.strip()]
