"""The console of Windows, which shows escape sequences as letters until it is asked to obey."""

from __future__ import annotations

import ctypes
from ctypes import wintypes
from typing import Any

_STDOUT, _STDERR = -11, -12
_OBEY_ESCAPES = 0x0004  # ENABLE_VIRTUAL_TERMINAL_PROCESSING


def obey_escapes(system: Any = None) -> None:
    """Ask for it, where stdout or stderr is a console and not a pipe or file.

    Args:
        system: kernel32; tests give another.
    """
    kernel32 = system or ctypes.CDLL("kernel32")
    kernel32.GetStdHandle.restype = wintypes.HANDLE
    mode = wintypes.DWORD()
    for stream in (_STDOUT, _STDERR):
        handle = wintypes.HANDLE(kernel32.GetStdHandle(stream))
        if kernel32.GetConsoleMode(handle, ctypes.byref(mode)):
            kernel32.SetConsoleMode(handle, mode.value | _OBEY_ESCAPES)
