"""One window: its pages, and what its controllers have to say."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox

from desktop.controllers.chat import ChatController
from desktop.controllers.hub import HubController
from desktop.controllers.models import ModelController
from desktop.controllers.token_counter import TokenCounter
from desktop.controllers.undo import Undo
from desktop.core.settings import Settings
from desktop.domain.conversation import AnswerFacts, Conversation, SearchHit
from desktop.domain.release import Release
from desktop.ui.conversation_transfer import ConversationTransfer
from desktop.ui.model_opening import ModelOpening
from desktop.ui.pages.chat_binding import ChatBinding
from desktop.ui.pages.chat_model_binding import ChatModelBinding
from desktop.ui.pages.next_token_binding import NextTokenBinding
from desktop.ui.pages.prompts_at_hand import PromptsAtHand
from desktop.ui.shared import Shared
from desktop.ui.widgets.banner import Notice
from desktop.ui.window_frame import WindowFrame
from desktop.ui.window_pages import WindowPages
from desktop.ui.window_problems import WindowProblems


class Window(QObject):
    """Connects one window's widgets with its controllers.

    Signals:
        closed(): the window goes, and its engine with it.
    """

    closed = Signal()

    def __init__(
        self,
        frame: WindowFrame,
        shared: Shared,
        chat: ChatController,
        models: ModelController,
        hub: HubController,
    ) -> None:
        super().__init__()
        self.shared = shared
        self.chat = chat
        self.models = models
        self.hub = hub
        self._undos: list[tuple[str, Undo]] = []  # as they are offered, the newest last
        self._left: int | None = None  # the conversation that was shown when it was deleted
        self.actions, self.main, self.page = frame.actions, frame.main, frame.page
        self.page.complete()
        self.binding = ChatBinding(
            self.page, chat, models, lambda: shared.settings.current.open_reasoning
        )
        self.chat_model = ChatModelBinding(self.page, models, shared.library, shared.is_starter)
        self.next_token = NextTokenBinding(self.page, chat, models, shared.icons, self.main)
        self.opening = ModelOpening(models, shared.library, shared.settings, self.main)
        self.problems = WindowProblems(self.main, models, self.opening.open)
        self.pages = WindowPages(frame, shared, models, hub, self.problems.follow)
        self.prompts = PromptsAtHand(
            self.main, self.page, self.binding, chat, shared.prompts, TokenCounter(models, self)
        )
        self.prompts.show_requested.connect(self.pages.show_prompt)
        self.prompts.version_requested.connect(self.pages.show_version)
        self.pages.prompt_requested.connect(self.prompts.use)
        self.pages.noticed.connect(self._show_notice)
        self.transfer = ConversationTransfer(shared.conversations, self.main)
        self.transfer.imported.connect(self.open_conversation)
        self._connect_sidebar()
        self._connect_conversations()
        self._connect_settings()
        self._connect_pages()
        self.main.model_dropped.connect(self.opening.open)
        self.main.conversation_dropped.connect(self.transfer.import_file)
        self.main.text_dropped.connect(lambda path: self.page.composer.attach_files([path]))
        self.main.about_to_close.connect(self._before_close)

    # --- conversations ----------------------------------------------------------------------

    def _connect_sidebar(self) -> None:
        sidebar, conversations = self.main.sidebar, self.shared.conversations
        sidebar.conversation_selected.connect(self.open_conversation)
        sidebar.message_selected.connect(self._open_message)
        sidebar.new_requested.connect(self.new_conversation)
        sidebar.rename_requested.connect(conversations.rename)
        sidebar.pin_requested.connect(conversations.pin)
        sidebar.duplicate_requested.connect(conversations.duplicate)
        sidebar.delete_requested.connect(conversations.delete)
        sidebar.export_requested.connect(self.export_conversation)
        sidebar.search_changed.connect(conversations.search)

    def _connect_conversations(self) -> None:
        conversations, chat = self.shared.conversations, self.chat
        # Shared controllers outlive this window: bound methods are disconnected with it, lambdas
        # would not be.
        conversations.listed.connect(self._show_list)
        conversations.found.connect(self._show_found)
        conversations.undo_offered.connect(self._offer_undo)
        self.shared.prompts.undo_offered.connect(self._offer_undo)
        conversations.messages_changed.connect(self._reload_if_shown)
        conversations.removed.connect(self._leave_if_shown)
        self.main.undo_bar.undone.connect(self._undo)
        self.main.undo_bar.expired.connect(self._undos.clear)
        chat.changed.connect(conversations.refresh)
        chat.conversation_opened.connect(self._on_opened)
        chat.busy_changed.connect(self._show_answering)
        chat.conversation_updated.connect(self._on_opened)
        self.binding.delete_message_requested.connect(self._delete_message)
        self.binding.details_requested.connect(self._show_details)
        self.binding.link_activated.connect(self.follow_link)

    def open_conversation(self, conversation_id: int) -> None:
        self.binding.flush()
        self.chat.open(conversation_id)
        self.main.show_page("chat")
        self.page.composer.focus()

    def _open_message(self, conversation_id: int, message_id: int) -> None:
        self.open_conversation(conversation_id)
        keys = self.page.transcript.keys()
        if message_id in keys:
            self.page.transcript.scroll_to(message_id)

    def new_conversation(self) -> None:
        self.binding.flush()
        self.chat.new()
        self.main.show_page("chat")
        self.page.composer.focus()

    def export_conversation(self, conversation_id: int | None = None) -> None:
        """The given conversation, or the one shown."""
        shown = self.chat.current
        number = conversation_id if conversation_id is not None else shown.id if shown else None
        if number is not None:
            self.transfer.export_conversation(number)

    @Slot(object)
    def _show_list(self, conversations: list[Conversation]) -> None:
        self.main.sidebar.set_conversations(conversations)
        shown = self.chat.current
        self.actions.action("pin").setChecked(
            shown is not None and any(c.id == shown.id and c.pinned for c in conversations)
        )
        self._show_title()

    @Slot(str, object)
    def _show_found(self, _text: str, hits: list[SearchHit] | None) -> None:
        self.main.sidebar.set_hits(hits)

    @Slot(str, object)
    def _offer_undo(self, sentence: str, undo: Undo) -> None:
        self._undos.append((sentence, undo))
        self._show_undo(sentence)

    def _show_undo(self, sentence: str) -> None:
        self.main.undo_bar.show_message(sentence)
        self.actions.action("undo_delete").setEnabled(True)

    def _show_notice(self, notice: Notice) -> None:
        self.main.banner.show_notice(notice)

    def _undo(self) -> None:
        """What was deleted just before is offered again."""
        _, undo = self._undos.pop()
        undo()
        if self._undos:
            self._show_undo(self._undos[-1][0])

    @Slot(bool)
    def _show_answering(self, busy: bool) -> None:
        message = self.chat.answering if busy else None
        self.main.sidebar.set_answering(message.conversation_id if message else None)

    def _on_opened(self, conversation: Conversation, *_path: object) -> None:
        self.main.sidebar.set_current(conversation.id or None)
        self._show_title()

    def _show_title(self) -> None:
        shown = self.chat.current
        title = self.shared.conversations.title(shown.id) if shown else ""
        self.main.setWindowTitle(f"{title} — Quern" if title else "Quern")
        for name in ("export_conversation", "rename", "pin", "duplicate", "delete"):
            self.actions.action(name).setEnabled(shown is not None)

    @Slot(int)
    def _reload_if_shown(self, conversation_id: int) -> None:
        if self.chat.current is not None and self.chat.current.id == conversation_id:
            self.chat.reload()
        elif self.chat.current is None and conversation_id == self._left:
            self.open_conversation(conversation_id)  # its deletion was undone

    @Slot(int)
    def _leave_if_shown(self, conversation_id: int) -> None:
        if self.chat.current is not None and self.chat.current.id == conversation_id:
            self.chat.stop()
            self.chat.new()
            self._left = conversation_id

    def _delete_message(self, message_id: int) -> None:
        if self.chat.may_change_path():
            self.shared.conversations.delete_message(message_id)

    def _show_details(self, facts: AnswerFacts, prompt_version_id: int | None) -> None:
        from desktop.ui.dialogs.answer_details import AnswerDetails

        dialog = AnswerDetails(facts, self.main)
        dialog.use_settings_requested.connect(self.binding.use_settings)
        if prompt_version_id is not None:
            self.prompts.name_prompt(dialog, prompt_version_id)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def follow_link(self, address: str) -> None:
        """A model may write any address; the person sees it in full before a browser opens it."""
        box = QMessageBox(self.main)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Open this link in the browser?"))
        box.setInformativeText(address)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        open_button = box.addButton(self.tr("Open"), QMessageBox.ButtonRole.AcceptRole)
        open_button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(address)))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # --- pages ------------------------------------------------------------------------------

    def _connect_pages(self) -> None:
        shared, problems = self.shared, self.problems
        self.chat_model.open_model_requested.connect(self.opening.choose)
        self.chat_model.find_models_requested.connect(self.pages.find_models)
        self.pages.chat_requested.connect(self.chat_with)
        self.pages.link_activated.connect(self.follow_link)
        for controller in (
            self.chat, self.hub, shared.conversations, shared.settings, shared.library,
            shared.downloads, shared.quantization, shared.comparison, shared.prompts,
            shared.prompt_exchange, shared.updates,
        ):  # fmt: skip
            problems.follow(controller)
        shared.updates.found.connect(self._tell_release)
        shared.updates.up_to_date.connect(self._tell_up_to_date)
        shared.loaded.changed.connect(self.main.sidebar.set_loaded)
        self.main.sidebar.set_loaded(shared.loaded.current)

    @Slot(object)
    def _tell_release(self, release: Release) -> None:
        text = self.tr("Quern {0} is there. You decide when to install it.").format(release.version)
        look = (self.tr("Open its page…"), lambda: self.follow_link(release.page))
        self.main.banner.show_notice(Notice(text, "info", (look,), key="release"))

    @Slot()
    def _tell_up_to_date(self) -> None:
        self.main.banner.show_notice(Notice(self.tr("This is the newest Quern."), key="release"))

    @Slot(object)
    def chat_with(self, path: Path) -> None:
        """Load a model, unless it is loaded, and show the conversation."""
        self.models.make_ready(path)
        self.main.show_page("chat")
        self.page.composer.focus()

    # --- settings ---------------------------------------------------------------------------

    def _connect_settings(self) -> None:
        settings, panel = self.shared.settings, self.page.panel
        settings.changed.connect(self._apply_settings)
        settings.presets_changed.connect(panel.set_presets)
        panel.save_preset_requested.connect(
            lambda name: settings.save_preset(name, panel.settings())
        )
        panel.delete_preset_requested.connect(settings.delete_preset)
        self._apply_settings(settings.current)

    @Slot(object)
    def _apply_settings(self, settings: Settings) -> None:
        self.actions.action(f"theme_{settings.theme}").setChecked(True)
        self.page.composer.set_send_with_enter(settings.send_with_enter)

    # --- life -------------------------------------------------------------------------------

    def bring_to_front(self) -> None:
        self.main.setWindowState(self.main.windowState() & ~Qt.WindowState.WindowMinimized)
        self.main.show()
        self.main.raise_()
        self.main.activateWindow()

    def save_session(self, session: QSettings) -> None:
        """Write what `restore_session` and `WindowFrame.show` need to bring the window back."""
        shown = self.chat.current
        session.setValue("geometry", self.main.save_state())
        session.setValue("panel", not self.page.panel.isHidden())
        session.setValue("splitter", self.page.splitter.saveState())
        session.setValue("conversation", shown.id if shown else 0)

    def restore_session(self, session: QSettings) -> None:
        """Show what was shown when the window was closed, and keep what was written since."""
        written = self.page.composer.text()
        splitter = session.value("splitter")
        if isinstance(splitter, QByteArray):
            self.page.splitter.restoreState(splitter)
        panel = session.value("panel", False, bool)
        self.actions.action("toggle_sampler").setChecked(bool(panel))
        self.binding.set_panel_visible(bool(panel))
        conversation = session.value("conversation", 0, int)
        if isinstance(conversation, int) and self.shared.conversations.exists(conversation):
            self.chat.open(conversation)
        else:
            self.chat.new()
        if written:
            self.page.composer.add_text(written)

    def _before_close(self) -> None:
        self.binding.flush()
        self.pages.prompts.flush()
        self.chat.stop()
        self.models.close()
        self.hub.close()
        self.closed.emit()
