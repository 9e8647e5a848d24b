"""The live figures of a conversation: speed, time to first token, context, memory."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from desktop.ui.formats import data_size, decimal, fill, integer
from desktop.ui.widgets.buttons import label, set_property

NEARLY_FULL, FULL = 0.8, 0.95


class StatusStrip(QWidget):
    """Figures that are not known are not shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._note = self._figure("")
        self._speed = self._figure(self.tr("How many tokens the model writes in a second"))
        self._first = self._figure(self.tr("How long the first token of the answer took"))
        self._context = self._figure("")
        self._context_bar = QProgressBar()
        self._context_bar.setTextVisible(False)
        self._context_bar.setFixedHeight(3)
        self._context_bar.setAccessibleName(self.tr("Context used"))
        self._memory = self._figure(self.tr("Memory the model takes"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        context = QVBoxLayout()
        context.setContentsMargins(0, 3, 0, 0)
        context.setSpacing(2)
        context.addWidget(self._context)
        context.addWidget(self._context_bar)
        row.addStretch(1)
        row.addWidget(self._note)
        row.addWidget(self._speed)
        row.addWidget(self._first)
        row.addLayout(context)
        row.addWidget(self._memory)
        self.clear()

    def set_speed(self, tokens_per_second: float | None) -> None:
        self._set(
            self._speed, tokens_per_second, self.tr("%1 tok/s"), self.tr("%1 tokens per second")
        )

    def set_first_token(self, seconds: float | None) -> None:
        self._set(
            self._first,
            seconds,
            self.tr("%1 s to first token"),
            self.tr("%1 seconds to the first token"),
            2,
        )

    def set_context(self, used: int | None, total: int = 0) -> None:
        """Tokens in the context, and how many it holds."""
        known = used is not None and total > 0
        self._context.setVisible(known)
        self._context_bar.setVisible(known)
        if used is None or total <= 0:
            return
        of = self.tr("%1 / %2 context")
        spoken = self.tr("%1 of %2 tokens of the context used")
        self._context.setText(fill(of, integer(used), integer(total)))
        sentence = fill(spoken, integer(used), integer(total))
        self._context.setAccessibleName(sentence)
        share = used / total
        level = "error" if share >= FULL else "warning" if share >= NEARLY_FULL else ""
        if level:
            sentence += "\n" + self.tr("Soon the oldest messages will no longer be seen.")
        self._context.setToolTip(sentence)
        self._context_bar.setToolTip(sentence)
        self._context_bar.setRange(0, total)
        self._context_bar.setValue(min(used, total))
        set_property(self._context_bar, "level", level)

    def set_memory(self, size: int | None) -> None:
        """Bytes."""
        self._memory.setVisible(size is not None)
        if size is not None:
            text = data_size(size)
            self._memory.setText(text)
            self._memory.setAccessibleName(fill(self.tr("%1 of memory"), text))

    def set_note(self, text: str) -> None:
        """Say what is going on, in place of the figures of the last answer; "" shows them again."""
        self._note.setText(text)
        self._note.setVisible(bool(text))
        for figure in (self._speed, self._first):
            figure.setVisible(bool(figure.text()) and not text)

    def clear(self) -> None:
        """Nothing is known."""
        self.set_note("")
        self.set_speed(None)
        self.set_first_token(None)
        self.set_context(None)
        self.set_memory(None)

    def text(self) -> str:
        """The figures shown, as one line."""
        parts = (self._note, self._speed, self._first, self._context, self._memory)
        return " · ".join(part.text() for part in parts if not part.isHidden())

    def _set(
        self, target: QLabel, value: float | None, text: str, spoken: str, decimals: int = 1
    ) -> None:
        target.setVisible(value is not None and not self._note.text())
        if value is None:
            target.clear()
        else:
            number = decimal(value, decimals)
            target.setText(fill(text, number))
            target.setAccessibleName(fill(spoken, number))

    def _figure(self, tool_tip: str) -> QLabel:
        made = label("", "small")
        made.setToolTip(tool_tip)
        return made
