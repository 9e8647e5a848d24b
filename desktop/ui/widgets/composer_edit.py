"""The editor of the composer: as tall as its text, up to ten lines."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

from desktop.ui.prompts.drag import prompt_id_of

MAX_LINES = 10
# Beyond this a paste becomes an attachment: laying out a megabyte would freeze the window.
MAX_PASTE_CHARACTERS = 10_000


class ComposerEdit(QPlainTextEdit):
    """Signals:

    submitted: the key that sends was pressed.
    went_up: the Up key was pressed while there is no text.
    long_text_pasted: a text too long for the editor.
    files_dropped: list of Path.
    prompt_dropped: id of a prompt of the library.
    focus_changed: whether it has the focus.
    """

    submitted = Signal()
    went_up = Signal()
    long_text_pasted = Signal(str)
    files_dropped = Signal(list)
    prompt_dropped = Signal(int)
    focus_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.send_with_enter = True
        self.setObjectName("composerEdit")
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._wanted_height())

    def event(self, event: QEvent) -> bool:
        # Without typing to undo the key is for what was deleted in the window.
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Undo)
            and not self.document().isUndoAvailable()
        ):
            event.ignore()
            return True
        return super().event(event)

    def slash_query(self) -> str | None:
        """What follows a "/" that stands first in the text or after a blank line, up to the cursor;
        None where there is no such "/". A path has more than one and is none."""
        cursor = self.textCursor()
        line = cursor.block().text()[: cursor.positionInBlock()]
        before = cursor.block().previous()
        if not line.startswith("/") or "/" in line[1:] or cursor.hasSelection():
            return None
        return line[1:] if not before.isValid() or not before.text().strip() else None

    def take_slash(self) -> None:
        """Remove the "/" and what was searched for with it, where the cursor stands after them."""
        if self.slash_query() is not None:
            cursor = self.textCursor()
            cursor.setPosition(cursor.block().position(), cursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
            if control or (plain and self.send_with_enter):
                self.submitted.emit()
                return
            # Qt's own Shift+Enter puts U+2028 there, which is no line break to a model.
            self.textCursor().insertBlock()
            self.ensureCursorVisible()
            return
        if event.key() == Qt.Key.Key_Up and plain and self.document().isEmpty():
            self.went_up.emit()
            return
        super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        # A model dropped here is for the window to look at; its address must not become text.
        if any(path.suffix.lower() == ".gguf" for path in _files(source)):
            return False
        if prompt_id_of(source) is not None:
            return True
        return source.hasText() or bool(_files(source))

    def insertFromMimeData(self, source: QMimeData) -> None:
        prompt_id = prompt_id_of(source)
        if prompt_id is not None:
            self.prompt_dropped.emit(prompt_id)
            return
        paths = _files(source)
        if paths:
            self.files_dropped.emit(paths)
            return
        text = source.text()
        if len(text) > MAX_PASTE_CHARACTERS:
            self.long_text_pasted.emit(text)
        elif text:
            # Without a trailing NUL or formatting; QPlainTextEdit takes only what is text.
            self.insertPlainText(text.replace("\0", ""))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _wanted_height(self) -> int:
        # A plain-text document measures its height in lines.
        lines = max(1, min(MAX_LINES, round(self.document().size().height())))
        margins = 2 * int(self.document().documentMargin()) + 2 * self.frameWidth()
        return lines * self.fontMetrics().lineSpacing() + margins + 2

    def _fit(self) -> None:
        self.setFixedHeight(self._wanted_height())
        tall = self.document().size().height() > MAX_LINES
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if tall else policy.ScrollBarAlwaysOff
        )


def _files(source: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
