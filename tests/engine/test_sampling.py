"""The sampler chain against llama.cpp's own, token by token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as llama
import numpy as np
import pytest

from desktop.domain.errors import EvaluationFailed
from desktop.domain.model import LoadConfig
from desktop.domain.sampling import MAX_SEED, SamplerSettings
from desktop.engine.model import Context, Weights, resolve
from desktop.engine.native import LlamaLog
from desktop.engine.sampling import Sampler, choose_seed, last_logits
from desktop.engine.tokens import Vocabulary

SEED = 42
PROMPT = list(b"Hello there, hello there, hello")


@pytest.fixture(scope="module")
def loaded(models: Callable[..., Path], log: LlamaLog) -> Iterator[tuple[Context, Vocabulary]]:
    config = resolve(LoadConfig(context=512, threads=1), 512)
    weights = Weights(models(end_bias=-100.0), config, log)
    context = Context(weights, config, log)
    yield context, Vocabulary(weights.vocabulary_handle)
    context.close()
    weights.close()


def sample(loaded: tuple[Context, Vocabulary], choose: Callable[[], int | None]) -> list[int]:
    context, _ = loaded
    context.clear()
    context.evaluate(PROMPT)
    tokens = []
    for _ in range(40):
        token = choose()
        assert token is not None
        tokens.append(token)
        context.evaluate([token])
    return tokens


def ours(loaded: tuple[Context, Vocabulary], **settings: Any) -> list[int]:
    context, vocabulary = loaded
    sampler = Sampler(SamplerSettings(**settings), SEED, vocabulary, context.size)
    sampler.accept_prompt(PROMPT)
    try:
        return sample(loaded, sampler.bind(context.handle))
    finally:
        sampler.close()


def theirs(loaded: tuple[Context, Vocabulary], *samplers: Any) -> list[int]:
    context, _ = loaded
    chain = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
    for sampler in samplers:
        llama.llama_sampler_chain_add(chain, sampler)
    for token in PROMPT:
        llama.llama_sampler_accept(chain, token)
    try:
        return sample(loaded, lambda: llama.llama_sampler_sample(chain, context.handle, -1))
    finally:
        llama.llama_sampler_free(chain)


def test_the_defaults_are_llama_cpps(loaded: tuple[Context, Vocabulary]) -> None:
    assert ours(loaded) == theirs(
        loaded,
        llama.llama_sampler_init_top_k(40),
        llama.llama_sampler_init_top_p(0.95, 1),
        llama.llama_sampler_init_min_p(0.05, 1),
        llama.llama_sampler_init_temp(0.8),
        llama.llama_sampler_init_dist(SEED),
    )


def test_leaving_neutral_samplers_out_changes_nothing(
    loaded: tuple[Context, Vocabulary],
) -> None:
    off = {"top_k": 0, "top_p": 1.0, "min_p": 0.0, "temperature": 1.0}
    assert ours(loaded, **off) == theirs(
        loaded,
        llama.llama_sampler_init_penalties(loaded[1].size, 64, 1.0, 0.0, 0.0),
        llama.llama_sampler_init_top_n_sigma(-1.0),
        llama.llama_sampler_init_top_k(0),
        llama.llama_sampler_init_typical(1.0, 1),
        llama.llama_sampler_init_top_p(1.0, 1),
        llama.llama_sampler_init_min_p(0.0, 1),
        llama.llama_sampler_init_temp(1.0),
        llama.llama_sampler_init_dist(SEED),
    )


def test_penalties_come_first_and_know_the_prompt(loaded: tuple[Context, Vocabulary]) -> None:
    assert ours(loaded, repeat_penalty=1.5, temperature=0.0) == theirs(
        loaded,
        llama.llama_sampler_init_penalties(loaded[1].size, 64, 1.5, 0.0, 0.0),
        llama.llama_sampler_init_greedy(),
    )


def test_mirostat_takes_the_place_of_the_truncating_samplers(
    loaded: tuple[Context, Vocabulary],
) -> None:
    assert ours(loaded, mirostat=2, top_k=1) == theirs(
        loaded,
        llama.llama_sampler_init_temp(0.8),
        llama.llama_sampler_init_mirostat_v2(SEED, 5.0, 0.1),
    )


def test_logits_are_a_view_and_missing_ones_an_error(loaded: tuple[Context, Vocabulary]) -> None:
    context, vocabulary = loaded
    context.clear()
    context.evaluate(PROMPT)
    logits = last_logits(context.handle, vocabulary.size)
    assert logits.shape == (vocabulary.size,) and logits.dtype == np.float32
    assert int(logits.argmax()) == theirs(loaded, llama.llama_sampler_init_greedy())[0]


def test_sampling_before_any_evaluation_is_an_error_not_a_crash(
    models: Callable[..., Path], log: LlamaLog
) -> None:
    config = resolve(LoadConfig(context=256, threads=1), 512)
    weights = Weights(models(), config, log)
    context = Context(weights, config, log)
    with pytest.raises(EvaluationFailed):
        last_logits(context.handle, 264)
    context.close()
    weights.close()


def test_a_seed_is_chosen_when_none_is_given() -> None:
    assert choose_seed(SamplerSettings(seed=5)) == 5
    chosen = {choose_seed(SamplerSettings()) for _ in range(5)}
    assert len(chosen) == 5 and all(0 <= seed <= MAX_SEED for seed in chosen)
