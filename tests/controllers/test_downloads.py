from __future__ import annotations

import hashlib

import pytest

from desktop.controllers.downloads import DownloadsController
from desktop.core import download_run
from desktop.core.downloads import Downloads
from desktop.domain.download import DownloadRequest, DownloadState
from desktop.domain.errors import HubFault, InvalidInput
from desktop.domain.hub import RemoteFile
from desktop.hub.connection import HubConnection
from desktop.storage.downloads import StoredDownloads
from tests.helpers.fake_hub import FakeHub, FakeRepository, remote_file

CONTENT = hashlib.shake_256(b"a model").digest(300_000)


@pytest.fixture
def hub():
    with FakeHub(FakeRepository("a/m", {"model.gguf": CONTENT})) as hub:
        yield hub


@pytest.fixture
def request_(hub, tmp_path) -> DownloadRequest:
    files = (remote_file("model.gguf", CONTENT),)
    revision = hub.repositories["a/m"].revision
    return DownloadRequest("a/m", revision, "model", files, tmp_path / "models")


@pytest.fixture
def downloads(hub, database, tasks, qtbot, monkeypatch):
    monkeypatch.setattr(download_run, "REPORT_SECONDS", 0.0)
    controller = DownloadsController(
        lambda report: Downloads(
            StoredDownloads(database), lambda: HubConnection(hub.endpoint), lambda: 2, report
        ),
        tasks,
    )
    with qtbot.waitSignal(controller.listed) as listed:
        controller.take_up()
    assert listed.args == [[]]
    yield controller
    controller.close()


def test_a_download_is_listed_goes_on_and_finishes(downloads, request_, qtbot):
    lists, changes = [], []
    downloads.listed.connect(lists.append)
    downloads.changed.connect(changes.append)
    with qtbot.waitSignal(downloads.finished) as finished:
        downloads.start(request_)
    (done,) = finished.args
    assert done.path.read_bytes() == CONTENT
    assert [[row.request for row in rows] for rows in lists] == [[request_]]
    received = [row.received for row in changes]
    assert received == sorted(received)
    assert changes[-1] == done
    downloads.forget(done.id)
    assert lists[-1] == []


def test_pause_resume_and_cancel(downloads, request_, hub, qtbot):
    hub.misbehave(stall_at=100_000)
    with qtbot.waitSignal(
        downloads.changed, check_params_cb=lambda row: row.received == 100_000
    ) as changed:
        downloads.start(request_)
    (row,) = changed.args
    with qtbot.waitSignal(
        downloads.changed, check_params_cb=lambda row: row.state is DownloadState.PAUSED
    ):
        downloads.pause(row.id)
    with qtbot.waitSignal(
        downloads.changed, check_params_cb=lambda row: row.state is DownloadState.RUNNING
    ):
        downloads.resume(row.id)
    late = []
    downloads.changed.connect(late.append)
    with qtbot.waitSignal(downloads.listed) as listed:
        downloads.cancel(row.id)
    assert listed.args == [[]]
    qtbot.waitUntil(lambda: not list(request_.folder.iterdir()))
    qtbot.wait(1)  # what was reported before has come by now
    assert late == []


def test_what_cannot_be_done_is_told(downloads, request_, qtbot):
    with qtbot.waitSignal(downloads.failed) as failed:
        downloads.pause(99)
    assert isinstance(failed.args[0], InvalidInput)
    evil = RemoteFile("../evil.gguf", 5, sha256="ab" * 32)
    hostile = DownloadRequest("a/m", "0" * 40, "evil", (evil,), request_.folder)
    with qtbot.waitSignal(downloads.failed) as failed:
        downloads.start(hostile)
    assert isinstance(failed.args[0], HubFault)


def test_a_file_that_is_moved_away_takes_its_row_along(downloads, request_, qtbot):
    with qtbot.waitSignal(downloads.finished) as finished:
        downloads.start(request_)
    finished.args[0].path.unlink()
    with qtbot.waitSignal(downloads.listed) as listed:
        downloads.look_again()
    assert listed.args == [[]]
