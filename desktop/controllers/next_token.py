"""One answer of a window's conversation, looked at token by token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.chat import ChatController
from desktop.controllers.models import ModelController
from desktop.core.turns import turns_of
from desktop.domain.conversation import Message
from desktop.domain.errors import Cancelled, InvalidInput, QuernError
from desktop.domain.next_token import AnswerToken
from desktop.domain.sampling import SamplerSettings
from desktop.engine.client import error_of
from desktop.engine.protocol import ChatTurn, Event, Reply, Request
from desktop.engine.token_messages import AnswerSplit, ExplainToken, SplitAnswer, TokenExplained


class Hindrance(Enum):
    """Why nothing can be shown now."""

    NO_ANSWER = auto()
    NO_MODEL = auto()
    ANSWERING = auto()


@dataclass(frozen=True, slots=True)
class LookedAt:
    """The answer looked at.

    Attributes:
        message: the answer.
        tokens: all of it.
        foreign: another model wrote it than the one that is asked now.
    """

    message: Message
    tokens: tuple[AnswerToken, ...]
    foreign: bool


class NextTokenController(QObject):
    """Asks the loaded model how each token of an answer is chosen.

    One question is under way at a time; of those that come meanwhile the newest is asked next.
    Nothing is asked while nobody looks, or while an answer is being written.

    Args:
        count: candidates to ask for in each stage.

    Signals:
        split(LookedAt): the answer's tokens are known.
        explained(NextToken): how the selected one is chosen with the settings given.
        hindered(object): a Hindrance or QuernError says why there is nothing to see.
    """

    split = Signal(object)
    explained = Signal(object)
    hindered = Signal(object)

    _replied = Signal(int, object)

    def __init__(
        self, chat: ChatController, models: ModelController, count: int, parent: QObject | None
    ) -> None:
        super().__init__(parent)
        self._chat = chat
        self._models = models
        self._count = count
        self._looking = False
        self._message: Message | None = None
        self._turns: tuple[ChatTurn, ...] = ()
        self._looked_at: LookedAt | None = None
        self._index: int | None = None
        self._sampler = SamplerSettings()
        self._shown: object = None  # what was explained last
        self._busy = chat.answering is not None
        self._asked = 0  # number of the question under way or asked last
        self._running: int | None = None  # its request
        self._stale = False  # its answer is not wanted any more
        self._replied.connect(self._on_reply)
        chat.busy_changed.connect(self._set_busy)
        models.loaded.connect(self._start_over)
        models.unloaded.connect(self._start_over)

    @property
    def index(self) -> int | None:
        """The selected token."""
        return self._index

    def set_looking(self, looking: bool) -> None:
        """Whether somebody looks."""
        if looking != self._looking:
            self._looking = looking
            self._abandon()
            self._go_on()

    def look_at(self, message: Message | None, index: int | None = None) -> None:
        """Look at an answer of the shown conversation, or at none; at its token `index`, else at
        the one the model thought least likely."""
        self._message = message
        self._index = index
        self._start_over()

    def select(self, index: int) -> None:
        """Look at another token; the number of tokens: at the one to come."""
        if self._looked_at is not None and index != self._index:
            self._index = max(0, min(index, len(self._looked_at.tokens)))
            self._abandon()
            self._go_on()

    def set_sampler(self, settings: SamplerSettings) -> None:
        """How the token would be chosen with these settings."""
        self._sampler = settings
        self._go_on()

    # --- asking -----------------------------------------------------------------------------

    @Slot()
    def _start_over(self) -> None:
        """What is known of the answer holds no longer."""
        self._looked_at = None
        self._shown = None
        self._abandon()
        self._go_on()

    @Slot(bool)
    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._abandon()
        self._go_on()

    def _abandon(self) -> None:
        """The question under way is not worth its answer any more."""
        if self._running is not None and not self._stale:
            self._stale = True
            self._models.session.cancel(self._running)

    def _go_on(self) -> None:
        """Ask what is to be known next, unless something is being asked."""
        if not self._looking:
            return
        hindrance = self._hindrance()
        if hindrance is not None:
            self._shown = None
            self.hindered.emit(hindrance)
        elif self._running is None:
            try:
                make = self._next_question()
            except QuernError as error:
                self.hindered.emit(error)
                return
            if make is not None:
                self._ask(make)

    def _hindrance(self) -> Hindrance | None:
        if self._busy:
            return Hindrance.ANSWERING
        if self._models.current is None:
            return Hindrance.NO_MODEL
        return Hindrance.NO_ANSWER if self._message is None else None

    def _next_question(self) -> Callable[[int], Request] | None:
        """Raises: InvalidInput, StorageFault."""
        arguments = self._arguments()
        if self._looked_at is None:
            turns = self._turns = self._read_turns()
            return lambda number: SplitAnswer(
                id=number, messages=turns, template_arguments=arguments
            )
        index, sampler, turns = self._index, self._sampler, self._turns
        if index is None or self._shown == (index, sampler):
            return None
        self._shown = (index, sampler)
        return lambda number: ExplainToken(
            id=number,
            messages=turns,
            index=index,
            sampler=sampler,
            template_arguments=arguments,
            count=self._count,
        )

    def _ask(self, make: Callable[[int], Request]) -> None:
        self._asked += 1
        asked = self._asked
        self._stale = False

        def tell(event: Event) -> None:
            if isinstance(event, Reply):
                self._replied.emit(asked, event)

        self._running = self._models.session.ask(make, tell)
        self._models.watch_rest()

    def _read_turns(self) -> tuple[ChatTurn, ...]:
        """The conversation up to the answer. Raises: InvalidInput, StorageFault."""
        message = self._message
        assert message is not None, "there is an answer to look at"
        conversation = self._chat.store.get(message.conversation_id)
        path = self._chat.store.path(conversation.id)
        at = next((n for n, other in enumerate(path) if other.id == message.id), None)
        if at is None:
            raise InvalidInput("This answer is not in the conversation that is shown.")
        return turns_of(conversation.system_prompt, path[: at + 1])

    def _arguments(self) -> dict[str, bool]:
        facts = self._message.facts if self._message is not None else None
        return dict(facts.template_arguments) if facts is not None else {}

    # --- being answered ---------------------------------------------------------------------

    @Slot(int, object)
    def _on_reply(self, asked: int, reply: Reply) -> None:
        if asked != self._asked:
            return
        self._running = None
        error = error_of(reply)
        if self._stale or isinstance(error, Cancelled):
            self._shown = None
        elif error is not None:
            self.hindered.emit(error)
            return
        elif isinstance(reply, AnswerSplit):
            self._take_tokens(reply.tokens)
        elif isinstance(reply, TokenExplained):
            self.explained.emit(reply.token)
        self._go_on()

    def _take_tokens(self, tokens: tuple[AnswerToken, ...]) -> None:
        message, loaded = self._message, self._models.current
        assert message is not None and loaded is not None, "nothing hinders"
        foreign = message.facts is not None and message.facts.model_path != str(loaded.info.path)
        self._looked_at = LookedAt(message, tokens, foreign)
        if self._index is None:
            self._index = least_likely(tokens)
        self._index = min(self._index, len(tokens))
        self.split.emit(self._looked_at)


def least_likely(tokens: tuple[AnswerToken, ...]) -> int:
    """The token of which the model thought the least, as far as that is known; else the first."""
    known = [
        (token.probability, n) for n, token in enumerate(tokens) if token.probability is not None
    ]
    return min(known)[1] if known else 0
