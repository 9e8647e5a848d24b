"""How often progress is told, and when the end is guessed."""

from __future__ import annotations

from desktop.core.time_left import TimeLeft
from desktop.domain.job import JobProgress


def test_progress_is_told_at_most_eight_times_a_second_with_the_time_left() -> None:
    now = [100.0]
    told: list[tuple[float, float | None]] = []
    left = TimeLeft(lambda progress, rest: told.append((progress.fraction, rest)), lambda: now[0])
    for tenth in range(41):
        now[0] = 100.0 + tenth / 10
        left.report(JobProgress(0.2 + tenth / 100, ""))
    assert len(told) == 21
    assert told[0] == (0.2, None)
    assert told[5][1] is None  # after a second nobody knows
    fraction, rest = told[-1]
    assert abs(fraction - 0.6) < 1e-9 and rest is not None
    assert abs(rest - 4.0) < 1e-6  # 0.4 took four seconds


def test_what_does_not_move_has_no_end() -> None:
    now = [0.0]
    told = []
    left = TimeLeft(lambda _progress, rest: told.append(rest), lambda: now[0])
    for second in range(10):
        now[0] = float(second)
        left.report(JobProgress(0.5, ""))
    assert told == [None] * 10


def test_what_was_done_before_is_not_taken_for_speed() -> None:
    now = [0.0]
    told = []
    left = TimeLeft(lambda progress, rest: told.append((progress.fraction, rest)), lambda: now[0])
    now[0] = 100.0  # a model was loaded meanwhile
    for second in range(5):
        left.report(JobProgress(0.6 + second / 20, ""))
        now[0] += 1
    fraction, rest = told[-1]
    assert rest is not None and abs(rest - 4 / 0.2 * (1 - fraction)) < 1e-6
