"""A run ends at once where nothing can be half done, and between two steps where something can."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from netspec.training.interruption import Interrupted, Interruption

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.training.interruption import Cause

CAUSES: list[Cause] = ["interrupt", "terminate"]


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time pass, and none passes by itself."""
    now = 100.0

    def passing(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr("netspec.training.interruption.time.monotonic", lambda: now)
    return passing


@pytest.mark.parametrize("cause", CAUSES)
def test_outside_a_deferral_a_request_ends_the_run_at_once(cause: Cause) -> None:
    wish = Interruption()
    with pytest.raises(Interrupted) as raised:
        wish.request(cause)
    assert raised.value.cause == cause
    assert wish.requested == cause


def deferring(wish: Interruption, *acts: Callable[[], object]) -> None:
    """Does one thing after the other while requests are put off."""
    with wish.deferred():
        for act in acts:
            act()


@pytest.mark.parametrize("cause", CAUSES)
def test_inside_it_ends_at_the_next_check(cause: Cause) -> None:
    done: list[object] = []
    wish = Interruption()
    with pytest.raises(Interrupted) as raised:
        deferring(
            wish,
            wish.check,
            lambda: done.append(wish.request(cause)),
            lambda: done.append("the rest of the step"),
            wish.check,
            lambda: done.append("another step"),
        )
    assert done == [True, "the rest of the step"]
    assert raised.value.cause == cause


def test_a_request_after_the_last_check_ends_the_run_where_the_deferral_ends() -> None:
    done: list[object] = []
    wish = Interruption()
    with pytest.raises(Interrupted):
        deferring(wish, lambda: wish.request("interrupt"), lambda: done.append("the rest"))
    assert done == ["the rest"]


def test_without_a_request_nothing_happens() -> None:
    wish = Interruption()
    with wish.deferred():
        wish.check()
    wish.check()
    assert wish.requested is None


def test_what_fails_in_a_deferral_is_not_hidden_by_a_request() -> None:
    wish = Interruption()
    with pytest.raises(ZeroDivisionError):
        deferring(wish, lambda: wish.request("interrupt"), lambda: 1 / 0)


def test_after_a_failure_requests_are_not_put_off_any_more() -> None:
    wish = Interruption()
    with pytest.raises(ZeroDivisionError):
        deferring(wish, lambda: 1 / 0)
    with pytest.raises(Interrupted):
        wish.request("interrupt")


def test_an_inner_deferral_does_not_end_the_outer_one() -> None:
    done: list[object] = []
    wish = Interruption()
    with pytest.raises(Interrupted):
        deferring(
            wish,
            lambda: deferring(wish, lambda: wish.request("interrupt")),
            lambda: done.append("the rest"),
        )
    assert done == ["the rest"]


@pytest.mark.parametrize("first", CAUSES)
def test_a_person_who_asks_after_another_request_gets_it_at_once(
    first: Cause, wait: Callable[[float], None]
) -> None:
    done: list[object] = []
    wish = Interruption()
    with pytest.raises(Interrupted) as raised:
        deferring(
            wish,
            lambda: wish.request(first),
            lambda: wait(1),
            lambda: wish.request("interrupt"),
            lambda: done.append("the rest"),
        )
    assert done == []
    assert raised.value.cause == "interrupt"


def test_a_scheduler_that_asks_again_waits_for_the_step(wait: Callable[[float], None]) -> None:
    done: list[object] = []
    wish = Interruption()
    with pytest.raises(Interrupted):
        deferring(
            wish,
            lambda: done.append(wish.request("terminate")),
            lambda: wait(1),
            lambda: done.append(wish.request("terminate")),
        )
    assert done == [True, False]


def test_a_signal_that_comes_twice_is_one_request(wait: Callable[[float], None]) -> None:
    done: list[object] = []
    wish = Interruption()
    with pytest.raises(Interrupted):
        deferring(
            wish,
            lambda: done.append(wish.request("interrupt")),
            lambda: wait(0.1),
            lambda: done.append(wish.request("interrupt")),
        )
    assert done == [True, False]


def test_python_s_own_interrupt_becomes_one_that_knows_where_it_was() -> None:
    known = Interrupted.of(KeyboardInterrupt(), directory=Path("runs/a"), epoch=3)
    assert (known.cause, known.directory, known.epoch) == ("interrupt", Path("runs/a"), 3)
    assert isinstance(known, KeyboardInterrupt)


def test_what_an_interrupt_knew_stays() -> None:
    first = Interrupted("terminate", epoch=3)
    known = Interrupted.of(first, directory=Path("runs/a"), epoch=4)
    assert (known.cause, known.directory, known.epoch) == ("terminate", Path("runs/a"), 3)
