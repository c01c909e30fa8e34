"""Seeds are a function of the spec's seed and of names."""

from __future__ import annotations

from netspec.lowering.seeds import derive_seed


def test_a_seed_never_changes_from_one_version_to_the_next() -> None:
    assert derive_seed(42, "head", "kernel_initializer") == 1970013420


def test_every_name_counts_and_where_it_ends() -> None:
    seeds = [
        derive_seed(42, "ab", "c"),
        derive_seed(42, "a", "bc"),
        derive_seed(42, "abc"),
        derive_seed(43, "ab", "c"),
        derive_seed(4, "2ab", "c"),
    ]
    assert len(set(seeds)) == len(seeds)


def test_seeds_have_31_bits() -> None:
    seeds = [derive_seed(0, str(number)) for number in range(1000)]
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert max(seeds) > 2**30
