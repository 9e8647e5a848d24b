"""The other files of a model, of which some are compared with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.core.comparison_candidates import candidates
from desktop.domain.library import LibraryEntry
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

    def rows_for(
        self,
        base: ModelInfo,
        entries: Iterable[LibraryEntry],
        added: Mapping[Path, ModelInfo],
        asked: Path | None = None,
    ) -> list[FileRow]:
        """Rows for the files of `base` among `entries`, and for those that were `added` by name.

        What is chosen stays so; of the others those take part that were added, and smaller ones
        whose name says that they are levels of `base`. `asked` was added just now.
        """
        chosen = {row.path: row.chosen for row in self.rows if row.path != asked}
        rows = []
        for one in candidates(base, entries):
            path = one.info.path
            note = "" if one.sure else self.tr("It has another name: is it the same model?")
            usual = one.sure and one.info.bits_per_weight < base.bits_per_weight
            takes_part = chosen.get(path, usual or path in added)
            rows.append(FileRow(one.info, note, chosen=takes_part))
        listed = {row.path for row in rows}
        rows += [
            FileRow(info, "", chosen=chosen.get(path, True))
            for path, info in added.items()
            if path not in listed
        ]
        return rows

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
