"""Which files are asked: a base, and the levels that are compared with it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.compare.other_files import OtherFiles
from desktop.ui.icons import Icons
from desktop.ui.widgets.model_chooser import ModelChooser


class LevelsSection(QWidget):
    """Signals:

    changed: a person chose or dropped a file.
    base_chosen: Path.
    """

    changed = Signal()
    base_chosen = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.base = ModelChooser(icons)
        self.base.chosen.connect(self.base_chosen)
        self.files = OtherFiles(self.tr("Compared with it"))
        self.files.setContentsMargins(0, 8, 0, 0)
        self.files.changed.connect(self.changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.base)
        column.addWidget(self.files)
        self.show_none()

    def show_none(self) -> None:
        """No base is chosen that can be used."""
        self.base.show_facts(
            "",
            self.tr("Choose the model that is asked first: best the one its levels were made of."),
            "",
        )
        self.files.hide()

    def show_refusal(self, path: Path, sentence: str) -> None:
        """The base cannot be used."""
        self.base.show_refusal(path, sentence)
        self.files.hide()

    def show_base(self, path: Path, facts: str) -> None:
        """The base, and one line on what it is."""
        self.base.show_facts(path.name, facts, str(path))
        self.files.set_problem("")
        self.files.show()
