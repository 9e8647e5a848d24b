"""A second context of a model, in which the past is evaluated again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from desktop.domain.errors import Cancelled, ContextTooSmall
from desktop.engine.chat_model import ChatModel, evaluation_failed
from desktop.engine.model import ABORTED, DECODED, Context
from desktop.engine.native import CancelFlag
from desktop.engine.sampling import Logits, last_logits
from desktop.engine.token_record import shared

ROOM = 64  # tokens beyond what is asked for: the next question is about a token nearby

MakeContext = Callable[[int], Context]  # from the number of tokens it is to hold


class SecondContext:
    """Made when it is first needed, and only as large as that needs.

    It begins with a copy of what the model's own context holds, when that is a beginning of what is
    asked for, and goes on from what it evaluated last.
    """

    def __init__(self, model: ChatModel, make: MakeContext, flag: CancelFlag) -> None:
        self._model = model
        self._make = make
        self._flag = flag
        self._context: Context | None = None
        self._tokens: list[int] = []  # in the context

    def logits(self, before: Sequence[int]) -> Logits:
        """What follows the tokens `before`, float32 of shape (vocabulary size,).

        Raises: Cancelled, ContextTooSmall, EvaluationFailed, and ModelLoadFailed when there is not
        enough memory for it.
        """
        most = self._model.context.size
        if len(before) > most:
            raise ContextTooSmall(
                f"This token follows {len(before):,} others, but the context holds {most:,}.",
                "Load the model with a larger context.",
            )
        context = self._context
        if context is None or context.size < len(before):
            context = self._begin(before)
        same = shared(self._tokens, before[:-1])
        if not context.truncate(same):
            same = 0
        del self._tokens[same:]
        for start in range(same, len(before), context.batch):
            self._evaluate(context, before[start : start + context.batch])
        return np.array(last_logits(context.handle, self._model.vocabulary.size))

    def close(self) -> None:
        if self._context is not None:
            self._context.close()
            self._context = None
        self._tokens = []

    def _begin(self, before: Sequence[int]) -> Context:
        self.close()
        first, known = self._model.context, self._model.cache
        reusable = known.reusable(list(before))
        needed = max(len(before), len(known.tokens) if reusable else 0) + ROOM
        context = self._context = self._make(min(needed, first.size))
        if reusable and context.copy(first):
            self._tokens = known.tokens[:reusable]
        return context

    def _evaluate(self, context: Context, tokens: Sequence[int]) -> None:
        result = ABORTED if self._flag.is_set() else context.evaluate(tokens)
        if result == DECODED:
            self._tokens += tokens
            return
        if not context.truncate(len(self._tokens)):
            self._tokens = []
        if result == ABORTED:
            raise Cancelled("It was cancelled.")
        raise evaluation_failed(result)
