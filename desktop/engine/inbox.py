"""Requests on their way from the pipe to the one thread that owns llama.cpp."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from desktop.engine.native import CancelFlag
from desktop.engine.protocol import Request


class Inbox:
    """Queue of requests that can be cancelled, waiting or running.

    The reading thread puts and cancels; the working thread takes and finishes.
    """

    def __init__(self, flag: CancelFlag) -> None:
        self._flag = flag
        self._waiting: deque[Request] = deque()
        self._running: Request | None = None
        self._changed = threading.Condition()

    def put(self, request: Request) -> None:
        with self._changed:
            self._waiting.append(request)
            self._changed.notify()

    def take(self) -> Request:
        """The next request, which is from now on the running one. Blocks."""
        with self._changed:
            while not self._waiting:
                self._changed.wait()
            request = self._waiting.popleft()
            self._running = request
            self._flag.clear()
            return request

    def finish(self) -> None:
        """The running request has ended: cancelling it does nothing from now on."""
        with self._changed:
            self._running = None
            self._flag.clear()

    @contextmanager
    def held(self) -> Iterator[Request | None]:
        """The request that is running, which meanwhile cannot finish."""
        with self._changed:
            yield self._running

    def cancel(self, target: int) -> Request | None:
        """Raise the flag for a running request; take a waiting one out and return it."""
        with self._changed:
            if self._running is not None and self._running.id == target:
                self._flag.set()
                return None
            for request in self._waiting:
                if request.id == target:
                    self._waiting.remove(request)
                    return request
            return None
