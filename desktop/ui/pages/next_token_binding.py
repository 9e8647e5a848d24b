"""Binds the views of how tokens are chosen: in the sampler panel and for any answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from desktop.controllers.chat import ChatController
from desktop.controllers.models import ModelController
from desktop.domain.conversation import Branch, Conversation, Message, Role
from desktop.domain.errors import QuernError
from desktop.domain.sampling import SamplerSettings
from desktop.ui.icons import Icons
from desktop.ui.pages.chat_page import ChatPage

if TYPE_CHECKING:
    from desktop.controllers.next_token import LookedAt, NextTokenController

CANDIDATES = 40  # asked for: the default of top-k


class NextTokenBinding(QObject):
    """The panel looks at the newest answer, with the settings in its fields; a dialog at any, with
    those it was written with. What it takes is made when somebody looks."""

    def __init__(
        self,
        page: ChatPage,
        chat: ChatController,
        models: ModelController,
        icons: Icons,
        window: QWidget,
    ) -> None:
        super().__init__(page)
        self._page = page
        self._chat = chat
        self._models = models
        self._icons = icons
        self._window = window
        self._last: Message | None = None
        self._panel: NextTokenController | None = None
        chat.conversation_opened.connect(self._note_conversation)
        chat.answer_started.connect(self._note_answer)
        chat.answer_ended.connect(self._note_answer)
        page.panel.next_token_shown.connect(self._show_panel)
        page.panel.settings_shown.connect(self._use_settings)
        page.transcript.tokens_requested.connect(self.show_tokens)

    # --- the panel --------------------------------------------------------------------------

    def _note_conversation(
        self, _conversation: Conversation, path: Sequence[Message], _branches: Mapping[int, Branch]
    ) -> None:
        self._look_at(next((m for m in reversed(path) if m.role is Role.ASSISTANT), None))

    def _note_answer(self, message: Message, *_more: object) -> None:
        self._look_at(message)

    def _look_at(self, message: Message | None) -> None:
        self._last = message if message is not None and _has_text(message) else None
        if self._panel is not None:
            self._panel.look_at(self._last)

    def _show_panel(self, shown: bool) -> None:
        if shown and self._panel is None:
            self._panel = self._make_panel()
        if self._panel is not None:
            self._panel.set_looking(shown)

    def _make_panel(self) -> NextTokenController:
        looking = self._controller()
        view = self._page.panel.next_token
        looking.split.connect(self._show_panel_answer)
        looking.explained.connect(view.show_token)
        looking.hindered.connect(view.show_hindrance)
        view.selected.connect(looking.select)
        settings = self._page.panel.settings()
        looking.set_sampler(settings)
        view.set_settings(settings)
        looking.look_at(self._last)
        return looking

    def _show_panel_answer(self, looked_at: LookedAt) -> None:
        assert self._panel is not None and self._panel.index is not None, "it was split"
        self._page.panel.next_token.show_answer(looked_at, self._panel.index)

    def _use_settings(self, settings: SamplerSettings) -> None:
        if self._panel is not None:
            self._panel.set_sampler(settings)
            self._page.panel.next_token.set_settings(settings)

    # --- any answer -------------------------------------------------------------------------

    def show_tokens(self, key: int) -> None:
        """Show an answer of the conversation token by token."""
        from desktop.ui.next_token.dialog import AnswerTokens

        try:
            message = self._chat.store.message(key)
        except QuernError as error:
            self._chat.fail("tokens", error)
            return
        looking = self._controller()
        dialog = AnswerTokens(self._icons, self._window)
        looking.setParent(dialog)
        looking.split.connect(lambda looked_at: dialog.show_answer(looked_at, looking.index or 0))
        looking.explained.connect(dialog.show_token)
        looking.hindered.connect(dialog.show_hindrance)
        dialog.selected.connect(looking.select)
        dialog.finished.connect(lambda: looking.set_looking(False))
        facts = message.facts
        settings = facts.sampler if facts is not None else self._page.panel.settings()
        looking.set_sampler(settings)
        dialog.view.set_settings(settings)
        looking.look_at(message)
        looking.set_looking(True)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _controller(self) -> NextTokenController:
        from desktop.controllers.next_token import NextTokenController

        return NextTokenController(self._chat, self._models, CANDIDATES, self)


def _has_text(message: Message) -> bool:
    return bool(message.text or message.reasoning)
