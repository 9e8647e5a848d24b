"""The list of conversations: shared by all windows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.controllers.controller import Controller
from desktop.controllers.tasks import Tasks
from desktop.controllers.undo import Undo
from desktop.core import conversation_files
from desktop.domain.conversation import Conversation, DeletedMessages
from desktop.storage.conversations import Conversations


class ConversationsController(Controller):
    """Listing, searching, renaming, deleting and undoing it, import and export.

    Signals:
        listed(list[Conversation]): the conversations, as the sidebar shows them.
        found(str, object): a search text and its list[SearchHit], or None for an empty text.
        undo_offered(str, Undo): something was deleted, and what brings it back.
        messages_changed(int): messages of this conversation went away or came back.
        removed(int): a conversation is gone from the list.
        imported(Conversation, QObject): it can be opened by the window that asked for it.
        exported(Path, QObject): where it was written, for the window that asked for it.
    """

    listed = Signal(object)
    found = Signal(str, object)
    undo_offered = Signal(str, object)
    messages_changed = Signal(int)
    removed = Signal(int)
    imported = Signal(object, object)
    exported = Signal(object, object)

    def __init__(
        self, conversations: Conversations, tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._tasks = tasks
        self._listed: dict[int, Conversation] = {}
        self._search_text = ""

    def refresh(self) -> None:
        """List again; answered by `listed`."""

        def action() -> None:
            conversations = self._conversations.list()
            self._listed = {each.id: each for each in conversations}
            self.listed.emit(conversations)

        self.attempt("list", action)

    def title(self, conversation_id: int) -> str:
        """The title of a listed conversation, "" when it has none."""
        listed = self._listed.get(conversation_id)
        return listed.title if listed else ""

    def listed_now(self) -> list[Conversation]:
        """What `listed` told last."""
        return list(self._listed.values())

    def exists(self, conversation_id: int) -> bool:
        """Whether a conversation is listed."""
        return conversation_id in self._listed

    def search(self, text: str) -> None:
        """Look in titles and messages; answered by `found` unless a newer search overtook it."""
        self._search_text = text
        if not text.strip():
            self.found.emit(text, None)
            return

        def done(hits: object) -> None:
            if text == self._search_text:
                self.found.emit(text, hits)

        self._tasks.run(lambda: self._conversations.search(text), *self.answer("search", done))

    def rename(self, conversation_id: int, title: str) -> None:
        self._change(lambda: self._conversations.rename(conversation_id, title))

    def pin(self, conversation_id: int, pinned: bool) -> None:
        self._change(lambda: self._conversations.set_pinned(conversation_id, pinned))

    def duplicate(self, conversation_id: int) -> None:
        self._change(lambda: self._conversations.duplicate(conversation_id))

    def delete(self, conversation_id: int) -> None:
        """Delete a conversation; `undo_offered` follows."""

        def action() -> None:
            title = self._conversations.get(conversation_id).title
            self._conversations.delete(conversation_id)
            self._offer_undo(
                self.tr("“{0}” was deleted.").format(title or self.tr("Conversation")),
                conversation_id,
                lambda: self._conversations.undelete(conversation_id),
            )
            self.removed.emit(conversation_id)

        self._change(action)

    def delete_message(self, message_id: int) -> None:
        """Delete a message and what follows it; `undo_offered` follows."""

        def action() -> None:
            deleted: DeletedMessages = self._conversations.delete_message(message_id)
            self._offer_undo(
                self.tr("The message was deleted.")
                if deleted.count == 1
                else self.tr("{0} messages were deleted.").format(deleted.count),
                deleted.conversation_id,
                lambda: self._conversations.undelete_messages(deleted),
            )
            self.messages_changed.emit(deleted.conversation_id)

        self._change(action)

    def export(self, conversation_id: int, path: Path, format_name: str, origin: QObject) -> None:
        """Write a conversation to a file; answered by `exported`."""
        self._tasks.run(
            lambda: conversation_files.export(
                self._conversations, conversation_id, path, format_name
            ),
            *self.answer("export", lambda _result: self.exported.emit(path, origin)),
        )

    def import_file(self, path: Path, origin: QObject) -> None:
        """Read a conversation from JSON; answered by `imported`."""

        def done(conversation: Conversation) -> None:
            self.refresh()
            self.imported.emit(conversation, origin)

        self._tasks.run(
            lambda: conversation_files.import_json(self._conversations, path),
            *self.answer("import", done),
        )

    def _offer_undo(self, sentence: str, conversation_id: int, undo: Callable[[], None]) -> None:
        def action() -> None:
            undo()
            self.messages_changed.emit(conversation_id)

        self.undo_offered.emit(sentence, Undo(lambda: self._change(action)))

    def _change(self, action: Callable[[], object]) -> None:
        if self.attempt("change", action):
            self.refresh()
