"""Evaluating a text in chunks, as llama.cpp's perplexity and imatrix tools do.

The text is tokenized once; each chunk is evaluated from an empty context, its first token replaced
by the one that begins a text. Perplexity is that of the second half of each chunk, whose tokens
have at least half a chunk before them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import llama_cpp.llama_cpp as llama
import numpy as np

from desktop.domain.amounts import how_many
from desktop.domain.errors import Cancelled, EvaluationFailed, InvalidInput, ModelLoadFailed
from desktop.domain.evaluation import MIN_CHUNKS
from desktop.engine.divergence import Logits, Tokens, losses_of
from desktop.engine.model import ABORTED, DECODED, Weights
from desktop.engine.native import CancelFlag, LlamaLog
from desktop.engine.tokens import Vocabulary


class TensorWatcher(Protocol):
    """What sees every tensor that is computed."""

    def on_tensor(self, address: int | None, ask: bool, user_data: int | None, /) -> bool:
        """llama.cpp's evaluation callback."""

    def check(self) -> None:
        """Raise what went wrong in a callback."""


def split_chunks(vocabulary: Vocabulary, text: str, size: int, count: int) -> list[list[int]]:
    """`count` chunks of `size` tokens (0: as many as there are). Raises: InvalidInput."""
    tokens = vocabulary.tokenize(text, add_special=True)
    whole = len(tokens) // size
    if whole < MIN_CHUNKS:
        raise InvalidInput(
            f"The text is too short: it has {how_many(len(tokens), 'token')}, where at least "
            f"{MIN_CHUNKS} chunks of {size:,} are needed.",
            "Use a longer text.",
        )
    chunks = [tokens[n * size : (n + 1) * size] for n in range(min(count or whole, whole))]
    if vocabulary.adds_bos and vocabulary.bos is not None:
        for chunk in chunks:
            chunk[0] = vocabulary.bos
    return chunks


def first_scored(size: int) -> int:
    """The first token of a chunk whose prediction counts; all before it are its context."""
    return size // 2


def scored_targets(tokens: Sequence[int]) -> Tokens:
    """The tokens to be foreseen in a chunk; the last token's own prediction has none."""
    return np.array(tokens[first_scored(len(tokens)) + 1 :])


class ChunkContext:
    """A context that evaluates one chunk of `size` tokens at a time.

    Args:
        first: the logits of the tokens from this one on are kept.
        watcher: sees every tensor that is computed.
        flash_attention: whether it may be used; without it numbers differ in their last digits.
    """

    def __init__(
        self,
        weights: Weights,
        size: int,
        threads: int,
        log: LlamaLog,
        flag: CancelFlag,
        *,
        first: int = 0,
        watcher: TensorWatcher | None = None,
        flash_attention: bool = True,
    ) -> None:
        """Raises: ModelLoadFailed."""
        self._flag = flag
        self._watcher = watcher
        params = llama.llama_context_default_params()
        params.n_ctx = params.n_batch = params.n_ubatch = size
        params.n_outputs_max = size - first
        params.n_threads = params.n_threads_batch = threads
        params.flash_attn_type = (
            llama.LLAMA_FLASH_ATTN_TYPE_AUTO
            if flash_attention
            else llama.LLAMA_FLASH_ATTN_TYPE_DISABLED
        )
        if watcher is not None:
            self._callback = llama.ggml_backend_sched_eval_callback(watcher.on_tensor)
            params.cb_eval = self._callback
        params.abort_callback = flag.callback
        params.abort_callback_data = flag.data
        with log.collect():
            self._handle = llama.llama_init_from_model(weights.handle, params)
            if not self._handle:
                raise ModelLoadFailed(
                    f"llama.cpp cannot set up a context: {log.reason()}.", "Try smaller chunks."
                )
        vocabulary_size = int(llama.llama_vocab_n_tokens(weights.vocabulary_handle))
        self._shape = (size - first, vocabulary_size)
        self._batch = llama.llama_batch_init(size, 0, 1)
        self._batch.n_tokens = size
        for place in range(size):
            self._batch.pos[place] = place
            self._batch.n_seq_id[place] = 1
            self._batch.seq_id[place][0] = 0
            self._batch.logits[place] = place >= first

    def evaluate(self, tokens: Sequence[int]) -> Logits:
        """Logits [tokens kept, vocabulary] of a whole chunk, valid until the next.

        Raises: Cancelled, EvaluationFailed.
        """
        llama.llama_memory_clear(llama.llama_get_memory(self._handle), True)
        np.ctypeslib.as_array(self._batch.token, (len(tokens),))[:] = tokens
        result = llama.llama_decode(self._handle, self._batch)
        if self._watcher is not None:
            self._watcher.check()
        if result == ABORTED or self._flag.is_set():
            raise Cancelled("It was cancelled.")
        if result != DECODED:
            raise EvaluationFailed(f"llama.cpp could not evaluate the text (code {result}).")
        return np.ctypeslib.as_array(llama.llama_get_logits(self._handle), self._shape)

    def close(self) -> None:
        llama.llama_batch_free(self._batch)
        llama.llama_free(self._handle)


class Perplexity:
    """Perplexity over the chunks added so far."""

    def __init__(self) -> None:
        self._count = 0
        self._sum = 0.0
        self._sum_of_squares = 0.0

    def add(self, tokens: Sequence[int], logits: Logits) -> None:
        """Take the second half of a chunk, [tokens, vocabulary]."""
        first = first_scored(len(tokens))
        losses = losses_of(logits[first:-1], scored_targets(tokens))
        self._sum += float(losses.sum())
        self._sum_of_squares += float((losses**2).sum())
        self._count += len(losses)

    @property
    def value(self) -> float:
        """0 before the first chunk."""
        return math.exp(self._sum / self._count) if self._count else 0.0

    @property
    def error(self) -> float:
        """One standard error."""
        if self._count < 2:
            return 0.0
        mean = self._sum / self._count
        variance = max(self._sum_of_squares / self._count - mean**2, 0.0)
        return math.sqrt(variance / (self._count - 1)) * self.value
