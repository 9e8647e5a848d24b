"""Where the new files go, and what they are called."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.formats import data_size, fill
from desktop.ui.widgets.buttons import ElidedLabel, label, text_button


class TargetSection(QWidget):
    """Signals: changed, when a person chose another folder."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._usual = Path()
        self._folder: Path | None = None
        self._place = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._names = label("", "small", wrap=True)
        self._names.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._space = label("", "small", wrap=True)
        self.choose_button = text_button(self.tr("Choose a folder…"))
        self.choose_button.clicked.connect(self._ask)
        self.usual_button = text_button(self.tr("Quern's folder"))
        self.usual_button.clicked.connect(lambda: self._set(None))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._place, 1)
        row.addWidget(self.usual_button)
        row.addWidget(self.choose_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._names)
        column.addWidget(self._space)
        self.set_names(())
        self.set_free(None)
        self._show()

    @property
    def folder(self) -> Path:
        return self._folder or self._usual

    def set_usual(self, folder: Path) -> None:
        """Quern's own models folder."""
        self._usual = folder
        self._show()

    def set_names(self, names: Sequence[str]) -> None:
        """What the files will be called."""
        self._names.setText("\n".join(names))
        self._names.setVisible(bool(names))

    def set_free(self, free: int | None) -> None:
        """Bytes the disk has left; None while that is not known."""
        self._space.setText(
            "" if free is None else fill(self.tr("%1 are free there."), data_size(free))
        )
        self._space.setVisible(free is not None)

    def text(self) -> str:
        """All that is said."""
        return "\n".join(part.text() for part in (self._place, self._names, self._space))

    def _set(self, folder: Path | None) -> None:
        self._folder = folder
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        own = self._folder is None
        self._place.setText(str(self.folder))
        self.usual_button.setVisible(not own)

    def _ask(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self, self.tr("Where the new files go"), str(self.folder)
        )
        if name:
            self._set(Path(name))
