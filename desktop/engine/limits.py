"""Holding foreign code to a time and an amount of memory, without slowing it down."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil


class TimeLimitExceeded(Exception):
    """The code under `time_limit` took too long."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimitExceeded in the calling thread once `seconds` have passed.

    It takes effect between two steps of the interpreter: a single long call into C is not
    interrupted.
    """
    raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
    thread = ctypes.c_ulong(threading.get_ident())
    lock = threading.Lock()
    finished = False

    def expire() -> None:
        with lock:
            if not finished:
                raise_in(thread, ctypes.py_object(TimeLimitExceeded))

    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            finished = True
            raise_in(thread, None)  # one that was set but has not struck yet
        timer.cancel()


@contextmanager
def memory_limit(extra: int) -> Iterator[None]:
    """Let this process take at most `extra` bytes more than it has; beyond is a MemoryError.

    Does nothing on systems that do not enforce a limit on the address space.
    """
    if sys.platform == "win32":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = psutil.Process().memory_info().vms + extra
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
