"""Answers being written: pieces are gathered and shown some thirty times a second."""

import time
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.ui.transcript.document import Document
from desktop.ui.transcript.entry import Entry, clean
from desktop.ui.transcript.message import Message
from desktop.ui.transcript.rows import Row, block_rows
from desktop.ui.transcript.stream_splitter import StreamSplitter

INTERVAL_MS = 33
"""Time between two updates of the view, as a rule."""
PAUSE_FACTOR = 8
"""An update that took long is followed by a pause that many times as long."""
LONGEST_MS = 500


@dataclass(slots=True)
class _Part:
    """One text of an answer, its body or its reasoning, while it grows."""

    splitter: StreamSplitter
    pieces: list[str] = field(default_factory=list)
    known: int = 0
    """Blocks shown so far that will not change any more."""
    text: str = ""


class Streaming(QObject):
    """Feeds pieces of text into the document."""

    updated = Signal()
    """Rows of the document changed."""

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._parts: dict[tuple[int, str], _Part] = {}
        self._timer = QTimer(self, singleShot=True, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.flush)

    def append(self, key: int, text: str, part: str) -> None:
        """Take a piece for the `text` or the `reasoning` of a message.

        Pieces for messages that are not shown are dropped: another conversation may have been
        opened, or the message deleted, while they were on their way.
        """
        if not self._document.holds(key):
            return
        state = self._parts.get((key, part))
        if state is None:
            state = self._parts[key, part] = self._begin(self._document.message(key), part)
        state.pieces.append(text)
        if not self._timer.isActive():
            self._timer.start()

    def _begin(self, message: Message, part: str) -> _Part:
        entry = message.entry
        state = _Part(StreamSplitter(self._document.splitter))
        self._document.prepare(message)
        text = entry.reasoning if part == "reasoning" else entry.text
        if text:
            state.text = clean(text)
            state.splitter.feed(state.text)
            message.grow(part, 0, block_rows(state.splitter.blocks(), part, first=True))
            state.known = state.splitter.settled
        return state

    def flush(self) -> None:
        """Show what has come in."""
        self._timer.stop()
        start = time.perf_counter()
        changed = False
        for (key, part), state in self._parts.items():
            if state.pieces:
                self._show(self._document.message(key), part, state)
                changed = True
        if changed:
            self.updated.emit()
        spent = round((time.perf_counter() - start) * 1000)
        self._timer.setInterval(min(max(INTERVAL_MS, PAUSE_FACTOR * spent), LONGEST_MS))

    def _show(self, message: Message, part: str, state: _Part) -> None:
        text = clean("".join(state.pieces))
        state.pieces.clear()
        state.text += text
        state.splitter.feed(text)
        rows = block_rows(state.splitter.blocks(state.known), part, first=state.known == 0)
        entry = message.entry
        message.entry = (
            entry._replace(reasoning=state.text)
            if part == "reasoning"
            else entry._replace(text=state.text)
        )
        message.grow(part, state.known, rows)
        state.known = state.splitter.settled
        self._document.update_height(message)

    def finish(self, entry: Entry) -> None:
        """Show the final state of a message, keeping the rows that were right already."""
        if not self._document.holds(entry.key):
            return
        self.flush()
        message = self._document.message(entry.key)
        body = self._final(entry.key, "text", entry.text)
        thoughts = self._final(entry.key, "reasoning", entry.reasoning)
        message.replace(entry, body, thoughts)
        self._document.update_height(message)
        self.updated.emit()

    def _final(self, key: int, part: str, text: str) -> list[Row] | None:
        """The rows of a streamed text, if it is what the message holds now."""
        state = self._parts.pop((key, part), None)
        if state is None or state.text != clean(text):
            return None
        return block_rows(state.splitter.finish(), part, first=True)

    def forget(self, keys: set[int] | None = None) -> None:
        """Drop what is gathered for some messages, or for all."""
        for key, part in list(self._parts):
            if keys is None or key in keys:
                del self._parts[key, part]
