"""The foot of the page: what will happen, and the button that makes it happen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from desktop.ui.widgets.buttons import label, set_property, text_button
from desktop.ui.widgets.readiness import Readiness, Summary

_TONES = {Readiness.READY: "", Readiness.LACKING: "secondary", Readiness.IMPOSSIBLE: "error"}


class ActionBar(QFrame):
    """Signals: start_requested."""

    start_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("actionBar")
        self._sentence = label("", wrap=True)
        self.button = text_button("", "primary")
        self.button.clicked.connect(self.start_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 10, 24, 10)
        row.setSpacing(16)
        row.addWidget(self._sentence, 1)
        row.addWidget(self.button)

    def set_action(self, text: str) -> None:
        """What stands on the button."""
        self.button.setText(text)

    def set_summary(self, summary: Summary) -> None:
        """What the button will do, or why it cannot be pressed."""
        self._sentence.setText(summary.sentence)
        set_property(self._sentence, "tone", _TONES[summary.readiness])
        self.button.setEnabled(summary.readiness is Readiness.READY)
        self.button.setAccessibleDescription(summary.sentence)

    def text(self) -> str:
        return self._sentence.text()
