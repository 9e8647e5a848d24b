"""The part of llama.cpp's libraries that llama_cpp does not bind, and the callbacks it calls.

`ggml_*` and `gguf_*` functions are resolved through libllama's own handle: opening libggml by its
path would load a second copy with registries of its own.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import llama_cpp.llama_cpp as llama

from desktop.domain.model import Device

LOG_DEBUG = 1
LOG_WARN = 3
LOG_ERROR = 4
LOG_CONTINUE = 5
KEPT_LOG_LINES = 400
MAX_REASON = 300  # characters of llama.cpp's own words in a sentence

_NOISE = re.compile(r"^\w+: |error loading model(?: \w+)?: |error parsing grammar: ")

_DEVICE_KINDS = {0: "cpu", 1: "gpu", 2: "igpu", 3: "accel"}
# The rest of what is asked for is in libggml-base.
_IN_GGML = (
    "ggml_backend_dev_by_name",
    "ggml_backend_dev_count",
    "ggml_backend_dev_get",
    "ggml_backend_load_all_from_path",
)
_AbortHandler = ctypes.CFUNCTYPE(None, ctypes.c_char_p)


def function(name: str, result: Any, *arguments: Any) -> Any:
    """The C function `name` of ggml, typed."""
    try:
        found = getattr(llama._lib, name)  # noqa: SLF001 - the handle has no public name
    except AttributeError:  # Windows looks a symbol up in the named library only
        library = "ggml.dll" if name in _IN_GGML else "ggml-base.dll"
        found = getattr(ctypes.CDLL(library), name)
    found.restype = result
    found.argtypes = list(arguments)
    return found


class LlamaLog:
    """llama.cpp's log: kept in memory, warnings and errors also written to stderr.

    llama.cpp has one log for the whole process, so make one of these and keep it.
    """

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=KEPT_LOG_LINES)
        self._errors: list[str] = []
        self._level = 0
        self._listener: Callable[[str], None] | None = None
        self._callback = llama.llama_log_callback(self._receive)
        llama.llama_log_set(self._callback, None)

    @contextmanager
    def collect(self) -> Iterator[deque[str]]:
        """The text logged meanwhile, one entry a call; newest `KEPT_LOG_LINES` of them."""
        self._lines.clear()
        self._errors.clear()
        yield self._lines

    @contextmanager
    def heard_by(self, listener: Callable[[str], None]) -> Iterator[None]:
        """Give `listener` the text of every call meanwhile, on the thread that logs. It must not
        raise: nobody would see it."""
        self._listener = listener
        try:
            yield
        finally:
            self._listener = None

    def reason(self) -> str:
        """Why the call within `collect` failed, in llama.cpp's words without its function names.

        The first error says it; those after it report that the callers failed too.
        """
        lines = "".join(self._errors).splitlines()
        first = next((line for line in lines if line.strip("= ")), "")  # some are framed
        return _NOISE.sub("", first)[:MAX_REASON].rstrip(". ") or "it does not say why"

    def _receive(self, level: int, text: bytes, _user_data: Any) -> None:
        if level != LOG_CONTINUE:
            self._level = level
        if self._level == LOG_DEBUG:
            return  # thousands of lines on every graph
        line = text.decode("utf-8", "replace")
        self._lines.append(line)
        if self._listener is not None:
            self._listener(line)
        if self._level == LOG_ERROR:
            self._errors.append(line)
        if self._level in (LOG_WARN, LOG_ERROR):
            os.write(2, text)


class CancelFlag:
    """A flag that llama.cpp itself reads while it evaluates, without the interpreter's lock.

    The abort callback is C's `strlen` on two bytes: 0 ("") goes on, 1 ("x") stops.
    """

    def __init__(self) -> None:
        self._bytes = ctypes.create_string_buffer(2)
        library = ctypes.CDLL("msvcrt" if sys.platform == "win32" else None)
        address = ctypes.cast(library.strlen, ctypes.c_void_p).value
        assert address is not None
        self.callback = llama.ggml_abort_callback(address)
        self.data = ctypes.cast(self._bytes, ctypes.c_void_p)

    def set(self) -> None:
        self._bytes[0] = b"x"

    def clear(self) -> None:
        self._bytes[0] = b"\0"

    def is_set(self) -> bool:
        return self._bytes[0] != b"\0"


def install_abort_message() -> Any:
    """Write the text of a failed GGML_ASSERT to stderr before the process dies.

    Returns the callback, which must stay referenced.
    """

    def say(text: bytes) -> None:
        os.write(2, text.rstrip() + b"\n")

    handler = _AbortHandler(say)
    function("ggml_set_abort_callback", ctypes.c_void_p, _AbortHandler)(handler)
    return handler


def device_handle(name: str) -> int | None:
    """ggml's device of this name; None when there is none."""
    find = function("ggml_backend_dev_by_name", ctypes.c_void_p, ctypes.c_char_p)
    found: int | None = find(name.encode())
    return found


def devices() -> tuple[Device, ...]:
    """What ggml can compute on."""
    handle = ctypes.c_void_p
    count = function("ggml_backend_dev_count", ctypes.c_size_t)
    get = function("ggml_backend_dev_get", handle, ctypes.c_size_t)
    name = function("ggml_backend_dev_name", ctypes.c_char_p, handle)
    description = function("ggml_backend_dev_description", ctypes.c_char_p, handle)
    kind = function("ggml_backend_dev_type", ctypes.c_int, handle)
    size = ctypes.POINTER(ctypes.c_size_t)
    memory = function("ggml_backend_dev_memory", None, handle, size, size)
    found = []
    for index in range(count()):
        device = get(index)
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        memory(device, ctypes.byref(free), ctypes.byref(total))
        found.append(
            Device(
                name=name(device).decode("utf-8", "replace"),
                description=description(device).decode("utf-8", "replace"),
                kind=_DEVICE_KINDS.get(kind(device), "accel"),
                memory_free=free.value,
                memory_total=total.value,
            )
        )
    return tuple(found)
