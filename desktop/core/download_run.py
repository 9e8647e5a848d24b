"""Carrying out one download: file after file, again and again while it is only the network."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.core.backoff import Backoff
from desktop.core.transfer_rate import TransferRate
from desktop.domain.amounts import how_many
from desktop.domain.download import Download, DownloadRequest, DownloadState
from desktop.domain.errors import Cancelled, FetchedElsewhere, HubBusy, NoNetwork, QuernError
from desktop.domain.hub import RemoteFile
from desktop.hub.partial_file import PartialFile, bytes_here
from desktop.hub.places import place_of

if TYPE_CHECKING:
    from desktop.hub.connection import HubConnection

REPORT_SECONDS = 0.125  # between two reports of progress


class DownloadRun:
    """One download, from what is on the disk to its end. `run` blocks; the rest may be called from
    any thread.

    Attributes:
        stopped: whether `stop` was called.

    Args:
        download: what to fetch, and the row that reports are about.
        connection: asked before each attempt, because settings change.
        on_change: told how it goes, on the thread of `run`.
        verified: files known to be whole; those of this run are added.
        attempts: how often in a row it may fail without a byte of progress; 0 is no limit.
    """

    def __init__(
        self,
        download: Download,
        connection: Callable[[], HubConnection],
        on_change: Callable[[Download], None],
        *,
        verified: set[RemoteFile],
        attempts: int = 0,
        backoff: Backoff | None = None,
    ) -> None:
        self._download = download
        self._request = download.request
        self._connection = connection
        self._on_change = on_change
        self._verified = verified
        self._attempts = attempts
        self._backoff = backoff or Backoff()
        self.stopped = False
        self._awake = threading.Event()
        self._here: dict[RemoteFile, int] = {}
        self._rate = TransferRate()
        self._reported_at = 0.0

    def run(self) -> Download:
        """Fetch everything that is not here. Returns: the row, DONE.

        Raises: Cancelled after `stop`; HubFault, StorageFault when a person is needed.
        """
        self._here = files_here(self._request)
        for file in self._request.files:
            if file not in self._verified or self._here[file] < file.size:
                self._fetch(file)
                self._verified.add(file)
        return replace(self._row(DownloadState.DONE), path=model_path(self._request))

    def stop(self) -> None:
        """End `run` within a fraction of a second."""
        self.stopped = True
        self._awake.set()

    def hurry(self) -> None:
        """If it waits, try again now."""
        self._awake.set()

    def _is_stopped(self) -> bool:
        return self.stopped

    def _fetch(self, file: RemoteFile) -> None:
        from desktop.hub.download import Fetch  # HTTP is not for the start of the program

        part = PartialFile(file, place_of(self._request.folder, file.path))
        fetch = Fetch(self._request.repository, self._request.revision, file, self._is_stopped)

        def progress() -> None:
            self._backoff.succeed()
            self._here[file] = part.received
            self._report_progress()

        def attempt() -> None:
            self._report(DownloadState.RUNNING)
            fetch.run(self._connection(), part, progress)

        self._patiently(part.acquire)
        with closing(part):
            if self._here[file]:
                self._report(DownloadState.VERIFYING)
            if not part.take_up(self._is_stopped):
                self._here[file] = part.received
                self._patiently(attempt)
                part.finish()
                brought = (*self._download.brought, file.path)
                self._download = replace(self._download, brought=brought)
                self._report_rate()
        self._here[file] = file.size

    def _patiently(self, action: Callable[[], None]) -> None:
        """Do it again after a while as long as only the network or the hub is in the way."""
        while True:
            if self.stopped:
                raise Cancelled("The download was stopped.")
            try:
                return action()
            except (NoNetwork, HubBusy, FetchedElsewhere) as fault:
                delay = self._backoff.fail(getattr(fault, "retry_after", 0.0))
                if self._backoff.failures == self._attempts:
                    raise
                self._wait(fault, delay)

    def _wait(self, fault: QuernError, seconds: float) -> None:
        end = time.monotonic() + seconds
        self._awake.clear()
        while not self.stopped:
            left = max(end - time.monotonic(), 0.0)
            waiting = replace(
                self._row(DownloadState.WAITING),
                retry_in=left,
                problem=fault.message,
                advice=f"Quern tries again in {in_words(left)}.",
            )
            self._on_change(waiting)
            if self._awake.wait(min(left, 1.0)) or left <= 1.0:
                break
        self._rate = TransferRate()

    def _row(self, state: DownloadState) -> Download:
        return replace(self._download, state=state, received=sum(self._here.values()))

    def _report(self, state: DownloadState) -> None:
        self._on_change(self._row(state))

    def _report_progress(self) -> None:
        now = time.monotonic()
        if now - self._reported_at >= REPORT_SECONDS:
            self._reported_at = now
            self._report_rate()

    def _report_rate(self) -> None:
        row = self._row(DownloadState.RUNNING)
        self._on_change(replace(row, rate=self._rate.update(row.received)))


def files_here(request: DownloadRequest) -> dict[RemoteFile, int]:
    """How many bytes of each file are on the disk. Raises: HubFault, StorageFault."""
    return {file: bytes_here(file, place_of(request.folder, file.path)) for file in request.files}


def model_path(request: DownloadRequest) -> Path:
    """Where its model, or the first file of it, belongs. Raises: HubFault, StorageFault."""
    return place_of(request.folder, request.files[0].path)


def in_words(seconds: float) -> str:
    """A time to wait, as a person says it."""
    whole = max(round(seconds), 1)
    if whole < 100:
        return how_many(whole, "second")
    return how_many(round(whole / 60), "minute")
