"""Whether a window could be shown here. Qt aborts the whole process when it cannot."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

_TIMEOUT_SECONDS = 2.0
_FIRST_PORT = 6000  # display N of a remote X server listens on this port + N


def has_display(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """True when a display answers, or Qt was told by name which platform to use."""
    if platform in ("win32", "darwin") or environment.get("QT_QPA_PLATFORM"):
        return True
    return _wayland_answers(environment) or _x_answers(environment.get("DISPLAY", ""))


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    name = environment.get("WAYLAND_DISPLAY")
    if not name:
        return False
    return _connects(str(Path(environment.get("XDG_RUNTIME_DIR", "/"), name)))


def _x_answers(display: str) -> bool:
    match = re.fullmatch(r"(?:unix)?(?P<host>[^:/]*):(?P<number>\d+)(?:\.\d+)?", display)
    if match is None:
        return bool(display)  # a form we do not know: let Qt try
    number = int(match["number"])
    if match["host"]:
        try:
            socket.create_connection(
                (match["host"], _FIRST_PORT + number), _TIMEOUT_SECONDS
            ).close()
        except OSError:
            return False
        return True
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108  the X server's own place
    return _connects(path) or _connects("\0" + path)


def _connects(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_TIMEOUT_SECONDS)
        try:
            connection.connect(path)
        except OSError:
            return False
    return True
