"""The folders a person added, each with a way to remove it from the list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import ElidedLabel, icon_button
from desktop.ui.widgets.replaced_rows import replace_rows


class FolderList(QWidget):
    """Signals: remove_requested with the Path of a folder."""

    remove_requested = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 0, 0, 0)
        self._column.setSpacing(0)

    def set_folders(self, folders: Sequence[Path]) -> None:
        made = [self._make_row(folder) for folder in folders]
        self._rows = replace_rows(self._column, self._rows, made)

    def _make_row(self, folder: Path) -> QWidget:
        row = QWidget()
        name = ElidedLabel(str(folder), Qt.TextElideMode.ElideMiddle)
        name.setProperty("tone", "small")
        remove = icon_button(
            self._icons,
            "x",
            fill(self.tr("Stop looking in %1"), folder),
            self.tr("Stop looking in this folder; nothing in it is deleted"),
        )
        remove.clicked.connect(lambda: self.remove_requested.emit(folder))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(name, 1)
        line.addWidget(remove)
        return row
