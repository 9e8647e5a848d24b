"""How long to wait before trying something again that a network or a server let down."""

from __future__ import annotations

import random
from collections.abc import Callable

FIRST_SECONDS = 2.0
LONGEST_SECONDS = 300.0
LONGEST_ASKED_FOR = 3600.0  # whoever asks for more is asked again after an hour


class Backoff:
    """Twice as long with each failure in a row, and never the same: a hub that comes back is not
    to be asked by everybody at once.

    Args:
        draw: a number from 0 to before 1.
    """

    def __init__(self, draw: Callable[[], float] = random.random) -> None:
        self._draw = draw
        self.failures = 0

    def succeed(self) -> None:
        """Something went well: the next failure is a first one."""
        self.failures = 0

    def fail(self, retry_after: float = 0.0) -> float:
        """Count a failure. Returns: seconds to wait, at least `retry_after` within reason."""
        longest = min(FIRST_SECONDS * 2.0 ** min(self.failures, 30), LONGEST_SECONDS)
        self.failures += 1
        delay = longest * (0.5 + self._draw() / 2)
        return max(delay, min(retry_after, LONGEST_ASKED_FOR))
