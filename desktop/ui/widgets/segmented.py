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
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        for number, text in enumerate(texts):
            button = text_button(text, "segment")
            button.setCheckable(True)
            button.setChecked(number == 0)
            self._group.addButton(button, number)
            row.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._group.idToggled.connect(self._toggled)

    @property
    def current(self) -> int:
        return self._group.checkedId()

    def button(self, number: int) -> QAbstractButton:
        return self._group.button(number)

    def choose(self, number: int) -> None:
        self._group.button(number).setChecked(True)

    def _toggled(self, number: int, on: bool) -> None:
        if on:
            self.changed.emit(number)
