from __future__ import annotations

import sys
import time

import pytest

from desktop.engine.limits import TimeLimitExceeded, memory_limit, time_limit


def test_what_takes_too_long_is_stopped() -> None:
    with pytest.raises(TimeLimitExceeded), time_limit(0.1):
        while True:
            pass


def test_what_is_quick_is_left_alone_also_later() -> None:
    with time_limit(0.5):  # more than it takes to be given a processor on a busy machine
        pass
    end = time.perf_counter() + 0.6
    while time.perf_counter() < end:
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces the limit")
def test_what_takes_too_much_memory_is_stopped() -> None:
    with memory_limit(1 << 26):
        bytearray(1 << 25)
        with pytest.raises(MemoryError):
            bytearray(1 << 28)
    assert bytearray(1 << 28)
