"""Telling how far something is and when it will be done, not more often than people look."""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop.domain.job import JobProgress

TELLING_SECONDS = 0.125  # between two reports of progress
_KNOWN_SECONDS = 2.0  # before that the speed says nothing about the time left


class TimeLeft:
    """Passes progress on, with the seconds left by the speed so far, or None.

    Args:
        tell: called on the thread of `report`.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        tell: Callable[[JobProgress, float | None], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tell = tell
        self._clock = clock
        self._begun_at = 0.0
        self._told_at: float | None = None
        self._before: float | None = None  # how far it was when it was first heard of

    def report(self, progress: JobProgress) -> None:
        """What is told too soon after the last time is dropped."""
        now = self._clock()
        if self._before is None:
            self._before, self._begun_at = progress.fraction, now
        if self._told_at is not None and now - self._told_at < TELLING_SECONDS:
            return
        self._told_at = now
        elapsed, gained = now - self._begun_at, progress.fraction - self._before
        left = None
        if gained > 0 and elapsed >= _KNOWN_SECONDS:
            left = elapsed / gained * (1 - progress.fraction)
        self._tell(progress, left)
