"""The parent's side of an engine child: send requests, stream events, cancel, bury, restart.

Events arrive on the client's reader thread. Every submitted request gets exactly one terminal event
(a `Reply`), whatever happens to the child: when it dies, the client makes a `Died` for each request
still open.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import subprocess
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from desktop.domain import errors
from desktop.engine import obituary
from desktop.engine.child import default_worker_command, start_child
from desktop.engine.engine_state import EngineState, after_reply, after_request
from desktop.engine.error_codes import class_of
from desktop.engine.obituary import StderrTail
from desktop.engine.protocol import (
    PROTOCOL_VERSION,
    Cancel,
    Died,
    Event,
    Failed,
    Hello,
    HelloReply,
    Pause,
    Quit,
    Reply,
    Request,
    Resume,
)
from desktop.engine.waiting import next_of
from desktop.engine.wire import decode, encode

KILL_AFTER_SECONDS = 2.0  # a cancelled request that has not ended by then costs the child its life

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # a command keeps no log, and its stderr is a person's

EventHandler = Callable[[Event], None]
ReplyT = TypeVar("ReplyT", bound=Reply)


def error_of(reply: Reply) -> errors.QuernError | None:
    """The exception a terminal event stands for, or None when the request succeeded."""
    if isinstance(reply, Failed):
        return class_of(reply.code)(reply.message, reply.advice)
    if isinstance(reply, Died):
        return errors.EngineDied(
            reply.message, reply.advice, exit_code=reply.exit_code, log_lines=reply.log_lines
        )
    return None


class Engine:
    """One engine child at a time.

    Args:
        command: what to run; it must speak the protocol on its stdin and stdout.
        on_state: called with each new state, on whichever thread caused it.
        excluded_devices: names of graphics processors that are not to be used.
    """

    def __init__(
        self,
        command: Sequence[str] | None = None,
        *,
        on_state: Callable[[EngineState], None] | None = None,
        excluded_devices: Sequence[str] = (),
    ) -> None:
        self._command = tuple(command or default_worker_command())
        self._on_state = on_state
        self._excluded_devices = tuple(excluded_devices)
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._lock = threading.Lock()  # guards everything below
        self._write_lock = threading.Lock()  # whole lines only, and never while holding _lock
        self._state = EngineState.CLOSED
        self._open: dict[int, tuple[Request, EventHandler]] = {}
        self._last_id = 0
        self._killed_for = ""
        self._death: errors.EngineDied | None = None

    # --- life -------------------------------------------------------------------------------

    @property
    def state(self) -> EngineState:
        return self._state

    @property
    def death(self) -> errors.EngineDied | None:
        """Why the child died by itself, once it has."""
        return self._death

    @property
    def process_id(self) -> int | None:
        """The child's process id while it lives."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def start(self) -> None:
        """Start the child and greet it. Does not wait for the answer.

        Raises: EngineFault when the child cannot be started at all.
        """
        process = start_child(self._command, self._excluded_devices)
        self._process = process
        self._killed_for = ""
        self._death = None
        assert process.stderr is not None
        stderr = StderrTail(process.stderr)
        self._state = EngineState.STARTING
        self._tell_state(self._state)
        self._reader = threading.Thread(
            target=self._read, args=(process, stderr), name="engine-reader", daemon=True
        )
        self._reader.start()
        self.submit(lambda number: Hello(id=number), self._greeted)

    def close(self) -> None:
        """Ask the child to leave; kill it if it does not within KILL_AFTER_SECONDS. Every request
        has ended when this returns, unless it is called on the reader thread. Then a child can be
        started anew."""
        process, reader = self._process, self._reader
        if process is None or reader is None:
            return
        self._set_state(EngineState.CLOSED)
        self._send(Quit())
        with contextlib.suppress(OSError):
            assert process.stdin is not None
            process.stdin.close()
        try:
            process.wait(KILL_AFTER_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if reader is not threading.current_thread():
            reader.join()
        self._process = None

    def kill(self, reason: str) -> None:
        """End the child at once. `reason` is the sentence its open requests end with."""
        process = self._process
        if process is not None and process.poll() is None:
            self._killed_for = reason
            process.kill()

    # --- requests ---------------------------------------------------------------------------

    def submit(self, make: Callable[[int], Request], on_event: EventHandler) -> int:
        """Send the request that `make` builds from an id; returns the id.

        `on_event` gets every event of the request, the last one a `Reply`. It runs on the reader
        thread (or, when the child is already gone, on the caller's) and must not block.
        """
        with self._lock:
            self._last_id += 1
            request = make(self._last_id)
            alive = self._state not in (EngineState.CLOSED, EngineState.DIED)
            if alive:
                self._open[request.id] = (request, on_event)
        if not alive:
            message, advice = obituary.NOT_RUNNING
            on_event(Died(id=request.id, message=message, advice=advice, exit_code=0))
            return request.id
        self._set_state(after_request(request))
        self._send(request)
        return request.id

    def ask(
        self, make: Callable[[int], Request], on_event: EventHandler | None = None
    ) -> tuple[int, queue.SimpleQueue[Reply]]:
        """Send a request; returns its id, and where its reply will come. Other events go to
        `on_event`."""
        replies: queue.SimpleQueue[Reply] = queue.SimpleQueue()

        def route(event: Event) -> None:
            if isinstance(event, Reply):
                replies.put(event)
            elif on_event is not None:
                on_event(event)

        return self.submit(make, route), replies

    def call(
        self,
        make: Callable[[int], Request],
        wanted: type[ReplyT],
        on_event: EventHandler | None = None,
    ) -> ReplyT:
        """Send a request and wait for its reply, of type `wanted`. Other events go to `on_event`.

        Raises: the QuernError the engine answered with, EngineDied when it died. On
        KeyboardInterrupt the request is cancelled before the exception goes on.
        """
        number, replies = self.ask(make, on_event)
        try:
            reply = next_of(replies)
        except KeyboardInterrupt:
            self.cancel(number)
            raise
        error = error_of(reply)
        if error is not None:
            raise error
        assert isinstance(reply, wanted), reply
        return reply

    def cancel(self, request_id: int) -> None:
        """Stop a request. It still ends with its terminal event, at the latest when the child has
        been killed for not reacting. Cancelling a request that has ended does nothing."""
        if not self._is_open(request_id):
            return
        self._send(Cancel(target=request_id))
        watchdog = threading.Timer(KILL_AFTER_SECONDS, self._kill_if_open, (request_id,))
        watchdog.daemon = True
        watchdog.start()

    def pause(self, request_id: int) -> None:
        """Hold up a job before its next step, until `resume`. Nothing for one that has ended."""
        if self._is_open(request_id):
            self._send(Pause(target=request_id))

    def resume(self, request_id: int) -> None:
        """Let a job go on that was paused. Nothing for one that has ended."""
        if self._is_open(request_id):
            self._send(Resume(target=request_id))

    # --- inside -----------------------------------------------------------------------------

    def _is_open(self, request_id: int) -> bool:
        with self._lock:
            return request_id in self._open

    def _greeted(self, event: Event) -> None:
        if isinstance(event, HelloReply) and event.protocol != PROTOCOL_VERSION:
            self.kill("The engine belongs to another version of Quern.")

    def _send(self, message: Request | Cancel | Pause | Resume | Quit) -> None:
        process = self._process
        if process is None or process.stdin is None:
            return
        line = encode(message)
        # A broken pipe means that the child is dying: the reader thread will say so.
        with self._write_lock, contextlib.suppress(OSError, ValueError):
            process.stdin.write(line)
            process.stdin.flush()

    def _kill_if_open(self, request_id: int) -> None:
        if self._is_open(request_id):
            self.kill("The engine did not react to Stop and was ended.")

    def _read(self, process: subprocess.Popen[bytes], stderr: StderrTail) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                try:
                    event = decode(line)
                except ValueError as error:
                    _log.error("the engine sent something unreadable: %s", error)
                    self.kill("The engine sent something unreadable.")
                    break
                self._dispatch(event)
        self._bury(process, stderr)

    def _dispatch(self, event: Event) -> None:
        with self._lock:
            request, handler = self._open.get(event.id, (None, None))
            if isinstance(event, Reply):
                self._open.pop(event.id, None)
        if request is None or handler is None:
            return
        if isinstance(event, Reply):
            self._set_state(after_reply(self._state, request, event))
        if isinstance(event, Failed) and event.details:
            _log.error("%s failed in the engine\n%s", type(request).__name__, event.details)
        handler(event)

    def _bury(self, process: subprocess.Popen[bytes], stderr: StderrTail) -> None:
        """The pipe is closed: end every open request."""
        exit_code = process.wait()
        log_lines = stderr.lines()
        message, advice = obituary.describe(exit_code, log_lines, self._killed_for)
        with self._lock:  # what is submitted after this ends at once
            orphans = dict(self._open)
            self._open.clear()
            closed = self._state is EngineState.CLOSED
            if not closed:
                self._death = errors.EngineDied(
                    message, advice, exit_code=exit_code, log_lines=log_lines
                )
                self._state = EngineState.DIED
        if not closed:
            _log.error("exit status %d: %s", exit_code, message)
            self._tell_state(EngineState.DIED)
        for request_id, (_, handler) in orphans.items():
            handler(
                Died(
                    id=request_id,
                    message=message,
                    advice=advice,
                    exit_code=exit_code,
                    log_lines=log_lines,
                )
            )

    def _set_state(self, state: EngineState | None) -> None:
        """None changes nothing. What was sent or answered while an engine ended does not bring it
        back."""
        with self._lock:
            over = self._state in (EngineState.CLOSED, EngineState.DIED)
            if state in (None, self._state) or (over and state is not EngineState.CLOSED):
                return
            self._state = state
        self._tell_state(state)

    def _tell_state(self, state: EngineState) -> None:
        if self._on_state is not None:
            self._on_state(state)
