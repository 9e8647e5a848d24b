"""A file that a job made, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.ui.formats import fill
from desktop.ui.widgets.buttons import ElidedLabel, label, text_button
from desktop.ui.widgets.flow_layout import FlowLayout


@dataclass(frozen=True, slots=True)
class ResultLine:
    """What a row shows.

    Attributes:
        title: its name, or "" where that is said already.
        figures: its size.
        note: what it is, in a sentence.
        model: whether it can be chatted with.
        level: whether it can be compared with what it was made of.
        source: whether it was made to be quantized.
        gone: whether it is not there any more.
    """

    path: Path
    title: str = ""
    figures: str = ""
    note: str = ""
    model: bool = False
    level: bool = False
    source: bool = False
    gone: bool = False


class ResultRow(QWidget):
    """Signals: chat_requested, compare_requested, folder_requested, quantize_requested: Path of the
    file.

    Attributes:
        first: the first of its buttons; None when the file is gone.
    """

    chat_requested = Signal(object)
    compare_requested = Signal(object)
    folder_requested = Signal(object)
    quantize_requested = Signal(object)

    def __init__(self, line: ResultLine) -> None:
        super().__init__()
        name = line.path.name
        title = ElidedLabel(line.title, Qt.TextElideMode.ElideMiddle)
        heading = QWidget()
        first = QHBoxLayout(heading)
        first.setContentsMargins(0, 0, 0, 0)
        first.setSpacing(12)
        first.addWidget(title, 1)
        first.addWidget(label(line.figures, "secondary"))
        note = label(line.note, "small", wrap=True)
        buttons = QWidget()
        row = FlowLayout(buttons)
        self.first: QPushButton | None = None
        for text, spoken, signal, shown in (
            (self.tr("Chat"), self.tr("Chat with %1"), self.chat_requested, line.model),
            (
                self.tr("Compare"),
                self.tr("Compare %1 with what it was made of"),
                self.compare_requested,
                line.level,
            ),
            (self.tr("Quantize it"), self.tr("Quantize %1"), self.quantize_requested, line.source),
            (
                self.tr("Show in folder"),
                self.tr("Show %1 in its folder"),
                self.folder_requested,
                not line.gone,
            ),
        ):
            if shown:
                button = text_button(text)
                self.first = self.first or button
                button.setAccessibleName(fill(spoken, name))
                button.clicked.connect(lambda _=False, signal=signal: signal.emit(line.path))
                row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 6)
        column.setSpacing(4)
        for part in (heading, note, buttons):
            column.addWidget(part)
        # Before they are in the row, each would be a window of its own.
        heading.setVisible(bool(line.title))
        note.setVisible(bool(line.note))
        buttons.setVisible(not line.gone)
