"""A loaded model as conversations use it: its context, and what is known of what that holds."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.errors import EvaluationFailed
from desktop.engine.chat_template import ChatTemplate
from desktop.engine.context_window import ContextWindow
from desktop.engine.model import ABORTED, DECODED, NO_SLOT, Context
from desktop.engine.native import CancelFlag
from desktop.engine.prompt_cache import PromptCache
from desktop.engine.token_record import TokenRecord
from desktop.engine.tokens import Vocabulary


class Aborted(Exception):
    """The person stopped the evaluation."""


@dataclass(frozen=True, slots=True)
class ChatModel:
    """The methods change `context` and `cache` together."""

    context: Context
    vocabulary: Vocabulary
    template: ChatTemplate
    cache: PromptCache
    window: ContextWindow
    record: TokenRecord

    def reuse(self, tokens: list[int]) -> int:
        """Keep only what answers the beginning of `tokens`. Returns: how many of them that is."""
        cached = self.cache.reusable(tokens)
        if not self.context.truncate(cached):
            cached = 0
        self.cache.truncate(cached)
        return cached

    def evaluate(self, tokens: list[int], flag: CancelFlag) -> None:
        """Evaluate up to a batch of tokens after those there are.

        Raises: Aborted when `flag` was raised, EvaluationFailed.
        """
        if flag.is_set():
            raise Aborted
        result = self.context.evaluate(tokens)
        if result == DECODED:
            self.cache.extend(tokens)
            return
        self.undo()
        if result == ABORTED:
            raise Aborted
        raise evaluation_failed(result)

    def undo(self) -> None:
        """Take out what an evaluation that did not finish left in the KV cache."""
        if not self.context.truncate(len(self.cache.tokens)):
            self.cache.truncate(0)

    def let_go(self, start: int, end: int, flag: CancelFlag) -> None:
        """Take tokens start..end out, as if those behind them had followed at once.

        Raises: as `evaluate`.
        """
        context, cache = self.context, self.cache
        if context.can_shift:
            context.drop(start, end, len(cache.tokens))
            cache.drop(start, end)
            return
        # This kind of memory cannot move tokens: evaluate what stays once more.
        rest = cache.tokens[:start] + cache.tokens[end:]
        context.clear()
        cache.truncate(0)
        for at in range(0, len(rest), context.batch):
            self.evaluate(rest[at : at + context.batch], flag)


def evaluation_failed(result: int) -> EvaluationFailed:
    """What a result of llama_decode that is no success and no abort means."""
    if result == NO_SLOT:
        return EvaluationFailed(
            "The context has no room left.", "Load the model with a larger context."
        )
    return EvaluationFailed(
        f"llama.cpp could not evaluate the text (code {result}).",
        "Try again; if it stays, load the model anew.",
    )
