from __future__ import annotations

from desktop.core.backoff import FIRST_SECONDS, LONGEST_ASKED_FOR, LONGEST_SECONDS, Backoff


def test_it_waits_twice_as_long_each_time_up_to_a_limit():
    backoff = Backoff(lambda: 1.0)
    delays = [backoff.fail() for _ in range(3)]
    assert delays == [FIRST_SECONDS, 2 * FIRST_SECONDS, 4 * FIRST_SECONDS]
    assert [backoff.fail() for _ in range(2000)][-1] == LONGEST_SECONDS


def test_it_begins_anew_after_a_success():
    backoff = Backoff(lambda: 1.0)
    backoff.fail()
    backoff.fail()
    assert backoff.failures == 2
    backoff.succeed()
    assert backoff.fail() == FIRST_SECONDS


def test_not_everybody_comes_back_at_the_same_time():
    assert Backoff(lambda: 0.0).fail() == FIRST_SECONDS / 2
    assert len({Backoff().fail() for _ in range(20)}) > 10


def test_the_hubs_wish_counts_within_reason():
    assert Backoff().fail(retry_after=120.0) == 120.0
    assert Backoff(lambda: 1.0).fail(retry_after=0.1) == FIRST_SECONDS
    assert Backoff().fail(retry_after=1e9) == LONGEST_ASKED_FOR
