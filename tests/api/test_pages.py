"""What pages show of `import netspec` can be called as it is shown."""

from __future__ import annotations

import ast
import inspect

import pytest

import netspec
from tests.api.pages import ROOT, shown

PAGES = ("README.md", *(str(each.relative_to(ROOT)) for each in sorted(ROOT.glob("docs/*.md"))))
OWN = "\n".join(line[4:] for line in str(netspec.__doc__).splitlines() if line.startswith("    "))
SHOWN = {
    "netspec": OWN,
    **{f"{page}-{number}": text for page in PAGES for number, text in enumerate(shown(page))},
}


def calls(text: str) -> dict[str, ast.Call]:
    """The functions of netspec that are called."""
    return {
        node.func.attr: node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) == "netspec"
    }


@pytest.mark.parametrize("name", SHOWN)
def test_each_call_is_one_that_the_function_takes(name: str) -> None:
    found = calls(SHOWN[name])
    assert found
    for function, call in found.items():
        assert function in netspec.__all__
        inspect.signature(getattr(netspec, function)).bind(
            *call.args, **{str(each.arg): each.value for each in call.keywords}
        )


def test_the_package_s_own_page_names_every_function() -> None:
    functions = {name for name in netspec.__all__ if inspect.isfunction(getattr(netspec, name))}
    assert set(calls(OWN)) == functions
