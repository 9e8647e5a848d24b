"""One model's answer, with what it took and where it parts."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import replace
from itertools import groupby

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.domain.side_by_side import Column, Stage
from desktop.ui.formats import fill
from desktop.ui.side_by_side.scroll_lock import ScrollLock
from desktop.ui.side_by_side.walkable_text import WalkableText
from desktop.ui.side_by_side.words import (
    parting_sentence,
    size_of,
    state_sentence,
    title_of,
)
from desktop.ui.widgets.buttons import ElidedLabel, label, text_button

NARROWEST = 28  # average characters
PACE_MS = 50  # between two times that text is written
REST = 4  # times as long as it took to write


class ColumnView(QFrame):
    """Signals: token_chosen: index of a token."""

    token_chosen = Signal(int)

    def __init__(self, column: Column, lock: ScrollLock) -> None:
        """What is written here does not scroll what `lock` holds together."""
        super().__init__()
        self._lock = lock
        self.setObjectName("group")
        self.column = column
        self._comparable = False
        self._thinking = False  # the text that came last is reasoning
        self._coming: list[tuple[str, bool]] = []
        self._pace = QTimer(self, singleShot=True)
        self._pace.timeout.connect(self._write)
        self._title = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._title.setProperty("tone", "heading")
        self._size = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._state = ElidedLabel("")
        for line in (self._size, self._state):
            line.setProperty("tone", "small")
        self.text = WalkableText(fill(self.tr("Answer of %1"), column.path.stem))
        self.text.chosen.connect(self.token_chosen)
        self._problem = label("", "warning", wrap=True)
        self._parting = label("", "small", wrap=True)
        self._parting.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.part_button = text_button(self.tr("Show where"), "link")
        self.part_button.clicked.connect(self._show_parting)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(12, 10, 12, 10)
        inside.setSpacing(4)
        for part in (self._title, self._size, self._state, self._problem):
            inside.addWidget(part)
        inside.addWidget(self.text, 1)
        inside.addWidget(self._parting)
        inside.addWidget(self.part_button, 0, Qt.AlignmentFlag.AlignLeading)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * NARROWEST)
        self.show_column(column, "")

    def set_comparable(self, comparable: bool) -> None:
        """Whether its speed can be compared with that of the others."""
        self._comparable = comparable
        self.show_column(self.column, "")

    def add(self, text: str, *, reasoning: bool) -> None:
        """New text of the answer: at once, or with what comes in the next moment."""
        self._coming.append((text, reasoning))
        if not self._pace.isActive():
            self._write()

    def show_column(self, column: Column, reference: str) -> None:
        """How it stands; `reference` is what the column is called that it is compared with."""
        before = self.column
        if column.info is None:  # not loaded yet, but known from before
            column = replace(column, info=before.info)
        self.column = column
        self._title.setText(title_of(column))
        self._size.setText(size_of(column))
        self._state.setText(state_sentence(column, comparable=self._comparable))
        self._problem.setText(f"{column.problem} {column.advice}".strip())
        self._problem.setVisible(bool(column.problem))
        if column.over:
            self._write()
        if column.stage in (Stage.DONE, Stage.STOPPED):
            with self._lock.off():
                self.text.set_whole(column.thoughts, column.text)
        if column.spans != before.spans or len(column.spans) != self.text.count:
            self.text.set_tokens(column.spans, column.shown)
        self._show_verdict(reference)

    def set_marks(self, indexes: Collection[int]) -> None:
        """The tokens at which answers part."""
        self.text.set_marks(indexes)
        self.part_button.setVisible(bool(indexes))

    def verdict(self) -> str:
        """What is said about where it parts."""
        return self._parting.text()

    def token_place(self) -> QRect:
        """Where the token stands that the keyboard is on, on the screen."""
        view = self.text.viewport()
        place = self.text.cursorRect()
        return QRect(view.mapToGlobal(place.topLeft()), place.size())

    # --- inside -----------------------------------------------------------------------------

    def _write(self) -> None:
        """Write what has come. The longer that takes, as in a paragraph of thousands of words, the
        longer the next has to wait."""
        coming, self._coming = self._coming, []
        if not coming:
            return
        began = time.perf_counter()
        for reasoning, pieces in groupby(coming, key=lambda piece: piece[1]):
            if not reasoning and self._thinking:
                self.text.add("\n\n", quiet=True)
            self._thinking = reasoning
            with self._lock.off():
                self.text.add("".join(text for text, _ in pieces), quiet=reasoning)
        taken = 1000 * (time.perf_counter() - began)
        self._pace.start(max(PACE_MS, round(REST * taken)))

    def _show_verdict(self, reference: str) -> None:
        column = self.column
        words = ""
        if column.reference:
            words = self.tr("The others are compared with this answer.")
        elif column.same:
            words = fill(self.tr("The same as %1, token by token."), reference)
        elif column.parting is not None:
            words = parting_sentence(column.parting, reference)
        self._parting.setText(words)
        self._parting.setVisible(bool(words))
        self.part_button.hide()

    def _show_parting(self) -> None:
        marks = sorted(self.text.marks)
        if marks:
            later = [mark for mark in marks if mark > self.text.current]
            self.text.setFocus()
            self.text.go_to(later[0] if later else marks[0])
