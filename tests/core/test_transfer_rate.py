from __future__ import annotations

import pytest

from desktop.core.transfer_rate import TransferRate
from tests.helpers.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock(100.0)


@pytest.fixture
def rate(clock) -> TransferRate:
    rate = TransferRate(clock)
    rate.update(5000)  # was there before
    return rate


def test_it_is_right_from_the_first_interval_on(rate, clock):
    for step in range(1, 50):
        clock.now += 0.25
        assert rate.update(5000 + 1000 * step) == pytest.approx(4000)


def test_nothing_is_known_at_first(clock):
    rate = TransferRate(clock)
    assert rate.update(5000) == 0
    assert rate.update(6000) == 0  # at the same moment


def test_it_follows_within_seconds_and_does_not_jump(rate, clock):
    received, seen = 5000, []
    for speed in [1000] * 40 + [5000] * 40:
        clock.now += 0.25
        received += speed // 4
        seen.append(rate.update(received))
    assert seen[39] == pytest.approx(1000)
    assert 1000 < seen[40] < 1500
    assert seen[40:] == sorted(seen[40:])
    assert seen[-1] == pytest.approx(5000, rel=0.05)


def test_it_falls_when_nothing_comes(rate, clock):
    clock.now += 1
    rate.update(10_000)
    clock.now += 20
    assert rate.update(10_000) < 100
