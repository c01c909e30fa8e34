"""A stage imports only from stages to its left, and few modules may load Keras, TensorFlow or NumPy."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parents[1] / "netspec"
MODULES = sorted(PACKAGE.rglob("*.py"))
# From left to right; those of one group may import each other.
STAGES = [
    {"errors", "wording"},
    {"diagnostics", "extension", "settings"},
    {"source"},
    {"fields"},
    {"things"},
    {"applications", "layers"},
    {"spec"},
    {"graph"},
    {"checks"},
    {"pages"},
    {"report"},
    {"analysis"},
    {"fixing"},
    {"lowering", "data", "weights"},
    {"runs"},
    {"inspection"},
    {"evaluation"},
    {"training"},
    {"exporting"},
    {"plugins", "project"},
    {"lsp"},
    {"testing"},
    {"api", "__init__"},
    {"cli", "__main__"},
]
ORDER = {stage: position for position, group in enumerate(STAGES) for stage in group}
HEAVY = {"keras", "tensorflow", "numpy", "h5py", "PIL"}
HEAVY_STAGES = {
    *("lowering", "data", "weights", "evaluation", "inspection", "training", "exporting", "testing")
}
# Of `data`, the modules that make tensors.
TENSORS = {
    "netspec.data.batching",
    "netspec.data.files.decoding",
    "netspec.data.files.failing",
    "netspec.data.labelling",
    "netspec.data.partners",
    "netspec.data.pipeline",
    "netspec.data.reading",
    "netspec.data.waiting",
}


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts)


def stage_of(module: str) -> str:
    """The part of `netspec` that a module belongs to."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def is_for_types_only(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def imports(path: Path, *, for_types: bool = False, in_functions: bool = True) -> Iterator[str]:
    """The modules that a module imports."""
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt) and is_for_types_only(node) and not for_types:
            continue
        if isinstance(node, ast.FunctionDef) and not in_functions:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            assert node.module is not None
            yield node.module
            if node.module == "netspec":
                yield from (f"netspec.{alias.name}" for alias in node.names)
        waiting += ast.iter_child_nodes(node)


def test_every_part_of_the_package_has_its_place() -> None:
    parts = {
        path.stem for path in PACKAGE.iterdir() if path.name not in {"py.typed", "__pycache__"}
    }
    assert parts == set(ORDER)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_stage_imports_only_from_stages_to_its_left(path: Path) -> None:
    stage = stage_of(module_name(path))
    for module in imports(path):
        if module.split(".")[0] == "netspec" and module != "netspec":
            other = stage_of(module)
            assert other == stage or ORDER[other] <= ORDER[stage], f"{stage} imports {module}"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_few_modules_load_heavy_libraries(path: Path) -> None:
    heavy = {module.split(".")[0] for module in imports(path)} & HEAVY
    name = module_name(path)
    stage = stage_of(name)
    if stage not in HEAVY_STAGES:
        assert heavy == set(), f"{name} imports {heavy}"
    elif stage == "data" and name not in TENSORS:
        assert not heavy & {"tensorflow", "keras"}, f"{name} imports {heavy}"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_the_language_server_alone_loads_what_it_needs(path: Path) -> None:
    protocol = {module.split(".")[0] for module in imports(path)} & {"pygls", "lsprotocol"}
    assert not protocol or stage_of(module_name(path)) == "lsp"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_what_a_light_module_imports_at_once_is_light(path: Path) -> None:
    if stage_of(module_name(path)) in HEAVY_STAGES:
        return
    at_once = imports(path, in_functions=False)
    assert not {stage_of(m) for m in at_once if m.startswith("netspec.")} & {"lowering"}


def test_the_walk_sees_imports_of_every_kind(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        "from typing import TYPE_CHECKING\n"
        "import a.b, c\n"
        "if TYPE_CHECKING:\n    import d\n"
        "def f():\n    from e import g\n    class H:\n        import i\n"
        "try:\n    import j\nexcept ImportError:\n    from netspec import k\n"
    )
    seen = {"typing", "a.b", "c", "e", "i", "j", "netspec", "netspec.k"}
    assert set(imports(path)) == seen
    assert set(imports(path, for_types=True)) == seen | {"d"}
    assert set(imports(path, in_functions=False)) == seen - {"e", "i"}
