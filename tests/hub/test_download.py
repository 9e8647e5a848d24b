"""Nothing wrong is ever taken for a model, nothing right is lost, and one plain sentence says why."""

from __future__ import annotations

import hashlib
import itertools
import threading
import time
from contextlib import closing

import pytest

from desktop.domain.errors import (
    AccessDenied,
    Cancelled,
    DownloadDamaged,
    HubBusy,
    HubFault,
    NoNetwork,
    NotOnHub,
)
from desktop.domain.hub import RemoteFile
from desktop.hub import http
from desktop.hub.connection import HubConnection
from desktop.hub.download import Fetch
from desktop.hub.partial_file import PartialFile
from desktop.hub.places import place_of
from tests.helpers.fake_hub import FakeHub, FakeRepository, closed_port, remote_file

CONTENT = hashlib.shake_256(b"a model").digest(1_000_003)
HALF = 500_001
SMALL = b'{"architectures": ["LlamaForCausalLM"]}'
MODEL = remote_file("model.gguf", CONTENT)


@pytest.fixture
def hub():
    with FakeHub(FakeRepository("a/m", {"model.gguf": CONTENT, "config.json": SMALL})) as hub:
        yield hub


@pytest.fixture
def fetch(hub, tmp_path):
    """Fetches as far as it goes. Returns: the file's place."""

    def fetch(file: RemoteFile = MODEL, *, token="", endpoint="", proxy="", revision="",
              cancelled=lambda: False, on_progress=lambda part: None):  # fmt: skip
        connection = HubConnection(endpoint or hub.endpoint, token, proxy)
        place = place_of(tmp_path, file.path)
        part = PartialFile(file, place)
        part.acquire()
        with closing(part):
            if not part.take_up(cancelled):
                revision = revision or hub.repositories["a/m"].revision
                Fetch("a/m", revision, file, cancelled).run(
                    connection, part, lambda: on_progress(part)
                )
                part.finish()
        return place

    return fetch


@pytest.fixture
def fails(fetch, tmp_path):
    """Fetches what cannot be had. Returns: the error, of exactly one kind, without a file."""

    def fails(kind: type[Exception], **options):
        with pytest.raises(kind) as caught:
            fetch(**options)
        assert type(caught.value) is kind
        assert not (tmp_path / "model.gguf").exists()
        assert caught.value.message.count(". ") == 0
        assert caught.value.advice
        return caught.value

    return fails


def kept(tmp_path) -> int:
    """How much of the model is there, every byte of it right."""
    part = tmp_path / "model.gguf.part"
    content = part.read_bytes() if part.exists() else b""
    assert content == CONTENT[: len(content)]
    return len(content)


def test_a_file_arrives_whole_and_leaves_nothing_beside_it(fetch, tmp_path, hub):
    seen = []
    assert fetch(on_progress=lambda part: seen.append(part.received)).read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["model.gguf"]
    assert seen == sorted(seen)
    assert seen[-1] == len(CONTENT)
    assert hub.sent["model.gguf"] == len(CONTENT)


def test_a_small_file_is_verified_by_what_git_calls_it(fetch, hub):
    file = remote_file("config.json", SMALL)
    assert fetch(file).read_bytes() == SMALL
    fetch(file).unlink()
    hub.repositories["a/m"].files["config.json"] = SMALL[::-1]
    with pytest.raises(DownloadDamaged):
        fetch(file)


def test_an_empty_file_arrives(fetch, hub):
    hub.repositories["a/m"].files["empty.txt"] = b""
    assert fetch(remote_file("empty.txt", b"")).read_bytes() == b""


def test_what_is_here_already_is_not_fetched(fetch, hub):
    fetch()
    hub.requests.clear()
    fetch()
    assert hub.requests == []


def test_a_dropped_connection_costs_nothing_that_arrived(fetch, fails, hub, tmp_path):
    hub.misbehave("model.gguf", drop_at=HALF, times=1)
    error = fails(NoNetwork)
    assert error.message == "The connection to the hub broke off."
    assert kept(tmp_path) == HALF
    assert fetch().read_bytes() == CONTENT
    assert [request.start for request in hub.of("GET", "model.gguf", "cdn")] == [0, HALF]
    assert hub.sent["model.gguf"] == len(CONTENT)


def test_a_connection_refused_is_said_so(fails):
    with closed_port() as port:
        error = fails(NoNetwork, endpoint=f"http://127.0.0.1:{port}")
    assert "it refuses connections" in error.message


def test_an_address_that_does_not_exist_is_said_so(fails):
    error = fails(NoNetwork, endpoint="http://nothing.invalid")
    assert error.message == (
        "The hub at nothing.invalid cannot be reached: its address cannot be found."
    )


@pytest.mark.parametrize("stall_at", [0, 1, HALF])
def test_a_stalled_hub_is_given_up_and_what_arrived_is_kept(
    fetch, fails, hub, tmp_path, monkeypatch, stall_at
):
    minutes = itertools.count(60, 60)

    class Clock:
        """Stands still until the hub has stalled; then a minute passes between two looks at it."""

        @staticmethod
        def monotonic() -> float:
            return next(minutes) if hub.stalled.is_set() else 0.0

    monkeypatch.setattr(http, "time", Clock)
    monkeypatch.setattr(http, "LOOK_UP_SECONDS", 0.02)
    hub.misbehave("model.gguf", stall_at=stall_at, times=1)
    assert fails(NoNetwork).message == "The hub stopped answering."
    assert kept(tmp_path) == stall_at
    hub.stalled.clear()
    assert fetch().read_bytes() == CONTENT


@pytest.mark.parametrize("stall_at", [0, HALF])
def test_it_can_be_cancelled_while_the_hub_says_nothing(fetch, hub, tmp_path, stall_at):
    wrong = hub.misbehave("model.gguf", stall_at=stall_at)
    cancelled = threading.Event()

    def cancel_when_stalled():
        while wrong.times == 1_000_000 or (stall_at and hub.sent["model.gguf"] < stall_at):
            time.sleep(0.001)
        cancelled.set()

    thread = threading.Thread(target=cancel_when_stalled)
    thread.start()
    with pytest.raises(Cancelled):  # long before the 20 seconds of a stall
        fetch(cancelled=cancelled.is_set)
    thread.join()
    assert not (tmp_path / "model.gguf").exists()
    assert kept(tmp_path) <= stall_at


def test_headers_that_come_slowly_are_waited_for(fetch, hub, monkeypatch):
    monkeypatch.setattr(http, "LOOK_UP_SECONDS", 0.01)
    hub.misbehave("model.gguf", stall_at=0, times=1)
    timer = threading.Timer(0.1, hub.release)
    timer.start()
    # The hub lets go without an answer; one that is only late is the next test's.
    with pytest.raises(NoNetwork):
        fetch()
    timer.join()
    hub.misbehave("model.gguf", delay=0.1, times=1)
    assert fetch().read_bytes() == CONTENT


def test_wrong_bytes_are_thrown_away(fetch, fails, hub, tmp_path):
    hub.misbehave("model.gguf", content=CONTENT[:-1] + b"!", times=1)
    error = fails(DownloadDamaged)
    assert "“model.gguf” is not what the hub announced; it was thrown away" in error.message
    assert list(tmp_path.iterdir()) == []
    assert fetch().read_bytes() == CONTENT


@pytest.mark.parametrize("length", [5, len(CONTENT) + 1])
def test_a_wrong_length_is_noticed_before_anything_is_written(fails, fetch, hub, tmp_path, length):
    hub.misbehave("model.gguf", drop_at=HALF, times=1)
    fails(NoNetwork)
    hub.misbehave("model.gguf", content=b"<html>Log in first</html>" * length, ignores_range=True)
    assert "instead of 1,000,003" in fails(DownloadDamaged).message
    assert kept(tmp_path) == HALF


@pytest.mark.parametrize("length", [5, len(CONTENT) + 1])
def test_a_wrong_content_length_is_no_model(fails, hub, tmp_path, length):
    hub.misbehave("model.gguf", length=length)
    assert f"{length:,} bytes instead of" in fails(DownloadDamaged).message
    assert kept(tmp_path) == 0


def test_a_content_that_ends_early_is_gone_on_with(fails, fetch, hub, tmp_path):
    hub.misbehave("model.gguf", drop_at=HALF, times=1)
    fails(NoNetwork)
    hub.misbehave("model.gguf", length=7, times=1)
    fails(NoNetwork)
    assert kept(tmp_path) == HALF + 7
    assert fetch().read_bytes() == CONTENT


def test_a_hub_without_ranges_sends_all_again_and_nothing_is_lost(fails, fetch, hub, tmp_path):
    hub.misbehave("model.gguf", drop_at=HALF, times=1)
    fails(NoNetwork)
    hub.misbehave("model.gguf", ignores_range=True, drop_at=HALF // 2, times=1)
    fails(NoNetwork)
    assert kept(tmp_path) == HALF
    hub.misbehave("model.gguf", ignores_range=True)
    assert fetch().read_bytes() == CONTENT


def test_a_range_refused_is_asked_for_without_one(fails, fetch, hub):
    hub.misbehave("model.gguf", drop_at=HALF, times=1)
    fails(NoNetwork)
    hub.misbehave("model.gguf", status=416, times=1, server="cdn")
    assert fetch().read_bytes() == CONTENT
    assert [request.start for request in hub.of("GET", "model.gguf", "cdn")] == [0, HALF, 0]


def test_a_range_that_was_not_asked_for_is_refused(fails, fetch, hub, tmp_path):
    hub.misbehave("model.gguf", drop_at=HALF, times=1)
    fails(NoNetwork)
    behind = f"bytes {HALF + 1}-{len(CONTENT) - 1}/{len(CONTENT)}"
    for said in (behind, "", "bytes */5", "lines 1-2/3"):
        hub.misbehave(
            "model.gguf", server="cdn", status=206, headers={"Content-Range": said}, times=1
        )
        assert "does not understand" in fails(HubFault).message
    assert kept(tmp_path) == HALF


def test_a_file_that_changed_since_the_pause_is_not_continued(fails, fetch, hub, tmp_path):
    hub.misbehave("model.gguf", drop_at=HALF, times=1)
    fails(NoNetwork)
    other = CONTENT[::-1]
    hub.repositories["a/m"].files["model.gguf"] = other
    error = fails(NotOnHub)
    assert error.message == "“model.gguf” is not the same on the hub any more."
    assert kept(tmp_path) == HALF  # the old revision may come back
    assert fetch(remote_file("model.gguf", other)).read_bytes() == other
    assert hub.of("GET", "model.gguf", "cdn")[-1].start == 0


def test_a_mirror_that_announces_nothing_is_found_out_in_the_end(fails, hub, tmp_path):
    hub.misbehave("model.gguf", drop_at=HALF, times=1)
    fails(NoNetwork)
    hub.repositories["a/m"].files["model.gguf"] = CONTENT[::-1]
    hub.misbehave("model.gguf", headers={"X-Linked-Etag": ""}, server="hub")
    fails(DownloadDamaged)
    assert list(tmp_path.iterdir()) == []


def test_a_revision_that_is_gone_is_said_so(fails):
    assert "no such version" in fails(NotOnHub, revision="0" * 40).message


def test_a_file_or_repository_that_is_not_there_is_said_so(fails, hub):
    assert "no such file" in fails(NotOnHub, file=remote_file("other.gguf", b"?")).message
    hub.repositories["b/m"] = hub.repositories.pop("a/m")
    assert "is not on the hub" in fails(AccessDenied, revision="main").message


def test_a_gated_repository_needs_a_token_that_was_let_in(fails, fetch, hub):
    hub.repositories["a/m"].gate = "manual"
    hub.tokens = {"hf_stranger": set(), "hf_friend": {"a/m"}}
    assert "accepted its terms" in fails(AccessDenied).message
    assert "may not download" in fails(AccessDenied, token="hf_stranger").message
    assert fetch(token="hf_friend").read_bytes() == CONTENT


def test_the_token_is_shown_to_the_hub_alone(fetch, hub):
    hub.repositories["a/m"].private = True
    hub.tokens = {"hf_friend": {"a/m"}}
    fetch(token="hf_friend")
    assert {(r.server, r.headers.get("Authorization")) for r in hub.requests} == {
        ("hub", "Bearer hf_friend"),
        ("cdn", None),
    }


@pytest.mark.parametrize(("status", "seconds"), [(429, 7.0), (503, 0.0)])
def test_a_busy_hub_is_told_apart_and_its_wish_known(fails, hub, status, seconds):
    headers = {"Retry-After": "7"} if seconds else {}
    hub.misbehave("model.gguf", status=status, headers=headers)
    assert fails(HubBusy).retry_after == seconds


def test_a_link_that_is_no_longer_good_is_asked_for_anew(fails, fetch, hub):
    hub.misbehave("model.gguf", status=403, server="cdn", times=1)
    fails(HubBusy)
    assert fetch().read_bytes() == CONTENT


def test_other_refusals_are_told(fails, hub):
    hub.misbehave("model.gguf", status=418)
    assert "(status 418)" in fails(HubFault).message


def test_it_is_not_sent_anywhere_but_into_the_web(fails, hub, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(CONTENT)
    for place in (secret.as_uri(), "ftp://127.0.0.1/x", "data:,x", "https://", "http://[::1"):
        hub.misbehave("model.gguf", headers={"Location": place}, server="hub", times=1)
        fails(HubFault)
    hub.misbehave("model.gguf", headers={"Location": ""}, server="hub")  # to itself, for ever
    fails(HubFault)


def test_a_place_it_is_sent_to_is_named_when_nobody_is_there(fails, hub):
    with closed_port() as port:
        place = {"Location": f"http://127.0.0.1:{port}/model.gguf"}
        hub.misbehave("model.gguf", status=302, headers=place, server="hub", times=1)
        error = fails(NoNetwork)
    assert error.message == (
        f"127.0.0.1:{port}, where the hub sends Quern, cannot be reached: it refuses connections."
    )


def test_a_repository_that_moved_is_followed(fetch, hub):
    hub.repositories["b/new name"] = hub.repositories["a/m"]
    place = f"/b/new%20name/resolve/{hub.repositories['a/m'].revision}/model.gguf"
    hub.misbehave("model.gguf", status=307, headers={"Location": place}, server="hub", times=1)
    assert fetch().read_bytes() == CONTENT


def test_a_proxy_is_asked_for_the_whole_address(fetch, hub):
    """The hub's own server stands for the proxy: it is asked for somebody else's address."""
    proxy = hub.endpoint.replace("://", "://me:secret%40@")
    fetch(remote_file("config.json", SMALL), endpoint="http://hub.example", proxy=proxy)
    asked = hub.requests[0]
    assert asked.path.startswith("http://hub.example/a/m/resolve/")
    assert asked.headers["Host"] == "hub.example"
    assert asked.headers["Proxy-Authorization"] == "Basic bWU6c2VjcmV0QA=="
