"""A few ways to do something, of which one is chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QRadioButton, QVBoxLayout, QWidget

from desktop.ui.widgets.buttons import label

INDENT = 30  # of what stands below a choice's name


class Choices(QWidget):
    """Each has a name, a line of explanation and perhaps a part that shows while it is chosen.

    Signals:
        changed: name of the one a person chose.
    """

    changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[str, QRadioButton] = {}
        self._lines: dict[str, QLabel] = {}
        self._parts: dict[str, QWidget] = {}
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._clicked)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def add(self, name: str, text: str, explanation: str, part: QWidget | None = None) -> None:
        """The first one added is chosen; `part` has the INDENT of its own."""
        button = QRadioButton(text)
        button.setChecked(not self.buttons)
        self._group.addButton(button)
        self.buttons[name] = button
        line = self._lines[name] = label("", "small", wrap=True)
        line.setIndent(INDENT)
        self._column.addWidget(button)
        self._column.addWidget(line)
        self.explain(name, explanation)
        if part is not None:
            self._parts[name] = part
            self._column.addWidget(part)
        self._show()

    @property
    def current(self) -> str:
        return next(name for name, button in self.buttons.items() if button.isChecked())

    def choose(self, name: str) -> None:
        """Without saying so."""
        self.buttons[name].setChecked(True)
        self._show()

    def explain(self, name: str, text: str) -> None:
        """What stands below a choice."""
        self._lines[name].setText(text)
        self._lines[name].setVisible(bool(text))
        self.buttons[name].setAccessibleDescription(text)

    def explanation(self, name: str) -> str:
        return self._lines[name].text()

    def _clicked(self) -> None:
        self._show()
        self.changed.emit(self.current)

    def _show(self) -> None:
        for name, part in self._parts.items():
            part.setVisible(name == self.current)
