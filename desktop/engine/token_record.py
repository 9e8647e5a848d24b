"""The tokens of the newest answer, and the logits they were chosen from."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import llama_cpp.llama_cpp as llama
import numpy as np

from desktop.engine.protocol import ChatTurn
from desktop.engine.sampling import Logits

LIMIT = 64 << 20  # bytes of logits: 128 tokens of 128k candidates each, 8192 of 2048


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """Which answer a record is of.

    Attributes:
        messages: the conversation, the answer last.
        start: the first token of the answer.
    """

    messages: tuple[ChatTurn, ...]
    template_arguments: dict[str, bool]
    start: int

    def is_of(self, messages: Sequence[ChatTurn], arguments: dict[str, bool]) -> bool:
        return self.messages == tuple(messages) and self.template_arguments == arguments


def shared(ours: Sequence[int], theirs: Sequence[int]) -> int:
    """How many tokens both begin with."""
    pairs = enumerate(zip(ours, theirs, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(ours), len(theirs)))


def rows_of(vocabulary_size: int, limit: int = LIMIT) -> int:
    """How many tokens' logits fit into `limit` bytes; one at least."""
    return max(limit // _row_bytes(vocabulary_size), 1)


def record_bytes(vocabulary_size: int) -> int:
    """Bytes that a record of a model takes when it is full."""
    return rows_of(vocabulary_size) * _row_bytes(vocabulary_size)


def _row_bytes(vocabulary_size: int) -> int:
    return vocabulary_size * 4  # float32


class TokenRecord:
    """What was evaluated for the newest answer, from the first token of its prompt on.

    A context that is full lets go of old tokens; here they stay, so that positions keep their
    meaning. Logits are kept as llama.cpp gave them, the newest `LIMIT` bytes; the memory is taken
    when it is first written to.

    Attributes:
        tokens: of prompt and answer.
        answer: which it is, once it is complete.
    """

    def __init__(self, vocabulary_size: int, limit: int = LIMIT) -> None:
        """`limit`: bytes of logits."""
        self.tokens: list[int] = []
        self.answer: WrittenAnswer | None = None
        self.capacity = rows_of(vocabulary_size, limit)
        self._rows = np.empty((self.capacity, vocabulary_size), np.float32)
        self._positions = [-1] * self.capacity  # of the token that was chosen from each row

    def begin(self, prompt: Sequence[int]) -> None:
        """An answer to `prompt` begins. Logits stay as far as the tokens are the same."""
        same = self.shared(prompt)
        self._positions = [at if at <= same else -1 for at in self._positions]
        self.tokens[:] = prompt
        self.answer = None

    def shared(self, tokens: Sequence[int]) -> int:
        """How many of `tokens`, from the first on, are recorded."""
        return len(tokens) if tokens is self.tokens else shared(self.tokens, tokens)

    def keeper(self, context: int) -> Callable[[], None]:
        """A function that keeps the logits of the last evaluation: what follows `tokens`."""
        tokens, positions, capacity = self.tokens, self._positions, self.capacity
        first, size = self._rows.ctypes.data, self._rows.strides[0]
        logits, move = llama.llama_get_logits_ith, ctypes.memmove

        def keep() -> None:
            position = len(tokens)
            row = position % capacity
            positions[row] = position
            move(first + row * size, logits(context, -1), size)

        return keep

    def logits(self, position: int) -> Logits | None:
        """What the token at `position` was chosen from, float32 of shape (vocabulary size,), or
        None when it is not kept; a view that later answers overwrite."""
        row = position % self.capacity
        return self._rows[row] if self._positions[row] == position else None
