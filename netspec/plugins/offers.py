"""What an entry point may offer in each group, looked at before a table takes it."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, get_args

from netspec.diagnostics import PluginCode
from netspec.exporting.formats import FORMATS
from netspec.extension import Group
from netspec.fields.base import field_types
from netspec.layers.base import Example, Layer
from netspec.layers.registry import LAYERS
from netspec.things.base import Labels, Loss, Metric
from netspec.things.registries import LOSSES, METRICS, SOURCES
from netspec.things.sources import DataSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netspec.fields import Registry, Thing

_KIND = re.compile(r"[A-Z][A-Za-z0-9]{0,63}")
_FORMAT = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_PATH = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
# What stands among layers and is none.
_RESERVED = {"Reuse"}


class BadOffer(Exception):  # noqa: N818 - becomes a sentence of an error
    """What an entry point has cannot be taken; the text continues a sentence about the entry point."""


class _Offers(Protocol):
    """A group's way to look at what an entry point has."""

    def offered(self, name: str, loaded: Any) -> Iterator[tuple[str, Any]]:
        """The names that it adds, each with what it stands for.

        Raises:
            BadOffer: It cannot be taken.
        """


@dataclass(frozen=True)
class _Things:
    """Classes of one sort: one by its name, or all public ones that a module defines."""

    registry: Registry
    base: type[Thing]
    problem: Callable[[Any], str | None]

    def offered(self, name: str, loaded: Any) -> Iterator[tuple[str, Any]]:
        """The class, or the module's classes."""
        if isinstance(loaded, ModuleType):
            yield from self._of_module(loaded)
            return
        if not inspect.isclass(loaded) or not issubclass(loaded, self.base):
            raise BadOffer(f"is no subclass of {self._base} and no module with some")
        if loaded.kind() != name:
            raise BadOffer(f"has another name than its class, {loaded.kind()}")
        yield name, self._checked(loaded)

    @property
    def _base(self) -> str:
        return f"{self.base.__module__}.{self.base.__name__}"

    def _of_module(self, module: ModuleType) -> Iterator[tuple[str, Any]]:
        found = [
            value
            for name, value in vars(module).items()
            if inspect.isclass(value)
            and issubclass(value, self.base)
            and value.__module__ == module.__name__
            and not name.startswith("_")
            and not inspect.isabstract(value)
        ]
        if not found:
            raise BadOffer(f"is a module that defines no subclass of {self._base}")
        for thing in found:
            yield thing.kind(), self._checked(thing)

    def _checked(self, thing: Any) -> Any:
        kind = thing.kind()
        registry = self.registry
        if _KIND.fullmatch(kind) is None:
            raise BadOffer(f"adds {kind}, and a {registry.noun}'s name is CamelCase")
        if kind in {*registry.modules, *registry.strings, *_RESERVED}:
            raise BadOffer(f"adds the {registry.noun} {kind}, and netspec has one of that name")
        if kind in {*registry.refused, *registry.not_yet}:
            raise BadOffer(
                f"adds the {registry.noun} {kind}, a name that netspec keeps for Keras's"
            )
        problem = _shared_problem(thing) or self.problem(thing)
        if problem is not None:
            raise BadOffer(f"adds {kind}, which {problem}")
        return thing


def _shared_problem(thing: type[Thing]) -> str | None:
    if inspect.isabstract(thing):
        missing = ", ".join(sorted(getattr(thing, "__abstractmethods__", ())))
        return f"does not define {missing}"
    if not (vars(thing).get("__doc__") or "").strip():
        return "has no docstring, and that is its page"
    try:
        field_types(thing)
    except StopIteration:
        return "has a field that no field type of netspec.fields annotates"
    except Exception as error:  # noqa: BLE001 - pydantic resolves a stranger's annotations here
        return f"has fields that cannot be understood: {error}"
    bare = [name for name, info in thing.model_fields.items() if not info.description]
    return f"does not describe its field {bare[0]}" if bare else None


def _keras_problem(thing: type[Thing]) -> str | None:
    return _path_problem(thing.keras_class, "keras_class")


def _path_problem(path: object, attribute: str) -> str | None:
    if isinstance(path, str) and _PATH.fullmatch(path):
        return None
    return f'has no {attribute}, a text such as "acme.keras_side:Name"'


def _layer_problem(layer: type[Layer]) -> str | None:
    if not isinstance(getattr(layer, "example", None), Example):
        return "has no example, an Example of fields and shapes"
    return _keras_problem(layer)


def _compared_problem(thing: Any) -> str | None:
    known = {*get_args(Labels), *({"any"} if issubclass(thing, Metric) else set())}
    if getattr(thing, "labels", None) not in known:
        return f"does not say its labels, one of {', '.join(sorted(known))}"
    return _keras_problem(thing)


def _source_problem(source: Any) -> str | None:
    return _path_problem(getattr(source, "opener", None), "opener")


class _Rules:
    """A rule under its code: something with a docstring and a `check`."""

    def offered(self, name: str, loaded: Any) -> Iterator[tuple[str, Any]]:
        """The rule."""
        try:
            code = PluginCode(name)
        except ValueError as error:
            raise BadOffer(f"is no rule's, which has its code for a name: {error}") from None
        if not callable(getattr(loaded, "check", None)):
            raise BadOffer("is no rule: it has no `check(document, graph)`")
        if not (getattr(loaded, "__doc__", None) or "").strip():
            raise BadOffer("has no docstring, and that is its page")
        yield code, loaded


class _Exports:
    """A function under the name of its format."""

    def offered(self, name: str, loaded: Any) -> Iterator[tuple[str, Any]]:
        """The function."""
        if _FORMAT.fullmatch(name) is None:
            raise BadOffer(
                "has a name that no format can have: lower-case letters, digits, - and _"
            )
        if name in FORMATS:
            raise BadOffer(f"adds the format {name}, and netspec has one of that name")
        if not callable(loaded) or inspect.isclass(loaded):
            raise BadOffer("is no function of a run and a folder")
        yield name, loaded


GROUPS: dict[Group, _Offers] = {
    Group.LAYERS: _Things(LAYERS, Layer, _layer_problem),
    Group.LOSSES: _Things(LOSSES, Loss, _compared_problem),
    Group.METRICS: _Things(METRICS, Metric, _compared_problem),
    Group.SOURCES: _Things(SOURCES, DataSource, _source_problem),
    Group.RULES: _Rules(),
    Group.EXPORTS: _Exports(),
}
