"""One GET after another, over whose content its reader keeps control.

The standard library's client rather than the httpx2 of `session.py`: a stalled read can be looked
up from five times a second and gone on with, and fetching takes 40 % less of the processor. The
way to the hub is the same: proxies of the settings or the environment, the system's certificates.
"""

from __future__ import annotations

import base64
import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from email.message import Message
from typing import Self
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from desktop import __version__
from desktop.domain.errors import Cancelled, HubFault, NoNetwork
from desktop.hub import faults
from desktop.hub.connection import HubConnection, proxy_of

CONNECT_SECONDS = 10.0
STALL_SECONDS = 20.0  # without a single byte
LOOK_UP_SECONDS = 0.2  # how often a stalled read asks whether it is cancelled
PIECE = 128 * 1024  # bytes; larger ones are slower, because they leave the processor's cache
MAX_REDIRECTS = 5

_REDIRECTS = (301, 302, 303, 307, 308)

Cancelling = Callable[[], bool]


class Answer:
    """An answer of any status but a redirect. Close it; nothing is kept open for later.

    Attributes:
        headers: of this answer.
        hub_headers: of the hub itself, which may have sent us on to where it keeps its files.
        from_hub: whether the hub itself gave this answer.
    """

    def __init__(
        self,
        connection: http.client.HTTPConnection,
        response: http.client.HTTPResponse,
        hub_headers: Message,
        *,
        from_hub: bool,
    ) -> None:
        self._connection = connection
        self._response = response
        self.status = response.status
        self.headers: Message = response.headers
        self.hub_headers = hub_headers
        self.from_hub = from_hub

    @property
    def length(self) -> int | None:
        """Bytes of content, or None when the hub does not say."""
        return self._response.length

    def read(self) -> bytes:
        """The next piece of at most PIECE bytes; b"" at the end, also when it comes too early.

        Raises: NoNetwork, Cancelled.
        """
        try:
            return self._response.read1(PIECE)
        except (OSError, http.client.HTTPException) as error:
            raise broke_off() from error

    def close(self) -> None:
        self._response.close()
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def broke_off() -> NoNetwork:
    """The connection ended before the content did."""
    return NoNetwork("The connection to the hub broke off.", "Try again; what has arrived is kept.")


def get(
    connection: HubConnection, url: str, headers: Mapping[str, str], cancelled: Cancelling
) -> Answer:
    """Ask for `url`, following redirects. The access token goes to the hub itself only.

    Raises: NoNetwork, HubFault, Cancelled.
    """
    hub_headers = Message()
    for _ in range(MAX_REDIRECTS + 1):
        sent = {"User-Agent": f"quern/{__version__}", "Accept-Encoding": "identity", **headers}
        try:
            from_hub = _origin(url) == _origin(connection.endpoint)
            if from_hub and connection.token:
                sent["Authorization"] = f"Bearer {connection.token}"
            line, response = _ask(connection, url, sent, cancelled)
        except (http.client.HTTPException, OSError, ValueError) as error:
            raise _fault_of(connection, url, error) from error
        if from_hub:
            hub_headers = response.headers
        answer = Answer(line, response, hub_headers, from_hub=from_hub)
        if answer.status not in _REDIRECTS:
            return answer
        answer.close()
        try:
            url = urljoin(url, answer.headers.get("Location", ""))
        except ValueError as error:
            raise faults.nonsense() from error
    raise faults.nonsense()


def _ask(
    connection: HubConnection, url: str, headers: dict[str, str], cancelled: Cancelling
) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    """Raises: HubFault, Cancelled; OSError, HTTPException, ValueError."""
    if cancelled():
        raise _cancelled()
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise HubFault(
            "The hub sent Quern on to an address that is none of the web.",
            "Check the address of the hub in the settings.",
        )
    line, target = _line_to(connection, parts, headers)
    try:
        line.connect()
        line.sock.settimeout(STALL_SECONDS)
        line.request("GET", target, headers=headers | {"Connection": "close"})
        line.sock.settimeout(LOOK_UP_SECONDS)
        response = _Response(line.sock, cancelled)
        response.begin()
    except BaseException:
        line.close()
        raise
    return line, response


def _line_to(
    connection: HubConnection, parts: SplitResult, headers: dict[str, str]
) -> tuple[http.client.HTTPConnection, str]:
    """A connection that is not open yet, and what to ask it for; `headers` may get one more."""
    assert parts.hostname is not None
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    proxy = urlsplit(proxy_of(connection, parts.geturl()))
    if not proxy.hostname:
        return _line(parts.scheme, parts.hostname, parts.port), target
    if proxy.scheme != "http":
        reason = f"“{proxy.scheme}” proxies are not supported"
        raise faults.unreachable(connection, parts.geturl(), reason)
    access = {}
    if proxy.username is not None:
        words = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        access["Proxy-Authorization"] = f"Basic {base64.b64encode(words.encode()).decode()}"
    line = _line(parts.scheme, proxy.hostname, proxy.port or 80)
    if parts.scheme == "https":
        line.set_tunnel(parts.hostname, parts.port or 443, access)
        return line, target
    headers.update(access)
    return line, parts._replace(fragment="").geturl()


def _line(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)
    import truststore  # takes a while, and plain HTTP does not need it

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return http.client.HTTPSConnection(host, port, timeout=CONNECT_SECONDS, context=context)


def _origin(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


class _Response(http.client.HTTPResponse):
    """Reads from a socket that times out every LOOK_UP_SECONDS."""

    def __init__(self, sock: socket.socket, cancelled: Cancelling) -> None:
        super().__init__(sock, method="GET")
        self.fp.close()
        self.fp = io.BufferedReader(_Patience(sock, cancelled))


class _Patience(io.RawIOBase):
    """What comes from a socket. Unlike a file of `socket.makefile`, it can be read on after a
    time-out."""

    def __init__(self, sock: socket.socket, cancelled: Cancelling) -> None:
        super().__init__()
        self._sock = sock
        self._cancelled = cancelled

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Raises: Cancelled, NoNetwork, OSError."""
        give_up_at = time.monotonic() + STALL_SECONDS
        while True:
            if self._cancelled():
                raise _cancelled()
            try:
                return self._sock.recv_into(buffer)
            except TimeoutError:
                if time.monotonic() >= give_up_at:
                    raise NoNetwork(
                        "The hub stopped answering.", "Try again; what has arrived is kept."
                    ) from None


def _cancelled() -> Cancelled:
    return Cancelled("The download was stopped.")


def _fault_of(connection: HubConnection, asked: str, error: Exception) -> HubFault:
    """What went wrong before there was an answer from the address `asked`."""
    if not isinstance(error, OSError):
        return faults.nonsense()
    if isinstance(error, ConnectionError) and not isinstance(error, ConnectionRefusedError):
        return broke_off()
    if str(error).startswith("Tunnel connection failed: 407"):
        return faults.proxy_refuses()
    return faults.unreachable(connection, asked, faults.reason_of(error))
