"""Fitting a conversation into the context by leaving out its oldest turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.domain.conversation import Role
from desktop.domain.errors import ContextTooSmall
from desktop.engine.prompt_cache import Prompt
from desktop.engine.protocol import ChatTurn

TRIMMED_SHARE = 0.75  # of what a prompt may take; the rest is room before the next trim
LEAST_ROOM = 64  # tokens left for the answer when the newest message alone nearly fills the context

# Neither rendered nor tokenized, which takes seconds, when it is plain that it cannot fit.
LONGEST_TOKEN = 1024  # characters; known vocabularies have tokens of up to 256
MAX_MESSAGE = 1 << 23  # characters

MakePrompt = Callable[[Sequence[ChatTurn]], Prompt]


@dataclass(frozen=True, slots=True)
class FittedPrompt:
    """A prompt that fits, and how many of the oldest messages it leaves out."""

    prompt: Prompt
    dropped: int


class ContextWindow:
    """Decides which messages the model sees.

    What was dropped stays dropped while the rest fits, so that from turn to turn the prompt keeps
    its beginning and its tokens need no new evaluation.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._dropped: tuple[ChatTurn, ...] = ()

    def fit(
        self, messages: Sequence[ChatTurn], make_prompt: MakePrompt, max_tokens: int
    ) -> FittedPrompt:
        """The prompt of `messages`, of which the oldest turns may be left out.

        The system prompt stays. Turns go whole, so what is left begins with a message of the user.
        Raises: ContextTooSmall.
        """
        length = len(messages[-1].content)
        if length > min(self.size * LONGEST_TOKEN, MAX_MESSAGE):
            raise _too_long(f"The newest message is {length:,} characters long", self.size)
        reserve = min(max_tokens or self.size // 4, self.size // 4)
        whole = make_prompt(messages)
        if len(whole.tokens) <= self.size - reserve:
            return FittedPrompt(whole, 0)
        head = next((i for i, m in enumerate(messages) if m.role is not Role.SYSTEM), len(messages))

        def cut(at: int) -> Prompt:
            return make_prompt((*messages[:head], *messages[at:]))

        kept = head + len(self._dropped)
        if self._dropped and tuple(messages[head:kept]) == self._dropped:
            prompt = cut(kept)
            if len(prompt.tokens) <= self.size - reserve:
                return FittedPrompt(prompt, kept - head)
        turns = [i for i in range(head + 1, len(messages)) if messages[i].role is Role.USER]
        target = int((self.size - reserve) * TRIMMED_SHARE)
        at, prompt = self._least_cut(turns, cut, target) if turns else (head, whole)
        if len(prompt.tokens) > self.size - min(reserve, LEAST_ROOM):
            raise _too_long(
                f"The newest message with the system prompt takes {len(prompt.tokens):,} tokens",
                self.size,
            )
        self._dropped = tuple(messages[head:at])
        return FittedPrompt(prompt, at - head)

    def _least_cut(
        self, turns: list[int], cut: Callable[[int], Prompt], target: int
    ) -> tuple[int, Prompt]:
        """The first of `turns` at which what is left takes `target` tokens, or the last of them."""
        low, high = 0, len(turns) - 1
        prompts: dict[int, Prompt] = {}
        while low < high:
            middle = (low + high) // 2
            prompts[middle] = cut(turns[middle])
            if len(prompts[middle].tokens) <= target:
                high = middle
            else:
                low = middle + 1
        return turns[low], prompts.get(low) or cut(turns[low])


def _too_long(what: str, size: int) -> ContextTooSmall:
    return ContextTooSmall(
        f"{what}, but the context holds {size:,} tokens, the answer included.",
        "Send a shorter message, or load the model with a larger context.",
    )
