"""A quiet switch between a few views."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QSizePolicy

from desktop.ui.widgets.buttons import text_button


class Segmented(QFrame):
    """One of `texts` is chosen, the first one to begin with. The arrow keys move.

    Signals:
        changed: number of the chosen one, when it became another.
    """

    changed = Signal(int)

    def __init__(self, name: str, texts: Sequence[str]) -> None:
        super().__init__()
        self.setObjectName("segmented")
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2, 2, 2, 2)
        self._row.setSpacing(2)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        for text in texts:
            self.add(text)
        self._group.idToggled.connect(self._toggled)

    @property
    def current(self) -> int:
        return self._group.checkedId()

    def add(self, text: str) -> int:
        """One more, at the end; returns its number."""
        number = len(self._group.buttons())
        button = text_button(text, "segment")
        button.setCheckable(True)
        button.setChecked(number == 0)
        self._group.addButton(button, number)
        self._row.addWidget(button)
        return number

    def button(self, number: int) -> QAbstractButton:
        return self._group.button(number)

    def choose(self, number: int) -> None:
        self._group.button(number).setChecked(True)

    def _toggled(self, number: int, on: bool) -> None:
        if on:
            self.changed.emit(number)
