"""The live figures of a conversation: speed, time to first token, context, memory."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.formats import data_size, decimal, fill, integer
from desktop.ui.widgets.buttons import label, set_property

NEARLY_FULL, FULL = 0.8, 0.95
SPACING = 16


class StatusStrip(QWidget):
    """Figures that are not known are not shown, nor the least important ones where room lacks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._note = label("", "small")
        self._speed = self._figure(self.tr("How many tokens the model writes in a second"))
        self._first = self._figure(self.tr("How long the first token of the answer took"))
        self._memory = self._figure(self.tr("Memory the model takes"))
        self._context = self._figure("")
        self._context_bar = QProgressBar()
        self._context_bar.setTextVisible(False)
        self._context_bar.setFixedHeight(3)
        self._context_bar.setAccessibleName(self.tr("Context used"))
        self._context_box = QWidget()
        context = QVBoxLayout(self._context_box)
        context.setContentsMargins(0, 3, 0, 0)
        context.setSpacing(2)
        context.addWidget(self._context)
        context.addWidget(self._context_bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING)
        row.addStretch(1)
        for part in (self._note, self._speed, self._first, self._context_box, self._memory):
            row.addWidget(part)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.clear()

    def set_speed(self, tokens_per_second: float | None) -> None:
        """How fast the model writes."""
        text, spoken = self.tr("%1 tok/s"), self.tr("%1 tokens per second")
        self._set(self._speed, tokens_per_second, 1, text, spoken)

    def set_first_token(self, seconds: float | None) -> None:
        """How long the first token took."""
        text, spoken = self.tr("%1 s to first token"), self.tr("%1 seconds to the first token")
        self._set(self._first, seconds, 2, text, spoken)

    def set_context(self, used: int | None, total: int = 0) -> None:
        """Tokens in the context, and how many it holds."""
        if used is None or total <= 0:
            self._context.clear()
            self._fit()
            return
        numbers = (integer(used), integer(total))
        sentence = fill(self.tr("%1 of %2 tokens of the context used"), *numbers)
        self._context.setText(fill(self.tr("%1 / %2 context"), *numbers))
        self._context.setAccessibleName(sentence)
        share = used / total
        level = "error" if share >= FULL else "warning" if share >= NEARLY_FULL else ""
        if level:
            sentence += "\n" + self.tr("Soon the oldest messages will no longer be seen.")
        self._context_box.setToolTip(sentence)
        self._context_bar.setRange(0, total)
        self._context_bar.setValue(min(used, total))
        set_property(self._context_bar, "level", level)
        self._fit()

    def set_memory(self, size: int) -> None:
        """Bytes that the model takes; 0 is no model, of which nothing is said."""
        text = data_size(size) if size else ""
        self._memory.setText(text)
        self._memory.setAccessibleName(fill(self.tr("%1 of memory"), text))
        self._fit()

    def set_layers(self, on_graphics: int, layers: int) -> None:
        """How many of a model's layers a graphics processor holds."""
        text = self.tr("Memory the model takes")
        if on_graphics > 0:
            told = self.tr("%1 of its %2 layers are on the graphics processor.")
            text += "\n" + fill(told, integer(on_graphics), integer(layers))
        self._memory.setToolTip(text)

    def set_note(self, text: str) -> None:
        """Say what is going on, in place of the figures of the last answer; "" shows them again."""
        self._note.setText(text)
        self._fit()

    def clear(self) -> None:
        """Nothing is known."""
        for part in (self._note, self._speed, self._first, self._context, self._memory):
            part.clear()
        self._fit()

    def text(self) -> str:
        """What is known, as one line."""
        parts = (self._note, self._speed, self._first, self._context, self._memory)
        return " · ".join(part.text() for part in parts if part.text())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show what is known, the most important first, as far as there is room."""
        room = self.width() + SPACING
        noting = bool(self._note.text())
        for part, known in (
            (self._note, noting),
            (self._context_box, bool(self._context.text())),
            (self._speed, bool(self._speed.text()) and not noting),
            (self._memory, bool(self._memory.text())),
            (self._first, bool(self._first.text()) and not noting),
        ):
            needed = part.sizeHint().width() + SPACING
            shown = known and needed <= room
            part.setVisible(shown)
            room -= needed if shown else 0

    def _set(
        self, target: QLabel, value: float | None, decimals: int, text: str, spoken: str
    ) -> None:
        number = "" if value is None else decimal(value, decimals)
        target.setText(fill(text, number) if number else "")
        target.setAccessibleName(fill(spoken, number))
        self._fit()

    def _figure(self, tool_tip: str) -> QLabel:
        made = label("", "small")
        made.setToolTip(tool_tip)
        return made
