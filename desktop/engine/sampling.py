"""The sampler chain of llama.cpp, built from settings."""

from __future__ import annotations

import ctypes
import secrets
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import llama_cpp.llama_cpp as llama
import numpy as np

from desktop.domain.errors import EvaluationFailed
from desktop.domain.sampling import MAX_SEED, SamplerSettings
from desktop.engine.tokens import Vocabulary

MIROSTAT_WINDOW = 100  # llama.cpp's m
MIN_KEEP = 1  # tokens every truncating sampler leaves

TokenIds = np.ndarray[Any, np.dtype[np.int32]]
Logits = np.ndarray[Any, np.dtype[np.float32]]

_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


def choose_seed(settings: SamplerSettings) -> int:
    """The seed asked for, or a random one."""
    return secrets.randbelow(MAX_SEED + 1) if settings.seed is None else settings.seed


class Link(NamedTuple):
    """One sampler of a chain.

    Attributes:
        name: as in SamplerStage, "" for the one that only chooses from what the others left.
        handle: to be freed, also by the chain it is added to.
        history: how many past tokens it looks at.
    """

    name: str
    handle: Any
    history: int = 0


class Sampler:
    """Chooses tokens. Free it with `close`.

    Samplers at their neutral values are left out: they would cost time and change nothing. Mirostat
    takes the place of every truncating sampler, as in llama.cpp; the penalties stay.
    """

    def __init__(
        self,
        settings: SamplerSettings,
        seed: int,
        vocabulary: Vocabulary,
        context_size: int,
        grammar: Any = None,
    ) -> None:
        """Takes ownership of `grammar`, a grammar sampler or None."""
        self._chain = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
        self._grammar = grammar
        self._candidates = Candidates(vocabulary.size) if grammar else None
        self._history = 0
        for link in chain(settings, seed, vocabulary, context_size):
            self._history = max(self._history, link.history)
            llama.llama_sampler_chain_add(self._chain, link.handle)

    def accept_prompt(self, tokens: Sequence[int]) -> None:
        """Let the penalties know the end of the prompt, as llama.cpp's server does."""
        if self._history:
            for token in tokens[-self._history :]:
                llama.llama_sampler_accept(self._chain, token)

    def bind(self, context: int) -> Callable[[], int | None]:
        """A function that samples from the last evaluation's logits and accepts the token.

        It returns None when the grammar is complete and the model knows no way to end.
        """
        if self._grammar is not None:
            return partial(self._sample_by_grammar, context)
        return partial(llama.llama_sampler_sample, self._chain, context, -1)

    def close(self) -> None:
        llama.llama_sampler_free(self._chain)
        if self._grammar is not None:
            llama.llama_sampler_free(self._grammar)
            self._grammar = None

    def _sample_by_grammar(self, context: int) -> int | None:
        """Sample first and check that one token; only when it is refused filter all of them."""
        candidates = self._candidates
        assert candidates is not None
        logits = last_logits(context, candidates.size)
        llama.llama_sampler_apply(self._chain, candidates.load(logits))
        token = candidates.selected()
        if not candidates.allows(self._grammar, token):
            llama.llama_sampler_apply(self._grammar, candidates.load(logits))
            if candidates.none_left():
                return None
            llama.llama_sampler_apply(self._chain, candidates.array)
            token = candidates.selected()
        llama.llama_sampler_accept(self._grammar, token)
        llama.llama_sampler_accept(self._chain, token)
        return token


class Candidates:
    """The array of (token, logit, probability) that samplers narrow down and reorder."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._ids = np.arange(size, dtype=np.int32)
        self._rows = np.zeros(size, dtype=_CANDIDATE)
        self._one = (llama.llama_token_data * 1)()
        self._one_array = llama.llama_token_data_array(self._one, 1, -1, False)
        self.array = llama.llama_token_data_array()

    def load(self, logits: Logits, ids: TokenIds | None = None) -> Any:
        """Tokens with their `logits`, of shape (size,), as the array that samplers take; `ids` when
        they are not all of the vocabulary."""
        self._rows["id"] = self._ids if ids is None else ids
        self._rows["logit"] = logits
        self._rows["p"] = 0.0
        data = self._rows.ctypes.data_as(ctypes.POINTER(llama.llama_token_data))
        self.array = llama.llama_token_data_array(data, self.size, -1, False)
        return self.array

    def left(self) -> tuple[TokenIds, Logits]:
        """Ids and logits of the tokens that samplers have left; copies."""
        # XTC moves the beginning of the array; top-n-sigma leaves what it forbids at no chance.
        begin = ctypes.addressof(self.array.data[0]) - self._rows.ctypes.data
        first = begin // _CANDIDATE.itemsize
        rows = self._rows[first : first + self.array.size]
        rows = rows[rows["logit"] != -np.inf]
        return rows["id"].copy(), rows["logit"].copy()

    def selected(self) -> int:
        if not 0 <= self.array.selected < self.array.size:
            raise EvaluationFailed("No token could be chosen with these sampler settings.")
        return int(self.array.data[self.array.selected].id)

    def allows(self, grammar: Any, token: int) -> bool:
        self._one[0] = llama.llama_token_data(token, 1.0, 0.0)
        self._one_array.size = 1
        llama.llama_sampler_apply(grammar, self._one_array)
        return bool(self._one[0].logit != float("-inf"))

    def none_left(self) -> bool:
        return bool(np.max(self._rows["logit"]) == -np.inf)


def last_logits(context: int, vocabulary_size: int) -> Logits:
    """The logits of the last evaluation, shape (vocabulary_size,), float32; a view, not a copy.

    Raises: EvaluationFailed when there are none (sampling then would abort the process).
    """
    pointer = llama.llama_get_logits_ith(context, -1)
    if not pointer:
        raise EvaluationFailed("The model gave no result for the last token.")
    return np.ctypeslib.as_array(pointer, shape=(vocabulary_size,))


def chain(
    settings: SamplerSettings, seed: int, vocabulary: Vocabulary, context_size: int
) -> Iterator[Link]:
    """Samplers that act, in llama.cpp's default order; the last one chooses."""
    yield from _penalties(settings, vocabulary, context_size)
    if settings.temperature <= 0:
        yield Link("temperature", llama.llama_sampler_init_greedy())
    elif settings.mirostat:
        yield _temperature(settings)
        yield Link("mirostat", _mirostat(settings, seed, vocabulary))
    else:
        yield from _truncating(settings, seed)
        if settings.temperature != 1 or settings.dynatemp_range > 0:
            yield _temperature(settings)
        yield Link("", llama.llama_sampler_init_dist(seed))


def _penalties(s: SamplerSettings, vocabulary: Vocabulary, context_size: int) -> Iterator[Link]:
    def window(last_n: int) -> int:
        return context_size if last_n < 0 else min(last_n, context_size)

    repeat, frequency, presence = s.repeat_penalty, s.frequency_penalty, s.presence_penalty
    neutral = (repeat, frequency, presence) == (1.0, 0.0, 0.0)
    if not neutral and (last_n := window(s.repeat_last_n)):
        penalties = llama.llama_sampler_init_penalties(
            vocabulary.size, last_n, repeat, frequency, presence
        )
        yield Link("penalties", penalties, last_n)
    if s.dry_multiplier > 0 and (last_n := window(s.dry_penalty_last_n)):
        yield Link("dry", _dry(s, vocabulary, last_n), last_n)


def _truncating(s: SamplerSettings, seed: int) -> Iterator[Link]:
    if s.top_n_sigma > 0:
        yield Link("top_n_sigma", llama.llama_sampler_init_top_n_sigma(s.top_n_sigma))
    if s.top_k > 0:
        yield Link("top_k", llama.llama_sampler_init_top_k(s.top_k))
    if s.typical_p < 1:
        yield Link("typical_p", llama.llama_sampler_init_typical(s.typical_p, MIN_KEEP))
    if s.top_p < 1:
        yield Link("top_p", llama.llama_sampler_init_top_p(s.top_p, MIN_KEEP))
    if s.min_p > 0:
        yield Link("min_p", llama.llama_sampler_init_min_p(s.min_p, MIN_KEEP))
    if s.xtc_probability > 0:
        xtc = llama.llama_sampler_init_xtc(s.xtc_probability, s.xtc_threshold, MIN_KEEP, seed)
        yield Link("xtc_probability", xtc)


def _mirostat(s: SamplerSettings, seed: int, vocabulary: Vocabulary) -> Any:
    tau, eta = s.mirostat_tau, s.mirostat_eta
    if s.mirostat == 1:
        return llama.llama_sampler_init_mirostat(vocabulary.size, seed, tau, eta, MIROSTAT_WINDOW)
    return llama.llama_sampler_init_mirostat_v2(seed, tau, eta)


def _temperature(s: SamplerSettings) -> Link:
    if s.dynatemp_range > 0:
        return Link(
            "dynatemp_range",
            llama.llama_sampler_init_temp_ext(s.temperature, s.dynatemp_range, s.dynatemp_exponent),
        )
    return Link("temperature", llama.llama_sampler_init_temp(s.temperature))


def _dry(s: SamplerSettings, vocabulary: Vocabulary, last_n: int) -> Any:
    # C reads each breaker up to its first NUL byte.
    breakers = [text.encode("utf-8", "replace") for text in s.dry_sequence_breakers if text]
    array = (ctypes.c_char_p * len(breakers))(*breakers)
    return llama.llama_sampler_init_dry(
        vocabulary.handle,
        s.dry_multiplier,
        s.dry_base,
        s.dry_allowed_length,
        last_n,
        array,
        len(breakers),
    )
