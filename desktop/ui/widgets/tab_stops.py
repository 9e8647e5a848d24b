"""Places in a text that are filled in one after the other with the Tab key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from desktop.domain.prompt import PromptField
from desktop.domain.prompt_template import fill_text

# Mark the places while the text is put together; no keyboard writes them.
_OPEN, _CLOSE = "\ue000", "\ue001"


@dataclass(slots=True)
class _Stop:
    name: str
    untouched: str  # what stands there before a person writes
    start: QTextCursor
    end: QTextCursor

    def text(self, document_text: str) -> str:
        return document_text[self.start.position() : self.end.position()]


class TabStops:
    """The places of one template in `edit`."""

    def __init__(self, edit: QPlainTextEdit) -> None:
        self._edit = edit
        self._stops: list[_Stop] = []

    def insert(self, template: str, fields: Sequence[PromptField]) -> None:
        """Insert `template` at the cursor, in place of what is selected, and select its first
        place. A default stands in its place; a place without one shows its name."""
        texts = {field.name: field.default or f"{{{field.name}}}" for field in fields}
        marked = fill_text(template, {name: f"{_OPEN}{name}{_CLOSE}" for name in texts})
        cursor = self._edit.textCursor()
        start = cursor.selectionStart()
        text = ""
        places: list[tuple[str, int, int]] = []
        for part in marked.split(_OPEN):
            name, close, rest = part.partition(_CLOSE)
            if close:
                places.append((name, len(text), len(text) + len(texts[name])))
                text += texts[name] + rest
            else:
                text += part
        cursor.insertText(text)
        self._stops = [
            self._stop(name, texts[name], start + first, start + last)
            for name, first, last in places
        ]
        if self._stops:
            self._select(self._stops[0])
        else:
            self._edit.setTextCursor(cursor)

    @property
    def active(self) -> bool:
        return bool(self._stops)

    def clear(self) -> None:
        """The text is a text like any other."""
        self._stops = []

    def step(self, by: int) -> bool:
        """Select the next (1) or previous (-1) place; False where there is none."""
        cursor = self._edit.textCursor()
        if by > 0:
            here = cursor.selectionEnd()
            following = [stop for stop in self._stops if stop.start.position() > here]
            target = following[0] if following else None
        else:
            here = cursor.selectionStart()
            earlier = [stop for stop in self._stops if stop.end.position() < here]
            target = earlier[-1] if earlier else None
        if target is not None:
            self._select(target)
        return target is not None

    def leave(self) -> bool:
        """From the last place to the end of the text; False when the cursor is there."""
        cursor = self._edit.textCursor()
        inside = any(
            stop.start.position() <= cursor.position() <= stop.end.position()
            for stop in self._stops
        )
        if inside:
            cursor.movePosition(QTextCursor.MoveOperation.End)
            self._edit.setTextCursor(cursor)
        return inside

    def unfilled(self) -> list[str]:
        """The places that still show only their name."""
        text = self._edit.toPlainText()
        return [
            stop.name
            for stop in self._stops
            if stop.untouched == f"{{{stop.name}}}" and stop.text(text) == stop.untouched
        ]

    def select(self, name: str) -> None:
        self._select(next(stop for stop in self._stops if stop.name == name))

    def _stop(self, name: str, untouched: str, first: int, last: int) -> _Stop:
        start = QTextCursor(self._edit.document())
        start.setPosition(first)
        start.setKeepPositionOnInsert(True)
        end = QTextCursor(self._edit.document())
        end.setPosition(last)
        return _Stop(name, untouched, start, end)

    def _select(self, stop: _Stop) -> None:
        cursor = self._edit.textCursor()
        cursor.setPosition(stop.start.position())
        cursor.setPosition(stop.end.position(), QTextCursor.MoveMode.KeepAnchor)
        self._edit.setTextCursor(cursor)
        self._edit.ensureCursorVisible()
