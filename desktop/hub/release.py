"""Asking which release of Quern is the newest, at the one address its packager stated.

The answer is what GitHub, GitLab's mirrors and Forgejo give for a latest release: an object with
`tag_name` and `html_url`. Nothing but the question is sent: no token, no version, no identifier.
"""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import urlsplit

from desktop.domain.errors import Cancelled, HubFault, NoNetwork
from desktop.domain.release import Release, version_of
from desktop.hub import http
from desktop.hub.connection import HubConnection

MOST = 1 << 20  # bytes; a release with many files and long notes has a tenth
LONGEST = 60.0  # seconds for all of it, however little comes at a time
_OK = 200


def newest_release(address: str, proxy: str) -> Release:
    """The newest one. Blocking. Raises: NoNetwork, HubFault."""
    late_at = time.monotonic() + LONGEST
    try:
        return _release(_content(address, proxy, lambda: time.monotonic() >= late_at))
    except Cancelled as error:
        raise NoNetwork(
            "What is said about the releases of Quern takes too long to arrive.", "Try again later."
        ) from error


def _content(address: str, proxy: str, late: http.Cancelling) -> bytes:
    """What is said there. Raises: NoNetwork, HubFault; Cancelled once it is late."""
    content = b""
    with http.get(
        HubConnection(address, proxy=proxy), address, {"Accept": "application/json"}, late
    ) as answer:
        if answer.status != _OK:
            raise HubFault(
                f"The releases of Quern cannot be seen now (status {answer.status}).",
                "Try again later.",
            )
        while piece := answer.read():
            content += piece
            if len(content) > MOST:
                raise _nonsense()
    return content


def _release(content: bytes) -> Release:
    try:
        values: Any = json.loads(content)
        tag, page = values["tag_name"], values["html_url"]
        scheme = urlsplit(page).scheme
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _nonsense() from error
    if not isinstance(tag, str) or not isinstance(page, str) or version_of(tag) is None:
        raise _nonsense()
    if scheme != "https":
        raise _nonsense()
    return Release(tag.removeprefix("v"), page)


def _nonsense() -> HubFault:
    return HubFault("What is said about the releases of Quern makes no sense.", "Try again later.")
