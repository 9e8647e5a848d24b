"""All downloads, at the foot of the page while there are any."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.domain.download import Download
from desktop.ui.downloads.download_row import DownloadRow
from desktop.ui.icons import Icons
from desktop.ui.widgets.replaced_rows import remove_rows

SHOWN_LINES = 12  # of text, before it scrolls


class DownloadsPanel(QFrame):
    """Signals: those of `DownloadRow`."""

    pause_requested = Signal(int)
    resume_requested = Signal(int)
    cancel_requested = Signal(int)
    forget_requested = Signal(int)
    chat_requested = Signal(object)
    convert_requested = Signal(object)
    show_requested = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("downloads")
        self.setAccessibleName(self.tr("Downloads"))
        self._icons = icons
        self._rows: dict[int, DownloadRow] = {}
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 4, 0, 4)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._area = _Area(self._content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 1, 0, 0)
        whole.addWidget(self._area)
        self.hide()

    def set_downloads(self, downloads: Sequence[Download]) -> None:
        """Show these in this order; rows that stay are kept, and with them the focus."""
        wanted = {download.id for download in downloads}
        gone = [number for number in self._rows if number not in wanted]
        remove_rows(self._column, [self._rows.pop(number) for number in gone])
        for place, download in enumerate(downloads):
            kept = self._rows.get(download.id)
            if kept is None:
                kept = self._make_row(download)
                self._rows[download.id] = kept
            else:
                kept.set_download(download)
            if self._column.indexOf(kept) != place:
                self._column.insertWidget(place, kept)
        self.setVisible(bool(downloads))

    def set_download(self, download: Download) -> None:
        """One of them went on."""
        row = self._rows.get(download.id)
        if row is not None:
            row.set_download(download)

    def row(self, download_id: int) -> DownloadRow:
        """Raises: KeyError."""
        return self._rows[download_id]

    def _make_row(self, download: Download) -> DownloadRow:
        row = DownloadRow(download, self._icons)
        row.pause_requested.connect(self.pause_requested)
        row.resume_requested.connect(self.resume_requested)
        row.cancel_requested.connect(self.cancel_requested)
        row.forget_requested.connect(self.forget_requested)
        row.chat_requested.connect(self.chat_requested)
        row.convert_requested.connect(self.convert_requested)
        row.show_requested.connect(self.show_requested)
        return row


class _Area(QScrollArea):
    """As tall as its rows, up to a few of them."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.setWidget(content)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.viewport().setAutoFillBackground(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A row grows by a line when it says what is wrong. Qt filters the content's events already.
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        content = self._content
        height = max(content.heightForWidth(self.width()), content.sizeHint().height())
        return QSize(0, min(height, self.fontMetrics().height() * SHOWN_LINES))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height() * 3)
