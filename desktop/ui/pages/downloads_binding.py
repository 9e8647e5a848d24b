"""Binds the list of downloads to its controller."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.downloads import DownloadsController
from desktop.domain.download import Download
from desktop.ui.downloads.downloads_panel import DownloadsPanel
from desktop.ui.folders import show_in_folder


class DownloadsBinding(QObject):
    """The controller is shared by all windows and outlives this one.

    Signals:
        chat_requested: Path of the model to load.
        convert_requested: Path of the folder of a checkpoint.
    """

    chat_requested = Signal(object)
    convert_requested = Signal(object)

    def __init__(self, panel: DownloadsPanel, downloads: DownloadsController) -> None:
        super().__init__(panel)
        self._panel = panel
        downloads.listed.connect(self._show_list)
        downloads.changed.connect(self._show_one)
        panel.pause_requested.connect(downloads.pause)
        panel.resume_requested.connect(downloads.resume)
        panel.cancel_requested.connect(downloads.cancel)
        panel.forget_requested.connect(downloads.forget)
        panel.chat_requested.connect(self.chat_requested)
        panel.convert_requested.connect(self.convert_requested)
        panel.show_requested.connect(show_in_folder)
        downloads.refresh()

    @Slot(object)
    def _show_list(self, downloads: list[Download]) -> None:
        self._panel.set_downloads(downloads)

    @Slot(object)
    def _show_one(self, download: Download) -> None:
        self._panel.set_download(download)
