"""What is asked of a hub's API, and of its files' beginnings, goes through here.

huggingface_hub keeps one HTTP client for the whole process. Ours takes its place, because the
client it would make waits for ever, sleeps and tries again by itself, reads answers of any size,
follows lists to other hosts and knows one proxy. Importing this module sets huggingface_hub up,
which takes a third of a second: import it where it is needed.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx2
from huggingface_hub import HfApi, ModelInfo, constants, set_client_factory

from desktop import __version__
from desktop.domain.errors import Cancelled, NoNetwork
from desktop.hub import faults
from desktop.hub.connection import HubConnection
from desktop.hub.http import Cancelling

TIMEOUT = httpx2.Timeout(10.0)  # seconds of silence
MAX_SECONDS = 60.0  # for one whole answer
MAX_ANSWER = 32 << 20  # bytes

# Headers of answers that huggingface_hub does not get to see: one page is all Quern asks for, and
# the next may lie anywhere; no hub shall know us again; the content has been unpacked.
_DROPPED = ("link", "set-cookie", "content-encoding", "content-length", "transfer-encoding")

_UNEXPECTED = (
    TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError,
)  # fmt: skip

_connection: ContextVar[HubConnection] = ContextVar("connection")
_subject: ContextVar[str] = ContextVar("subject")


@contextmanager
def asking(connection: HubConnection, about: str = "") -> Iterator[HfApi]:
    """The hub's API for one question, which may be `about` a repository.

    Raises: NoNetwork, HubBusy, AccessDenied, NotOnHub, HubFault for whatever goes wrong inside.
    """
    before = _connection.set(connection), _subject.set(about)
    try:
        yield HfApi(
            endpoint=connection.endpoint,
            token=connection.token or False,  # None would take one from the person's home folder
            library_name="quern",
            library_version=__version__,
        )
    except _UNEXPECTED as error:
        # huggingface_hub takes answers apart without looking whether they are what it expects.
        raise faults.nonsense() from error
    finally:
        _connection.reset(before[0])
        _subject.reset(before[1])


def listed(connection: HubConnection, params: dict[str, Any]) -> list[ModelInfo]:
    """The models on the first page of the hub's list for `params`, without those that
    huggingface_hub cannot take apart: its own `list_models` ends at the first of them.

    Raises: as `asking`, and HubFault when none can be taken apart.
    """
    with asking(connection):
        request = httpx2.Request(
            "GET",
            f"{connection.endpoint}/api/models",
            params=params,
            headers={"Accept-Encoding": "gzip", **_headers(connection)},
        )
        with _transport.opened(connection, request, about="") as response:
            items = json.loads(_whole(response))
    found = list(_understood(items)) if isinstance(items, list) else []
    if items and not found:
        raise faults.nonsense()
    return found


def _understood(items: list[Any]) -> Iterator[ModelInfo]:
    for item in items:
        with suppress(*_UNEXPECTED):
            yield ModelInfo(**item)  # type: ignore[no-untyped-call]


def fetch(
    connection: HubConnection,
    url: str,
    first: int,
    end: int,
    *,
    about: str,
    cancelled: Cancelling = lambda: False,
) -> tuple[bytes, int]:
    """Bytes `first` to before `end` of a file, fewer when it is shorter, and the size of the whole
    file (-1 when the hub does not say).

    Raises: as `asking`, and Cancelled.
    """
    request = httpx2.Request(
        "GET",
        url,
        headers={
            "Range": f"bytes={first}-{end - 1}",
            "Accept-Encoding": "identity",
            **_headers(connection),
        },
    )
    with _transport.opened(connection, request, about) as response:
        if response.status_code == 206:
            start, size = _content_range(response.headers.get("content-range", ""))
            if start != first:
                raise faults.nonsense()
            return _read(response, end - first, cancelled), size
        # A mirror that does not know ranges sends everything from the beginning.
        said = response.headers.get("content-length", "")
        return _read(response, end, cancelled)[first:], int(said) if said.isdecimal() else -1


def _headers(connection: HubConnection) -> dict[str, str]:
    who = {"Authorization": f"Bearer {connection.token}"} if connection.token else {}
    return {"User-Agent": f"quern/{__version__}", **who}


def _content_range(text: str) -> tuple[int, int]:
    """First byte, and size of the whole file. Raises: HubFault."""
    unit, _, rest = text.partition(" ")
    span, _, size = rest.partition("/")
    start = span.partition("-")[0]
    if unit != "bytes" or not start.isdecimal() or not size.isdecimal():
        raise faults.nonsense()
    return int(start), int(size)


def _read(response: httpx2.Response, limit: int, cancelled: Cancelling = lambda: False) -> bytes:
    """The content, of which no more than `limit` bytes are taken."""
    deadline = time.monotonic() + MAX_SECONDS
    content = bytearray()
    for piece in response.iter_bytes():  # as they come: pieces of a size would be waited for
        content += piece[: limit - len(content)]
        if len(content) >= limit:
            break
        if cancelled():
            raise Cancelled("It was cancelled.")
        if time.monotonic() > deadline:
            raise httpx2.ReadTimeout("the answer takes too long", request=response.request)
    return bytes(content)


def _whole(response: httpx2.Response) -> bytes:
    """All of an answer. Raises: HubFault when it is larger than answers are."""
    content = _read(response, MAX_ANSWER + 1)
    if len(content) > MAX_ANSWER:
        raise faults.nonsense()
    return content


class _Transport(httpx2.BaseTransport):
    """Carries the requests of huggingface_hub, and ours. Used from any thread."""

    def __init__(self) -> None:
        self._clients: dict[str, httpx2.Client] = {}
        self._lock = threading.Lock()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        with self.opened(_connection.get(), request, _subject.get()) as response:
            content = _whole(response)
            kept = [(k, v) for k, v in response.headers.multi_items() if k not in _DROPPED]
            return httpx2.Response(response.status_code, headers=kept, content=content)

    @contextmanager
    def opened(
        self, connection: HubConnection, request: httpx2.Request, about: str
    ) -> Iterator[httpx2.Response]:
        """The answer to a request, redirects followed, its content not read yet. On the way to
        another host the access token stays behind."""
        request.extensions = {**request.extensions, "timeout": TIMEOUT.as_dict()}
        try:
            response = self._send(connection, request)
            try:
                if response.status_code >= 400:
                    raise faults.refusal(connection, response.status_code, response.headers, about)
                yield response
            finally:
                response.close()
        except (
            httpx2.DecodingError,
            httpx2.TooManyRedirects,
            httpx2.UnsupportedProtocol,  # where the hub sent us
        ) as error:
            raise faults.nonsense() from error
        except httpx2.TimeoutException as error:
            raise _unreachable(connection, error, "it does not answer") from error
        except httpx2.ProxyError as error:
            if str(error).startswith("407"):
                raise faults.proxy_refuses() from error
            raise _unreachable(connection, error, f"the proxy says “{error}”") from error
        except httpx2.RequestError as error:
            raise _unreachable(connection, error, _reason(error)) from error

    def _send(self, connection: HubConnection, request: httpx2.Request) -> httpx2.Response:
        try:
            client = self._client(connection.proxy)
            return client.send(request, stream=True, follow_redirects=True)
        except (ValueError, ImportError) as error:
            reason = "the proxy is of no kind Quern can use"
            raise faults.unreachable(connection, str(request.url), reason) from error
        except httpx2.InvalidURL as error:
            reason = f"the address is none ({error})"
            raise faults.unreachable(connection, str(request.url), reason) from error

    def _client(self, proxy: str) -> httpx2.Client:
        """The client that reaches hubs through `proxy`; kept, so that its connections are."""
        with self._lock:
            if proxy not in self._clients:
                no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
                self._clients[proxy] = httpx2.Client(
                    proxy=proxy or None, cookies=no_cookies, max_redirects=5
                )
            return self._clients[proxy]

    def close(self) -> None:
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()


def _unreachable(connection: HubConnection, error: httpx2.RequestError, reason: str) -> NoNetwork:
    """The request of the error is the one that failed, which may be of another host."""
    return faults.unreachable(connection, str(error.request.url), reason)


def _reason(error: httpx2.RequestError) -> str:
    """Why there was no answer, in a few words: the system's error, which lies below two others."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError):
            return faults.reason_of(cause)
        cause = cause.__cause__ or cause.__context__
    return "it does not answer as a hub does"


_transport = _Transport()


def _set_up() -> None:
    """Let huggingface_hub do what it is asked for, and nothing else.

    It reads these from the environment when it is imported, which may have been before.
    """
    constants.HF_HUB_DISABLE_TELEMETRY = True  # would also ask the hub what there is to report
    constants.HF_HUB_DISABLE_UPDATE_CHECK = True
    constants.HF_HUB_DISABLE_IMPLICIT_TOKEN = True
    constants.HF_HUB_USER_AGENT_ORIGIN = None
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    set_client_factory(lambda: httpx2.Client(transport=_transport))


_set_up()
