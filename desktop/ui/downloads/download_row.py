"""One download: how it goes, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from desktop.domain.download import Download, DownloadState
from desktop.ui.downloads.words import problem_words, progress_words
from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import ElidedLabel, icon_button, label, set_property, text_button

_GOING = (
    DownloadState.QUEUED,
    DownloadState.RUNNING,
    DownloadState.VERIFYING,
    DownloadState.WAITING,
)


class DownloadRow(QFrame):
    """Signals:

    pause_requested, resume_requested, cancel_requested, forget_requested: id.
    chat_requested, show_requested: Path of the model.
    convert_requested: Path of the folder of a checkpoint.
    """

    pause_requested = Signal(int)
    resume_requested = Signal(int)
    cancel_requested = Signal(int)
    forget_requested = Signal(int)
    chat_requested = Signal(object)
    convert_requested = Signal(object)
    show_requested = Signal(object)

    def __init__(self, download: Download, icons: Icons) -> None:
        super().__init__()
        self._download = download
        name = download.request.name
        self._name = ElidedLabel(name, Qt.TextElideMode.ElideMiddle)
        self._name.setProperty("tone", "heading")
        self._figures = ElidedLabel("")
        self._figures.setProperty("tone", "small")
        self._problem = label("", "small", wrap=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._bar.setAccessibleName(fill(self.tr("Download of %1"), name))
        self.pause_button = icon_button(icons, "pause", fill(self.tr("Pause %1"), name))
        self.resume_button = icon_button(icons, "play", fill(self.tr("Resume %1"), name))
        self.cancel_button = icon_button(
            icons,
            "x",
            fill(self.tr("Cancel %1"), name),
            self.tr("Cancel, and delete what is here of it"),
        )
        self.retry_button = text_button(self.tr("Try again"))
        self.chat_button = text_button(self.tr("Chat"))
        self.convert_button = text_button(self.tr("Convert…"))
        self.show_button = text_button(self.tr("Show in folder"))
        self.forget_button = icon_button(
            icons,
            "x",
            fill(self.tr("Take %1 off this list"), name),
            self.tr("Take off this list"),
        )
        for button, text in (
            (self.retry_button, self.tr("Try again: %1")),
            (self.chat_button, self.tr("Chat with %1")),
            (self.convert_button, self.tr("Convert %1")),
            (self.show_button, self.tr("Show %1 in its folder")),
        ):
            button.setAccessibleName(fill(text, name))
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self._name)
        texts.addWidget(self._bar)
        texts.addWidget(self._figures)
        texts.addWidget(self._problem)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(4)
        row.addLayout(texts, 1)
        row.addSpacing(8)
        for part in (
            self.retry_button, self.chat_button, self.convert_button, self.show_button,
            self.pause_button, self.resume_button, self.cancel_button, self.forget_button,
        ):  # fmt: skip
            row.addWidget(part)
        self._connect()
        self.set_download(download)

    def _connect(self) -> None:
        number = self._download.id
        self.pause_button.clicked.connect(lambda: self.pause_requested.emit(number))
        self.resume_button.clicked.connect(lambda: self.resume_requested.emit(number))
        self.retry_button.clicked.connect(lambda: self.resume_requested.emit(number))
        self.cancel_button.clicked.connect(lambda: self.cancel_requested.emit(number))
        self.forget_button.clicked.connect(lambda: self.forget_requested.emit(number))
        self.chat_button.clicked.connect(lambda: self.chat_requested.emit(self._download.path))
        self.convert_button.clicked.connect(
            lambda: self.convert_requested.emit(self._download.request.folder)
        )
        self.show_button.clicked.connect(lambda: self.show_requested.emit(self._download.path))

    @property
    def download(self) -> Download:
        return self._download

    def set_download(self, download: Download) -> None:
        """Show how the same download goes now."""
        self._download = download
        state, done = download.state, download.state is DownloadState.DONE
        self._figures.setText(progress_words(download))
        size = download.request.size
        self._bar.setValue(round(1000 * download.received / size) if size else 0)
        self._bar.setVisible(not done)
        level = {DownloadState.FAILED: "error", DownloadState.WAITING: "warning"}.get(state, "")
        set_property(self._bar, "level", level)
        problem = problem_words(download)
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        set_property(self._problem, "tone", "error" if level == "error" else "small")
        self.pause_button.setVisible(state in _GOING)
        self.resume_button.setVisible(state is DownloadState.PAUSED)
        self.retry_button.setVisible(state is DownloadState.FAILED)
        self.cancel_button.setVisible(not done)
        here = done and download.path is not None
        self.chat_button.setVisible(here and not download.is_checkpoint)
        self.convert_button.setVisible(here and download.is_checkpoint)
        self.show_button.setVisible(here)
        self.forget_button.setVisible(done)

    def text(self) -> str:
        """What is said about it."""
        parts = (self._name.text(), self._figures.text(), self._problem.text())
        return " · ".join(part for part in parts if part)
