from __future__ import annotations

import os
import shutil
from dataclasses import replace

import pytest

from desktop.core.disk_space import RESERVE, require_space
from desktop.domain.download import Download, DownloadRequest, DownloadState
from desktop.domain.errors import DiskFull, StorageFault
from desktop.domain.hub import RemoteFile

GB = 10**9


@pytest.fixture
def free(monkeypatch):
    """Says how many bytes are free beside the reserve."""

    def free(size: int) -> None:
        usage = shutil._ntuple_diskusage(0, 0, size + RESERVE)
        monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)

    return free


@pytest.fixture
def download(tmp_path):
    def download(size: int, received: int = 0) -> Download:
        file = RemoteFile("model.gguf", size, sha256="ab" * 32)
        request = DownloadRequest("a/m", "0" * 40, "model", (file,), tmp_path / "not" / "yet")
        return Download(1, request, DownloadState.QUEUED, received)

    return download


def test_it_must_fit_by_what_is_missing(free, download):
    free(3 * GB)
    require_space(download(3 * GB))
    require_space(download(7 * GB, received=4 * GB))
    with pytest.raises(DiskFull) as caught:
        require_space(download(7 * GB, received=3 * GB))
    assert caught.value.message == (
        "“model” needs 4.0 GB more; the disk has 3.0 GB left for it."
    )  # fmt: skip


def test_what_is_to_come_already_counts(free, download):
    free(3 * GB)
    require_space(download(1 * GB), [download(5 * GB, received=3 * GB)])
    with pytest.raises(DiskFull, match="500 MB left for it beside the other downloads"):
        require_space(download(1 * GB), [download(5 * GB, received=5 * GB // 2)])
    with pytest.raises(DiskFull, match=" 0 MB left"):
        require_space(download(1 * GB), [download(5 * GB)])


def test_what_goes_to_another_disk_does_not(free, download, monkeypatch, tmp_path):
    free(3 * GB)
    other = download(5 * GB)
    elsewhere = tmp_path / "other disk"
    elsewhere.mkdir()
    other = replace(other, request=replace(other.request, folder=elsewhere))
    stat = os.stat

    def disks(path, **options):
        found = stat(path, **options)
        if str(path).startswith(str(elsewhere)):
            return os.stat_result((*found[:2], found.st_dev + 1, *found[3:10]))
        return found

    monkeypatch.setattr(os, "stat", disks)
    require_space(download(1 * GB), [other])


def test_a_folder_that_cannot_be_looked_at_is_told(download, monkeypatch):
    def fail(folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "disk_usage", fail)
    with pytest.raises(StorageFault, match="Permission denied"):
        require_space(download(5))
