"""What a network's width, alpha, changes: the tokens that give Keras's numbers at every alpha tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.applications.rows import token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.applications.keras_rows import KerasRow

# Narrow and wide ones, those that Keras has weights for, and some that no rounding is made for.
ALPHAS = (
    1.0, 0.01, 0.1, 0.25, 0.281, 0.35, 0.37, 0.43, 0.5, 0.56, 0.61, 0.75, 0.83, 0.9, 1.02, 1.1, 1.25, 1.3, 1.4, 1.77,
    2.0, 2.4,
)  # fmt: skip
# Of what a layer takes, squeezing keeps a quarter.
SQUEEZED = 0.25
Row = tuple[str, str, "Mapping[str, Any]", "tuple[str, ...]", "Mapping[str, Any]"]


def with_alpha(rows: Sequence[Any], builds: Mapping[float, Sequence[KerasRow]]) -> Iterator[Row]:
    """The rows of all widths, with a token in place of each number that alpha changes.

    Args:
        rows: Those of alpha 1.
        builds: What Keras builds at each alpha.
    """
    by_name = {alpha: {row.name: row for row in found} for alpha, found in builds.items()}
    chains: dict[tuple[int, ...], list[float]] = {}
    known = {row.name: row for row in rows}
    for name in _all_names(builds):
        there = {alpha: named[name] for alpha, named in by_name.items() if name in named}
        some = next(iter(there.values()))
        row = known.get(name)
        conditions = {} if row is None else dict(row.conditions)
        if len(there) < len(builds):
            assert some.kind == "Add", name
            conditions["if_equal"] = True
        fields = dict(some.fields if row is None else row.fields)
        for field in ("filters",):
            if field in fields and len({each.fields[field] for each in there.values()}) > 1:
                values = tuple(there[alpha].fields[field] for alpha in builds)
                taken = tuple(_channels(by_name[alpha], there[alpha]) for alpha in builds)
                fields[field] = _token(values, chains, taken, list(builds))
                if "$int" not in fields[field]:
                    chains.setdefault(values, next(iter(fields[field].items())))
        yield name, some.kind, fields, _inputs(name, by_name), conditions


def _all_names(builds: Mapping[float, Sequence[KerasRow]]) -> list[str]:
    """The names of every width, in an order that is each one's own."""
    names: list[str] = []
    for found in builds.values():
        last = None
        for row in found:
            if row.name not in names:
                names.insert(0 if last is None else names.index(last) + 1, row.name)
            last = row.name
        assert [name for name in names if name in {row.name for row in found}] == [
            row.name for row in found
        ]
    return names


def _inputs(name: str, by_name: Mapping[float, Mapping[str, KerasRow]]) -> tuple[str, ...]:
    """What a row takes where every sum before it is there."""
    found = {named[name].inputs for named in by_name.values() if name in named}
    # A sum that is left out lets its last input flow on, so that the sum's name is right at every width.
    sums = {
        inputs
        for inputs in found
        if all(
            _is_sum(mine, by_name) or mine == other
            for each in found
            for mine, other in zip(inputs, each, strict=True)
        )
    }
    assert len(sums) == 1, (name, found)
    return sums.pop()


def _is_sum(name: str, by_name: Mapping[float, Mapping[str, KerasRow]]) -> bool:
    return any(name in named and named[name].kind == "Add" for named in by_name.values())


def _channels(named: Mapping[str, KerasRow], row: KerasRow) -> int:
    """How many channels a layer takes."""
    source = named.get(row.inputs[0])
    return 3 if source is None else int(source.shape[-1] or 0)


def _token(
    values: tuple[int, ...],
    chains: Mapping[tuple[int, ...], Any],
    taken: tuple[int, ...],
    alphas: Sequence[float],
) -> dict[str, Any]:
    """The first token that gives the values at all alphas."""
    at_one = values[alphas.index(1.0)]
    candidates: list[tuple[str, Any]] = [
        ("$int", at_one),
        ("$divisible", [at_one]),
        ("$divisible_int", [at_one]),
        ("$divisible_from_1", [at_one]),
    ]
    if values in chains:
        candidates.append(chains[values])
    if taken in chains:
        kind, factors = chains[taken]
        wide = at_one / taken[alphas.index(1.0)]
        candidates += [(kind, [*factors, factor]) for factor in (wide, SQUEEZED)]
    for kind, argument in candidates:
        found = tuple(token(kind, argument, {"alpha": alpha}) for alpha in alphas)
        if found == values:
            return {kind: argument}
    raise AssertionError(f"no token gives {values} at {alphas}; candidates were {candidates}")
