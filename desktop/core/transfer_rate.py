"""How fast bytes arrive, smooth enough to be read."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

SMOOTH_SECONDS = 3.0  # what came longer ago than this weighs little


class TransferRate:
    """A moving average. `clock` gives seconds, monotonic."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at: float | None = None
        self._received = 0
        self._rate = 0.0
        self._known_seconds = 0.0

    def update(self, received: int) -> float:
        """Say how many bytes there are now. Returns: bytes per second, 0 the first time."""
        now = self._clock()
        if self._at is None:
            self._at, self._received = now, received
        elapsed = now - self._at
        if elapsed > 0:
            self._known_seconds += elapsed
            # At first there is little to average over.
            span = min(self._known_seconds, SMOOTH_SECONDS)
            weight = 1 - math.exp(-elapsed / span)
            if self._known_seconds == elapsed:
                weight = 1.0
            self._rate += weight * ((received - self._received) / elapsed - self._rate)
            self._at, self._received = now, received
        return self._rate
