"""Requests on their way from the pipe to the one thread that owns llama.cpp."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from desktop.engine.gate import Gate
from desktop.engine.native import CancelFlag
from desktop.engine.protocol import Request


class Inbox:
    """Queue of requests that can be cancelled and paused, waiting or running.

    The reading thread puts, cancels, pauses and resumes; the working thread takes and finishes.
    """

    def __init__(self, flag: CancelFlag, gate: Gate) -> None:
        self._flag = flag
        self._gate = gate
        self._waiting: deque[Request] = deque()
        self._paused: set[int] = set()  # of those that wait
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
            if request.id in self._paused:
                self._paused.remove(request.id)
                self._gate.shut()
            return request

    def finish(self) -> None:
        """The running request has ended: cancelling or pausing it does nothing from now on."""
        with self._changed:
            self._running = None
            self._flag.clear()
            self._gate.open()

    @contextmanager
    def held(self) -> Iterator[Request | None]:
        """The request that is running, which meanwhile cannot finish."""
        with self._changed:
            yield self._running

    def cancel(self, target: int) -> Request | None:
        """Raise the flag for a running request; take a waiting one out and return it."""
        with self._changed:
            if self._runs(target):
                self._flag.set()
                self._gate.open()
                return None
            self._paused.discard(target)
            for request in self._waiting:
                if request.id == target:
                    self._waiting.remove(request)
                    return request
            return None

    def pause(self, target: int) -> None:
        """Hold up a request before its next step, or before its first when it waits."""
        with self._changed:
            if self._runs(target):
                if not self._flag.is_set():  # what was cancelled has to come to its end
                    self._gate.shut()
            elif any(request.id == target for request in self._waiting):
                self._paused.add(target)

    def resume(self, target: int) -> None:
        """Let a request go on that was paused."""
        with self._changed:
            self._paused.discard(target)
            if self._runs(target):
                self._gate.open()

    def _runs(self, target: int) -> bool:
        return self._running is not None and self._running.id == target
