"""Which files take part, where several levels of a model are asked the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.model import ModelInfo
from desktop.ui.compare.file_row import FileRow
from desktop.ui.formats import amount, fill, integer
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.model_chooser import ModelChooser
from desktop.ui.widgets.replaced_rows import replace_rows
from desktop.ui.widgets.tab_order import tab_before


class LevelsSection(QWidget):
    """Signals:

    changed: a person ticked or unticked a file.
    file_chosen: Path of a file that is to take part; of the first one, with its other levels.
    cleared: another choice begins.
    """

    changed = Signal()
    file_chosen = Signal(object)
    cleared = Signal()

    def __init__(self, icons: Icons, hint: str) -> None:
        """`hint` says what to choose, and what the order means."""
        super().__init__()
        self._hint = hint
        self.rows: list[FileRow] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        self._note = label("", "secondary", wrap=True)
        self.chooser = ModelChooser(icons)
        self.chooser.chosen.connect(self.file_chosen)
        self.clear_button = self.chooser.add_button(self.tr("Choose anew"))
        self.clear_button.clicked.connect(self.cleared)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._column)
        column.addWidget(self._note)
        column.addWidget(self.chooser)
        self.set_rows(())

    def chosen(self) -> tuple[ModelInfo, ...]:
        """The files that take part, in the order shown."""
        return tuple(row.info for row in self.rows if row.chosen)

    def lacking(self, fewest: int, most: int) -> str:
        """Why these are not from `fewest` to `most` files, or ""."""
        count = len(self.chosen())
        if not self.rows:
            return self.tr("Choose a model first.")
        if fewest <= count <= most:
            return ""
        chosen = amount(count, self.tr("1 is chosen"), self.tr("%1 are chosen"))
        text = self.tr("Choose %1 to %2 files; %3.")
        return fill(text, integer(fewest), integer(most), chosen)

    def set_rows(self, rows: Sequence[FileRow], note: str = "") -> None:
        """The files there are to choose from; `note` is what there is to say about them."""
        self.rows = replace_rows(self._column, self.rows, rows)
        for row in rows:
            row.toggled.connect(self.changed)
        self.chooser.show_facts("", self._hint, "")
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.clear_button.setVisible(bool(rows))
        tab_before(self.chooser.model_button, rows)

    def show_looking(self, path: Path) -> None:
        """`path` is being looked at."""
        self.chooser.show_looking(path)

    def show_refusal(self, path: Path, sentence: str) -> None:
        """`path` cannot take part."""
        self.chooser.show_refusal(path, sentence)

    def note(self) -> str:
        return self._note.text()
