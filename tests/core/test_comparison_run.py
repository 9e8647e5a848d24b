from __future__ import annotations

from pathlib import Path

from desktop.core.comparison_run import ComparisonRun
from desktop.core.job_control import JobControl
from desktop.domain.comparison import Comparison, ComparisonRequest
from desktop.domain.job import JobProgress, JobState

ONE = Comparison(5, ComparisonRequest(Path("/m/base.gguf")), JobState.WAITING)


class Slow:
    """Reports so many fractions, a second after the other."""

    def __init__(self, clock: list[float], *fractions: float, step: float = 1.0) -> None:
        self.clock, self.fractions, self.step = clock, fractions, step

    def run(self, number, control, report, on_change):
        assert number == ONE.id
        for fraction in self.fractions:
            self.clock[0] += self.step
            report(JobProgress(fraction, f"at {fraction}"))
        on_change(ONE)


def told(*fractions: float, step: float = 1.0):
    clock = [0.0]
    created, changed, progress = [], [], []
    run = ComparisonRun(
        Slow(clock, *fractions, step=step),
        JobControl(),
        created.append,
        lambda number, state, left: progress.append((number, state.fraction, left)),
        changed.append,
        lambda: clock[0],
    )
    run.do(lambda: ONE)
    assert created == changed == [ONE]
    return progress


def test_the_time_left_is_told_once_the_speed_says_something():
    assert told(0.0, 0.1, 0.2, 0.5) == [
        (5, 0.0, None), (5, 0.1, None), (5, 0.2, 3 / 0.2 * 0.8), (5, 0.5, 4.0)
    ]  # fmt: skip


def test_what_was_done_in_an_earlier_run_is_not_taken_for_speed():
    *_, last = told(0.6, 0.7, 0.75, 0.8)
    assert last == (5, 0.8, 4 / (0.8 - 0.6) * (1 - 0.8))


def test_nothing_gained_tells_nothing():
    assert [left for *_, left in told(0.5, 0.5, 0.5, 0.5)] == [None] * 4


def test_quick_progress_is_told_now_and_then():
    assert len(told(*(n / 100 for n in range(100)), step=0.01)) < 12
