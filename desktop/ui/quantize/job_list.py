"""What is being made and what came of it, the newest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.formats import fill, integer
from desktop.ui.icons import Icons
from desktop.ui.quantize.job_row import JobLine, JobRow
from desktop.ui.widgets.buttons import text_button
from desktop.ui.widgets.replaced_rows import remove_rows
from desktop.ui.widgets.tab_order import tab_before

SHOWN = 4  # rows that have ended; the others unfold


class JobList(QWidget):
    """Signals:

    cancel_requested, pause_requested, resume_requested, retry_requested, forget_requested: id.
    chat_requested, folder_requested, quantize_requested: Path of a result.
    compare_requested: Path of a model that levels were made of.
    """

    cancel_requested = Signal(int)
    pause_requested = Signal(int)
    resume_requested = Signal(int)
    retry_requested = Signal(int)
    forget_requested = Signal(int)
    chat_requested = Signal(object)
    folder_requested = Signal(object)
    quantize_requested = Signal(object)
    compare_requested = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._rows: dict[int, JobRow] = {}
        self._all = False
        self.all_button = text_button("", "link")
        self.all_button.clicked.connect(self._show_all)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.all_button)
        self._fold()

    def set_lines(self, lines: Sequence[tuple[int, JobLine]]) -> None:
        """Show these by id, in this order.

        Rows that stay are kept, and with them the focus; that of a row that goes passes to the one
        that takes its place.
        """
        wanted = {number for number, _ in lines}
        left: int | None = None
        for number in [number for number in self._rows if number not in wanted]:
            row = self._rows.pop(number)
            if row.has_focus():
                left = self._column.indexOf(row)
            remove_rows(self._column, [row])
        for place, (number, line) in enumerate(lines):
            kept = self._rows.get(number)
            if kept is None:
                kept = self._rows[number] = self._make_row(number, line)
            else:
                kept.show_line(line)
            if self._column.indexOf(kept) != place:
                self._column.insertWidget(place, kept)
        self._order()
        if left is not None and self._rows:
            self._take_focus(min(left, len(self._rows) - 1))

    def set_line(self, number: int, line: JobLine) -> None:
        """One of them went on."""
        row = self._rows.get(number)
        if row is None:
            return
        before = row.line
        row.show_line(line)
        if (before.cancel, before.results) != (line.cancel, line.results):
            self._order()

    def has_focus(self) -> bool:
        """Whether a button of one of them has it."""
        return any(row.has_focus() for row in self._rows.values())

    def focus_newest(self) -> None:
        """Give the focus to the job that was begun last."""
        if self._rows:
            self._take_focus(0)

    def row(self, number: int) -> JobRow:
        """Raises: KeyError."""
        return self._rows[number]

    @property
    def count(self) -> int:
        return len(self._rows)

    def _make_row(self, number: int, line: JobLine) -> JobRow:
        row = JobRow(line, self._icons)
        row.cancel_requested.connect(lambda: self.cancel_requested.emit(number))
        row.pause_requested.connect(lambda: self.pause_requested.emit(number))
        row.resume_requested.connect(lambda: self.resume_requested.emit(number))
        row.retry_requested.connect(lambda: self.retry_requested.emit(number))
        row.forget_requested.connect(lambda: self.forget_requested.emit(number))
        row.chat_requested.connect(self.chat_requested)
        row.folder_requested.connect(self.folder_requested)
        row.quantize_requested.connect(self.quantize_requested)
        row.compare_requested.connect(self.compare_requested)
        return row

    def _take_focus(self, place: int) -> None:
        """Give the focus to the row at a place."""
        next(row for row in self._rows.values() if self._column.indexOf(row) == place).take_focus()

    def _show_all(self) -> None:
        self._all = True
        self._fold()

    def _order(self) -> None:
        """Rows and what they offer may have come since."""
        self._fold()
        tab_before(self.all_button, sorted(self._rows.values(), key=self._column.indexOf))

    def _fold(self) -> None:
        """Show what is going on and the newest of what has ended."""
        ended = [row for row in self._rows.values() if not row.line.cancel]
        ended.sort(key=self._column.indexOf)
        hidden = [] if self._all else ended[SHOWN:]
        for row in self._rows.values():
            row.setVisible(row not in hidden)
        self.all_button.setText(fill(self.tr("Show %1 more"), integer(len(hidden))))
        self.all_button.setVisible(bool(hidden))
