"""Evaluating a text in chunks, as llama.cpp's perplexity and imatrix tools do.

The text is tokenized once; each chunk is evaluated from an empty context, its first token replaced
by the one that begins a text. Perplexity is that of the second half of each chunk, whose tokens
have at least half a chunk before them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import llama_cpp.llama_cpp as llama
import numpy as np

from desktop.domain.errors import Cancelled, EvaluationFailed, InvalidInput, ModelLoadFailed
from desktop.engine.model import ABORTED, DECODED, Weights
from desktop.engine.native import CancelFlag, LlamaLog
from desktop.engine.tokens import Vocabulary

MIN_CHUNKS = 2
_ROWS_AT_ONCE = 32  # of logits turned into probabilities: 32 * 128k * 4 bytes is 16 MB

Logits = np.ndarray[Any, np.dtype[np.float32]]


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
            f"The text is too short: {len(tokens):,} tokens, where at least "
            f"{MIN_CHUNKS * size:,} are needed.",
            "Use a longer text.",
        )
    chunks = [tokens[n * size : (n + 1) * size] for n in range(min(count or whole, whole))]
    if vocabulary.adds_bos and vocabulary.bos is not None:
        for chunk in chunks:
            chunk[0] = vocabulary.bos
    return chunks


class ChunkContext:
    """A context that evaluates one chunk at a time and keeps the logits of all its tokens."""

    def __init__(
        self,
        weights: Weights,
        size: int,
        threads: int,
        log: LlamaLog,
        flag: CancelFlag,
        watcher: TensorWatcher,
    ) -> None:
        """Raises: ModelLoadFailed."""
        self._flag = flag
        self._watcher = watcher
        self._callback = llama.ggml_backend_sched_eval_callback(watcher.on_tensor)
        params = llama.llama_context_default_params()
        params.n_ctx = params.n_batch = params.n_ubatch = params.n_outputs_max = size
        params.n_threads = params.n_threads_batch = threads
        params.flash_attn_type = llama.LLAMA_FLASH_ATTN_TYPE_AUTO
        params.cb_eval = self._callback
        params.abort_callback = flag.callback
        params.abort_callback_data = flag.data
        with log.collect():
            self._handle = llama.llama_init_from_model(weights.handle, params)
            if not self._handle:
                raise ModelLoadFailed(
                    f"llama.cpp cannot set up a context: {log.reason()}.", "Try smaller chunks."
                )
        self._size = size
        self._vocabulary_size = int(llama.llama_vocab_n_tokens(weights.vocabulary_handle))
        self._batch = llama.llama_batch_init(size, 0, 1)

    def evaluate(self, tokens: Sequence[int]) -> Logits:
        """Logits [tokens, vocabulary] of a chunk, valid until the next.

        Raises: Cancelled, EvaluationFailed.
        """
        llama.llama_memory_clear(llama.llama_get_memory(self._handle), True)
        batch = self._batch
        batch.n_tokens = len(tokens)
        for place, token in enumerate(tokens):
            batch.token[place] = token
            batch.pos[place] = place
            batch.n_seq_id[place] = 1
            batch.seq_id[place][0] = 0
            batch.logits[place] = True
        result = llama.llama_decode(self._handle, batch)
        self._watcher.check()
        if result == ABORTED or self._flag.is_set():
            raise Cancelled("It was cancelled.")
        if result != DECODED:
            raise EvaluationFailed(f"llama.cpp could not evaluate the text (code {result}).")
        pointer = llama.llama_get_logits(self._handle)
        shape = (len(tokens), self._vocabulary_size)
        return np.ctypeslib.as_array(pointer, shape)

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
        first = len(tokens) // 2
        targets = np.array(tokens[first + 1 :])
        rows = logits[first : len(tokens) - 1]
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            some = rows[start : start + _ROWS_AT_ONCE]
            wanted = targets[start : start + _ROWS_AT_ONCE]
            highest = some.max(axis=1, keepdims=True)
            totals = np.exp(some - highest).sum(axis=1, dtype=np.float64)
            chosen = np.take_along_axis(some, wanted[:, None], axis=1) - highest
            losses = np.log(totals) - chosen[:, 0].astype(np.float64)
            self._sum += float(losses.sum())
            self._sum_of_squares += float((losses**2).sum())
        self._count += len(rows)

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
