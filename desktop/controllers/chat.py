"""One window's conversation: what is shown, what is being answered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot

from desktop.controllers.controller import Controller
from desktop.controllers.models import ModelController
from desktop.core.answer_journal import AnswerJournal
from desktop.core.chat import Chat
from desktop.core.chat_events import (
    AnswerEnded,
    AnswerStarted,
    AnswerText,
    ChatEvent,
    MessageAdded,
    MessagesDropped,
    PathChanged,
    PromptRead,
    TokensDropped,
)
from desktop.domain.conversation import Branch, Conversation, Message, Role
from desktop.domain.errors import ConstraintInvalid, EngineDied, InvalidInput
from desktop.domain.prompt import FilledPrompt
from desktop.domain.sampling import SamplerSettings
from desktop.engine.engine_state import EngineState
from desktop.storage.conversations import Conversations


class ChatController(Controller):
    """Slots for everything a person does in a conversation; signals for everything that follows.

    Signals:
        conversation_opened(Conversation, list[Message], dict[int, Branch]): show this path.
        conversation_updated(Conversation): title, settings or head changed; same messages.
        beginning_changed(Conversation): the empty conversation shown starts with these settings,
            because another model is loaded.
        message_added(Message): the person's message stands at the end.
        answer_started(Message, bool, Branch): a new answer, or (True) one that goes on.
        answer_text(int, str, bool): text or reasoning to append to a message.
        figures(float, float, int): tokens per second, ms to the first token, context used.
        prompt_progress(int, int, int): done, total, cached tokens of a long prompt.
        trimmed(int, int): before this answer, so many of the oldest messages left the context.
        shifted(int, int): within this answer, so many old tokens left the context so far.
        answer_ended(Message, Branch): the final state of an answer.
        constraint_refused(str): what is wrong with the grammar or schema of the conversation shown.
        busy_changed(bool): an answer is under way, in this conversation or another.
        changed(): conversations should be listed again.
    """

    conversation_opened = Signal(object, object, object)
    conversation_updated = Signal(object)
    beginning_changed = Signal(object)
    message_added = Signal(object)
    answer_started = Signal(object, bool, object)
    answer_text = Signal(int, str, bool)
    figures = Signal(float, float, int)
    prompt_progress = Signal(int, int, int)
    trimmed = Signal(int, int)
    shifted = Signal(int, int)
    answer_ended = Signal(object, object)
    constraint_refused = Signal(str)
    busy_changed = Signal(bool)
    changed = Signal()

    _event = Signal(object)

    def __init__(
        self,
        conversations: Conversations,
        models: ModelController,
        journal: AnswerJournal,
        default_sampler: Callable[[], SamplerSettings],
        is_shown: Callable[[int], bool],
    ) -> None:
        """`is_shown` tells of a conversation whether any window shows it."""
        super().__init__()
        self.store = conversations
        self._models = models
        self._default_sampler = default_sampler
        self._is_shown_anywhere = is_shown
        self._current: Conversation | None = None
        # The conversation being answered, as far as this thread has heard: the answer may have
        # ended while its events are still on their way here.
        self._answering_in: int | None = None
        self._shown_characters = {False: 0, True: 0}  # of the answer under way, of its reasoning
        self._chat = Chat(conversations, models.session, journal, self._event.emit)
        self._event.connect(self._on_event)
        self._to_continue: int | None = None  # once the model of an engine that died is back
        models.loaded.connect(self._begin_as_model)
        models.loaded.connect(self._continue_waiting)
        models.loading.connect(self._forget_waiting)

    @property
    def current(self) -> Conversation | None:
        return self._current

    @property
    def answering(self) -> Message | None:
        """The answer under way, in whichever conversation."""
        return self._chat.answering

    # --- which conversation -----------------------------------------------------------------

    def open(self, conversation_id: int) -> None:
        """Show a conversation."""
        self.attempt("open", lambda: self._show(self.store.get(conversation_id)))

    def new(self) -> None:
        """Show an empty conversation. It is stored with its first message, so that looking at an
        empty page leaves nothing behind."""
        left, self._current = self._current, None
        self.attempt("open", lambda: self._open(self._unsaved(), [], {}))
        self._leave(left)

    def close(self) -> None:
        """The window shows no conversation any more."""
        self._leave(self._current)

    def _unsaved(self) -> Conversation:
        """An empty conversation as the present model begins one. Raises: StorageFault."""
        defaults = self._models.defaults()
        return Conversation(
            id=0,
            title="",
            created_at=0.0,
            updated_at=0.0,
            sampler=defaults.sampler or self._default_sampler(),
            system_prompt=defaults.system_prompt or "",
        )

    @Slot()
    def _begin_as_model(self) -> None:
        if self._current is None:
            self.attempt("begin", lambda: self.beginning_changed.emit(self._unsaved()))

    def ensure(self) -> Conversation:
        """The shown conversation, stored now if it was not yet. Raises: StorageFault."""
        if self._current is None:
            empty = self._unsaved()
            self._current = self.store.create(
                sampler=empty.sampler, system_prompt=empty.system_prompt
            )
            self.conversation_updated.emit(self._current)
            self.changed.emit()
        return self._current

    def reload(self) -> None:
        """Read the shown conversation again, after its tree changed."""
        if self._current is not None:
            self.open(self._current.id)

    # --- what a person does -----------------------------------------------------------------

    def send(self, text: str, prompt_version_id: int | None = None) -> bool:
        """Send a message; False (with `failed`) when it could not be, so that it is not lost.

        `prompt_version_id`: the version of a prompt that it was made with.
        """

        def action() -> None:
            self._chat.require_model()  # before an empty conversation is stored for nothing
            self._chat.send(self.ensure().id, text, prompt_version_id)

        return self.attempt("answer", action)

    def begin(self, filled: FilledPrompt, system_prompt: str) -> bool:
        """Let the conversation shown, which has no messages, begin as a prompt wants it: with its
        sampler, its examples as messages, and `system_prompt`. Empty ones change nothing."""

        def action() -> None:
            conversation = self.ensure()
            if system_prompt:
                self.store.set_system_prompt(conversation.id, system_prompt)
            if filled.sampler is not None:
                self.store.set_sampler(conversation.id, filled.sampler)
            parent: int | None = None
            for example in filled.examples:
                for role, text in ((Role.USER, example.user), (Role.ASSISTANT, example.assistant)):
                    message = self.store.add_message(
                        conversation.id, role=role, text=text, parent_id=parent
                    )
                    parent = message.id
            self._show(self.store.get(conversation.id))
            self.changed.emit()

        return self.attempt("begin", action)

    def edit(self, message_id: int, text: str) -> bool:
        """Send another version of a message; False (with `failed`) when it could not be."""
        return self.attempt("answer", lambda: self._chat.edit(message_id, text))

    def regenerate(self, message_id: int) -> None:
        self.attempt("answer", lambda: self._chat.regenerate(message_id))

    def continue_answer(self, message_id: int) -> None:
        """Go on with an answer; after the engine died, with what it had loaded."""
        if self._models.session.state is EngineState.DIED:
            self._to_continue = message_id
            self._models.restart()
            return
        self.attempt("answer", lambda: self._chat.continue_answer(message_id))

    def stop(self) -> None:
        self._chat.stop()

    def may_change_path(self) -> bool:
        """Whether messages may come and go now; says why not."""
        if self._answering_here():
            self.fail(
                "change path",
                InvalidInput("The answer is still being written.", "Stop it first (Esc)."),
            )
            return False
        return True

    def switch_branch(self, message_id: int, step: int) -> None:
        if self.may_change_path() and self.attempt(
            "change path", lambda: self.store.switch_branch(message_id, step)
        ):
            self.reload()

    def fork(self, message_id: int) -> None:
        """Open a new conversation that holds everything up to a message."""
        self.attempt("fork", lambda: self._show(self.store.fork(message_id)))
        self.changed.emit()

    def set_system_prompt(self, text: str) -> None:
        self._store(lambda number: self.store.set_system_prompt(number, text))

    def set_sampler(self, settings: SamplerSettings) -> None:
        self._store(lambda number: self.store.set_sampler(number, settings))

    def set_template_arguments(self, values: dict[str, bool]) -> None:
        self._store(lambda number: self.store.set_template_arguments(number, values))

    def set_draft(self, text: str) -> None:
        if self._current is None and not text.strip():
            return
        self._store(lambda number: self.store.set_draft(number, text))

    # --- inside -----------------------------------------------------------------------------

    @Slot()
    def _continue_waiting(self) -> None:
        message_id, self._to_continue = self._to_continue, None
        if message_id is not None:
            self.continue_answer(message_id)

    @Slot(object)
    def _forget_waiting(self, fraction: float | None) -> None:
        if fraction is None and self._models.current is None:  # it was not loaded after all
            self._to_continue = None

    def _store(self, write: Callable[[int], object]) -> None:
        def action() -> None:
            conversation = self.ensure()
            write(conversation.id)
            self._current = self.store.get(conversation.id)

        self.attempt("store", action)

    def _answering_here(self) -> bool:
        return self._answering_in is not None and self._is_shown(self._answering_in)

    def _is_shown(self, conversation_id: int) -> bool:
        return self._current is not None and conversation_id == self._current.id

    def _show(self, conversation: Conversation) -> None:
        """Raises: StorageFault."""
        path = self.store.path(conversation.id)
        branches = self.store.branches(conversation.id)
        answering = self._chat.answering
        if answering is not None and path and path[-1].id == answering.id:
            path[-1] = answering  # its text is ahead of the database
            self._note_shown(answering)
        left, self._current = self._current, conversation
        self._open(conversation, path, branches)
        self._leave(left)

    def _open(
        self, conversation: Conversation, path: list[Message], branches: dict[int, Branch]
    ) -> None:
        self.mend("answer", "change path")  # what is shown now has nothing to do with it
        self.conversation_opened.emit(conversation, path, branches)

    def _leave(self, left: Conversation | None) -> None:
        """A conversation that has nothing of the person's in it goes when nobody looks at it."""
        if left is None or left.title or self._is_shown_anywhere(left.id):
            return

        def action() -> None:
            if self.store.remove_untouched(left.id, self._unsaved()):
                self.changed.emit()

        self.attempt("leave", action)

    def _note_shown(self, message: Message) -> None:
        self._shown_characters = {False: len(message.text), True: len(message.reasoning)}

    def _branch(self, message: Message) -> Branch:
        """Where an answer stands among its alternatives; by itself where that cannot be read."""
        branches: dict[int, Branch] = {}
        self.attempt(
            "branches", lambda: branches.update(self.store.branches(message.conversation_id))
        )
        return branches.get(message.id, Branch())

    @Slot(object)
    def _on_event(self, event: ChatEvent) -> None:
        match event:
            case MessageAdded():
                self.message_added.emit(event.message)
                self._update(event.message.conversation_id)
            case PathChanged():
                self.attempt("open", lambda: self._show(self.store.get(event.conversation_id)))
                self.changed.emit()
            case AnswerStarted():
                self._started(event)
            case AnswerText():
                self._text(event)
            case PromptRead() if self._answering_here():
                self.prompt_progress.emit(event.done, event.total, event.cached)
            case MessagesDropped() if self._answering_here():
                self.trimmed.emit(event.message_id, event.count)
            case TokensDropped() if self._answering_here():
                self.shifted.emit(event.message_id, event.count)
            case AnswerEnded():
                self._ended(event)

    def _update(self, conversation_id: int) -> None:
        """Read the conversation again after its title or order changed."""

        def action() -> None:
            self._current = self.store.get(conversation_id)
            self.conversation_updated.emit(self._current)

        if self._is_shown(conversation_id):
            self.attempt("update", action)
        self.changed.emit()

    def _started(self, event: AnswerStarted) -> None:
        self._answering_in = event.message.conversation_id
        self.busy_changed.emit(True)
        self._models.set_answering(True)
        if self._is_shown(event.message.conversation_id):
            self._note_shown(event.message)
            self.answer_started.emit(event.message, event.continued, self._branch(event.message))

    def _text(self, event: AnswerText) -> None:
        if not self._answering_here():
            return
        known = self._shown_characters[event.reasoning] - event.start
        text = event.text[max(0, known) :]
        if text:
            self._shown_characters[event.reasoning] += len(text)
            self.answer_text.emit(event.message_id, text, event.reasoning)
        self.figures.emit(event.tokens_per_second, event.ttft_ms, event.context_used)

    def _ended(self, event: AnswerEnded) -> None:
        self._answering_in = None
        self.mend("answer", "change path")  # nothing is in the way any more
        self.busy_changed.emit(False)
        self._models.set_answering(False)
        shown = self._is_shown(event.message.conversation_id)
        if shown:
            facts = event.message.facts
            if facts is not None and event.error is None:
                self.figures.emit(facts.tokens_per_second, facts.ttft_ms, facts.context_used)
            self.answer_ended.emit(event.message, self._branch(event.message))
            if isinstance(event.error, ConstraintInvalid):
                self.constraint_refused.emit(event.error.message)
        self._update(event.message.conversation_id)
        # A shown answer tells of its failure itself, and ModelController of an engine's death.
        if event.error is not None and not shown and not isinstance(event.error, EngineDied):
            self.fail("answer", event.error)
