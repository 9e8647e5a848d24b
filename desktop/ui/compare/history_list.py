"""The comparisons there were, or runs of questions, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from desktop.ui.formats import fill, integer
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import ElidedLabel, icon_button, text_button
from desktop.ui.widgets.delete_key import delete_presses
from desktop.ui.widgets.replaced_rows import replace_rows
from desktop.ui.widgets.step_card import step_card
from desktop.ui.widgets.tab_order import tab_before

SHOWN = 4  # the others unfold


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What a row shows.

    Attributes:
        details: when it was, how it ended and what was compared.
        resume: whether it can go on; remove: whether it can be deleted.
    """

    number: int
    title: str
    details: str
    resume: bool = False
    remove: bool = True


@dataclass(frozen=True, slots=True)
class HistoryWords:
    """What the list is called; and deleting a row, with %1 for its title, and what becomes of it
    then."""

    title: str
    delete: str
    question: str
    consequence: str


class HistoryList(QWidget):
    """A step of a page, which is not there while there is nothing to list.

    Signals: open_requested, resume_requested, remove_requested: id.

    Attributes: lines: what is listed; rows: its widgets.
    """

    open_requested = Signal(int)
    resume_requested = Signal(int)
    remove_requested = Signal(int)

    def __init__(self, icons: Icons, words: HistoryWords | None = None) -> None:
        """`words` are those of comparisons unless others are given."""
        super().__init__()
        self._icons = icons
        self._words = words or HistoryWords(
            self.tr("Comparisons"),
            self.tr("Delete the comparison %1"),
            self.tr("Delete the comparison of “%1”?"),
            self.tr("What was measured is gone then. Files it made and kept stay."),
        )
        self.lines: tuple[HistoryLine, ...] = ()
        self._all = False
        self.rows: list[HistoryRow] = []
        self.all_button = text_button("", "link")
        self.all_button.clicked.connect(self._show_all)
        rows = QWidget()
        self._column = QVBoxLayout(rows)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.all_button, 0, Qt.AlignmentFlag.AlignLeading)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(step_card(self._words.title, rows))
        self._fold()
        self.hide()

    def set_lines(self, lines: Sequence[HistoryLine]) -> None:
        """Show these, in this order."""
        if tuple(lines) == self.lines:
            return
        self.lines = tuple(lines)
        made = [self._make_row(line) for line in lines]
        self.rows = replace_rows(self._column, self.rows, made)
        self._fold()
        tab_before(self.all_button, self.rows)
        self.setVisible(bool(lines))

    def _make_row(self, line: HistoryLine) -> HistoryRow:
        row = HistoryRow(line, self._words, self._icons)
        row.open_requested.connect(lambda: self.open_requested.emit(line.number))
        row.resume_requested.connect(lambda: self.resume_requested.emit(line.number))
        row.remove_requested.connect(lambda: self.remove_requested.emit(line.number))
        return row

    def _show_all(self) -> None:
        self._all = True
        self._fold()

    def _fold(self) -> None:
        hidden = [] if self._all else self.rows[SHOWN:]
        for row in self.rows:
            row.setVisible(row not in hidden)
        self.all_button.setText(fill(self.tr("Show %1 more"), integer(len(hidden))))
        self.all_button.setVisible(bool(hidden))


class HistoryRow(QWidget):
    """Signals: open_requested, resume_requested, remove_requested: after asking."""

    open_requested = Signal()
    resume_requested = Signal()
    remove_requested = Signal()

    def __init__(self, line: HistoryLine, words: HistoryWords, icons: Icons) -> None:
        super().__init__()
        self._line = line
        self._words = words
        title = ElidedLabel(line.title, Qt.TextElideMode.ElideMiddle)
        title.setProperty("tone", "heading")
        details = ElidedLabel(line.details)
        details.setProperty("tone", "small")
        spoken = f"{line.title}, {line.details}"
        self.open_button = text_button(self.tr("Open"))
        self.open_button.setAccessibleName(fill(self.tr("Open %1"), spoken))
        self.open_button.clicked.connect(self.open_requested)
        self.resume_button = text_button(self.tr("Go on"))
        self.resume_button.setAccessibleName(fill(self.tr("Go on with %1"), spoken))
        self.resume_button.clicked.connect(self.resume_requested)
        name = fill(words.delete, spoken)
        self.remove_button = icon_button(icons, "trash-2", name, self.tr("Delete…"))
        self.remove_button.clicked.connect(self._ask)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(title)
        texts.addWidget(details)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(8)
        row.addLayout(texts, 1)
        for button in (self.resume_button, self.open_button, self.remove_button):
            row.addWidget(button)
        self.resume_button.setVisible(line.resume)
        self.remove_button.setVisible(line.remove)
        delete_presses(self, self.remove_button)

    def text(self) -> str:
        return f"{self._line.title} · {self._line.details}"

    def _ask(self) -> None:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(fill(self._words.question, self._line.title))
        box.setInformativeText(self._words.consequence)
        box.addButton(QMessageBox.StandardButton.Cancel)
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        delete.clicked.connect(self.remove_requested)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
