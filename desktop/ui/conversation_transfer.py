"""Taking conversations out of a window as files, and bringing them in."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from desktop.controllers.conversations import ConversationsController
from desktop.core.conversation_files import ExportFormat, suggested_name
from desktop.domain.conversation import Conversation
from desktop.ui.folders import show_in_folder
from desktop.ui.main_window import MainWindow
from desktop.ui.widgets.banner import Notice


class ConversationTransfer(QObject):
    """The dialogs in front of `window`. `conversations` is shared by all windows: only what was
    asked for here is answered here.

    Signals:
        imported: id of the conversation that was asked for.
    """

    imported = Signal(int)

    def __init__(self, conversations: ConversationsController, window: MainWindow) -> None:
        super().__init__(window)
        self._conversations = conversations
        self._window = window
        conversations.imported.connect(self._on_imported)
        conversations.exported.connect(self._on_exported)

    def export_conversation(self, conversation_id: int) -> None:
        """Ask where to, and write it there."""
        title = self._conversations.title(conversation_id)
        filters = {
            self.tr("Markdown (*.md)"): ExportFormat.MARKDOWN,
            self.tr("JSON, can be imported again (*.json)"): ExportFormat.JSON,
            self.tr("Plain text (*.txt)"): ExportFormat.TEXT,
        }
        name, chosen = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Export the conversation"),
            suggested_name(title, ExportFormat.MARKDOWN),
            ";;".join(filters),
        )
        if name:
            kind = filters.get(chosen, ExportFormat.MARKDOWN)
            path = Path(name)
            known = {kind.suffix: kind for kind in ExportFormat}
            kind = known.get(path.suffix.lower(), kind)  # a typed suffix says what is wanted
            self._conversations.export(
                conversation_id, path.with_suffix(kind.suffix), kind.value, self
            )

    def choose_import(self) -> None:
        """Ask for a file, and import it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Import a conversation"), "", self.tr("Conversations (*.json)")
        )
        if name:
            self.import_file(Path(name))

    @Slot(object)
    def import_file(self, path: Path) -> None:
        self._conversations.import_file(path, self)

    @Slot(object, object)
    def _on_imported(self, conversation: Conversation, origin: QObject) -> None:
        if origin is self:
            self.imported.emit(conversation.id)

    @Slot(object, object)
    def _on_exported(self, path: Path, origin: QObject) -> None:
        if origin is not self:
            return
        self._window.banner.show_notice(
            Notice(
                self.tr("The conversation was written to {0}.").format(path),
                actions=((self.tr("Open folder"), lambda: show_in_folder(path)),),
                key="exported",
            )
        )
