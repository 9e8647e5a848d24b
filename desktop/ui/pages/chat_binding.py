"""Binds the chat page to its conversation: what is said is shown, what a person does is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from desktop.controllers.chat import ChatController
from desktop.controllers.models import ModelController
from desktop.domain.conversation import AnswerFacts, Branch, Conversation, Message, Role
from desktop.domain.model import LoadedModel
from desktop.domain.prompt import FilledPrompt
from desktop.domain.sampling import SamplerSettings
from desktop.ui.pages.chat_page import ChatPage
from desktop.ui.pages.entries import (
    ALONE,
    entries_of,
    entry_of,
    is_unfinished,
    shifted_entry,
    trimmed_entry,
)
from desktop.ui.transcript.entry import Entry


class ChatBinding(QObject):
    """Signals:

    details_requested(AnswerFacts, int | None): show how an answer came about, and the version of a
        prompt that it answers.
    delete_message_requested(int): delete a message and what follows.
    link_activated(str): a link in an answer was clicked.
    offers_changed(bool, bool): whether the newest message can be answered (again), and whether it
        is an answer that can go on.
    """

    details_requested = Signal(object, object)
    delete_message_requested = Signal(int)
    link_activated = Signal(str)
    offers_changed = Signal(bool, bool)

    def __init__(
        self,
        page: ChatPage,
        chat: ChatController,
        models: ModelController,
        open_reasoning: Callable[[], bool],
    ) -> None:
        super().__init__(page)
        self._page = page
        self._chat = chat
        self._models = models
        self._open_reasoning = open_reasoning
        self._messages: dict[int, Message] = {}  # the shown path, in order
        self._branches: dict[int, Branch] = {}
        self._busy = False
        self._shown_id = 0  # 0 while the shown conversation is not stored
        self._connect_chat()
        self._connect_widgets()
        models.loaded.connect(self._use_model)

    # --- from the controllers ---------------------------------------------------------------

    def _connect_chat(self) -> None:
        chat = self._chat
        chat.conversation_opened.connect(self._show_conversation)
        chat.conversation_updated.connect(self._note_stored)
        chat.beginning_changed.connect(self._show_beginning)
        chat.message_added.connect(self._add_message)
        chat.answer_started.connect(self._start_answer)
        chat.answer_text.connect(
            lambda key, text, reasoning: self._page.transcript.append_text(
                key, text, reasoning=reasoning
            )
        )
        chat.trimmed.connect(self._show_trimmed)
        chat.shifted.connect(self._show_shifted)
        chat.answer_ended.connect(self._end_answer)
        chat.figures.connect(self._show_figures)
        chat.prompt_progress.connect(
            lambda done, total, _cached: self._page.progress.set_progress(done, total)
        )
        chat.busy_changed.connect(self._show_busy)

    def _show_conversation(
        self,
        conversation: Conversation,
        path: Sequence[Message],
        branches: Mapping[int, Branch],
    ) -> None:
        self._messages = {message.id: message for message in path}
        self._branches = dict(branches)
        entries = entries_of(path, branches, open_reasoning=self._open_reasoning())
        if conversation.id and conversation.id == self._shown_id:
            # Only its messages changed: what is being written or set up now is newer than
            # what is stored.
            self._page.transcript.update_entries(entries)
        else:
            self._page.transcript.set_entries(entries)
            self._page.composer.set_text(conversation.draft)
            self._page.panel.set_settings(conversation.sampler)
            self._page.panel.set_system_prompt(conversation.system_prompt)
            self._show_template_arguments(conversation)
        self._shown_id = conversation.id
        self._page.stack.setCurrentWidget(self._page.transcript if path else self._page.empty)
        self._show_facts(self._last_facts)
        self._offer()

    def _show_beginning(self, conversation: Conversation) -> None:
        self._page.panel.set_settings(conversation.sampler)
        self._page.panel.set_system_prompt(conversation.system_prompt)

    def _note_stored(self, conversation: Conversation) -> None:
        self._shown_id = conversation.id

    def _show_facts(self, facts: AnswerFacts | None) -> None:
        if facts is None:
            self._page.progress.set_progress(None)  # of an answer in another conversation
            self._page.status.set_speed(None)
            self._page.status.set_first_token(None)
            self._page.status.set_context(0, self._context)
        else:
            self._show_figures(facts.tokens_per_second, facts.ttft_ms, facts.context_used)
            self._page.panel.set_last_seed(facts.seed)

    def _show_figures(self, tokens_per_second: float, ttft_ms: float, context_used: int) -> None:
        self._page.progress.set_progress(None)  # text has come, so the prompt is read
        self._page.status.set_speed(tokens_per_second)
        self._page.status.set_first_token(ttft_ms / 1000)
        self._page.status.set_context(context_used, self._context)

    @property
    def _last_facts(self) -> AnswerFacts | None:
        """How the newest answer that is shown came to be."""
        messages = reversed(self._messages.values())
        return next((message.facts for message in messages if message.facts is not None), None)

    @property
    def _context(self) -> int:
        """Tokens the loaded model can look back on; 0 without a model."""
        loaded = self._models.current
        return loaded.config.context if loaded else 0

    def _show_template_arguments(self, conversation: Conversation | None) -> None:
        loaded = self._models.current
        self._page.panel.set_template_arguments(
            loaded.template_arguments if loaded else (),
            conversation.template_arguments if conversation else {},
        )

    def _use_model(self, _loaded: LoadedModel) -> None:
        facts = self._last_facts
        self._page.status.set_context(facts.context_used if facts else 0, self._context)
        self._show_template_arguments(self._chat.current)

    def _add_message(self, message: Message) -> None:
        self._messages[message.id] = message
        self._page.stack.setCurrentWidget(self._page.transcript)
        self._page.transcript.append_entry(self._entry(message))
        self._page.transcript.scroll_to_end()

    def _start_answer(self, message: Message, continued: bool, branch: Branch) -> None:
        self._messages[message.id] = message
        self._branches[message.id] = branch
        entry = self._entry(message)
        if continued:
            self._page.transcript.replace_entry(entry)
        else:
            self._page.transcript.append_entry(entry)
        self._page.transcript.scroll_to_end()

    def _show_trimmed(self, key: int, count: int) -> None:
        """The notice belongs before the answer, which has no text yet when it comes. It stands
        there already for an answer that sees as much as the one before."""
        known = (message.facts for message in self._messages.values())
        if count <= max((facts.dropped_messages for facts in known if facts), default=0):
            return
        keys = self._page.transcript.keys()
        before = keys.index(key) - 1
        self._page.transcript.truncate_after(keys[before] if before >= 0 else None)
        self._page.transcript.append_entry(trimmed_entry(key, count))
        self._page.transcript.append_entry(self._entry(self._messages[key]))

    def _show_shifted(self, key: int, count: int) -> None:
        """A long answer fills the context again and again; one notice tells of all of it."""
        notice, transcript = shifted_entry(key, count), self._page.transcript
        keys = transcript.keys()
        if notice.key in keys:
            transcript.replace_entry(notice)
        else:
            transcript.append_entry(notice)

    def _entry(self, message: Message) -> Entry:
        branch = self._branches.get(message.id, ALONE)
        return entry_of(message, branch, open_reasoning=self._open_reasoning())

    def _end_answer(self, message: Message, branch: Branch) -> None:
        self._messages[message.id] = message
        self._branches[message.id] = branch
        self._page.transcript.finish(self._entry(message))
        self._show_facts(self._last_facts)
        self._offer()

    def _offer(self) -> None:
        newest = next(reversed(self._messages.values()), None)
        free = newest is not None and not self._busy
        self.offers_changed.emit(free, free and newest is not None and is_unfinished(newest))

    def _show_busy(self, busy: bool) -> None:
        self._busy = busy
        self._offer()
        self._page.composer.set_busy(busy)
        if not busy:
            self._page.progress.set_progress(None)

    # --- from the person --------------------------------------------------------------------

    def _connect_widgets(self) -> None:
        chat, transcript, panel = self._chat, self._page.transcript, self._page.panel
        self._page.composer.send_requested.connect(self._send_written)
        self._page.composer.stop_requested.connect(chat.stop)
        self._page.composer.draft_changed.connect(chat.set_draft)
        self._page.composer.edit_last_requested.connect(self.edit_last)
        self._page.empty.suggestion_chosen.connect(self.send)
        transcript.edit_requested.connect(self._edit)
        transcript.regenerate_requested.connect(chat.regenerate)
        transcript.continue_requested.connect(chat.continue_answer)
        transcript.branch_requested.connect(chat.switch_branch)
        transcript.fork_requested.connect(chat.fork)
        transcript.delete_requested.connect(self.delete_message_requested)
        transcript.details_requested.connect(self._show_details)
        transcript.link_activated.connect(self.link_activated)
        transcript.typed.connect(self._page.composer.type)
        panel.settings_changed.connect(chat.set_sampler)
        panel.system_prompt_changed.connect(chat.set_system_prompt)
        panel.template_arguments_changed.connect(chat.set_template_arguments)
        chat.constraint_refused.connect(panel.set_constraint_problem)
        find = self._page.find_bar
        find.find_changed.connect(self._find_first)
        find.next_requested.connect(lambda: self._find(backwards=False))
        find.previous_requested.connect(lambda: self._find(backwards=True))
        find.closed.connect(self._page.composer.focus)

    def _find_first(self, text: str) -> None:
        self._page.transcript.clear_selection()
        if text:
            self._find(backwards=False)
        else:
            self._page.find_bar.set_found(False)

    def _find(self, *, backwards: bool) -> None:
        needle = self._page.find_bar.edit.text()
        self._page.find_bar.set_found(self._page.transcript.find(needle, backwards=backwards))

    def flush(self) -> None:
        """Hand over what was typed a moment ago, before another conversation is shown."""
        self._page.composer.flush()
        self._page.panel.flush()

    def send(self, text: str, prompt_version_id: int | None = None) -> bool:
        """Send a message that does not stand in the composer; False when it could not be sent."""
        self._page.panel.flush()
        return self._chat.send(text, prompt_version_id)

    def _send_written(self, text: str) -> None:
        if self.send(text, self._page.composer.prompt_version_id):
            self._page.composer.clear()
            self._chat.set_draft("")

    @property
    def shown(self) -> list[Message]:
        """The messages of the conversation, in order."""
        return list(self._messages.values())

    def begin(self, filled: FilledPrompt, system_prompt: str) -> bool:
        """Let the conversation shown, which has no messages, begin as a prompt wants it."""
        self.flush()
        if not self._chat.begin(filled, system_prompt):
            return False
        if filled.sampler is not None:
            self._page.panel.set_settings(filled.sampler)
        if system_prompt:
            self._page.panel.set_system_prompt(system_prompt)
        return True

    def _edit(self, key: int, text: str) -> None:
        if not self._chat.edit(key, text):
            self._page.transcript.begin_edit(key, text)  # what was written is not lost

    def use_settings(self, settings: SamplerSettings) -> None:
        """Use these from now on in this conversation."""
        self._page.panel.set_settings(settings)
        self._chat.set_sampler(settings)

    def regenerate_last(self) -> None:
        """Answer the newest message, again if it was."""
        self._chat.regenerate(next(reversed(self._messages)))

    def continue_last(self) -> None:
        """Go on with the newest message, which is an answer that has not ended."""
        self._chat.continue_answer(next(reversed(self._messages)))

    def edit_last(self) -> None:
        """Edit the person's newest message in place."""
        last = self._last(Role.USER)
        if last is not None:
            self._page.transcript.begin_edit(last.id)

    def open_find(self) -> None:
        self._page.find_bar.open_bar()

    def set_panel_visible(self, visible: bool) -> None:
        self._page.panel.setVisible(visible)

    def _last(self, role: Role) -> Message | None:
        return next((m for m in reversed(self._messages.values()) if m.role is role), None)

    def _show_details(self, key: int) -> None:
        message = self._messages[key]
        if message.facts is not None:
            self.details_requested.emit(message.facts, message.prompt_version_id)
