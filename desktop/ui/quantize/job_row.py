"""One job: how it goes, what came of it, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.quantize.result_row import ResultLine, ResultRow
from desktop.ui.widgets.buttons import ElidedLabel, icon_button, label, set_property, text_button
from desktop.ui.widgets.replaced_rows import remove_rows

BAR_STEPS = 1000


@dataclass(frozen=True, slots=True)
class JobLine:
    """What a row shows.

    Attributes:
        title: what is made of what.
        figures: how far it is.
        note: what it is at, or why it failed, or what to know about what came of it.
        fraction: how far it is, 0 to 1; None where there is nothing to follow.
        level: "" or "error".
        results: the files it made.
        base: the model they were made of, which levels can be compared with.
        cancel, pause, resume, retry, forget: what can be done about it.
    """

    title: str
    figures: str
    note: str = ""
    fraction: float | None = None
    level: str = ""
    results: tuple[ResultLine, ...] = ()
    base: Path | None = None
    cancel: bool = False
    pause: bool = False
    resume: bool = False
    retry: bool = False
    forget: bool = False


class JobRow(QFrame):
    """Signals:

    cancel_requested, pause_requested, resume_requested, retry_requested, forget_requested.
    chat_requested, folder_requested, quantize_requested: Path of a result.
    compare_requested: Path of the model that levels were made of.
    """

    cancel_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    retry_requested = Signal()
    forget_requested = Signal()
    chat_requested = Signal(object)
    folder_requested = Signal(object)
    quantize_requested = Signal(object)
    compare_requested = Signal(object)

    def __init__(self, line: JobLine, icons: Icons) -> None:
        super().__init__()
        title = self._title = line.title
        self._line = line
        self._icons = icons
        self.results: list[ResultRow] = []
        name = ElidedLabel(title, Qt.TextElideMode.ElideMiddle)
        name.setProperty("tone", "heading")
        self._words = label("", "small", wrap=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar()
        self.bar.setRange(0, BAR_STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        self.bar.setAccessibleName(fill(self.tr("Progress of %1"), title))
        self.cancel_button = text_button(self.tr("Cancel"))
        self.cancel_button.setAccessibleName(fill(self.tr("Cancel %1"), title))
        self.pause_button = icon_button(icons, "pause", fill(self.tr("Pause %1"), title))
        self.retry_button = text_button(self.tr("Try again"))
        self.retry_button.setAccessibleName(fill(self.tr("Try again: %1"), title))
        self.forget_button = icon_button(
            icons,
            "x",
            fill(self.tr("Take %1 off this list"), title),
            self.tr("Take off this list; files stay where they are"),
        )
        first = QHBoxLayout()
        first.setSpacing(12)
        first.addWidget(name, 1)
        first.addWidget(self.pause_button)
        first.addWidget(self.cancel_button)
        first.addWidget(self.forget_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 6, 0, 6)
        self._column.setSpacing(2)
        self._column.addLayout(first)
        self._column.addWidget(self.bar)
        self._column.addWidget(self._words)
        self._column.addSpacing(4)
        self._column.addWidget(self.retry_button, 0, Qt.AlignmentFlag.AlignLeading)
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.pause_button.clicked.connect(self._pause_or_resume)
        self.retry_button.clicked.connect(self.retry_requested)
        self.forget_button.clicked.connect(self.forget_requested)
        self._show(line)
        self._show_results(line)

    @property
    def line(self) -> JobLine:
        return self._line

    def show_line(self, line: JobLine) -> None:
        """Show how the same job goes now. The focus stays in the row, whatever it was on goes."""
        before, self._line = self._line, line
        focused = QApplication.focusWidget() if self.has_focus() else None
        self._show(line)
        if line.results != before.results:
            self._show_results(line)
        if focused is not None and not focused.hasFocus():
            self.take_focus()

    def has_focus(self) -> bool:
        """Whether one of its buttons has it."""
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def take_focus(self) -> None:
        """Give the focus to what is likely to be done next, for somebody at the keyboard."""
        used = [row.first for row in self.results if row.first is not None]
        for button in (self.cancel_button, *used, self.retry_button, self.forget_button):
            if button.isVisibleTo(self) and button.isEnabled():
                button.setFocus(Qt.FocusReason.ShortcutFocusReason)  # which shows where it is
                return

    def text(self) -> str:
        """What is said about how it goes."""
        return f"{self._line.title} · {self._words.text()}"

    def _show(self, line: JobLine) -> None:
        self._words.setText(" · ".join(part for part in (line.figures, line.note) if part))
        set_property(self._words, "tone", line.level or "small")
        self.bar.setVisible(line.fraction is not None)
        self.bar.setValue(round(BAR_STEPS * (line.fraction or 0.0)))
        if line.forget and self.cancel_button.isVisible():
            self._hold_forget()
        self.cancel_button.setVisible(line.cancel)
        self._show_pause(line)
        self.retry_button.setVisible(line.retry)
        self.forget_button.setVisible(line.forget)

    def _hold_forget(self) -> None:
        """The button comes where Cancel was, and the second half of a double click is not for
        it."""
        self.forget_button.setEnabled(False)
        wait = QGuiApplication.styleHints().mouseDoubleClickInterval()
        QTimer.singleShot(wait, self.forget_button, partial(self.forget_button.setEnabled, True))

    def _show_pause(self, line: JobLine) -> None:
        """One button for both, so that the focus stays where it is."""
        icon, text = ("play", self.tr("Resume")) if line.resume else ("pause", self.tr("Pause"))
        spoken = self.tr("Resume %1") if line.resume else self.tr("Pause %1")
        self.pause_button.setVisible(line.pause or line.resume)
        if self.pause_button.toolTip() != text:
            self.pause_button.setToolTip(text)
            self.pause_button.setAccessibleName(fill(spoken, self._title))
            quiet = QPalette.ColorRole.PlaceholderText
            self.pause_button.setIcon(self._icons.icon(icon, quiet))

    def _pause_or_resume(self) -> None:
        if self._line.resume:
            self.resume_requested.emit()
        else:
            self.pause_requested.emit()

    def _compare(self) -> None:
        self.compare_requested.emit(self._line.base)

    def _show_results(self, line: JobLine) -> None:
        remove_rows(self._column, self.results)
        self.results = [ResultRow(result) for result in line.results]
        for row in self.results:
            row.chat_requested.connect(self.chat_requested)
            row.folder_requested.connect(self.folder_requested)
            row.quantize_requested.connect(self.quantize_requested)
            row.compare_requested.connect(self._compare)
            self._column.addWidget(row)
            row.show()
