from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.download import Download, DownloadRequest, DownloadState
from desktop.domain.hub import RemoteFile
from desktop.storage.database import Database
from desktop.storage.downloads import StoredDownloads

REQUEST = DownloadRequest(
    repository="a/m",
    revision="5a7e" * 10,
    name="model-Q4_K_M",
    files=(
        RemoteFile("q4/model-00001-of-00002.gguf", 10, sha256="ab" * 32),
        RemoteFile("config.json", 2, git_sha1="cd" * 20),
    ),
    folder=Path("/models/ünï \udcff"),
)


@pytest.fixture
def downloads(database, clock) -> StoredDownloads:
    return StoredDownloads(database, clock)


def test_what_was_asked_for_is_found_again_by_another_process(downloads, path):
    number = downloads.add(REQUEST)
    again = Database(path)
    again.open()
    assert StoredDownloads(again).list() == [Download(number, REQUEST, DownloadState.QUEUED)]
    again.close()


def test_they_stay_in_the_order_they_were_added(downloads):
    first, second = (downloads.add(replace(REQUEST, name=name)) for name in "ba")
    assert [download.id for download in downloads.list()] == [first, second]


@pytest.mark.parametrize("state", DownloadState)
def test_states_that_do_not_outlive_the_program_are_kept_as_queued(downloads, state):
    number = downloads.add(REQUEST)
    downloads.update(Download(number, REQUEST, state, 5, problem="It broke.", advice="Mend it."))
    (row,) = downloads.list()
    lasting = state in (DownloadState.PAUSED, DownloadState.FAILED, DownloadState.DONE)
    assert row.state is (state if lasting else DownloadState.QUEUED)
    wrong = ("It broke.", "Mend it.") if state is DownloadState.FAILED else ("", "")
    assert (row.problem, row.advice) == wrong


def test_which_files_it_brought_is_kept_and_only_those(downloads):
    number = downloads.add(REQUEST)
    assert downloads.list()[0].brought == ()
    brought = (REQUEST.files[0].path, "ünï.json")
    downloads.update(Download(number, REQUEST, DownloadState.RUNNING, brought=brought))
    assert downloads.list()[0].brought == brought


def test_one_off_the_list_leaves_the_others_and_its_id_does_not_come_back(downloads):
    first, second = downloads.add(REQUEST), downloads.add(replace(REQUEST, name="other"))
    downloads.remove(second)
    assert [download.id for download in downloads.list()] == [first]
    assert downloads.add(REQUEST) not in (first, second)
