"""Binds the text to compare with to what core knows of it: how many chunks it gives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.comparison import ComparisonController
from desktop.controllers.conversations import ConversationsController
from desktop.domain.comparison import EvaluationText
from desktop.domain.conversation import Conversation
from desktop.domain.errors import QuernError
from desktop.ui.compare.summary import too_short
from desktop.ui.compare.text_section import TextSection
from desktop.ui.compare.words import chunks_words
from desktop.ui.formats import fill, shown_title


class CompareTextBinding(QObject):
    """Owned by the section.

    Signals:
        changed: another text was chosen, or what it gives became known.

    Attributes:
        chunks: that the text gives; None while that is not known.
        unreadable: why it gives none, or "".
    """

    changed = Signal()

    def __init__(
        self,
        section: TextSection,
        comparison: ComparisonController,
        conversations: ConversationsController,
    ) -> None:
        super().__init__(section)
        self._section = section
        self._comparison = comparison
        self._base: Path | None = None
        self._text: EvaluationText | None = None  # that was asked about last
        self.chunks: int | None = None
        self.unreadable = ""
        section.changed.connect(self._ask)
        comparison.chunks_known.connect(self._take_chunks)
        comparison.chunks_unknown.connect(self._take_problem)
        conversations.listed.connect(self._show_conversations)
        self._show_conversations(conversations.listed_now())

    def set_base(self, base: Path | None) -> None:
        """Which model splits the text; None where none can be used."""
        self._base, self._text, self.chunks = base, None, None
        if base is not None:
            self._ask()

    def show_outcome(self, wanted: int) -> None:
        """Say what the text gives where `wanted` chunks are asked for."""
        if self.unreadable:
            self._section.set_outcome(self.unreadable, problem=True)
        elif self.chunks is None:
            counting = self.tr("Counting what the text gives…") if self._text else ""
            self._section.set_outcome(counting)
        elif too_short(self.chunks):
            text = self.tr("It gives %1: too little to tell levels apart.")
            self._section.set_outcome(fill(text, chunks_words(self.chunks)), problem=True)
        elif self.chunks < wanted:
            text = self.tr("It gives %1, fewer than the %2 asked for below; all are used.")
            self._section.set_outcome(fill(text, chunks_words(self.chunks), wanted))
        else:
            text = self.tr("It gives %1, of which the first %2 are used.")
            self._section.set_outcome(fill(text, chunks_words(self.chunks), wanted))

    @Slot()
    def _ask(self) -> None:
        text = self._section.text()
        if text != self._text or text is None:
            self._text, self.chunks, self.unreadable = text, None, ""
            if text is not None and self._base is not None:
                self._comparison.count(self._base, text)
        self.changed.emit()

    @Slot(object, object, int)
    def _take_chunks(self, base: Path, text: EvaluationText, chunks: int) -> None:
        if (base, text) == (self._base, self._text):
            self.chunks = chunks
            self.changed.emit()

    @Slot(object, object, object)
    def _take_problem(self, base: Path, text: EvaluationText, error: QuernError) -> None:
        if (base, text) == (self._base, self._text):
            self.unreadable = str(error)
            self.changed.emit()

    @Slot(object)
    def _show_conversations(self, conversations: Sequence[Conversation]) -> None:
        self._section.set_conversations([(one.id, shown_title(one)) for one in conversations])
