"""The system prompt, and the switches that the model's chat template takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from desktop.ui.formats import fill
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.inputs import TextBox
from desktop.ui.widgets.replaced_rows import remove_rows


class PromptField(QWidget):
    """Signals:

    text_changed: when a person changed the system prompt.
    arguments_changed: dict of name to bool, when a person changed a switch.
    """

    text_changed = Signal()
    arguments_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        heading = label(self.tr("System prompt"), "heading")
        self._edit = TextBox(lines=5)
        self._edit.setAccessibleName(self.tr("System prompt"))
        self._edit.setPlaceholderText(self.tr("You are a helpful assistant."))
        heading.setBuddy(self._edit)
        self._boxes: dict[str, QCheckBox] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(heading)
        self._column.addWidget(self._edit)
        self._column.addWidget(
            label(self.tr("What the model is told before your first message."), "small", wrap=True)
        )
        self._edit.textChanged.connect(self.text_changed)

    def text(self) -> str:
        return self._edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Show `text` without saying that it changed."""
        if text != self.text():
            with QSignalBlocker(self._edit):
                self._edit.setPlainText(text)

    def set_arguments(self, names: Sequence[str], values: Mapping[str, bool]) -> None:
        """Offer these switches; missing values count as on."""
        remove_rows(self._column, self._boxes.values())
        known = {
            "enable_thinking": self.tr("Let the model think first"),
            "thinking": self.tr("Let the model think first"),
        }
        self._boxes = {}
        for name in names:
            box = QCheckBox(known.get(name, name.replace("_", " ").capitalize()))
            box.setToolTip(fill(self.tr("Passed to the chat template as “%1”"), name))
            box.setChecked(values.get(name, True))
            box.toggled.connect(self._toggled)
            self._boxes[name] = box
            self._column.addWidget(box)

    def _toggled(self) -> None:
        self.arguments_changed.emit({name: box.isChecked() for name, box in self._boxes.items()})
