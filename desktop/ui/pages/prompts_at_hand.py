"""Prompts in the conversation: searched with "/", dragged in, filled in, and made of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from desktop.controllers.chat import ChatController
from desktop.controllers.prompts import PromptsController
from desktop.controllers.token_counter import TokenCounter
from desktop.domain.conversation import Conversation, Message, Role
from desktop.domain.prompt import (
    FieldKind,
    FilledPrompt,
    Prompt,
    PromptHit,
    PromptQuery,
    PromptVersion,
)
from desktop.domain.prompt_template import fields_of, fill
from desktop.ui.formats import decimal
from desktop.ui.formats import fill as filled_in
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.chat_binding import ChatBinding
from desktop.ui.pages.chat_page import ChatPage
from desktop.ui.widgets.banner import Notice

if TYPE_CHECKING:
    from desktop.ui.dialogs.answer_details import AnswerDetails
    from desktop.ui.prompts.fill_dialog import Use

OFFERED = 30  # prompts that a "/" finds
SAMPLER_NOTICE = "sampler"
INLINE_FIELDS = 3  # more, or longer ones, are written in a form


class PromptsAtHand(QObject):
    """Owned by the window. `prompts` is shared by all windows and outlives it.

    Signals:
        show_requested(int): id of a prompt whose page is to be shown.
        version_requested(int, int): id of a prompt, and of the version that is to be shown.
    """

    show_requested = Signal(int)
    version_requested = Signal(int, int)

    def __init__(
        self,
        main: MainWindow,
        page: ChatPage,
        binding: ChatBinding,
        chat: ChatController,
        prompts: PromptsController,
        counter: TokenCounter,
    ) -> None:
        super().__init__(main)
        self._main = main
        self._page = page
        self._binding = binding
        self._chat = chat
        self._prompts = prompts
        self._counter = counter
        self._told_in: int | None = None  # conversation whose settings a prompt changed
        chat.conversation_opened.connect(self._withdraw_elsewhere)
        composer = page.composer
        composer.prompts_wanted.connect(self._search)
        composer.prompt_chosen.connect(self.use)
        composer.prompt_dropped.connect(self.use_by_id)
        main.prompt_dropped.connect(self.use_by_id)
        page.transcript.keep_requested.connect(self._keep_message)
        prompts.listed.connect(self._show_hits)
        prompts.kept.connect(self._tell_kept)

    # --- finding ----------------------------------------------------------------------------

    def search(self) -> None:
        """Begin to search prompts in the composer."""
        self._main.show_page("chat")
        self._page.composer.begin_slash()

    def _search(self, text: str) -> None:
        self._prompts.list(PromptQuery(text, limit=OFFERED), self)

    @Slot(object, object, object)
    def _show_hits(self, query: PromptQuery, hits: list[PromptHit], origin: QObject) -> None:
        if origin is self:
            self._page.composer.show_prompts(query.text, hits)

    # --- using ------------------------------------------------------------------------------

    def use_by_id(self, prompt_id: int) -> None:
        """As `use`."""
        self._prompts.ask(prompt_id, self.use, self)

    def use(self, prompt: Prompt) -> None:
        """Put a prompt into the message: at once, with places to fill in, or by way of a form."""
        self._main.show_page("chat")
        content = prompt.content
        alone = bool(content.text.strip()) and not (content.system_prompt or content.examples)
        if alone and _fits_inline(prompt):
            self._apply_sampler(prompt, FilledPrompt("", sampler=content.sampler))
            fields = fields_of(content)
            text = content.text if fields else fill(content, {}, prompt.version_id).text
            self._page.composer.insert_prompt(text, prompt.version_id, fields)
            self._prompts.used(prompt.id)
        else:
            self._open_form(prompt)

    def _open_form(self, prompt: Prompt) -> None:
        from desktop.ui.prompts.fill_dialog import FillDialog
        from desktop.ui.prompts.fill_form import Surroundings

        around = Surroundings(QGuiApplication.clipboard().text(), self._selected())
        dialog = FillDialog(
            prompt,
            around,
            begun=bool(self._binding.shown),
            count_tokens=self._counter.count,
            parent=self._main,
        )
        dialog.used.connect(lambda filled, use, fresh: self._apply(prompt, filled, use, fresh))
        dialog.rejected.connect(self._page.composer.focus)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _apply(self, prompt: Prompt, filled: FilledPrompt, use: Use, fresh: bool) -> None:
        from desktop.ui.prompts.fill_dialog import Use
        from desktop.ui.prompts.filled import as_message, as_system_prompt

        composer = self._page.composer
        composer.edit.take_slash()
        if fresh:
            self._binding.flush()
            self._chat.new()
        self._prompts.used(prompt.id)
        text = filled.text
        if self._binding.shown:
            text = as_message(filled)
            self._apply_sampler(prompt, filled)
        else:
            system = as_system_prompt(filled) if use is Use.SYSTEM else filled.system_prompt
            if self._binding.begin(filled, system.strip()):
                self._tell_sampler(prompt, filled)
            else:
                use = Use.INSERT  # what was written is not lost
        if use is Use.INSERT or (
            use is Use.SEND and not self._binding.send(text, filled.version_id)
        ):
            composer.insert_prompt(text, filled.version_id)
        composer.focus()

    def _apply_sampler(self, prompt: Prompt, filled: FilledPrompt) -> None:
        if filled.sampler is not None:
            self._binding.use_settings(filled.sampler)
            self._tell_sampler(prompt, filled)

    def _tell_sampler(self, prompt: Prompt, filled: FilledPrompt) -> None:
        sampler = filled.sampler
        if sampler is None:
            return
        shape = ""
        if sampler.grammar or sampler.json_schema:
            shape = " " + self.tr("Answers must have the shape it asks for.")
        text = self.tr(
            "“%1” brought its own settings: this conversation goes on at temperature %2.%3"
        )
        shown = filled_in(text, prompt.title, decimal(sampler.temperature, 2), shape)
        current = self._chat.current
        self._told_in = current.id if current else None
        self._main.banner.show_notice(Notice(shown, key=SAMPLER_NOTICE))

    @Slot(object)
    def _withdraw_elsewhere(self, opened: Conversation) -> None:
        if self._told_in not in (None, opened.id):
            self._told_in = None
            self._main.banner.withdraw(SAMPLER_NOTICE)

    def _selected(self) -> str:
        """The text selected in the conversation, or its last answer."""
        selected = self._page.transcript.selected_text()
        answers = (each for each in reversed(self._binding.shown) if each.role is Role.ASSISTANT)
        last = next(answers, None)
        return selected or (last.text if last else "")

    # --- keeping ----------------------------------------------------------------------------

    def keep_opening(self) -> None:
        """Make the system prompt and the first message of the conversation a prompt."""
        first = next((each for each in self._binding.shown if each.role is Role.USER), None)
        if first is not None:
            self._keep([first], self._page.panel.system_prompt())

    def _keep_message(self, key: int) -> None:
        self._keep([each for each in self._binding.shown if each.id == key], "")

    def _keep(self, messages: list[Message], system_prompt: str) -> None:
        self._prompts.keep_messages(messages, system_prompt, self)

    @Slot(object, object)
    def _tell_kept(self, prompt: Prompt, origin: QObject) -> None:
        if origin is self:
            show = (self.tr("Show it"), lambda: self.show_requested.emit(prompt.id))
            text = filled_in(self.tr("“%1” is in the prompt library now."), prompt.title)
            self._main.banner.show_notice(Notice(text, actions=(show,), key="prompts"))

    # --- telling ----------------------------------------------------------------------------

    def name_prompt(self, dialog: AnswerDetails, version_id: int) -> None:
        """Let the details of an answer say which version of a prompt it answers."""

        def tell(found: tuple[Prompt, PromptVersion]) -> None:
            prompt, version = found
            dialog.set_prompt(prompt.title, version.number)
            dialog.prompt_requested.connect(
                lambda: self.version_requested.emit(prompt.id, version.id)
            )

        self._prompts.ask_version(version_id, tell, dialog)


def _fits_inline(prompt: Prompt) -> bool:
    """Whether its places are few and short, so that they are filled in where they stand."""
    fields = fields_of(prompt.content)
    return len(fields) <= INLINE_FIELDS and all(field.kind is FieldKind.TEXT for field in fields)
