from __future__ import annotations

import os
import signal
import sys

import pytest

from desktop.controllers.end_signals import NUMBERS, EndSignals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends signals of Unix")


@pytest.mark.parametrize("number", NUMBERS)
def test_each_is_told_through_the_event_loop_and_given_back(qtbot, number) -> None:
    before = signal.getsignal(number)
    ends = EndSignals()
    try:
        with qtbot.waitSignal(ends.asked):
            os.kill(os.getpid(), number)
    finally:
        ends.close()
    assert signal.getsignal(number) is before
