"""Where a message is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.widgets.attachment_row import AttachmentRow
from desktop.ui.widgets.buttons import icon_button, label, set_property, text_button
from desktop.ui.widgets.column import Column
from desktop.ui.widgets.composer_edit import MAX_PASTE_CHARACTERS, ComposerEdit
from desktop.ui.widgets.late import Late

if TYPE_CHECKING:
    from desktop.domain.prompt import PromptField, PromptHit
    from desktop.ui.widgets.composer_prompts import ComposerPrompts

DRAFT_DELAY_MS = 400
CONTENT_WIDTH = 760
SCROLL_BAR = 12  # of the style sheet


class Composer(QWidget):
    """Signals:

    send_requested: the whole message, attachments included.
    stop_requested.
    draft_changed: the whole message, a moment after the last change.
    edit_last_requested: the Up key was pressed while there is no text.
    prompts_wanted: what follows a "/", to search prompts for; answered by `show_prompts`.
    prompt_chosen: the Prompt that was chosen there.
    prompt_dropped: id of a prompt that was dragged here.

    Attributes:
        prompt_version_id: the version of a prompt that the message was made with, or None.
    """

    send_requested = Signal(str)
    stop_requested = Signal()
    draft_changed = Signal(str)
    edit_last_requested = Signal()
    prompts_wanted = Signal(str)
    prompt_chosen = Signal(object)
    prompt_dropped = Signal(int)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._busy = False
        self._reason = ""
        self._prompts: Late[ComposerPrompts] = Late(self._make_prompts)
        self.prompt_version_id: int | None = None
        self.edit = ComposerEdit()
        self.edit.setAccessibleName(self.tr("Message"))
        self._frame = Column(CONTENT_WIDTH)
        self._frame.setObjectName("composer")
        self._attachments = AttachmentRow(icons)
        self._hint = label("", "small", wrap=True)
        self._attach = icon_button(
            icons, "paperclip", self.tr("Add a text file"), self.tr("Add a text file…")
        )
        self.button = text_button("", "primary")
        self.set_placeholder(self.tr("Write a message"))
        self.setAcceptDrops(True)

        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        bottom.addWidget(self._attach)
        bottom.addWidget(self._hint, 1)
        bottom.addWidget(self.button)
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(12, 10, 8, 8)
        inside.setSpacing(6)
        inside.addWidget(self._attachments)
        inside.addWidget(self.edit)
        inside.addLayout(bottom)
        column = QHBoxLayout(self)
        # As wide as the scroll bar more at the end: the frame lines up with the transcript.
        column.setContentsMargins(16, 4, 16 + SCROLL_BAR, 16)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column.addWidget(self._frame)

        self._draft_delay = QTimer(self, interval=DRAFT_DELAY_MS, singleShot=True)
        self._draft_delay.timeout.connect(lambda: self.draft_changed.emit(self.text()))
        self.edit.textChanged.connect(self._changed)
        self.edit.submitted.connect(self._submit)
        self.edit.went_up.connect(self._went_up)
        self.edit.long_text_pasted.connect(self._add_pasted)
        self.edit.files_dropped.connect(self.attach_files)
        self.edit.prompt_dropped.connect(self.prompt_dropped)
        self.edit.focus_changed.connect(
            lambda on: set_property(self._frame, "focused", "true" if on else "false")
        )
        self._attachments.changed.connect(self._changed)
        self._attachments.removed.connect(self.edit.setFocus)
        self._attach.clicked.connect(self._choose_file)
        self.button.clicked.connect(self._pressed)
        self._show_button()

    def text(self) -> str:
        """The whole message: what stands in the editor, then the attachments."""
        parts = [self.edit.toPlainText(), *self._attachments.texts()]
        return "\n\n".join(part for part in parts if part)

    def set_text(self, text: str) -> None:
        """Replace everything by `text` without saying that it changed.

        A text too long for the editor becomes an attachment, which `text()` gives back unchanged.
        """
        self._attachments.clear()
        self._forget_prompt()
        if len(text) > MAX_PASTE_CHARACTERS:
            self.edit.clear()
            self._add_long(text)
        else:
            self.edit.setPlainText(text)
            self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)
        self._draft_delay.stop()

    def add_text(self, text: str) -> None:
        """Put `text` behind what is written, in a paragraph of its own."""
        if len(text) > MAX_PASTE_CHARACTERS:
            self._add_long(text)
            return
        cursor = self.edit.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        cursor.insertText(f"\n\n{text}" if self.edit.toPlainText().strip() else text)
        self.edit.setTextCursor(cursor)

    def show_prompts(self, query: str, hits: Sequence[PromptHit]) -> None:
        """An answer to `prompts_wanted`."""
        self._prompts.get().show_hits(query, hits)

    def insert_prompt(self, text: str, version_id: int, fields: Sequence[PromptField] = ()) -> None:
        """Put a prompt where the "/" was, or at the cursor; behind a text in a paragraph of its
        own. `fields` are its placeholders that are still to be filled in, with the Tab key."""
        self.edit.take_slash()
        if len(text) > MAX_PASTE_CHARACTERS:
            self._add_long(text)
        else:
            cursor = self.edit.textCursor()
            if cursor.atEnd() and not cursor.hasSelection() and cursor.block().text().strip():
                cursor.insertText("\n\n")
                self.edit.setTextCursor(cursor)
            self._prompts.get().insert(text, fields)
        self.prompt_version_id = version_id

    def begin_slash(self) -> None:
        """Search prompts, as if "/" had been written on a line of its own."""
        self.add_text("/")
        self.edit.setFocus()

    def clear(self) -> None:
        self.set_text("")

    def flush(self) -> None:
        """Tell a pending draft now, for example before the conversation changes."""
        if self._draft_delay.isActive():
            self._draft_delay.stop()
            self.draft_changed.emit(self.text())

    def set_placeholder(self, text: str) -> None:
        self.edit.setPlaceholderText(text)
        self.edit.viewport().update()  # Qt forgets to while the old one is shown

    def set_busy(self, busy: bool) -> None:
        """While an answer is being made the button stops it."""
        self._busy = busy
        self.set_hint(self._reason)
        self._show_button()

    def set_enabled_reason(self, reason: str) -> None:
        """Why nothing can be sent now, as a sentence; "" when it can. Writing stays possible."""
        self._reason = reason
        self.set_hint(reason)
        self._show_button()

    def set_hint(self, text: str) -> None:
        """A quiet line beside the button, for example a count of tokens."""
        self._hint.setText(text)
        set_property(self._hint, "tone", "small")

    def set_send_with_enter(self, on: bool) -> None:
        """Off: Enter makes a new line and Ctrl+Enter sends."""
        self.edit.send_with_enter = on
        self._show_button()

    def attach_files(self, paths: list[Path]) -> None:
        """Add text files to the message; say which cannot be added."""
        problems = self._attachments.add_files(paths)
        if problems:
            self._show_problem(problems)

    def focus(self) -> None:
        self.edit.setFocus()

    def type(self, text: str) -> None:
        """Take what was typed where nothing can be written."""
        self.focus()
        self.edit.insertPlainText(text)

    def tab_after(self, before: QWidget) -> None:
        """Let the Tab key come here from `before`."""
        for part in (self.edit, self._attach, self.button):
            QWidget.setTabOrder(before, part)
            before = part

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and self.edit.canInsertFromMimeData(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.edit.insertFromMimeData(event.mimeData())
        event.acceptProposedAction()

    def _add_pasted(self, text: str) -> None:
        self._attachments.add_text(self.tr("Pasted text"), text.replace("\0", ""), fenced=True)

    def _add_long(self, text: str) -> None:
        """A message that is too long for the editor."""
        self._attachments.add_text(self.tr("Long message"), text, fenced=False)

    def _show_problem(self, sentence: str) -> None:
        self._hint.setText(sentence)
        set_property(self._hint, "tone", "error")

    def _make_prompts(self) -> ComposerPrompts:
        from desktop.ui.widgets.composer_prompts import ComposerPrompts

        prompts = ComposerPrompts(self.edit, self._frame, self, self._icons)
        prompts.wanted.connect(self.prompts_wanted)
        prompts.chosen.connect(self.prompt_chosen)
        return prompts

    def _forget_prompt(self) -> None:
        """The message is no prompt's any more."""
        self.prompt_version_id = None
        if self._prompts.exists:
            self._prompts.get().stops.clear()

    def _changed(self) -> None:
        if self._is_empty():
            self._forget_prompt()
        elif not self._prompts.exists and self.edit.slash_query() is not None:
            self._prompts.get().look()
        if self._hint.property("tone") == "error":
            self.set_hint(self._reason)
        self._show_button()
        self._draft_delay.start()

    def _is_empty(self) -> bool:
        return self._attachments.is_empty and not self.edit.toPlainText().strip()

    def _pressed(self) -> None:
        if self._busy:
            self.stop_requested.emit()
        else:
            self._submit()

    def _submit(self) -> None:
        if self._reason or self._is_empty() or self._is_unfilled():
            return
        if self._busy:
            self.set_hint(self.tr("An answer is still being written; Esc stops it."))
            return
        self._draft_delay.stop()
        self.send_requested.emit(self.text())

    def _is_unfilled(self) -> bool:
        """Whether a place of a prompt is still to be filled in; says so, and goes there."""
        stops = self._prompts.get().stops if self._prompts.exists else None
        missing = stops.unfilled() if stops is not None else []
        if stops is None or not missing:
            return False
        names = ", ".join(f"“{name}”" for name in missing)
        self._show_problem(fill(self.tr("Still to be filled in: %1."), names))
        stops.select(missing[0])
        return True

    def _went_up(self) -> None:
        if self._attachments.is_empty:
            self.edit_last_requested.emit()

    def _choose_file(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self, self.tr("Add a text file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.attach_files([Path(n) for n in names]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _show_button(self) -> None:
        role = QPalette.ColorRole.Base
        if self._busy:
            self.button.setText(self.tr("Stop"))
            self.button.setIcon(self._icons.icon("square", role))
            self.button.setToolTip(self.tr("Stop answering (Esc)"))
        else:
            self.button.setText(self.tr("Send"))
            self.button.setIcon(self._icons.icon("arrow-up", role))
            key = self.tr("Enter") if self.edit.send_with_enter else self.tr("Ctrl+Enter")
            self.button.setToolTip(self._reason or fill(self.tr("Send (%1)"), key))
        self.button.setEnabled(self._busy or not (self._reason or self._is_empty()))
