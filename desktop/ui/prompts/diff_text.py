"""What changed between two versions: signs, strokes and lines say it, and colours too."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont, QPalette, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from desktop.core.prompt_diff import DiffLine, LineKind, Part, PartDiff
from desktop.domain.prompt import PromptContent

SIGNS = {LineKind.SAME: "  ", LineKind.REMOVED: "− ", LineKind.ADDED: "+ "}


class DiffText(QPlainTextEdit):
    """Read only; can be selected and copied."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setProperty("kind", "field")
        self._parts: Sequence[PartDiff] = ()
        self._content = PromptContent("")

    def show_difference(self, parts: Sequence[PartDiff], content: PromptContent) -> None:
        """Show what `parts` say; where they say nothing, the text of `content`."""
        self._parts, self._content = parts, content
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._write()

    def _write(self) -> None:
        self.clear()
        cursor = self.textCursor()
        plain = QTextCharFormat()
        if not self._parts:
            cursor.insertText(self._content.text, plain)
        heading = QTextCharFormat()
        heading.setFontWeight(QFont.Weight.DemiBold)
        for number, part in enumerate(self._parts):
            cursor.insertText("\n\n" if number else "", plain)
            cursor.insertText(self._name(part.part), heading)
            for line in part.lines:
                cursor.insertText("\n" + SIGNS[line.kind], plain)
                self._write_line(cursor, line)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _write_line(self, cursor: QTextCursor, line: DiffLine) -> None:
        for piece in line.pieces:
            look = QTextCharFormat()
            if line.kind is LineKind.REMOVED:
                look.setForeground(self.palette().color(QPalette.ColorRole.BrightText))
                look.setFontStrikeOut(piece.changed)
            elif line.kind is LineKind.ADDED:
                look.setForeground(self.palette().color(QPalette.ColorRole.Link))
                look.setFontUnderline(piece.changed)
                look.setFontWeight(QFont.Weight.DemiBold if piece.changed else QFont.Weight.Normal)
            cursor.insertText(piece.text, look)

    def _name(self, part: Part) -> str:
        return {
            Part.TEXT: self.tr("Text"),
            Part.SYSTEM_PROMPT: self.tr("System prompt"),
            Part.FIELDS: self.tr("Placeholders"),
            Part.EXAMPLES: self.tr("Examples"),
            Part.SAMPLER: self.tr("How it is answered"),
            Part.THEN: self.tr("What follows"),
        }[part]
