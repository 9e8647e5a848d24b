"""What is asked and understood about releases."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from desktop.domain.errors import HubFault, NoNetwork
from desktop.domain.release import Release
from desktop.hub import release
from desktop.hub.release import MOST, newest_release

GOOD = {"tag_name": "v0.3.0", "html_url": "https://example.org/r/0.3.0", "body": "notes"}


class Releases:
    def __init__(self) -> None:
        self.status, self.content = 200, json.dumps(GOOD).encode()
        self.trickles = False  # without an end, a byte at a time
        self.headers: list[dict[str, str]] = []


@pytest.fixture
def releases(monkeypatch) -> Iterator[tuple[str, Releases]]:
    monkeypatch.setenv("no_proxy", "*")
    told = Releases()
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.headers.append(dict(self.headers))
            self.send_response(told.status)
            if told.trickles:
                self.end_headers()
                with contextlib.suppress(ConnectionError):
                    while not ended.wait(0.01):
                        self.wfile.write(b" ")
                return
            self.send_header("Content-Length", str(len(told.content)))
            self.end_headers()
            self.wfile.write(told.content)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/latest", told
    ended.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_newest_release_is_told_and_nothing_else_sent(releases) -> None:
    address, told = releases
    assert newest_release(address, "") == Release("0.3.0", "https://example.org/r/0.3.0")
    (headers,) = told.headers
    assert "Authorization" not in headers and "Cookie" not in headers


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b'"x"', b"{}", b"[" * 100_000,
        json.dumps(GOOD | {"tag_name": "newest"}).encode(),
        json.dumps(GOOD | {"tag_name": 3}).encode(),
        json.dumps(GOOD | {"html_url": "file:///etc/passwd"}).encode(),
        json.dumps(GOOD | {"html_url": "http://example.org"}).encode(),
        json.dumps(GOOD | {"html_url": "https://[::1"}).encode(),
        json.dumps(GOOD | {"html_url": 3}).encode(),
        json.dumps(GOOD | {"body": "x" * MOST}).encode(),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_a_sentence(releases, content: bytes) -> None:
    address, told = releases
    told.content = content
    with pytest.raises(HubFault, match="makes no sense"):
        newest_release(address, "")


def test_no_release_yet_and_no_network_are_faults(releases) -> None:
    address, told = releases
    told.status = 404
    with pytest.raises(HubFault, match="status 404"):
        newest_release(address, "")
    with pytest.raises(NoNetwork):
        newest_release("http://127.0.0.1:9/latest", "")


def test_what_never_ends_is_given_up(releases, monkeypatch) -> None:
    address, told = releases
    told.trickles = True
    monkeypatch.setattr(release, "LONGEST", 0.3)
    with pytest.raises(NoNetwork, match="takes too long"):
        newest_release(address, "")
