"""Changes a person makes to a message where it stands: editing it, unfolding its reasoning."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.transcript.document import Document
from desktop.ui.transcript.editor import EditorRow
from desktop.ui.transcript.layouter import Layouter


class InPlace(QObject):
    """Opens and closes editors and reasoning. Keys are message ids."""

    saved = Signal(int, str)
    """Key and new text of a message that was edited."""

    def __init__(self, view: QWidget, document: Document, layouter: Layouter) -> None:
        super().__init__(view)
        self._view = view
        self._document = document
        self._layouter = layouter

    def toggle_reasoning(self, key: int) -> None:
        """Open or close the reasoning; the line that was clicked stays where it is."""
        message = self._document.message(key)
        slot = message.slots[0]
        y = self._layouter.live[slot].y()
        message.reasoning_open = not message.shows_reasoning
        self._document.rebuild(message)
        self._layouter.anchor_to(slot, y)

    def begin_edit(self, key: int, text: str | None = None) -> None:
        """Turn a message into an editor, bring it into view and give it the focus.

        The editor begins with `text`, or with what is written already.
        """
        message = self._document.message(key)
        known = message.entry.text if message.draft is None else message.draft
        self._set_draft(key, known if text is None else text)
        slot = message.slots[0]
        self._layouter.reveal(slot, 0)
        row = self._layouter.live[slot]
        if isinstance(row, EditorRow):
            row.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def cancel_edit(self, key: int) -> None:
        """Show the message as it was."""
        self._set_draft(key, None)
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def save_edit(self, key: int, text: str) -> None:
        """Hand the new text on; whoever takes it replaces the message."""
        self.cancel_edit(key)
        self.saved.emit(key, text)

    def measure_editors(self) -> None:
        """Give editors whose text grew or shrank another height."""
        for slot, row in self._layouter.live.items():
            if isinstance(row, EditorRow):
                slot.stale = True
        self._layouter.arrange()

    def _set_draft(self, key: int, draft: str | None) -> None:
        message = self._document.message(key)
        self._document.prepare(message)
        message.draft = draft
        self._document.rebuild(message)
        self._layouter.arrange()
