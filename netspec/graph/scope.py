"""What names mean: in the network, and inside each use of a block."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from netspec.diagnostics import Code
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netspec.source.nodes import Place
    from netspec.spec.document import Block

# Among how many names above the one that was meant is looked for.
_NEAR = 200
_SHOWN = 5


@dataclass(frozen=True)
class Use:
    """One use of a block: its definition, with values for its params and what the use takes."""

    block: Block
    values: Mapping[str, Any]
    scope: Scope


@dataclass(frozen=True)
class Output:
    """What a name stands for.

    Attributes:
        tensor: The tensor's name in the graph, None where a mistake hides it.
        node: The layer that gives it.
        use: The use of a block that gives it.
        application: The names inside the application that gives it.
        copies: What a repeated item gives, copy by copy.
        named: Whether the text gives the name, so that it can be reached from outside of its block.
    """

    tensor: str | None
    node: str | None = None
    use: Use | None = None
    application: Scope | None = None
    copies: tuple[Output | None, ...] = ()
    named: bool = True


@dataclass
class Scope:
    """The names that the items of one list can use.

    Attributes:
        prefix: What the names in the graph begin with: "stage2.residual.1."; nothing in the network itself.
        values: The variables and params by name.
        used_at: Where the block is used, the innermost use first.
        given: What a block's use takes, by ``$name``; the network's inputs, by name.
        own: The names of all items in the list.
        sure: Whether every item's name is known, so that a name nobody has is a mistake.
        entries: What stands above, by name; None where it was left out.
        shared: What the names begin with whose layers are called again here; None where they are new.
        blocks: The names of the blocks that are being used, from the outermost.
    """

    prefix: str
    values: Mapping[str, Any]
    used_at: tuple[Place, ...] = ()
    given: dict[str, str | None] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    sure: bool = True
    entries: dict[str, Output | None] = field(default_factory=dict)
    shared: str | None = None
    blocks: tuple[str, ...] = ()

    def find(self, reference: str) -> Output:
        """What a reference stands for.

        Raises:
            NoSuchName: Nothing above is called so, or it cannot be reached.
        """
        first, *path = reference.split(".")
        if first in self.given:
            if path:
                raise NoSuchName(
                    f"'{first}' is an input, and has no '{short(path[0])}'", Code.UNKNOWN_NAME
                )
            return Output(self.given[first])
        found = self._here(first)
        so_far = first
        for step in path:
            found = _below(found, step, so_far)
            so_far = f"{so_far}.{step}"
        return found

    def _here(self, name: str) -> Output:
        if name in self.entries:
            return _there(self.entries[name], name)
        if name in self.own:
            message = f"'{name}' stands further down, or is this layer itself"
            raise NoSuchName(message, Code.FORWARD_REFERENCE, "a layer takes what stands above it")
        known = [*self.given, *self.entries]
        hint: str | None = nearest(name, known[-_NEAR:])
        if not self.sure and hint is None:
            raise NoSuchName("", Code.UNKNOWN_NAME)
        if hint is None and name.startswith("$"):
            inputs = [each for each in self.given if each.startswith("$")]
            hint = (
                f"here it is {' or '.join(inputs)}" if inputs else "`$…` stands inside blocks only"
            )
        raise NoSuchName(
            f"there is no layer or input '{short(name)}' above",
            Code.UNKNOWN_NAME,
            hint or f"known here: {', '.join(known[-_SHOWN:])}",
        )


class NoSuchName(Exception):  # noqa: N818 - a finding to be, not an error of the program
    """A reference leads nowhere; without a message where that follows from another mistake."""

    def __init__(self, message: str, code: Code, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint


def _below(found: Output, step: str, name: str) -> Output:
    """What a step of a path reaches inside a use of a block, or among copies."""
    if step.isdigit():
        if not found.copies:
            raise NoSuchName(f"'{name}' is not repeated, and has no '{step}'", Code.UNKNOWN_NAME)
        if int(step) >= len(found.copies):
            message = f"'{name}' has {len(found.copies)} copies, counted from 0"
            raise NoSuchName(message, Code.UNKNOWN_NAME)
        return _there(found.copies[int(step)], f"{name}.{step}")
    inside = found.use.scope if found.use is not None else found.application
    if inside is None:
        raise NoSuchName(
            f"'{name}' is no block, and has no '{short(step)}'" if found.tensor else "",
            Code.UNKNOWN_NAME,
        )
    entries = inside.entries
    if step not in entries:
        named = _named(entries.items())
        hint: str | None = nearest(step, named)
        hint = hint or (f"it names {', '.join(named[:_SHOWN])}" if named else "it names none")
        message = f"there is no '{short(step)}' in {'the block ' if found.use else ''}'{name}'"
        raise NoSuchName(message, Code.UNKNOWN_NAME, hint)
    inner = _there(entries[step], f"{name}.{step}")
    if not inner.named:
        raise NoSuchName(
            f"'{name}.{step}' is not named in the block",
            Code.UNKNOWN_NAME,
            "give that layer a `name`: only named ones can be reached from outside",
        )
    return inner


def _named(entries: Iterable[tuple[str, Output | None]]) -> list[str]:
    return [name for name, output in entries if output is not None and output.named]


def _there(output: Output | None, name: str) -> Output:
    if output is None:
        message = f"'{name}' was left out, by its `when` or `repeat: 0`"
        raise NoSuchName(message, Code.LEFT_OUT, "leave out what takes it under the same condition")
    return output
