from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop.domain.download import Download, DownloadRequest, DownloadState
from desktop.domain.hub import RemoteFile

REQUEST = DownloadRequest(
    "mill/wheat", "c" * 40, "wheat", (RemoteFile("a", 600), RemoteFile("b", 400)), Path("models")
)


def test_the_time_left_follows_from_the_rate():
    download = Download(1, REQUEST, DownloadState.RUNNING, received=250, rate=50.0)
    assert download.seconds_left == 15.0


def test_nothing_is_known_of_the_time_left_while_nothing_moves():
    assert Download(1, REQUEST, DownloadState.RUNNING).seconds_left is None
    assert Download(1, REQUEST, DownloadState.PAUSED, rate=50.0).seconds_left is None


def test_a_checkpoint_is_what_has_no_model_to_load():
    assert Download(1, REQUEST, DownloadState.DONE).is_checkpoint
    model = replace(REQUEST, files=(RemoteFile("wheat-Q4_0.gguf", 600),))
    assert not Download(1, model, DownloadState.DONE).is_checkpoint
