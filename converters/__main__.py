"""Lets the package run as a program."""

from __future__ import annotations

import signal
import sys

from converters.command_line import main


def _leave(number: int, _frame: object) -> None:
    """End as an error would, so that nothing half-written stays."""
    sys.exit(128 + number)


for name in ("SIGTERM", "SIGHUP"):  # asked to end; the terminal was closed, which Windows lacks
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # not under nohup
        signal.signal(number, _leave)
sys.exit(main())
