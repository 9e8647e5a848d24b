"""One run of a comparison: what it tells about how far it is, and when it will be done."""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop.core.comparison import Comparisons
from desktop.core.job_control import JobControl
from desktop.domain.comparison import Comparison
from desktop.domain.job import JobProgress

TELLING_SECONDS = 0.125  # between two reports of progress
_KNOWN_SECONDS = 3.0  # before that the speed says nothing about the time left


class ComparisonRun:
    """What it is given is called on the thread of `do`, or of an engine.

    Args:
        on_created: the comparison that is to be run.
        on_progress: its id, how far it is, and seconds left or None.
        on_change: it, whenever something was measured.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        comparisons: Comparisons,
        control: JobControl,
        on_created: Callable[[Comparison], None],
        on_progress: Callable[[int, JobProgress, float | None], None],
        on_change: Callable[[Comparison], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._comparisons = comparisons
        self._control = control
        self._on_created = on_created
        self._on_progress = on_progress
        self._on_change = on_change
        self._clock = clock
        self._number = 0
        self._begun_at = 0.0
        self._told_at = 0.0
        self._before: float | None = None  # how far it was when it was first heard of

    def do(self, get: Callable[[], Comparison]) -> None:
        """Run the comparison that `get` makes or finds. Raises: as Comparisons.create and run."""
        comparison = get()
        self._number = comparison.id
        self._on_created(comparison)
        self._begun_at = self._clock()
        self._comparisons.run(comparison.id, self._control, self._report, self._on_change)

    def _report(self, progress: JobProgress) -> None:
        now = self._clock()
        if self._before is None:
            self._before = progress.fraction
        elif now - self._told_at < TELLING_SECONDS:
            return
        self._told_at = now
        elapsed, gained = now - self._begun_at, progress.fraction - self._before
        left = None
        if gained > 0 and elapsed >= _KNOWN_SECONDS:
            left = elapsed / gained * (1 - progress.fraction)
        self._on_progress(self._number, progress, left)
