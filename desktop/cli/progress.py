"""A progress bar on stderr, for people only: nothing is drawn when stderr is not a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Self, TextIO

BAR_WIDTH = 24
QUIET_SECONDS = 0.3  # work shorter than this shows no bar
REDRAW_SECONDS = 0.1
_ERASE_LINE = "\r\033[K"


class Progress:
    """A bar for one piece of work, erased when the work ends.

    Args:
        title: what is being done, e.g. "Loading".
        unit: what is counted, shown with a rate ("tokens"); "" shows percent only.
        before: how much of it was done before this began.
        clock: seconds; monotonic.
    """

    def __init__(
        self,
        title: str,
        unit: str = "",
        *,
        before: float = 0.0,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._title = title
        self._unit = unit
        self._before = before
        self._stream = stream or sys.stderr
        self._clock = clock
        self._started = clock()
        self._drawn_at = self._started + QUIET_SECONDS - REDRAW_SECONDS
        self._visible = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def update(self, done: float, total: float) -> None:
        """Say how far the work is."""
        now = self._clock()
        if not self._stream.isatty() or total <= 0 or now - self._drawn_at < REDRAW_SECONDS:
            return
        self._drawn_at = now
        self._visible = True
        elapsed = now - self._started
        rate = (done - self._before) / elapsed if elapsed > 0 else 0.0
        line = _line(self._title, self._unit, done, total, rate)
        self._stream.write(_ERASE_LINE + line)
        self._stream.flush()

    def clear(self) -> None:
        """Erase the bar; a later `update` draws it again."""
        if self._visible:
            self._stream.write(_ERASE_LINE)
            self._stream.flush()
            self._visible = False


def _line(title: str, unit: str, done: float, total: float, rate: float) -> str:
    fraction = min(max(done / total, 0.0), 1.0)
    filled = round(fraction * BAR_WIDTH)
    parts = [f"{title} [{'=' * filled}{' ' * (BAR_WIDTH - filled)}] {fraction:4.0%}"]
    if unit and rate > 0:
        parts.append(f"{rate:.{0 if rate >= 10 else 1}f} {unit}/s")
    if rate > 0:
        parts.append(f"{_duration((total - done) / rate)} left")
    return "  ".join(parts)


def _duration(seconds: float) -> str:
    whole = round(max(seconds, 0.0))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
