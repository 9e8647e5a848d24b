"""Answering: what happens between a person's message and the finished answer in the database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from desktop.core.answer_journal import AnswerJournal
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
from desktop.core.model_session import ModelSession
from desktop.core.turns import facts_of, turns_of
from desktop.domain.conversation import (
    AnswerFacts,
    Conversation,
    Message,
    MessageState,
    Role,
    StopReason,
)
from desktop.domain.errors import InvalidInput, QuernError
from desktop.domain.model import LoadedModel
from desktop.engine.client import error_of
from desktop.engine.protocol import (
    ContextShifted,
    ContextTrimmed,
    Event,
    Generate,
    Generated,
    PromptProgress,
    Reply,
    TextChunk,
)
from desktop.storage.conversations import Conversations


@dataclass(slots=True)
class _Answering:
    """The answer being written."""

    message: Message
    loaded: LoadedModel
    conversation: Conversation
    request_id: int | None = None
    cancelled: bool = False
    shifted_tokens: int = 0
    characters: dict[bool, int] = field(default_factory=dict)  # of the answer, of its reasoning

    def facts(self, reply: Generated) -> AnswerFacts:
        """How the answer came about; one that was continued counts all its tokens."""
        sampler, arguments = self.conversation.sampler, self.conversation.template_arguments
        return facts_of(reply, self.loaded, sampler, arguments, self.message.facts)


class Chat:
    """Answers one message at a time with the model of one window.

    Args:
        conversations: where everything is kept.
        session: the window's engine.
        journal: writes streamed text.
        listener: told of every ChatEvent, on threads that are not the caller's.
    """

    def __init__(
        self,
        conversations: Conversations,
        session: ModelSession,
        journal: AnswerJournal,
        listener: Callable[[ChatEvent], None],
    ) -> None:
        self._conversations = conversations
        self._session = session
        self._journal = journal
        self._listener = listener
        self._lock = threading.Lock()
        self._answering: _Answering | None = None

    @property
    def answering(self) -> Message | None:
        """The answer being written, with the text it has now; None when there is none."""
        current = self._answering
        if current is None:
            return None
        content = self._journal.content(current.message.id)
        if content is None:  # it has just ended
            return current.message
        return current.message._replace(text=content[0], reasoning=content[1])

    def require_model(self) -> LoadedModel:
        """The model that could answer now. Raises: InvalidInput saying why nothing can be asked."""
        if self._answering is not None:
            raise InvalidInput("Another answer is still being written.", "Stop it first.")
        loaded = self._session.loaded
        if loaded is None:
            raise InvalidInput("No model is loaded.", "Choose one above the conversation.")
        return loaded

    def send(
        self, conversation_id: int, text: str, prompt_version_id: int | None = None
    ) -> Message:
        """Add the person's message at the end and begin to answer it.

        `prompt_version_id`: the version of a prompt that it was made with; its answers name it too.

        Raises: InvalidInput when there is nothing to send, no model, or an answer under way;
        StorageFault when it cannot be saved (nothing is sent then).
        """
        if not text.strip():
            raise InvalidInput("There is nothing to send yet.")
        self.require_model()
        conversation = self._conversations.get(conversation_id)
        message = self._ask(conversation, conversation.head_id, text, prompt_version_id)
        self._listener(MessageAdded(message))
        self._begin(conversation_id)
        return message

    def edit(self, message_id: int, text: str) -> Message:
        """Ask again in other words: a new branch beside the person's message. Raises: as `send`."""
        if not text.strip():
            raise InvalidInput("The message is empty.")
        self.require_model()
        edited = self._conversations.message(message_id)
        conversation = self._conversations.get(edited.conversation_id)
        message = self._ask(conversation, edited.parent_id, text)
        self._listener(PathChanged(conversation.id))
        self._begin(conversation.id)
        return message

    def regenerate(self, message_id: int) -> None:
        """Answer again: a new branch beside the answer. Raises: as `send`."""
        message = self._conversations.message(message_id)
        parent = message.id if message.role is Role.USER else message.parent_id
        if parent is None:
            raise InvalidInput("There is no message to answer.")
        self.require_model()
        self._conversations.set_head(message.conversation_id, parent)
        self._listener(PathChanged(message.conversation_id))
        self._begin(message.conversation_id)

    def continue_answer(self, message_id: int) -> None:
        """Go on with an answer that was stopped or cut off. Raises: as `send`."""
        message = self._conversations.message(message_id)
        conversation = self._conversations.get(message.conversation_id)
        if message.role is not Role.ASSISTANT or conversation.head_id != message_id:
            raise InvalidInput("Only the last answer can be continued.")
        self._begin(conversation.id, unfinished=message)

    def stop(self) -> None:
        """End the answer under way; what is there stays."""
        with self._lock:
            current = self._answering
            if current is None:
                return
            current.cancelled = True
            request_id = current.request_id
        if request_id is not None:
            self._session.cancel(request_id)

    # --- inside -----------------------------------------------------------------------------

    def _ask(
        self,
        conversation: Conversation,
        parent_id: int | None,
        text: str,
        prompt_version_id: int | None = None,
    ) -> Message:
        return self._conversations.add_message(
            conversation.id,
            role=Role.USER,
            text=text,
            parent_id=parent_id,
            prompt_version_id=prompt_version_id,
        )

    def _begin(self, conversation_id: int, unfinished: Message | None = None) -> None:
        loaded = self.require_model()
        conversation = self._conversations.get(conversation_id)
        path = self._conversations.path(conversation.id)
        if unfinished is None:
            message = self._conversations.add_message(
                conversation.id,
                role=Role.ASSISTANT,
                text="",
                parent_id=conversation.head_id,
                state=MessageState.STREAMING,
                prompt_version_id=path[-1].prompt_version_id if path else None,
            )
        else:
            message = unfinished._replace(state=MessageState.STREAMING, problem="")
        current = _Answering(message, loaded, conversation)
        current.characters = {False: len(message.text), True: len(message.reasoning)}
        self._answering = current
        self._journal.begin(message.id, message.text, message.reasoning)
        self._listener(AnswerStarted(message, continued=unfinished is not None))
        request_id = self._session.ask(
            lambda number: Generate(
                id=number,
                messages=turns_of(conversation.system_prompt, path),
                sampler=conversation.sampler,
                template_arguments=conversation.template_arguments,
                continue_answer=unfinished is not None,
            ),
            lambda event: self._on_event(current, event),
        )
        with self._lock:
            current.request_id = request_id
            stop_at_once = current.cancelled
        if stop_at_once:
            self._session.cancel(request_id)

    def _on_event(self, current: _Answering, event: Event) -> None:
        message_id = current.message.id
        match event:
            case TextChunk():
                self._journal.append(message_id, event.text, reasoning=event.reasoning)
                start = current.characters[event.reasoning]
                current.characters[event.reasoning] += len(event.text)
                self._listener(
                    AnswerText(
                        message_id,
                        event.text,
                        event.reasoning,
                        start,
                        event.tokens_per_second,
                        event.ttft_ms,
                        event.context_used,
                    )
                )
            case PromptProgress():
                self._listener(PromptRead(message_id, event.done, event.total, event.cached))
            case ContextTrimmed():
                self._listener(MessagesDropped(message_id, event.dropped_messages))
            case ContextShifted():
                current.shifted_tokens += event.dropped_tokens
                self._listener(TokensDropped(message_id, current.shifted_tokens))
            case Reply():
                self._end(current, event)

    def _end(self, current: _Answering, reply: Reply) -> None:
        content = self._journal.content(current.message.id)
        assert content is not None, "an answer ends once"
        text, reasoning = content
        state, error = _outcome(reply, current.cancelled)
        current.message = current.message._replace(
            text=text,
            reasoning=reasoning,
            state=state,
            problem=str(error) if error else "",
            facts=current.facts(reply) if isinstance(reply, Generated) else current.message.facts,
        )

        def tried() -> None:
            self._answering = None
            self._listener(AnswerEnded(current.message, error))

        self._journal.end(current.message, tried)


def _outcome(reply: Reply, cancelled: bool) -> tuple[MessageState, QuernError | None]:
    """What an answer is from now on, and what went wrong."""
    if isinstance(reply, Generated):
        stopped = reply.stop_reason in (StopReason.CANCELLED, StopReason.MAX_TOKENS)
        return (MessageState.STOPPED if stopped else MessageState.DONE), None
    if cancelled:  # stopped by force, because the engine closed or did not react
        return MessageState.STOPPED, None
    return MessageState.FAILED, error_of(reply)
