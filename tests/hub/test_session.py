"""What really goes over the wire, and what never does."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from huggingface_hub import constants

from desktop.domain.errors import AccessDenied, Cancelled, HubBusy, HubFault, NoNetwork, NotOnHub
from desktop.domain.hub import HubQuery
from desktop.hub import session
from desktop.hub.connection import HubConnection
from desktop.hub.search import search
from desktop.hub.session import asking, fetch
from tests.helpers import fake_hub_api
from tests.helpers.fake_hub import FakeHub, FakeRepository, closed_port

REPOSITORY = FakeRepository("mill/wheat", {"wheat.gguf": bytes(range(256)) * 40})
PATH = f"/mill/wheat/resolve/{REPOSITORY.revision}/wheat.gguf"


@pytest.fixture
def hub():
    with FakeHub(REPOSITORY) as hub:
        hub.tokens["hf_member"] = {REPOSITORY.id}
        yield hub


def get(hub: FakeHub, first: int = 0, end: int = 100, token: str = "", **more):
    connection = HubConnection(hub.endpoint, token)
    return fetch(connection, hub.endpoint + PATH, first, end, about="mill/wheat", **more)


@contextmanager
def server(answer) -> Iterator[tuple[str, list[str]]]:
    """A web server: its address, and the lines that were asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.requestline)
            answer(self)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}", asked
        httpd.shutdown()
        thread.join()


def say(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


# --- what is sent -------------------------------------------------------------------------------


def test_a_question_says_who_asks_and_nothing_more(hub: FakeHub, monkeypatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_person")
    monkeypatch.setenv("AI_AGENT", "somebody")
    search(HubConnection(hub.endpoint), HubQuery("wheat"))
    (request,) = hub.requests
    assert request.headers["user-agent"].startswith("quern/")
    assert "torch" not in request.headers["user-agent"]
    assert {name.lower() for name in request.headers} <= {
        "host", "accept", "accept-encoding", "connection", "user-agent"
    }  # fmt: skip


def test_the_token_goes_to_the_hub_and_not_where_it_sends_us(hub: FakeHub) -> None:
    assert get(hub, token="hf_member") == (REPOSITORY.files["wheat.gguf"][:100], 10240)
    (asked,) = hub.of("GET", server="hub")
    (followed,) = hub.of("GET", server="cdn")
    assert asked.headers["Authorization"] == "Bearer hf_member"
    assert "Authorization" not in followed.headers
    assert followed.headers["Range"] == "bytes=0-99"


def test_it_holds_although_huggingface_hub_was_imported_before(tmp_path: Path) -> None:
    """In a process of its own, with a home in which a token lies."""
    (tmp_path / "huggingface").mkdir()
    (tmp_path / "huggingface" / "token").write_text("hf_of_the_person")
    script = (
        "import huggingface_hub, sys\n"
        "from desktop.hub.connection import HubConnection\n"
        "from desktop.hub.search import search\n"
        "from desktop.hub.token import checked_token\n"
        "from desktop.domain.hub import HubQuery\n"
        "search(HubConnection(sys.argv[1]), HubQuery())\n"
        "checked_token(HubConnection(sys.argv[1], 'hf_member'))\n"
    )
    with FakeHub(REPOSITORY) as hub:
        hub.tokens["hf_member"] = set()
        environment = {"HF_HOME": str(tmp_path / "huggingface"), "AGENT": "somebody"}
        subprocess.run(
            [sys.executable, "-c", script, hub.endpoint],
            check=True, env=environment, cwd=Path(__file__).parents[2], timeout=60,
        )  # fmt: skip
        assert [r.file for r in hub.requests] == ["/api/models", "/api/whoami-v2"]
        assert [r.headers["Authorization"] for r in hub.requests] == [None, "Bearer hf_member"]
    assert [p.name for p in tmp_path.rglob("*")] == ["huggingface", "token"]


def test_nothing_is_reported_and_no_update_looked_for() -> None:
    assert constants.HF_HUB_DISABLE_TELEMETRY
    assert constants.HF_HUB_DISABLE_UPDATE_CHECK
    assert constants.HF_HUB_DISABLE_IMPLICIT_TOKEN


def test_cookies_are_not_sent_back() -> None:
    seen: list[str | None] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.headers["Cookie"])
        say(handler, b"[]", Set_Cookie="known=1; Path=/")

    with server(answer) as (endpoint, _):
        for _ in range(2):
            search(HubConnection(endpoint), HubQuery())
    assert seen == [None, None]


def test_a_next_page_is_not_followed_to_another_host(hub: FakeHub) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        say(handler, b"[]", Link=f'<{hub.endpoint}/api/models?cursor=1>; rel="next"')

    with server(answer) as (endpoint, _):
        search(HubConnection(endpoint, "hf_member"), HubQuery())
    assert hub.requests == []


def test_a_proxy_is_asked_instead(hub: FakeHub) -> None:
    with server(lambda handler: say(handler, b"[]")) as (proxy, asked):
        search(HubConnection(hub.endpoint, proxy=proxy), HubQuery())
        search(HubConnection(hub.endpoint), HubQuery())
    assert [line.split("?")[0] for line in asked] == [f"GET {hub.endpoint}/api/models"]
    assert len(hub.requests) == 1


# --- what comes back ----------------------------------------------------------------------------


def test_a_range_is_what_was_asked_for(hub: FakeHub) -> None:
    content = REPOSITORY.files["wheat.gguf"]
    assert get(hub, 300, 400) == (content[300:400], len(content))
    assert get(hub, len(content) - 5, len(content) + 50) == (content[-5:], len(content))


def test_a_hub_without_ranges_costs_more_but_works(hub: FakeHub) -> None:
    hub.misbehave("wheat.gguf", ignores_range=True)
    assert get(hub, 300, 400) == (REPOSITORY.files["wheat.gguf"][300:400], 10240)


@pytest.mark.parametrize(
    "said", ["", "bytes 5-9/100", "bytes x-9/100", "lines 300-399/9", "bytes 300-"]
)
def test_a_range_that_is_another_is_refused(hub: FakeHub, said: str) -> None:
    hub.misbehave("wheat.gguf", server="cdn", status=206, headers={"Content-Range": said})
    with pytest.raises(HubFault):
        get(hub, 300, 400)


def test_a_place_it_is_sent_to_is_named_when_nobody_is_there(hub: FakeHub) -> None:
    with closed_port() as port:
        place = {"Location": f"http://127.0.0.1:{port}/file"}
        hub.misbehave(PATH, status=302, headers=place)
        with pytest.raises(NoNetwork) as caught:
            get(hub)
    assert caught.value.message == (
        f"127.0.0.1:{port}, where the hub sends Quern, cannot be reached: it refuses connections."
    )


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (401, {"X-Error-Code": "GatedRepo"}, AccessDenied),
        (403, {}, AccessDenied),
        (404, {"X-Error-Code": "EntryNotFound"}, NotOnHub),
        (416, {}, HubFault),
        (429, {"Retry-After": "2"}, HubBusy),
        (503, {}, HubBusy),
        (302, {"Location": PATH}, HubFault),
        (302, {"Location": "ftp://hub/"}, HubFault),
        (302, {"Location": "http://"}, NoNetwork),
    ],
)
@pytest.mark.parametrize("asked", ["/api/models", PATH])
def test_refusals_are_ours(hub: FakeHub, status, headers, kind, asked) -> None:
    hub.misbehave(asked, status=status, headers=headers)
    hub.misbehave(PATH, status=302, headers={"Location": PATH}, times=20)  # goes round in a circle
    with pytest.raises(kind):
        if asked == PATH:
            get(hub)
        else:
            search(HubConnection(hub.endpoint), HubQuery())
    assert len(hub.requests) <= 7


@pytest.mark.parametrize(
    "body", [b"<html>log in</html>", b"", b"{}", b'"x"', b"[3]", b"[" * 99_999]
)
def test_an_answer_that_is_none_is_told(hub: FakeHub, monkeypatch, body: bytes) -> None:
    monkeypatch.setattr(fake_hub_api, "answer", lambda *_: (200, {}, body))
    try:
        assert search(HubConnection(hub.endpoint), HubQuery()) == []
    except HubFault as fault:
        assert "does not understand" in fault.message


def test_an_endless_answer_is_not_read(hub: FakeHub, monkeypatch) -> None:
    monkeypatch.setattr(session, "MAX_ANSWER", 1000)
    monkeypatch.setattr(fake_hub_api, "answer", lambda *_: (200, {}, b"[" + b" " * 2000 + b"]"))
    with pytest.raises(HubFault, match="does not understand"):
        search(HubConnection(hub.endpoint), HubQuery())


def test_a_compressed_answer_is_read_and_a_bomb_is_not(hub: FakeHub, monkeypatch) -> None:
    def answer_with(body: bytes) -> None:
        packed = 200, {"Content-Encoding": "gzip"}, gzip.compress(body)
        monkeypatch.setattr(fake_hub_api, "answer", lambda *_: packed)

    answer_with(b"[]")
    assert search(HubConnection(hub.endpoint), HubQuery()) == []
    monkeypatch.setattr(session, "MAX_ANSWER", 10**6)
    answer_with(b" " * 10**7)
    with pytest.raises(HubFault, match="does not understand"):
        search(HubConnection(hub.endpoint), HubQuery())


def test_nobody_there_is_told(hub: FakeHub) -> None:
    with closed_port() as port, pytest.raises(NoNetwork, match="it refuses connections"):
        search(HubConnection(f"http://127.0.0.1:{port}"), HubQuery())
    with pytest.raises(NoNetwork):
        search(HubConnection("http://no such host"), HubQuery())


@pytest.mark.parametrize("proxy", ["ftp://proxy", "http://[", "socks5://127.0.0.1:1"])
def test_a_proxy_that_cannot_be_used_is_told(hub: FakeHub, proxy: str) -> None:
    with pytest.raises(NoNetwork, match="proxy"):
        search(HubConnection(hub.endpoint, proxy=proxy), HubQuery())


def test_silence_is_not_waited_for_for_ever(hub: FakeHub, monkeypatch) -> None:
    monkeypatch.setattr(session, "TIMEOUT", httpx2.Timeout(0.1))
    hub.misbehave("/api/models", stall_at=0)
    with pytest.raises(NoNetwork, match="does not answer"):
        search(HubConnection(hub.endpoint), HubQuery())
    hub.misbehave("wheat.gguf", server="cdn", stall_at=50)
    with pytest.raises(NoNetwork, match="does not answer"):
        get(hub)


def test_an_answer_that_drips_is_given_up(hub: FakeHub, monkeypatch) -> None:
    monkeypatch.setattr(session, "MAX_SECONDS", -1.0)
    with pytest.raises(NoNetwork, match="does not answer"):
        get(hub, 0, 20_000)


def test_an_answer_that_drips_byte_by_byte_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr(session, "MAX_SECONDS", 0.05)
    hung_up = threading.Event()

    def drip(handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        with suppress(OSError):
            while not hung_up.is_set():
                handler.wfile.write(b" ")
                hung_up.wait(0.01)

    with server(drip) as (address, _):
        with pytest.raises(NoNetwork, match="does not answer"):
            search(HubConnection(address), HubQuery())
        hung_up.set()


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://hub.test/"])
def test_being_sent_out_of_the_web_is_refused(hub: FakeHub, place: str) -> None:
    hub.misbehave("/api/models", status=302, headers={"Location": place})
    with pytest.raises(HubFault, match="does not understand"):
        search(HubConnection(hub.endpoint), HubQuery())


def test_what_is_no_http_is_told(hub: FakeHub) -> None:
    def talk(handler) -> None:
        handler.wfile.write(b"SSH-2.0-OpenSSH\r\n")

    with server(talk) as (address, _), pytest.raises(NoNetwork, match="not answer as a hub does"):
        search(HubConnection(address), HubQuery())


def test_a_proxy_that_wants_a_password_says_so(hub: FakeHub) -> None:
    hub.misbehave("", status=407)
    proxy = HubConnection("http://hub.test", proxy=hub.endpoint)
    with pytest.raises(HubFault, match="name and a password"):
        search(proxy, HubQuery())
    with (
        server(lambda handler: None) as (address, _),
        pytest.raises(NoNetwork, match="the proxy says “501"),  # it knows no CONNECT
    ):
        search(HubConnection("https://hub.test", proxy=address), HubQuery())


def test_a_connection_that_breaks_is_told(hub: FakeHub) -> None:
    hub.misbehave("wheat.gguf", server="cdn", drop_at=50)
    with pytest.raises(NoNetwork):
        get(hub)


def test_fetching_can_be_cancelled(hub: FakeHub) -> None:
    with pytest.raises(Cancelled):
        get(hub, 0, 20_000, cancelled=lambda: True)


def test_a_mistake_of_huggingface_hub_is_a_sentence() -> None:
    with pytest.raises(HubFault), asking(HubConnection("http://hub.test")):
        raise KeyError("pointerSize")


def test_questions_of_several_threads_do_not_mix() -> None:
    hubs = [FakeHub(FakeRepository(f"mill/wheat-{n}", {"a.gguf": b"x"})) for n in range(4)]
    found: dict[int, list[str]] = {}

    def ask(number: int, hub: FakeHub) -> None:
        results = [search(HubConnection(hub.endpoint), HubQuery()) for _ in range(5)]
        found[number] = [summary.id for result in results for summary in result]

    for hub in hubs:
        hub.__enter__()
    threads = [threading.Thread(target=ask, args=pair) for pair in enumerate(hubs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for hub in hubs:
        hub.__exit__()
    assert found == {n: [f"mill/wheat-{n}"] * 5 for n in range(4)}
