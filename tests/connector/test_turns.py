"""Turns: few do what takes long, and few wait for it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from connector.turns import Turns
from engine.kernel.errors import Unavailable


def test_who_comes_too_late_is_sent_away_at_once() -> None:
    turns = Turns(at_once=1, waiting=0, seconds=60)
    with turns.turn(), pytest.raises(Unavailable), turns.turn():
        pass
    with turns.turn():
        pass


def test_who_waits_too_long_is_sent_away() -> None:
    turns = Turns(at_once=1, waiting=1, seconds=0)
    with turns.turn(), pytest.raises(Unavailable), turns.turn():
        pass
    with turns.turn():
        pass


def test_a_turn_that_fails_is_given_back() -> None:
    turns = Turns(at_once=1, waiting=0, seconds=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turns.turn():
            raise ZeroDivisionError


def test_so_many_have_a_turn_at_once_and_the_next_one_waits_for_its_own() -> None:
    turns = Turns(at_once=2, waiting=1, seconds=60)
    both, go_on = Barrier(3), Event()

    def first() -> None:
        with turns.turn():
            both.wait(30)
            go_on.wait(30)

    def third() -> bool:
        with turns.turn():
            return go_on.is_set()

    with ThreadPoolExecutor(3) as pool:
        begun = [pool.submit(first) for _ in range(2)]
        both.wait(30)
        waits = pool.submit(third)
        go_on.set()
        assert waits.result(timeout=60)
        for each in begun:
            each.result(timeout=60)
