"""The other files of a model, of which some are compared with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.domain.model import ModelInfo
from desktop.ui.compare.file_row import FileRow
from desktop.ui.widgets.buttons import label, text_button
from desktop.ui.widgets.replaced_rows import replace_rows
from desktop.ui.widgets.tab_order import tab_before


class OtherFiles(QWidget):
    """Signals:

    changed: a person chose or dropped a file.
    file_added: Path of a file that is to take part.
    """

    changed = Signal()
    file_added = Signal(object)

    def __init__(self, title: str) -> None:
        super().__init__()
        self.rows: list[FileRow] = []
        self._found = QVBoxLayout()
        self._found.setSpacing(0)
        self._none = label(
            self.tr("No other file of this model is in the library."), "secondary", wrap=True
        )
        self._problem = label("", "warning", wrap=True)
        self._problem.hide()
        self.add_button = text_button(self.tr("Add a file…"))
        self.add_button.clicked.connect(self._ask_file)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(label(title, "heading"))
        column.addLayout(self._found)
        column.addWidget(self._none)
        column.addWidget(self._problem)
        column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeading)

    def chosen(self) -> tuple[ModelInfo, ...]:
        return tuple(row.info for row in self.rows if row.chosen)

    def set_rows(self, rows: Sequence[FileRow]) -> None:
        """The files there are."""
        self.rows = replace_rows(self._found, self.rows, rows)
        for row in rows:
            row.toggled.connect(self.changed)
        self._none.setVisible(not rows)
        tab_before(self.add_button, rows)

    def set_problem(self, sentence: str) -> None:
        """Why a file that was added cannot take part, or ""."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def problem(self) -> str:
        return self._problem.text()

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Add a level of this model"),
            "",
            self.tr("Models (*.gguf);;All files (*)"),
        )
        if name:
            self.file_added.emit(Path(name))
