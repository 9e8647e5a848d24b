from __future__ import annotations

import hashlib
from dataclasses import replace
from types import SimpleNamespace

import pytest

from desktop.core import download_run
from desktop.core.backoff import Backoff
from desktop.core.download_run import DownloadRun, in_words
from desktop.domain.download import Download, DownloadRequest, DownloadState
from desktop.domain.errors import AccessDenied, Cancelled, HubBusy, HubFault, NoNetwork, NotOnHub
from desktop.domain.hub import RemoteFile
from desktop.hub.connection import HubConnection
from desktop.hub.partial_file import PartialFile
from tests.helpers.fake_hub import FakeHub, FakeRepository, remote_file

FILES = {
    "q4/model-00001-of-00002.gguf": hashlib.shake_256(b"1").digest(300_000),
    "q4/model-00002-of-00002.gguf": hashlib.shake_256(b"2").digest(400_000),
    "config.json": b"{}",
}


class NoDelay(Backoff):
    """Counts failures and does not wait, unless the hub asks to."""

    def fail(self, retry_after: float = 0.0) -> float:
        super().fail()
        return retry_after


@pytest.fixture
def hub():
    with FakeHub(FakeRepository("a/m", FILES)) as hub:
        yield hub


@pytest.fixture
def request_(hub, tmp_path) -> DownloadRequest:
    files = tuple(remote_file(path, content) for path, content in FILES.items())
    return DownloadRequest("a/m", hub.repositories["a/m"].revision, "model", files, tmp_path)


@pytest.fixture
def seen() -> list[Download]:
    return []


@pytest.fixture
def make(hub, request_, seen, monkeypatch):
    """Builds a run that reports everything to `seen`."""
    monkeypatch.setattr(download_run, "REPORT_SECONDS", 0.0)

    def make(on_change=None, *, verified=None, attempts=0, request=request_) -> DownloadRun:
        def change(download: Download) -> None:
            seen.append(download)
            if on_change is not None:
                on_change(download)

        return DownloadRun(
            Download(7, request, DownloadState.QUEUED),
            lambda: HubConnection(hub.endpoint),
            change,
            verified=set() if verified is None else verified,
            attempts=attempts,
            backoff=NoDelay(),
        )

    return make


def test_all_files_arrive_and_the_first_is_the_model(make, seen, request_, tmp_path):
    done = make().run()
    assert done == Download(
        7,
        request_,
        DownloadState.DONE,
        request_.size,
        path=tmp_path / request_.files[0].path,
        brought=tuple(FILES),
    )
    assert {path: (tmp_path / path).read_bytes() for path in FILES} == FILES
    assert {download.state for download in seen} == {DownloadState.RUNNING}
    received = [download.received for download in seen]
    assert received == sorted(received)
    assert received[-1] == request_.size
    assert seen[-1].rate > 0


def test_what_is_here_is_verified_not_fetched(make, seen, hub, request_):
    make().run()
    hub.requests.clear()
    seen.clear()
    assert make().run().state is DownloadState.DONE
    assert hub.requests == []
    assert {(row.state, row.received) for row in seen} == {(DownloadState.VERIFYING, request_.size)}


def test_what_was_verified_is_not_read_again_unless_it_is_gone(make, seen, hub, request_, tmp_path):
    verified: set[RemoteFile] = set()
    make(verified=verified).run()
    assert verified == set(request_.files)
    seen.clear()
    make(verified=verified).run()
    assert seen == []
    (tmp_path / "config.json").unlink()
    make(verified=verified).run()
    assert (tmp_path / "config.json").exists()


def test_the_network_is_given_another_chance_from_where_it_failed(make, seen, hub, request_):
    hub.misbehave("1-of-00002.gguf", drop_at=100_000, times=1)
    hub.misbehave("1-of-00002.gguf", drop_at=200_000, times=1)
    hub.misbehave("2-of-00002.gguf", status=500, times=2, server="hub")
    assert make().run().state is DownloadState.DONE
    assert hub.sent == {path: len(content) for path, content in FILES.items()}
    assert [r.start for r in hub.of("GET", "1-of-00002.gguf", "cdn")] == [0, 100_000, 200_000]


def test_while_it_waits_it_says_why_and_how_long(make, seen, hub):
    hub.misbehave("config.json", status=429, headers={"Retry-After": "8"}, times=1)

    def hurry(download: Download) -> None:
        if download.state is DownloadState.WAITING:
            run.hurry()

    run = make(hurry)
    run.run()
    (waiting,) = (row for row in seen if row.state is DownloadState.WAITING)
    assert waiting.problem == "The hub got too many requests from here."
    assert waiting.advice == "Quern tries again in 8 seconds."
    assert 7 < waiting.retry_in <= 8
    assert waiting.rate == 0
    assert waiting.received == 700_000


def test_the_seconds_are_counted_down(make, seen, hub, monkeypatch):
    now = [1000.0]

    def wait(seconds: float) -> None:
        now[0] += seconds

    hub.misbehave("config.json", status=429, headers={"Retry-After": "3"}, times=1)
    run = make()
    monkeypatch.setattr(run._awake, "wait", wait)
    monkeypatch.setattr(download_run, "time", SimpleNamespace(monotonic=lambda: now[0]))
    run.run()
    waits = [row for row in seen if row.state is DownloadState.WAITING]
    assert [row.retry_in for row in waits] == [3, 2, 1]
    assert waits[-1].advice == "Quern tries again in 1 second."


def test_progress_is_not_told_more_often_than_a_window_can_show_it(make, seen, monkeypatch):
    run = make()
    monkeypatch.setattr(download_run, "REPORT_SECONDS", 0.5)
    monkeypatch.setattr(download_run, "time", SimpleNamespace(monotonic=lambda: 1000.0))
    run.run()
    begun_and_ended = 2 * len(FILES)
    assert len(seen) == begun_and_ended + 1  # the first progress; no time passed since


@pytest.mark.parametrize("attempts", [1, 3])
def test_a_limit_of_attempts_ends_it_with_the_reason(make, hub, attempts):
    hub.misbehave("config.json", status=503)
    with pytest.raises(HubBusy):
        make(attempts=attempts).run()
    assert len(hub.of("GET", "config.json")) == attempts


def test_attempts_that_brought_something_do_not_count(make, hub):
    for at in range(100_000, 300_000, 20_000):
        hub.misbehave("1-of-00002.gguf", drop_at=at, times=1)
    assert make(attempts=2).run().state is DownloadState.DONE


def test_no_network_at_all(make, hub, monkeypatch):
    monkeypatch.setattr(FakeHub, "endpoint", "http://127.0.0.1:1")
    with pytest.raises(NoNetwork):
        make(attempts=2).run()


def test_what_a_person_must_see_to_ends_it_at_once(make, hub, request_, tmp_path):
    with pytest.raises(NotOnHub):
        make(request=replace(request_, revision="0" * 40)).run()
    evil = RemoteFile("../evil.gguf", 5, sha256="ab" * 32)
    with pytest.raises(HubFault, match="no safe name"):
        make(request=replace(request_, files=(evil,))).run()
    assert not (tmp_path.parent / "evil.gguf").exists()


def test_a_refused_download_leaves_no_files(make, hub, tmp_path):
    hub.repositories["a/m"] = FakeRepository("a/m", FILES, gate="manual")
    with pytest.raises(AccessDenied):
        make().run()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_another_quern_fetches_is_waited_for(make, seen, request_, tmp_path):
    (tmp_path / "q4").mkdir()
    other = PartialFile(request_.files[0], tmp_path / request_.files[0].path)
    other.acquire()

    def let_go(download: Download) -> None:
        if download.state is DownloadState.WAITING:
            other.take_up(lambda: False)
            other.append(FILES[request_.files[0].path])
            other.finish()
            other.close()

    assert make(let_go).run().state is DownloadState.DONE
    assert "is being downloaded by another Quern" in seen[0].problem


@pytest.mark.parametrize("state", [DownloadState.RUNNING, DownloadState.WAITING])
def test_it_stops_where_it_is_and_keeps_what_arrived(make, hub, state, tmp_path):
    hub.misbehave("2-of-00002.gguf", stall_at=150_000)
    hub.misbehave("2-of-00002.gguf", status=429, headers={"Retry-After": "900"}, times=1)

    def stop(download: Download) -> None:
        if download.state is state and (state is not DownloadState.RUNNING or download.rate):
            run.stop()

    run = make(stop)
    with pytest.raises(Cancelled):
        run.run()
    assert run.stopped
    hub.behave()
    assert make().run().state is DownloadState.DONE
    assert (tmp_path / "q4/model-00002-of-00002.gguf").read_bytes() == FILES[
        "q4/model-00002-of-00002.gguf"
    ]


def test_one_stopped_before_it_began_does_nothing(make, hub):
    run = make()
    run.stop()
    with pytest.raises(Cancelled):
        run.run()
    assert hub.requests == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 second"),
        (1.4, "1 second"),
        (8.0, "8 seconds"),
        (99, "99 seconds"),
        (300, "5 minutes"),
    ],
)
def test_times_in_words(seconds, words):
    assert in_words(seconds) == words
