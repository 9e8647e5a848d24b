"""The list of downloads, for all windows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.controller import Controller
from desktop.controllers.tasks import Tasks
from desktop.core.downloads import Downloads
from desktop.domain.download import Download, DownloadRequest, DownloadState

MakeDownloads = Callable[[Callable[[Download], None]], Downloads]


class DownloadsController(Controller):
    """Shared by all windows.

    Signals:
        listed(list[Download]): rows came or went; all of them, in the order they were added.
        changed(Download): a row is in another state or has come further, about eight times a
            second while it runs.
        finished(Download): it is DONE.

    Args:
        make_downloads: builds the list, which reports to the callback given.
    """

    listed = Signal(object)
    changed = Signal(object)
    finished = Signal(object)

    _reported = Signal(object)

    def __init__(
        self, make_downloads: MakeDownloads, tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._reported.connect(self._on_reported)  # from whatever thread to the window's
        self._downloads = make_downloads(self._reported.emit)
        self._tasks = tasks
        self._listed: set[int] = set()

    def take_up(self) -> None:
        """Go on with what was queued or running when Quern ended; answered by `listed`."""
        self._tasks.run(self._downloads.start, *self.answer("take up", lambda _: self.refresh()))

    @Slot()
    def refresh(self) -> None:
        """Answered by `listed`."""
        rows = self._downloads.list()
        self._listed = {download.id for download in rows}
        self.listed.emit(rows)

    @Slot(object)
    def start(self, request: DownloadRequest) -> None:
        """Fetch something, or go on with it when it is on the list already."""
        if self.attempt("start", lambda: self._downloads.add(request)):
            self.refresh()

    @Slot(int)
    def pause(self, number: int) -> None:
        self.attempt("change", lambda: self._downloads.pause(number))

    @Slot(int)
    def resume(self, number: int) -> None:
        """Go on; try again what waits or failed."""
        self.attempt("change", lambda: self._downloads.resume(number))

    @Slot(int)
    def cancel(self, number: int) -> None:
        """Off the list, and what has arrived with it."""
        self.attempt("change", lambda: self._downloads.cancel(number))
        self.refresh()

    @Slot(int)
    def forget(self, number: int) -> None:
        """Take one that has ended off the list; its file stays."""
        self.attempt("change", lambda: self._downloads.forget(number))
        self.refresh()

    @Slot()
    def look_again(self) -> None:
        """Files may have been moved away: those that brought them are off the list."""
        if self.attempt("look again", self._downloads.forget_missing):
            self.refresh()

    def close(self) -> None:
        """Stop everything; the next start of Quern takes it up."""
        self._downloads.close()

    @Slot(object)
    def _on_reported(self, download: Download) -> None:
        # A report can still be under way when its row is taken off the list.
        if download.id in self._listed:
            self.changed.emit(download)
            if download.state is DownloadState.DONE:
                self.finished.emit(download)
