"""A list of short strings, one a line; line breaks inside one are written as \\n."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.inputs import TextBox


class StringsField(QWidget):
    """Signals: changed, when a person changed it."""

    changed = Signal()

    def __init__(self, title: str, explanation: str) -> None:
        super().__init__()
        heading = label(title, "heading")
        self._edit = TextBox(lines=3)
        self._edit.setAccessibleName(title)
        heading.setBuddy(self._edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(heading)
        column.addWidget(self._edit)
        column.addWidget(label(explanation, "small", wrap=True))
        self._edit.textChanged.connect(self.changed)

    def values(self) -> tuple[str, ...]:
        lines = self._edit.toPlainText().split("\n")
        return tuple(_unescaped(line) for line in lines if line)

    def set_values(self, values: tuple[str, ...]) -> None:
        """Show these without saying that they changed."""
        if values == self.values():
            return
        with QSignalBlocker(self._edit):
            self._edit.setPlainText("\n".join(_escaped(value) for value in values))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def _unescaped(text: str) -> str:
    return text.replace("\\\\", "\0").replace("\\n", "\n").replace("\\t", "\t").replace("\0", "\\")
