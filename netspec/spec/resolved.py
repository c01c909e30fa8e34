"""The resolved spec: what the text says after every replacement, as YAML that means the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from netspec.source.scalars import resolve

if TYPE_CHECKING:
    from netspec.spec.document import Document


class _Dumper(yaml.SafeDumper):
    """Quotes every text that YAML 1.2 or YAML 1.1 would read as something else."""

    def ignore_aliases(self, data: object) -> bool:
        """Writes everything out."""
        del data
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None if _plain(value) else "'"
    if re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]", value):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _plain(value: str) -> bool:
    return isinstance(resolve(value[:100]), str) and not re.match(r"[-+.0-9]", value)


_Dumper.add_representer(str, _text)


def resolved_yaml(document: Document, *, folder: str | None = None) -> str:
    """The spec with its name and seed written out; a run of it is the same run.

    Args:
        document: The spec.
        folder: The path of an image folder below the run's data root, which does not depend on where the spec lies.
    """
    assert document.spec is not None  # noqa: S101 - only a spec without errors is resolved
    value: dict[str, Any] = {
        key: document.root.entries[key].node.value()
        for key in document.root
        if not key.startswith("x-")
    }
    if folder is not None:
        value["data"] = {**value["data"], "source": {"ImageFolder": {"path": folder}}}
    head = {"netspec": value.pop("netspec"), "name": document.name, "seed": document.spec.seed}
    whole = {**head, **{key: item for key, item in value.items() if key not in head}}
    return dump_yaml(whole)


def dump_yaml(value: object) -> str:
    """A plain value as YAML that netspec reads back as the same value."""
    return yaml.dump(
        value,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=None,
        width=100,
    )
