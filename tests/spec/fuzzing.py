"""Valid specs changed at random, as text and as a tree: by a slip of the hand, a bad merge, or ill will."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

from netspec.layers.registry import LAYERS
from tests.spec.corpora import FOLDER, SHIPPED, VALID

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

MAX_SIZE = 64 * 1024
REPOSITORY = FOLDER.parents[1]
BASES = sorted((FOLDER / "bases").rglob("*.yaml"))
ZOO = sorted((REPOSITORY / "specs").glob("*/*.yaml"))
SEEDS = [*VALID, *SHIPPED, *ZOO]

NUMBERS = (
    "0", "1", "2", "3", "-1", "7", "32", "1000", "10000", "10001", "99999", "2147483648", "9223372036854775808",
    "1e3", "1e400", "0.5", "-0.0", "1/2", "1/0", ".inf", ".nan", "0x10", "017", "1_000", "null", "true", "no",
)  # fmt: skip
EXPRESSIONS = (
    "${x}", "${width}", "${filters}", "${index}", "${index + 1}", "${", "${}", "${width", "${1 / 0}", "${9**9**9}",
    "${width * 2}", "${[1]}", "${width[0]}", "${-width}", "${not true}", "${min()}", "${'}'}", "${1 < 2 < 3}", "$${x}",
    "x${width}y", "${width}${width}", "${__import__('os')}", "${width.real}", "${index % 2 == 0}", "${name}", "$input",
)  # fmt: skip
TOKENS = (
    *EXPRESSIONS, "repeat: 99999", "repeat: 3, ", "repeat: 0, ", "when: false, ", "when: index > 0, ", "when: ",
    "inputs: $input, ", "inputs: [input, input], ", "name: a, ", "name: $x, ", "outputs: [a, b], ", "call: {}, ",
    "[", "]", "{", "}", "[[[[[[[[", "{a: {a: {a: {a: ", "- ", ": ", ", ", "? ", "#", "'", '"', "&a ", "*a", "<<: *a",
    "!!str ", "!x ", "|", ">", "---", "...", "%YAML 1.1", "\t", "\r", "\x00", "\u202e", "\ufeff", "é", "🙂", "\x85",
    "Reuse: {layer: conv2d}", "TimeDistributed: {layer: conv2d}", "extends: base.yaml\n", "extends: [., ..]\n",
    "extends: /etc/passwd\n", "patch: {model.layers.head.units: 3}\n", "abstract: true\n", "vars: {width: 3}\n",
    "blocks: {conv2d: {layers: [Flatten]}}", "params: {filters: }", "d2.skip", "d.1.skip", "conv2d.0", "x" * 300,
    "Application: {architecture: MobileNet}", "trainable: {from: conv1}, ", "trainable: {last: 3}, ", "alpha: 0.5, ",
)  # fmt: skip
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.])")
_WORD = re.compile(r"\$?[A-Za-z_]\w*")


@dataclass(frozen=True)
class Case:
    """A changed spec.

    Attributes:
        spec: The file that is analysed.
        changed: The file that is changed: the spec, or one that it extends.
        text: What is written there.
        ways: How it was changed.
    """

    spec: Path
    changed: Path
    text: str
    ways: tuple[str, ...]


def copy_of_seeds(folder: Path) -> Path:
    """Everything that the seeds and their bases lie in, where it can be overwritten."""
    for path in (*SEEDS, *BASES):
        target = folder / path.relative_to(REPOSITORY)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return folder


def case(random: Random) -> Case:
    """Draws a seed and changes it one to four times."""
    spec = random.choice(SEEDS)
    changed = random.choice([spec, *_bases(spec)])
    text = changed.read_text(encoding="utf-8")
    ways = []
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        way = random.choice(WAYS)
        ways.append(way.__name__.strip("_"))
        text = way(random, text)[:MAX_SIZE]
    return Case(spec.relative_to(REPOSITORY), changed.relative_to(REPOSITORY), text, tuple(ways))


@lru_cache(maxsize=1)
def _words() -> tuple[str, ...]:
    """Every word of the seeds, and the names of layers."""
    words = {word for path in SEEDS for word in _WORD.findall(path.read_text(encoding="utf-8"))}
    return (*sorted(words), *LAYERS.names())


@lru_cache(maxsize=1)
def _lines() -> tuple[str, ...]:
    return tuple(line for path in SEEDS for line in path.read_text(encoding="utf-8").splitlines())


@lru_cache(maxsize=256)
def _bases(spec: Path) -> tuple[Path, ...]:
    text = spec.read_text(encoding="utf-8")
    named = re.search(r"^extends:(.*(?:\n +- .*)*)", text, re.MULTILINE)
    paths = re.findall(r"[\w./-]+\.yaml", named.group(1)) if named else []
    found = [(spec.parent / path).resolve() for path in paths]
    return tuple(path for path in found if path in {*SEEDS, *BASES})


# As text.


def _at_a_line(change: Callable[[Random, list[str], int], None]) -> Callable[[Random, str], str]:
    def way(random: Random, text: str) -> str:
        lines = text.splitlines() or [""]
        change(random, lines, random.randrange(len(lines)))
        return "\n".join(lines) + "\n"

    way.__name__ = change.__name__
    return way


def _delete_lines(random: Random, lines: list[str], at: int) -> None:
    del lines[at : at + random.choice((1, 1, 2, 5))]


def _repeat_lines(random: Random, lines: list[str], at: int) -> None:
    part = lines[at : at + random.choice((1, 1, 2, 5))]
    lines[at:at] = part * random.choice((1, 1, 1, 2, 10, 100, 1000))


def _swap_lines(random: Random, lines: list[str], at: int) -> None:
    other = random.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


def _indent_lines(random: Random, lines: list[str], at: int) -> None:
    by = random.choice((-4, -2, -1, 1, 2, 4))
    for place in range(at, min(at + random.choice((1, 1, 3, 9)), len(lines))):
        lines[place] = " " * by + lines[place] if by > 0 else lines[place][-by:]


def _foreign_line(random: Random, lines: list[str], at: int) -> None:
    lines.insert(at, random.choice(_lines()))


def _character(random: Random, text: str) -> str:
    at = random.randrange(len(text) + 1)
    new: str = random.choice((*" :-,[]{}#'\"&*!|>%@`$\\\n\t0aZ_.", ""))
    return text[:at] + new + text[at + random.choice((0, 1)) :]


def _token(random: Random, text: str) -> str:
    # Where a token can begin: tokens inside words are but misspelt words.
    places = [match.end() for match in re.finditer(r"[\s\[{,:]+|$", text)]
    at = random.choice(places)
    return text[:at] + random.choice(TOKENS) + text[at:]


def _number(random: Random, text: str) -> str:
    return _replaced(random, text, _NUMBER, (*NUMBERS, *(f'"{each}"' for each in EXPRESSIONS)))


def _word(random: Random, text: str) -> str:
    return _replaced(random, text, _WORD, _words())


def _replaced(random: Random, text: str, what: re.Pattern[str], by: tuple[str, ...]) -> str:
    found = list(what.finditer(text))
    if not found:
        return text
    match = random.choice(found)
    return text[: match.start()] + random.choice(by) + text[match.end() :]


def _deep(random: Random, text: str) -> str:
    opened, closed = random.choice((("[", "]"), ("{a: ", "}"), ("- ", ""), ("(", ")"), ("${", "}")))
    depth = random.choice((10, 70, 1000, 10_000))
    return _replaced(random, text, _NUMBER, (opened * depth + "1" + closed * depth,))


def _alias(random: Random, text: str) -> str:
    found = list(_WORD.finditer(text))
    if len(found) < 2:
        return text
    first, second = sorted(random.sample(found, 2), key=lambda match: match.start())
    between = text[first.start() : second.start()]
    return f"{text[: first.start()]}&a {between}*a{text[second.end() :]}"


# As a tree.


def _as_tree(change: Callable[[Random, Any], Any]) -> Callable[[Random, str], str]:
    def way(random: Random, text: str) -> str:
        try:
            tree = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe one
            return str(yaml.dump(change(random, tree), Dumper=_DUMPER, sort_keys=False, width=1000))
        except (yaml.YAMLError, RecursionError, ValueError, TypeError, OverflowError):
            return _token(random, text)  # what was changed already is no YAML any more

    way.__name__ = change.__name__
    return way


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every collection with each of its keys or indices; one that stands in several places, or in itself, once."""
    found: list[tuple[Any, Any]] = []
    rest, seen = [tree], set()
    while rest:
        node = rest.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        keys: Any = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()  # fmt: skip
        for key in keys:
            found.append((node, key))
            rest.append(node[key])
    return found


def _item_places(tree: Any) -> list[tuple[Any, Any]]:
    """The fields of everything that is written as `Kind: {…}`."""
    return [
        (node, key)
        for node, key in _places(tree)
        if len(node) == 1 and isinstance(key, str) and isinstance(node[key], dict | None)
    ]


def _change_value(random: Random, tree: Any) -> Any:
    places = _places(tree)
    if places:
        node, key = random.choice(places)
        other, other_key = random.choice(places)
        made: tuple[Any, ...] = (
            other[other_key],
            [other[other_key]],
            {"a": node[key]},
            None,
            0,
            -1,
            10**6,
            "",
            [],
            {},
            "x",
            True,
        )
        node[key] = random.choice((*made, *EXPRESSIONS))
    return tree


def _remove_value(random: Random, tree: Any) -> Any:
    places = _places(tree)
    if places:
        node, key = random.choice(places)
        del node[key]
    return tree


def _rename_key(random: Random, tree: Any) -> Any:
    places = [(node, key) for node, key in _places(tree) if isinstance(node, dict)]
    if places:
        node, key = random.choice(places)
        node[random.choice((*_words(), *EXPRESSIONS))] = node.pop(key)
    return tree


def _add_field(random: Random, tree: Any) -> Any:
    places = _item_places(tree)
    if places:
        node, key = random.choice(places)
        fields = random.choice((
            {"repeat": random.choice((0, 1, 2, 3, 50, 9999, "${index}", "${2 * 2}"))},
            {"when": random.choice((True, False, "index == 0", "${false}", "1 <", "x"))},
            {"name": random.choice(("a", "b", "head", "x.y", "A", "${x}"))},
            {"inputs": random.choice(("input", "$input", "a", ["a", "b"], "a.b", "a.0.b", {"query": "a"}))},
            {"outputs": ["p", "q"]},
            {"call": {"training": True}},
        ))  # fmt: skip
        node[key] = {**(node[key] or {}), **fields}
    return tree


def _add_item(random: Random, tree: Any) -> Any:
    model = tree.get("model") if isinstance(tree, dict) else None
    layers = model.get("layers") if isinstance(model, dict) else None
    if not isinstance(layers, list) or not isinstance(model, dict):
        return tree
    blocks = model.get("blocks")
    names = [*(blocks if isinstance(blocks, dict) else ()), "conv2d", "dense", "a", "head", "input"]
    name = random.choice(names)
    item = random.choice((
        {"Reuse": {"layer": name}},
        {"Reuse": {"layer": f"{name}.1", "inputs": random.choice(names), "repeat": 2}},
        {"TimeDistributed": {"layer": name}},
        {"TimeDistributed": {"layer": {name: {"filters": 3}}}},
        {"Add": {"inputs": [name, f"{random.choice(names)}.skip"]}},
        name,
        {name: {"filters": 3, "repeat": 2, "inputs": random.choice(names)}},
    ))  # fmt: skip
    layers.insert(random.randrange(len(layers) + 1), item)
    return tree


def _into_a_block(random: Random, tree: Any) -> Any:
    """Moves a run of layers into a block, and uses it."""
    model = tree.get("model") if isinstance(tree, dict) else None
    layers = model.get("layers") if isinstance(model, dict) else None
    if not isinstance(layers, list) or not layers or not isinstance(model, dict):
        return tree
    start = random.randrange(len(layers))
    end = start + random.randrange(1, 5)
    if not isinstance(model.get("blocks"), dict):
        model["blocks"] = {}
    name = random.choice(("a", "b", "conv2d"))
    model["blocks"][name] = {"params": {"filters": 3}, "layers": layers[start:end]}
    layers[start:end] = [{name: {"filters": 5, "repeat": random.choice((1, 2, 40))}}]
    return tree


def _add_section(random: Random, tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    a = random.choice((1, "${b}", "${a}", ["${b}"] * 9, [1, [2]], {"c": "${b}"}, "${1 +}", None))
    section = random.choice((
        {"vars": {"a": a, "b": random.choice((2, "${a}", ["${c}"] * 9)), "c": ["${d}"] * 9, "d": ["x"] * 9}},
        {"patch": {random.choice(("model.layers", "model.layers.Dense.units", "seed", "a..b", "model.x.y")): a}},
        {"extends": random.choice((["smallest.yaml"], "bases", "../valid/smallest.yaml", "${a}", "", None, 3))},
        {"abstract": random.choice((True, False, 1))},
        {"x-a": a},
    ))  # fmt: skip
    return {**tree, **section}


WAYS: tuple[Callable[[Random, str], str], ...] = (
    _at_a_line(_delete_lines),
    _at_a_line(_repeat_lines),
    _at_a_line(_swap_lines),
    _at_a_line(_indent_lines),
    _at_a_line(_foreign_line),
    _character,
    _token,
    _number,
    _word,
    _deep,
    _alias,
    _as_tree(_change_value),
    _as_tree(_remove_value),
    _as_tree(_rename_key),
    _as_tree(_add_field),
    _as_tree(_add_item),
    _as_tree(_into_a_block),
    _as_tree(_add_section),
)
