from __future__ import annotations

import io

import pytest

from desktop.cli.progress import Progress
from tests.helpers.clock import Clock


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock() -> Clock:
    return Clock(100.0)


def drawn(terminal: Terminal) -> str:
    return terminal.getvalue().rpartition("\r\033[K")[2]


def test_a_bar_shows_share_rate_and_time_left_and_is_erased(clock):
    terminal = Terminal()
    with Progress("Reading", "tokens", stream=terminal, clock=clock) as progress:
        clock.now += 2.0
        progress.update(500, 2000)
        assert drawn(terminal) == f"Reading [{'=' * 6}{' ' * 18}]  25%  250 tokens/s  6 s left"
    assert drawn(terminal) == ""


def test_what_was_done_before_is_no_speed(clock):
    terminal = Terminal()
    with Progress("Reading", "MB", before=500.0, stream=terminal, clock=clock) as progress:
        clock.now += 2.0
        progress.update(503, 509)
        assert drawn(terminal).endswith(" 99%  1.5 MB/s  4 s left")


def test_short_work_shows_nothing(clock):
    terminal = Terminal()
    with Progress("Loading", stream=terminal, clock=clock) as progress:
        for _ in range(5):
            clock.now += 0.05
            progress.update(0.5, 1.0)
    assert terminal.getvalue() == ""


def test_it_is_not_drawn_faster_than_one_can_read(clock):
    terminal = Terminal()
    with Progress("Loading", stream=terminal, clock=clock) as progress:
        clock.now += 1.0
        for step in range(1000):
            clock.now += 0.001
            progress.update(step, 1000)
    assert terminal.getvalue().count("Loading") <= 11


def test_nothing_is_drawn_into_a_file(clock):
    stream = io.StringIO()
    with Progress("Loading", stream=stream, clock=clock) as progress:
        clock.now += 5.0
        progress.update(0.5, 1.0)
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("seconds", "left"), [(30.0, "30 s"), (90.0, "1 min 30 s"), (3700.0, "1 h 1 min")]
)
def test_time_left_is_told_in_sensible_units(clock, seconds, left):
    terminal = Terminal()
    progress = Progress("Loading", stream=terminal, clock=clock)
    clock.now += seconds
    progress.update(1, 2)
    assert drawn(terminal).endswith(f"  {left} left")


def test_unknown_totals_and_overshoot_do_no_harm(clock):
    terminal = Terminal()
    progress = Progress("Loading", stream=terminal, clock=clock)
    clock.now += 1.0
    progress.update(1, 0)
    assert terminal.getvalue() == ""
    progress.update(3, 2)
    assert "100%" in drawn(terminal)
