"""The engine child process: reads requests from a pipe, answers on another.

The parent's pipes arrive as stdin and stdout. They are moved to private descriptors first, so that
native code that prints cannot speak on them. The child leaves when its pipe closes.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from desktop.domain.conversation import StopReason
from desktop.domain.errors import Cancelled, QuernError
from desktop.engine.error_codes import ErrorCode, code_of
from desktop.engine.job_messages import Quantize
from desktop.engine.protocol import (
    Cancel,
    Event,
    Failed,
    Generate,
    Generated,
    Pause,
    Quit,
    Request,
    Resume,
)
from desktop.engine.wire import decode, encode

if TYPE_CHECKING:
    from desktop.engine.inbox import Inbox

READ_SIZE = 1 << 16


def main() -> int:
    """Serve until the parent leaves."""
    os.environ.setdefault("GGML_NO_BACKTRACE", "1")  # an abort would fork a debugger for seconds
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the parent to handle
    source, sink = _take_pipes()
    # llama.cpp is loaded only now, when it can no longer print into the protocol.
    from desktop.engine.gate import Gate
    from desktop.engine.inbox import Inbox
    from desktop.engine.native import CancelFlag, install_abort_message
    from desktop.engine.service import Service

    _abort_handler = install_abort_message()  # referenced for as long as the process lives
    flag, gate = CancelFlag(), Gate()
    inbox = Inbox(flag, gate)
    outbox = Outbox(sink)
    unfinished: set[Path] = set()
    threading.Thread(
        target=_read, args=(source, inbox, outbox.send, unfinished), name="requests", daemon=True
    ).start()
    service = Service(flag, gate, outbox.send, unfinished)
    while True:
        request = inbox.take()
        reply = _answer(service.handle, request)
        inbox.finish()
        outbox.send(reply)


class Outbox:
    """Writes events to the parent, one whole line each, from any thread."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def send(self, event: Event) -> None:
        """Send one event. Ends the process when the parent no longer listens."""
        line = encode(event)
        try:
            with self._lock:
                written = os.write(self._descriptor, line)
                while written < len(line):
                    written += os.write(self._descriptor, line[written:])
        except OSError:
            os._exit(0)


def _take_pipes() -> tuple[int, int]:
    """Private descriptors of stdin and stdout; the public ones then lead nowhere and to stderr."""
    source, sink = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(source, os.O_BINARY)
        msvcrt.setmode(sink, os.O_BINARY)
    return source, sink


def _read(source: int, inbox: Inbox, send: Callable[[Event], None], unfinished: set[Path]) -> None:
    """Take what the parent says until it stops. Runs on a thread of its own."""
    buffered = b""
    while data := os.read(source, READ_SIZE):
        *lines, buffered = (buffered + data).split(b"\n")
        for line in lines:
            try:
                message = decode(line)
            except ValueError as error:
                _refuse(line, error, send)
            else:
                _route(message, inbox, send, unfinished)
    # The parent is gone, and nothing here outlives it. A request may be running: do not wait.
    _leave(unfinished)


def _route(
    message: object, inbox: Inbox, send: Callable[[Event], None], unfinished: set[Path]
) -> None:
    """Do at once what does not wait for the request that is running."""
    match message:
        case Quit():
            _leave(unfinished)
        case Cancel(target=target):
            with inbox.held() as running:
                if isinstance(running, Quantize) and running.id == target:
                    # Nothing but the end of the process stops llama.cpp at this.
                    send(_cancelled(running))
                    _leave(unfinished)
            dropped = inbox.cancel(target)
            if dropped is not None:
                send(_cancelled(dropped))
        case Pause(target=target):
            inbox.pause(target)
        case Resume(target=target):
            inbox.resume(target)
        case Request():
            inbox.put(message)


def _leave(unfinished: set[Path]) -> NoReturn:
    """End the process at once, without leaving half a file behind."""
    for path in tuple(unfinished):
        with contextlib.suppress(OSError):  # Windows: open; whoever waits for the end removes it
            path.unlink(missing_ok=True)
    os._exit(0)


def _refuse(line: bytes, error: ValueError, send: Callable[[Event], None]) -> None:
    """Answer a request that cannot be understood, if it says which it is."""
    try:
        number = json.loads(line)["id"]
    except (ValueError, KeyError, TypeError):
        number = None
    cause = error.__cause__
    message = cause.message if isinstance(cause, QuernError) else "The request was not understood."
    if isinstance(number, int):
        code = ErrorCode.INVALID_INPUT if isinstance(cause, QuernError) else ErrorCode.BUG
        send(Failed(id=number, code=code, message=message, details=str(error)))
    else:
        os.write(2, f"{error}\n".encode())


def _answer(handle: Callable[[Request], Event], request: Request) -> Event:
    """The terminal event of a request, whatever happens."""
    try:
        return handle(request)
    except Cancelled as error:
        return _cancelled(request, error.message)
    except QuernError as error:
        return Failed(
            id=request.id,
            code=code_of(error),
            message=error.message,
            advice=error.advice,
        )
    except OSError as error:
        return _cannot_use(error, request) if error.filename else _bug(error, request)
    except Exception as error:  # noqa: BLE001 - a bug of ours must not cost the loaded model
        return _bug(error, request)


def _cannot_use(error: OSError, request: Request) -> Event:
    """What the system has against a file that somebody named."""
    return Failed(
        id=request.id,
        code=ErrorCode.ENVIRONMENT_FAULT,
        message=f"{error.filename} cannot be used: {error.strerror or error}.",
        advice="Choose another name, or check the rights.",
    )


def _bug(error: Exception, request: Request) -> Event:
    """The terminal event when it is a mistake of ours that was met.

    Its details go into a log: they say where it happened, but not the error's own words, which may
    be the person's.
    """
    where = "".join(traceback.format_tb(error.__traceback__))
    return Failed(
        id=request.id,
        code=ErrorCode.BUG,
        message="The engine met an internal error.",
        advice="Please report it; the engine goes on.",
        details=f"{where}{type(error).__name__}",
    )


def _cancelled(request: Request, message: str = "It was cancelled.") -> Event:
    """The terminal event of a request that was cancelled before it came to anything."""
    if not isinstance(request, Generate):
        return Failed(id=request.id, code=ErrorCode.CANCELLED, message=message)
    return Generated(
        id=request.id,
        stop_reason=StopReason.CANCELLED,
        seed=request.sampler.seed or 0,
        prompt_tokens=0,
        cached_tokens=0,
        completion_tokens=0,
        ttft_ms=0.0,
        tokens_per_second=0.0,
        context_used=0,
    )
