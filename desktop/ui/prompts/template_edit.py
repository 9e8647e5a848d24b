"""Editors that are as tall as their text, and one whose placeholders stand out."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QPalette,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextDocument,
)

from desktop.domain.prompt_template import is_name
from desktop.ui.widgets.inputs import TEXT_BOX_FRAME, TextBox

_BRACES = re.compile(r"\{\{|\{([^\s{}]+)\}")


class GrowingBox(TextBox):
    """Between `lines` and `most` lines high; more is scrolled.

    Signals: written, when a person changed the text. (Qt's `textChanged` also tells of colours.)
    """

    written = Signal()

    def __init__(self, name: str, lines: int = 2, most: int = 16) -> None:
        self._most = most
        self._text = ""
        super().__init__(lines)
        self.textChanged.connect(self._changed)
        self.setAccessibleName(name)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def set_text(self, text: str) -> None:
        """Show `text`; where it is shown already, the cursor stays."""
        if text != self.toPlainText():
            self._text = text
            self.setPlainText(text)

    def _changed(self) -> None:
        text = self.toPlainText()
        if text != self._text:
            self._text = text
            self.written.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # A plain-text document measures its height in lines.
        wanted = round(self.document().size().height())
        lines = max(self._lines, min(self._most, wanted))
        self.setFixedHeight(self.fontMetrics().lineSpacing() * lines + TEXT_BOX_FRAME)
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if wanted > self._most else policy.ScrollBarAlwaysOff
        )


class TemplateEdit(GrowingBox):
    """Its placeholders stand out."""

    def __init__(self, name: str, lines: int = 2, most: int = 16) -> None:
        super().__init__(name, lines, most)
        self._marks = _Marks(self.document(), self.palette())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._marks.set_palette(self.palette())


class _Marks(QSyntaxHighlighter):
    def __init__(self, document: QTextDocument, palette: QPalette) -> None:
        super().__init__(document)
        self._format = QTextCharFormat()
        self._format.setFontWeight(QFont.Weight.DemiBold)
        self._dress(palette)

    def set_palette(self, palette: QPalette) -> None:
        self._dress(palette)
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        for found in _BRACES.finditer(text):
            if is_name(found[1] or ""):
                self.setFormat(found.start(), found.end() - found.start(), self._format)

    def _dress(self, palette: QPalette) -> None:
        self._format.setForeground(palette.color(QPalette.ColorRole.Link))
        self._format.setBackground(palette.color(QPalette.ColorRole.Light))
