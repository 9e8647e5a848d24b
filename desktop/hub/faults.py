"""What a hub's refusals mean, in sentences."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from desktop.domain.errors import AccessDenied, HubBusy, HubFault, NoNetwork, NotOnHub
from desktop.hub.connection import HubConnection, host_of, proxy_of

_LONGEST_WAIT = 24 * 3600.0  # seconds; whoever asks for more is not believed


def refusal(
    connection: HubConnection, status: int, headers: Mapping[str, str], what: str
) -> HubFault:
    """What an answer of `status` (400 and above) means.

    Args:
        headers: of the answer; the case of the names does not matter.
        what: which repository was asked about, "" for none in particular.
    """
    said = {name.lower(): value for name, value in headers.items()}
    code = said.get("x-error-code", "")
    if status in (401, 403) or code == "GatedRepo":
        return _denied(connection, status, code, what)
    if status in (404, 410):
        missing = f"{_MISSING.get(code, 'answer for')} “{what}”" if what else "answer"
        return NotOnHub(
            f"The hub has no {missing}.",
            "Check the name; it may have been removed or renamed.",
        )
    if status == 429:
        return HubBusy(
            "The hub got too many requests from here.",
            "Wait a little and try again.",
            retry_after=retry_after(said),
        )
    if status >= 500 or status == 408:
        return HubBusy(
            f"The hub has a problem of its own (status {status}).",
            "Try again later.",
            retry_after=retry_after(said),
        )
    if status == 407:
        return proxy_refuses()
    request = f"request for “{what}”" if what else "request"
    return HubFault(
        f"The hub refused the {request} (status {status}).",
        "Check the address of the hub in the settings.",
    )


_MISSING = {
    "RepoNotFound": "repository",
    "RevisionNotFound": "such version of",
    "EntryNotFound": "such file in",
}


def _denied(connection: HubConnection, status: int, code: str, what: str) -> HubFault:
    place = connection.page(what)
    if code == "GatedRepo":
        if connection.token:
            return AccessDenied(
                f"The account of the access token may not download “{what}”.",
                f"Accept its terms at {place}, or wait until its authors let you in.",
            )
        return AccessDenied(
            f"“{what}” is only for those who accepted its terms.",
            f"Accept them at {place}, then give Quern an access token of your account.",
        )
    if not what or (connection.token and status == 401):
        return AccessDenied(
            "The hub does not accept the access token.",
            f"Make a new one at {connection.page('settings/tokens')} and give it to Quern.",
        )
    if connection.token:
        return AccessDenied(
            f"The access token may not read “{what}”.", "Use a token with the right to read it."
        )
    return AccessDenied(
        f"“{what}” is not on the hub, or it is private.",
        "Check the name; for a private repository give Quern an access token.",
    )


def unreachable(connection: HubConnection, asked: str, reason: str) -> NoNetwork:
    """Nothing came from the address `asked`, because of `reason` (a few words)."""
    hub, host = host_of(connection.endpoint), host_of(asked)
    place = f"The hub at {hub}" if host in ("", hub) else f"{host}, where the hub sends Quern,"
    try:
        proxy = proxy_of(connection, asked)
    except ValueError:
        proxy = ""
    through = f" through the proxy {host_of(proxy)}".rstrip() if proxy else ""
    return NoNetwork(
        f"{place} cannot be reached{through}: {reason}.",
        "Check the network connection; what is on this machine works without it.",
    )


def reason_of(error: OSError) -> str:
    """Why no connection came about, in a few words about the hub or its proxy."""
    match error:
        case ssl.SSLCertVerificationError():
            return f"its certificate cannot be trusted ({error.verify_message})"
        case ssl.SSLError():
            return "no encrypted connection can be made"
        case socket.gaierror():
            return "its address cannot be found"
        case ConnectionRefusedError():
            return "it refuses connections"
        case TimeoutError():
            return "it does not answer"
        case ConnectionError():
            return "the connection breaks off"
    return error.strerror or str(error)


def proxy_refuses() -> HubFault:
    """The proxy wants to know who asks."""
    return HubFault(
        "The proxy lets nobody through without a name and a password, or not with these.",
        "Write them into the proxy's address in the settings: http://name:password@proxy:8080.",
    )


def nonsense() -> HubFault:
    """The answer cannot be understood."""
    return HubFault(
        "The hub sent an answer that Quern does not understand.",
        "Check the address of the hub in the settings; a login page of the network may be in the"
        " way.",
    )


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds that an answer asks to wait, 0 when it does not say. Names in lower case."""
    value = headers.get("retry-after", "").strip()
    seconds = 0.0
    if value.isascii() and value.isdigit():
        seconds = float(value[:9])
    elif value:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, OverflowError, OSError):
            seconds = 0.0
    return min(max(seconds, 0.0), _LONGEST_WAIT)
