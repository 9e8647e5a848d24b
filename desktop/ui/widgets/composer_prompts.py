"""Prompts in the composer: searched with "/", and their places filled in with the Tab key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.domain.prompt import PromptField, PromptHit
from desktop.ui.icons import Icons
from desktop.ui.widgets.composer_edit import ComposerEdit
from desktop.ui.widgets.prompt_popup import PromptPopup
from desktop.ui.widgets.tab_stops import TabStops

STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
CHOOSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class ComposerPrompts(QObject):
    """Made when the first "/" is written, or the first prompt is put into the composer.

    Signals:
        wanted: what to search prompts for; answered by `show_hits`.
        chosen: the Prompt. The "/" and what follows it still stand there.

    Args:
        frame: what the list of prompts is shown above; a part of `composer`, with which it moves.
    """

    wanted = Signal(str)
    chosen = Signal(object)

    def __init__(self, edit: ComposerEdit, frame: QWidget, composer: QWidget, icons: Icons) -> None:
        super().__init__(edit)
        self._edit = edit
        self._frame = frame
        self._query: str | None = None  # what is searched for
        self._answered: str | None = None  # what `popup` shows the answer to
        self._dismissed = False  # with Esc, until this "/" is gone
        self._choose_first = False  # Enter was faster than the search
        self.stops = TabStops(edit)
        self.popup = PromptPopup(icons, edit.window(), edit)
        self.popup.chosen.connect(self.chosen)
        edit.installEventFilter(self)
        frame.installEventFilter(self)
        composer.installEventFilter(self)
        edit.cursorPositionChanged.connect(self.look)
        edit.focus_changed.connect(self._focus_changed)

    def look(self) -> None:
        """Search, if a "/" stands where one searches prompts."""
        query = self._edit.slash_query()
        if query is None:
            self._dismissed = self._choose_first = False
            self.popup.hide()
        elif query != self._query and not self._dismissed:
            self.wanted.emit(query)
        self._query = query

    def show_hits(self, query: str, hits: Sequence[PromptHit]) -> None:
        """An answer to `wanted`; an older one is not shown."""
        if query != self._query or self._dismissed:
            return
        self._answered = query
        hurried, self._choose_first = self._choose_first, False
        if not hits or not self._edit.hasFocus():
            self.popup.hide()
            if hurried:
                self._edit.submitted.emit()
            return
        self.popup.show_above(self._frame, hits)
        if hurried:
            self.popup.choose_current()

    def insert(self, text: str, fields: Sequence[PromptField] = ()) -> None:
        """Put a text at the cursor, in place of what is selected; `fields` are filled in one by
        one."""
        self.stops.insert(text, fields)
        self._edit.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.KeyPress:
                return self._takes_key(event)
            # Esc closes the list, and does not stop an answer at the same time.
            override = event.type() is QEvent.Type.ShortcutOverride
            if override and event.key() == Qt.Key.Key_Escape and self.popup.isVisible():
                event.accept()
                return True
        moved = event.type() in (QEvent.Type.Resize, QEvent.Type.Move)
        if moved and watched is not self._edit and self.popup.isVisible():
            self.popup.place_above(self._frame)
        return super().eventFilter(watched, event)

    def _takes_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        if self._query is not None and not self._dismissed and plain:
            if self.popup.isVisible() and self._takes_list_key(key):
                return True
            waiting = self._answered != self._query
            if key in CHOOSING and waiting:
                self._choose_first = True
                return True
        if self.stops.active and key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            forward = key == Qt.Key.Key_Tab
            return self.stops.step(1 if forward else -1) or (forward and self.stops.leave())
        return False

    def _takes_list_key(self, key: Qt.Key) -> bool:
        if key in STEPS:
            self.popup.step(STEPS[key])
        elif key == Qt.Key.Key_Escape:
            self._dismissed = True
            self.popup.hide()
        elif key in CHOOSING and self._answered == self._query:
            self.popup.choose_current()
        else:
            return False
        return True

    def _focus_changed(self, on: bool) -> None:
        if not on:
            self.popup.hide()
        elif self._query is not None and not self._dismissed:
            self.wanted.emit(self._query)
