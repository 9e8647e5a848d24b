"""The list of downloads: what is fetched now, what waits for its turn, what came of it."""

from __future__ import annotations

import builtins
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from desktop.core.disk_space import require_space
from desktop.core.download_run import DownloadRun, files_here, model_path
from desktop.domain.download import Download, DownloadRequest, DownloadState
from desktop.domain.errors import Cancelled, InvalidInput, QuernError, StorageFault
from desktop.domain.hub import RemoteFile
from desktop.hub.partial_file import discard
from desktop.hub.places import place_of
from desktop.storage.downloads import StoredDownloads

if TYPE_CHECKING:
    from desktop.hub.connection import HubConnection

CLOSE_SECONDS = 1.0

_ACTIVE = (
    DownloadState.QUEUED,
    DownloadState.RUNNING,
    DownloadState.VERIFYING,
    DownloadState.WAITING,
)


@dataclass(slots=True)
class _Entry:
    """A row, and who works on it as long as that thread lives, even when it is not wanted any
    more."""

    download: Download
    run: DownloadRun | None = None
    verified: set[RemoteFile] = field(default_factory=set)
    removed: bool = False


class Downloads:
    """May be used from any thread; no method waits for the network. Raises: StorageFault.

    Args:
        store: where the list outlives Quern.
        connection: how the hub is reached, asked before each attempt.
        at_once: how many run at the same time, asked before each start.
        on_change: told of every change of a row and of its progress, about eight times a second,
            from any thread. It must not wait for another thread.
    """

    def __init__(
        self,
        store: StoredDownloads,
        connection: Callable[[], HubConnection],
        at_once: Callable[[], int],
        on_change: Callable[[Download], None],
    ) -> None:
        self._store = store
        self._connection = connection
        self._at_once = at_once
        self._on_change = on_change
        self._lock = threading.RLock()
        self._entries: dict[int, _Entry] = {}
        self._threads: set[threading.Thread] = set()
        self._closed = False

    def start(self) -> None:
        """Take up what was queued or running when Quern ended. What was done then is in the
        library, and on this list no more."""
        with self._lock:
            for download in self._store.list():
                if download.state is DownloadState.DONE:
                    self._store.remove(download.id)
                else:
                    self._entries[download.id] = _Entry(_with_disk(download))
            self._start_next()

    def list(self) -> builtins.list[Download]:
        """In the order they were added."""
        with self._lock:
            return [entry.download for entry in self._entries.values()]

    def add(self, request: DownloadRequest) -> Download:
        """Fetch something. The same files to the same folder are the same download, whatever else
        has changed in the repository: it goes on, and is not fetched a second time.

        Raises: DiskFull when the disk has not enough space for it beside all that is to come;
        HubFault for a file that cannot be written safely.
        """
        with self._lock:
            for entry in self._entries.values():
                if _is_same(entry.download.request, request):
                    self._go_on(entry)
                    return entry.download
            here = sum(files_here(request).values())
            new = Download(0, request, DownloadState.QUEUED, received=here)
            require_space(new, self._active())
            entry = _Entry(replace(new, id=self._store.add(request)))
            self._entries[entry.download.id] = entry
            self._on_change(entry.download)
            self._start_next()
            return entry.download

    def pause(self, number: int) -> None:
        """Stop it where it is."""
        with self._lock:
            entry = self._entry(number)
            if entry.download.state in _ACTIVE:
                self._change(entry, _bare(entry.download, DownloadState.PAUSED))
                self._stop(entry)

    def resume(self, number: int) -> None:
        """Go on, or try again. Raises: DiskFull."""
        with self._lock:
            self._go_on(self._entry(number))

    def cancel(self, number: int) -> None:
        """Off the list; what it has brought is removed. Of a download that is DONE, files stay."""
        with self._lock:
            entry = self._entry(number)
            self._store.remove(number)
            entry.removed = True
            del self._entries[number]
            self._stop(entry)
            if entry.run is None:
                # Removing gigabytes can take a moment.
                self._spawn(lambda: _discard(entry.download))
            self._start_next()

    def forget(self, number: int) -> None:
        """Off the list; files stay as they are. Only for what is DONE or FAILED.

        Raises: InvalidInput for anything else.
        """
        with self._lock:
            entry = self._entry(number)
            if entry.download.state not in (DownloadState.DONE, DownloadState.FAILED):
                raise InvalidInput("This download has not ended.", "Cancel it instead.")
            self._store.remove(number)
            del self._entries[number]

    def forget_missing(self) -> None:
        """Take those off the list that were done and whose files are gone again."""
        with self._lock:
            done = [e.download for e in self._entries.values() if e.download.path is not None]
            for download in done:
                if _with_disk(download).path is None:
                    self.forget(download.id)

    def close(self) -> None:
        """Stop everything; the next start takes it up. Waits up to CLOSE_SECONDS."""
        with self._lock:
            self._closed = True
            for entry in self._entries.values():
                self._stop(entry)
            threads = list(self._threads)
        deadline = time.monotonic() + CLOSE_SECONDS
        for thread in threads:
            thread.join(max(deadline - time.monotonic(), 0.0))

    # --- with the lock held -----------------------------------------------------------------

    def _entry(self, number: int) -> _Entry:
        """Raises: InvalidInput."""
        entry = self._entries.get(number)
        if entry is None:
            raise InvalidInput("This download is not on the list any more.")
        return entry

    def _active(self) -> builtins.list[Download]:
        rows = (entry.download for entry in self._entries.values())
        return [row for row in rows if row.state in _ACTIVE]

    def _go_on(self, entry: _Entry) -> None:
        download = _with_disk(entry.download)
        if download.state is DownloadState.WAITING and entry.run is not None:
            entry.run.hurry()
        elif download.state not in _ACTIVE and download.path is None:
            require_space(download, self._active())
            if download.state is DownloadState.DONE:  # what is left of it was here before this time
                download = replace(download, brought=())
            self._change(entry, _bare(download, DownloadState.QUEUED))
            self._start_next()

    def _change(self, entry: _Entry, download: Download) -> None:
        self._store.update(download)
        entry.download = download
        self._on_change(download)

    def _stop(self, entry: _Entry) -> None:
        if entry.run is not None:
            entry.run.stop()

    def _start_next(self) -> None:
        """Start what is queued, oldest first, as far as the limit allows."""
        running = sum(entry.run is not None for entry in self._entries.values())
        for entry in self._entries.values():
            if self._closed or running >= self._at_once():
                return
            # One that is just leaving is started again when it has left.
            if entry.download.state is DownloadState.QUEUED and entry.run is None:
                self._begin(entry)
                running += 1

    def _begin(self, entry: _Entry) -> None:
        def report(download: Download) -> None:
            self._report(entry, download)

        run = DownloadRun(entry.download, self._connection, report, verified=entry.verified)
        entry.run = run
        self._spawn(lambda: self._work(entry, run))

    def _spawn(self, work: Callable[[], None]) -> None:
        def body() -> None:
            try:
                work()
            finally:
                with self._lock:
                    self._threads.discard(thread)

        thread = threading.Thread(target=body, name="download", daemon=True)
        self._threads.add(thread)
        thread.start()

    # --- on a download's thread -------------------------------------------------------------

    def _work(self, entry: _Entry, run: DownloadRun) -> None:
        outcome: Download | None = _failed(
            entry.download,
            QuernError("This download ended by a mistake in Quern.", "Try it again."),
        )
        try:
            outcome = run.run()
        except Cancelled:
            outcome = None
        except QuernError as error:
            outcome = None if run.stopped else _failed(entry.download, error)
        finally:
            self._leave(entry, outcome)

    def _leave(self, entry: _Entry, outcome: Download | None) -> None:
        """Args: outcome: None for one that was stopped, whose state says already what it is."""
        with self._lock:
            entry.run = None
            removed = entry.removed
            if not removed and not self._closed:
                entry.download = outcome or _with_disk(entry.download)
                with suppress(StorageFault):  # then the next start of Quern looks at it again
                    self._store.update(entry.download)
                self._on_change(entry.download)
            self._start_next()
        if removed:
            _discard(entry.download)

    def _report(self, entry: _Entry, download: Download) -> None:
        with self._lock:
            if download.brought != entry.download.brought:
                entry.download = replace(entry.download, brought=download.brought)
                if not self._closed:
                    with suppress(StorageFault):  # then cancelling it later leaves this file
                        self._store.update(entry.download)
            # Whoever stopped it has said so already.
            if entry.run is not None and not entry.run.stopped:
                entry.download = download
                self._on_change(download)


def _is_same(one: DownloadRequest, other: DownloadRequest) -> bool:
    return (one.repository, one.files, one.folder) == (other.repository, other.files, other.folder)


def _bare(download: Download, state: DownloadState) -> Download:
    """In another state, of which nothing more is to be said."""
    return Download(
        download.id, download.request, state, download.received, brought=download.brought
    )


def _failed(download: Download, error: QuernError) -> Download:
    failed = _bare(download, DownloadState.FAILED)
    return replace(failed, problem=error.message, advice=error.advice)


def _with_disk(download: Download) -> Download:
    """With what the disk says of it."""
    try:
        here = files_here(download.request)
    except QuernError:  # links that were not there before; going on will tell
        return replace(download, received=0, path=None)
    received = sum(here.values())
    path = None
    if download.state is DownloadState.DONE and received == download.request.size:
        path = model_path(download.request)
    return replace(download, received=received, path=path)


def _discard(download: Download) -> None:
    """Remove what is not whole and, unless it is DONE, the files it has brought."""
    request = download.request
    for file in request.files:
        with suppress(QuernError, OSError):  # nothing that matters is left behind
            place = place_of(request.folder, file.path)
            discard(file, place)
            if file.path in download.brought and download.state is not DownloadState.DONE:
                place.unlink()
