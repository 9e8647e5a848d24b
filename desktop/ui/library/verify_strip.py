"""How far the verification of a model's checksum is, and what it found."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop.ui.formats import fill, integer
from desktop.ui.widgets.buttons import label, set_property, text_button


class VerifyStrip(QWidget):
    """Hidden until there is something to say.

    Signals: cancel_requested.
    """

    cancel_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text = label("", "small", wrap=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._bar.setAccessibleName(self.tr("Reading the file"))
        self.cancel_button = text_button(self.tr("Cancel"))
        self.cancel_button.clicked.connect(self.cancel_requested)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self._text)
        texts.addWidget(self._bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(texts, 1)
        row.addWidget(self.cancel_button)
        self.hide()

    def set_progress(self, fraction: float) -> None:
        """How much of the file is read, 0 to 1."""
        percent = integer(round(fraction * 100))
        self._show(fill(self.tr("Reading the file, %1 %"), percent), "small", running=True)
        self._bar.setValue(round(fraction * 1000))

    def set_result(self, sentence: str, *, sound: bool) -> None:
        """What came of it."""
        self._show(sentence, "small" if sound else "error", running=False)

    def clear(self) -> None:
        self.hide()

    def text(self) -> str:
        return self._text.text()

    def _show(self, text: str, tone: str, *, running: bool) -> None:
        self._text.setText(text)
        set_property(self._text, "tone", tone)
        self._bar.setVisible(running)
        self.cancel_button.setVisible(running)
        self.show()
