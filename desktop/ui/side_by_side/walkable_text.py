"""A text that streams in, and whose tokens can then be walked and asked about."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPalette,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

NONE = -1
_MARKED, _HOVERED = 0.3, 0.12  # how strong the accent is behind a token


class WalkableText(QPlainTextEdit):
    """Read-only. Once tokens are known the arrow keys, Home and End go from one to the next, and
    Enter, Space or a click chooses one.

    Signals:
        chosen: index of a token.
    """

    chosen = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._spans: tuple[tuple[int, int], ...] = ()  # in the document's own positions
        self._starts: list[int] = []
        self._marks: frozenset[int] = frozenset()
        self._quiet = 0  # where the lighter text ends
        self._current = NONE
        self._hovered = NONE
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)  # the column is behind it
        self.document().setDocumentMargin(0)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    # --- text -------------------------------------------------------------------------------

    def begin(self) -> None:
        """Another text is going to come."""
        self.clear()
        self._quiet = 0
        self.set_tokens((), "")

    def add(self, text: str, *, quiet: bool = False) -> None:
        """More text at the end; `quiet` in a lighter ink. Who reads the end goes on doing so."""
        bar = self.verticalScrollBar()
        at_end = bar.value() >= bar.maximum()
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(_one_for_one(text), self._quiet_form() if quiet else QTextCharFormat())
        if quiet:
            self._quiet = cursor.position()
        if at_end:
            bar.setValue(bar.maximum())

    def set_whole(self, quiet: str, text: str) -> None:
        """Show `quiet` and then `text`, unless that is shown already."""
        if self.toPlainText() != _one_for_one(quiet + text):
            self.begin()
            self.add(quiet, quiet=True)
            self.add(text)

    # --- tokens -----------------------------------------------------------------------------

    @property
    def current(self) -> int:
        """The token the keyboard is on, or NONE."""
        return self._current

    @property
    def count(self) -> int:
        """How many tokens there are."""
        return len(self._spans)

    def set_tokens(self, spans: Sequence[tuple[int, int]], text: str) -> None:
        """Where the tokens of `text`, which is shown, stand in it, in characters."""
        places = _document_places(text)
        self._spans = tuple((places(start), places(end)) for start, end in spans)
        self._starts = [start for start, _ in self._spans]
        self._current = self._hovered = NONE
        self._marks = frozenset()
        self._show()

    @property
    def marks(self) -> frozenset[int]:
        """The tokens that are marked."""
        return self._marks

    def set_marks(self, indexes: Collection[int]) -> None:
        """Mark these tokens; beyond the last one is the end of the text."""
        self._marks = frozenset(indexes)
        self._show()

    def go_to(self, index: int) -> None:
        """Show a token and put the keyboard on it."""
        if not self._spans:
            return
        self._current = max(0, min(index, len(self._spans) - 1))
        start, end = self._spans[self._current]
        cursor = QTextCursor(self.document())
        cursor.setPosition(start if index < len(self._spans) else end)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
        words = self.text_of(self._current)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
        self._show()

    def text_of(self, index: int) -> str:
        """What stands at a token's place."""
        start, end = self._spans[index]
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor.selectedText()

    def token_at(self, position: int) -> int:
        """The token at a position of the document, or NONE."""
        index = bisect_right(self._starts, position) - 1
        while index >= 0 and self._spans[index][0] == self._spans[index][1]:
            index -= 1  # nothing of it is shown
        if index < 0 or not self._spans[index][0] <= position < self._spans[index][1]:
            return NONE
        first = self._spans[index][0]
        while index > 0 and self._spans[index - 1] == (first, self._spans[index][1]):
            index -= 1  # the first of those that make up one character
        return index

    # --- keyboard and pointer ---------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        forward, back = Qt.Key.Key_Right, Qt.Key.Key_Left
        if self.isRightToLeft():
            forward, back = back, forward
        steps = {forward: self._current + 1, back: self._current - 1}
        steps |= {Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(self._spans) - 1}
        key = Qt.Key(event.key())
        if not plain or not self._spans:
            super().keyPressEvent(event)
        elif key in steps:
            self.go_to(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self._current != NONE:
                self.chosen.emit(self._current)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self._pointed_at(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self._pointed_at(event)
        left = event.button() is Qt.MouseButton.LeftButton
        if left and index != NONE and not self.textCursor().hasSelection():
            self._current = index
            self._show()
            self.chosen.emit(index)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(NONE)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            cursor = QTextCursor(self.document())
            cursor.setPosition(self._quiet, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(self._quiet_form())
            self._show()

    # --- inside -----------------------------------------------------------------------------

    def _pointed_at(self, event: QMouseEvent) -> int:
        place = event.position().toPoint()
        cursor = self.cursorForPosition(place)
        position = cursor.position()
        if self.cursorRect(cursor).left() > place.x():  # it goes between characters
            position -= 1
        return self.token_at(position)

    def _quiet_form(self) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setForeground(self.palette().color(QPalette.ColorRole.PlaceholderText))
        return form

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            shape = (
                Qt.CursorShape.IBeamCursor if index == NONE else Qt.CursorShape.PointingHandCursor
            )
            self.viewport().setCursor(shape)
            self._show()

    def _show(self) -> None:
        """Draw what stands out: a handful of tokens, however long the text is."""
        shown: list[QTextEdit.ExtraSelection] = []
        accent = self.palette().color(QPalette.ColorRole.Accent)
        for index, strength in (
            *((mark, _MARKED) for mark in self._marks if mark < len(self._spans)),
            *([(self._hovered, _HOVERED)] if self._hovered != NONE else []),
        ):
            form = QTextCharFormat()
            accent.setAlphaF(strength)
            form.setBackground(accent)
            if index in self._marks:
                form.setFontUnderline(True)
            shown.append(self._selection(index, form))
        if self._current != NONE and self._current < len(self._spans):
            form = QTextCharFormat()
            form.setBackground(self.palette().color(QPalette.ColorRole.Highlight))
            form.setForeground(self.palette().color(QPalette.ColorRole.HighlightedText))
            shown.append(self._selection(self._current, form))
        self.setExtraSelections(shown)

    def _selection(self, index: int, form: QTextCharFormat) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        start, end = self._spans[index]
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        selection.cursor, selection.format = cursor, form
        return selection


def _one_for_one(text: str) -> str:
    """`text` without what Qt would make more or fewer characters of."""
    return text.replace("\r", " ").replace("\0", "\ufffd")


def _document_places(text: str) -> Callable[[int], int]:
    """Turns a character's place into the document's position, which counts those outside Unicode's
    first 65,536 twice."""
    wide = [place for place, character in enumerate(text) if ord(character) > 0xFFFF]
    return lambda place: place + bisect_left(wide, place)
