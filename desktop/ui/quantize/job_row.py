"""One job: how it goes, what came of it, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.quantize.result_row import ResultLine, ResultRow
from desktop.ui.widgets.buttons import ElidedLabel, icon_button, label, set_property, text_button

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
        cancel, retry, forget: what can be done about it.
    """

    title: str
    figures: str
    note: str = ""
    fraction: float | None = None
    level: str = ""
    results: tuple[ResultLine, ...] = ()
    cancel: bool = False
    retry: bool = False
    forget: bool = False


class JobRow(QFrame):
    """Signals:

    cancel_requested, retry_requested, forget_requested.
    chat_requested, folder_requested, quantize_requested: Path of a result.
    """

    cancel_requested = Signal()
    retry_requested = Signal()
    forget_requested = Signal()
    chat_requested = Signal(object)
    folder_requested = Signal(object)
    quantize_requested = Signal(object)

    def __init__(self, line: JobLine, icons: Icons) -> None:
        super().__init__()
        title = line.title
        self._line = line
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
        first.addWidget(self.cancel_button)
        first.addWidget(self.forget_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 6, 0, 6)
        self._column.setSpacing(2)
        self._column.addLayout(first)
        self._column.addWidget(self.bar)
        self._column.addWidget(self._words)
        self._column.addWidget(self.retry_button, 0, Qt.AlignmentFlag.AlignLeading)
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.retry_button.clicked.connect(self.retry_requested)
        self.forget_button.clicked.connect(self.forget_requested)
        self._show(line)
        self._show_results(line)

    @property
    def line(self) -> JobLine:
        return self._line

    def show_line(self, line: JobLine) -> None:
        """Show how the same job goes now."""
        before, self._line = self._line, line
        self._show(line)
        if line.results != before.results:
            self._show_results(line)

    def text(self) -> str:
        """What is said about how it goes."""
        return f"{self._line.title} · {self._words.text()}"

    def _show(self, line: JobLine) -> None:
        self._words.setText(" · ".join(part for part in (line.figures, line.note) if part))
        set_property(self._words, "tone", line.level or "small")
        self.bar.setVisible(line.fraction is not None)
        self.bar.setValue(round(BAR_STEPS * (line.fraction or 0.0)))
        self.cancel_button.setVisible(line.cancel)
        self.retry_button.setVisible(line.retry)
        self.forget_button.setVisible(line.forget)

    def _show_results(self, line: JobLine) -> None:
        for row in self.results:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.results = [ResultRow(result) for result in line.results]
        for row in self.results:
            row.chat_requested.connect(self.chat_requested)
            row.folder_requested.connect(self.folder_requested)
            row.quantize_requested.connect(self.quantize_requested)
            self._column.addWidget(row)
