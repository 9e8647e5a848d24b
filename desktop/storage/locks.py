"""Locks between processes: the window and any number of commands share a home."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from desktop.storage.faults import database_faults


@contextmanager
def held(path: Path, patience: float) -> Iterator[bool]:
    """Have a lock to oneself until the block ends or the process, however it does.

    Args:
        path: the file that is the lock; it is there while somebody has it.
        patience: seconds to wait for another process.

    Yields: whether one has it. Raises: StorageFault when the file cannot be made.
    """
    from filelock import FileLock, Timeout  # its asyncio is not for the start of the program

    lock = FileLock(path, timeout=patience)
    with database_faults():
        try:
            lock.acquire()
        except Timeout:
            ours = False
        else:
            ours = True
    try:
        yield ours
    finally:
        if ours:
            with suppress(OSError):  # Windows removes it with the release
                path.unlink()
            lock.release()
