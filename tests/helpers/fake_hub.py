"""A model hub on loopback that answers like huggingface.co, and misbehaves on demand.

It serves `/{id}/resolve/{revision}/{path}`: small files itself, models from a second server that
stands for the hub's content network (another port is another host to a careful client). `/api/` is
answered by `fake_hub_api.py`.
"""

from __future__ import annotations

import hashlib
import io
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, quote, unquote, urlsplit

from desktop.domain.hub import RemoteFile

LARGE_SUFFIXES = (".gguf", ".safetensors", ".bin")  # kept outside git, with a SHA-256
REVISION = "5a7e" * 10
_PIECE = 64 * 1024
_RESOLVE = re.compile(r"/(?P<id>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)")
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@dataclass
class FakeRepository:
    """A repository. Its branch `main` points to `revision`, which serves `files`.

    Attributes:
        gate: "", "auto" or "manual": whether terms must be accepted.
        facts: what the API says beside the files, in the API's words.
    """

    id: str
    files: dict[str, bytes]
    revision: str = REVISION
    gate: str = ""
    private: bool = False
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Misbehaviour:
    """What goes wrong with answers, where `at` counts bytes of the file.

    Attributes:
        times: how often; after that the hub behaves.
        server, methods: of requests it happens to; "" is both servers.
        delay: seconds before the headers.
        drop_at: the connection ends there.
        stall_at: nothing more comes from there on; 0 stalls before the headers.
        length: sent as Content-Length.
        content: served in place of the file.
        ignores_range: the whole file is sent whatever was asked for.
        status, headers: sent in place of the answer; headers alone are added to it.
    """

    times: int = 1_000_000
    server: str = ""
    methods: tuple[str, ...] = ("HEAD", "GET")
    delay: float = 0.0
    drop_at: int | None = None
    stall_at: int | None = None
    length: int | None = None
    content: bytes | None = None
    ignores_range: bool = False
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def is_in_content(self) -> bool:
        """Whether it can only happen to an answer that carries the file."""
        values = (self.drop_at, self.stall_at or None, self.length, self.content)
        return self.ignores_range or any(value is not None for value in values)


NO_MISBEHAVIOUR = Misbehaviour()


@dataclass(frozen=True)
class Request:
    """One request as it came. `server` is "hub" or "cdn"; `start` the first byte asked for."""

    server: str
    method: str
    path: str
    headers: Message

    @property
    def file(self) -> str:
        """The path without a query."""
        return urlsplit(self.path).path

    @property
    def start(self) -> int:
        match = _RANGE.match(self.headers.get("Range", ""))
        return int(match[1]) if match else 0


class FakeHub:
    """A context manager; may be changed while it runs.

    Attributes:
        repositories: by id.
        tokens: which repositories a token opens, gated and private ones.
        requests: what came, in order.
        sent: bytes of each file's content that were handed to the network.
        stalled: set when a connection has stalled.
    """

    def __init__(self, *repositories: FakeRepository) -> None:
        self.repositories = {repository.id: repository for repository in repositories}
        self.tokens: dict[str, set[str]] = {}
        self.requests: list[Request] = []
        self.sent: Counter[str] = Counter()
        self._misbehaviours: list[tuple[str, Misbehaviour]] = []
        self.stalled = threading.Event()
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._hub = _Server(self, "hub")
        self._cdn = _Server(self, "cdn")

    def __enter__(self) -> Self:
        self._hub.start()
        self._cdn.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self._hub.stop()
        self._cdn.stop()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._hub.server_port}"

    @property
    def cdn(self) -> str:
        """Address of the second server."""
        return f"http://127.0.0.1:{self._cdn.server_port}"

    def misbehave(self, path: str = "", **what: Any) -> Misbehaviour:
        """Let something go wrong with requests for paths that end with `path`."""
        misbehaviour = Misbehaviour(**what)
        self._misbehaviours.append((path, misbehaviour))
        return misbehaviour

    def behave(self) -> None:
        """Forget all misbehaviour; what is stalled ends."""
        self._misbehaviours.clear()
        self.release()
        self._released = threading.Event()

    def release(self) -> None:
        """End the connections that are stalled."""
        self._released.set()

    def of(self, method: str, path: str = "", server: str = "") -> list[Request]:
        """Requests of a method for paths that end with `path`."""
        return [
            request
            for request in self.requests
            if request.method == method
            and request.file.endswith(path)
            and server in ("", request.server)
        ]

    # --- for the handlers -------------------------------------------------------------------

    def take_misbehaviour(
        self, server: str, method: str, path: str, *, in_content: bool
    ) -> Misbehaviour:
        with self._lock:
            for suffix, wrong in self._misbehaviours:
                if (
                    wrong.times > 0
                    and wrong.is_in_content == in_content
                    and wrong.server in ("", server)
                    and method in wrong.methods
                    and path.endswith(suffix)
                ):
                    wrong.times -= 1
                    return wrong
        return NO_MISBEHAVIOUR

    def wait_until_released(self) -> None:
        self.stalled.set()
        self._released.wait()

    def may_read(self, repository: FakeRepository, token: str) -> bool:
        closed = repository.gate or repository.private
        return not closed or repository.id in self.tokens.get(token, ())

    def count(self, path: str, sent: int) -> None:
        with self._lock:
            self.sent[path] += sent


def git_sha1(content: bytes) -> str:
    """What git calls a file of this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def remote_file(path: str, content: bytes) -> RemoteFile:
    """A file as the hub's list of files tells of it."""
    if is_large(path):
        return RemoteFile(path, len(content), sha256=_sha256(content))
    return RemoteFile(path, len(content), git_sha1=git_sha1(content))


def is_large(path: str) -> bool:
    return path.endswith(LARGE_SUFFIXES)


def token_of(headers: Message) -> str:
    return headers.get("Authorization", "").removeprefix("Bearer ")


@contextmanager
def closed_port() -> Iterator[int]:
    """A port on which connections are refused."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets it
        yield taken.getsockname()[1]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, hub: FakeHub, name: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hub = hub
        self.name = name
        self._kept: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()
        for connection in list(self._kept):  # or each thread waits for its client for ever
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._kept.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._kept.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is its own affair."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or kept connections wait 40 ms for each answer
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Tests look at `FakeHub.requests`."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        hub = self.server.hub
        hub.requests.append(Request(self.server.name, self.command, self.path, self.headers))
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        wrong = hub.take_misbehaviour(self.server.name, self.command, path, in_content=False)
        if wrong.delay:
            time.sleep(wrong.delay)
        if wrong.stall_at == 0:
            hub.wait_until_released()
            self.close_connection = True
        elif wrong.status:
            self._say(wrong.status, wrong.headers, b"something went wrong")
        elif path.startswith("/api/"):
            self._answer_api(path, parse_qs(parts.query))
        elif (match := _RESOLVE.fullmatch(path)) is not None:
            self._resolve(match["id"], match["revision"], match["path"], wrong.headers)
        else:
            self._say(404, {}, b"Not Found")

    def _answer_api(self, path: str, query: dict[str, list[str]]) -> None:
        from tests.helpers import fake_hub_api

        answer = fake_hub_api.answer(self.server.hub, path, query, self.headers)
        status, headers, body = answer or (404, {}, b'{"error":"Not Found"}')
        self._say(status, headers, body)

    def _resolve(self, name: str, revision: str, path: str, extra: dict[str, str]) -> None:
        hub = self.server.hub
        repository = hub.repositories.get(name)
        if repository is None:
            # The hub does not tell strangers which private repositories there are.
            return self._refuse(401, "RepoNotFound", "Repository not found")
        if self.server.name == "hub" and not hub.may_read(repository, token_of(self.headers)):
            status = 403 if token_of(self.headers) in hub.tokens else 401
            code = "GatedRepo" if repository.gate else "RepoNotFound"
            return self._refuse(status, code, f"Access to model {name} is restricted.")
        if revision not in ("main", repository.revision):
            return self._refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        content = repository.files.get(path)
        if content is None:
            return self._refuse(404, "EntryNotFound", "Entry not found")
        if self.server.name == "cdn":
            return self._send_file(path, content, {"ETag": f'"{_sha256(content)}"', **extra})
        headers = {"X-Repo-Commit": repository.revision}
        if not is_large(path):
            headers["ETag"] = f'"{git_sha1(content)}"'
            return self._send_file(path, content, {**headers, **extra})
        headers["X-Linked-Etag"] = headers["ETag"] = f'"{_sha256(content)}"'
        headers["X-Linked-Size"] = str(len(content))
        place = f"/{quote(name)}/resolve/{revision}/{quote(path)}?signature=abc"
        return self._say(302, {**headers, "Location": hub.cdn + place, **extra}, b"Found")

    def _refuse(self, status: int, code: str, message: str) -> None:
        self._say(status, {"X-Error-Code": code, "X-Error-Message": message}, message.encode())

    def _send_file(self, path: str, content: bytes, headers: dict[str, str]) -> None:
        wrong = self.server.hub.take_misbehaviour(
            self.server.name, self.command, path, in_content=True
        )
        content = content if wrong.content is None else wrong.content
        size = len(content)
        start, end, status = 0, size, 200
        asked = _RANGE.fullmatch(self.headers.get("Range", ""))
        if asked and not wrong.ignores_range:
            start, end = int(asked[1]), min(int(asked[2] or size) + bool(asked[2]), size)
            if start >= size:
                return self._say(416, {"Content-Range": f"bytes */{size}"}, b"")
            status = 206
            headers = {**headers, "Content-Range": f"bytes {start}-{end - 1}/{size}"}
        length = end - start if wrong.length is None else wrong.length
        headers = {"Accept-Ranges": "bytes", **headers}
        self._start(status, headers, length)
        if self.command == "HEAD":
            return None
        limits = [at for at in (wrong.drop_at, wrong.stall_at) if at is not None]
        self._send_body(path, content, start, min([end, *limits]))
        if wrong.stall_at is not None:
            self.wfile.flush()
            self.server.hub.wait_until_released()
        if limits or wrong.length is not None:
            self.close_connection = True
        return None

    def _send_body(self, path: str, content: bytes, start: int, end: int) -> None:
        rest = io.BytesIO(content[start:end])
        with suppress(OSError):
            while piece := rest.read(_PIECE):
                self.wfile.write(piece)
                self.server.hub.count(path, len(piece))
            return
        self.close_connection = True

    def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self._start(status, headers, len(body))
        if self.command != "HEAD":
            self.wfile.write(body)

    def _start(self, status: int, headers: dict[str, str], length: int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(length))
        self.end_headers()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
