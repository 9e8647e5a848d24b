"""Which files are asked: a base, and the levels that are compared with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.ui.compare.file_row import FileRow
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import label, text_button
from desktop.ui.widgets.model_chooser import ModelChooser
from desktop.ui.widgets.replaced_rows import replace_rows
from desktop.ui.widgets.tab_order import tab_before


class LevelsSection(QWidget):
    """Signals:

    changed: a person chose or dropped a file.
    base_chosen: Path; file_added: Path of another that is to be asked.
    """

    changed = Signal()
    base_chosen = Signal(object)
    file_added = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.files: list[FileRow] = []
        self.base = ModelChooser(icons)
        self.base.chosen.connect(self.base_chosen)
        self._found = QVBoxLayout()
        self._found.setSpacing(0)
        self._none = label(
            self.tr("No other file of this model is in the library."), "secondary", wrap=True
        )
        self._problem = label("", "warning", wrap=True)
        self.add_button = text_button(self.tr("Add a file…"))
        self.add_button.clicked.connect(self._ask_file)
        self._others = QWidget()
        below = QVBoxLayout(self._others)
        below.setContentsMargins(0, 8, 0, 0)
        below.setSpacing(4)
        below.addWidget(label(self.tr("Compared with it"), "heading"))
        below.addLayout(self._found)
        below.addWidget(self._none)
        below.addWidget(self._problem)
        below.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeading)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.base)
        column.addWidget(self._others)
        self.show_none()

    def show_none(self) -> None:
        """No base is chosen that can be used."""
        self.base.show_facts(
            "",
            self.tr("Choose the model that is asked first: best the one its levels were made of."),
            "",
        )
        self._others.hide()

    def show_refusal(self, path: Path, sentence: str) -> None:
        """The base cannot be used."""
        self.base.show_refusal(path, sentence)
        self._others.hide()

    def show_base(self, path: Path, facts: str) -> None:
        """The base, and one line on what it is."""
        self.base.show_facts(path.name, facts, str(path))
        self.set_problem("")
        self._others.show()

    def chosen_files(self) -> tuple[Path, ...]:
        """Beside the base."""
        return tuple(row.path for row in self.files if row.chosen)

    def set_files(self, rows: Sequence[FileRow]) -> None:
        """Files that can be compared with the base."""
        self.files = replace_rows(self._found, self.files, rows)
        for row in rows:
            row.toggled.connect(self.changed)
        self._none.setVisible(not rows)
        tab_before(self.add_button, self.files)

    def set_problem(self, sentence: str) -> None:
        """Why a file that was added cannot be asked, or ""."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def problem(self) -> str:
        return self._problem.text()

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Add a model"), "", self.tr("Models (*.gguf);;All files (*)")
        )
        if name:
            self.file_added.emit(Path(name))
