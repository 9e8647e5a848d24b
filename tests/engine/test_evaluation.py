"""Chunks of a text, their logits, and perplexity."""

from __future__ import annotations

import math

import numpy as np
import pytest

from desktop.domain.errors import Cancelled, EvaluationFailed, InvalidInput
from desktop.domain.model import LoadConfig
from desktop.engine.evaluation import (
    ChunkContext,
    Perplexity,
    first_scored,
    scored_targets,
    split_chunks,
)
from desktop.engine.model import Weights
from desktop.engine.native import CancelFlag
from desktop.engine.tokens import Vocabulary

pytestmark = pytest.mark.engine
TEXT = "Some words about nothing. " * 100


class Nobody:
    """Wants no tensor."""

    def __init__(self) -> None:
        self.problem: Exception | None = None

    def on_tensor(self, _address, _ask, _data, /) -> bool:
        return False

    def check(self) -> None:
        if self.problem is not None:
            raise self.problem


@pytest.fixture
def weights(models, log):
    weights = Weights(models(), LoadConfig(gpu_layers=0), log)
    yield weights
    weights.close()


@pytest.fixture
def vocabulary(weights) -> Vocabulary:
    return Vocabulary(weights.vocabulary_handle)


def test_a_text_is_cut_into_whole_chunks(vocabulary: Vocabulary) -> None:
    tokens = vocabulary.tokenize(TEXT, add_special=True)
    chunks = split_chunks(vocabulary, TEXT, 256, 0)
    assert [len(chunk) for chunk in chunks] == [256] * (len(tokens) // 256)
    assert chunks[1] == tokens[256:512]
    assert split_chunks(vocabulary, TEXT, 256, 3) == chunks[:3]
    assert len(split_chunks(vocabulary, TEXT, 256, 10_000)) == len(chunks)


def test_each_chunk_begins_a_text_when_the_model_wants_that(models, log) -> None:
    weights = Weights(
        models(metadata=(("tokenizer.ggml.add_bos_token", True),)), LoadConfig(gpu_layers=0), log
    )
    vocabulary = Vocabulary(weights.vocabulary_handle)
    chunks = split_chunks(vocabulary, TEXT, 256, 0)
    assert {chunk[0] for chunk in chunks} == {vocabulary.bos}
    weights.close()


def test_a_text_that_is_too_short_is_refused(vocabulary: Vocabulary) -> None:
    for text, has in (("a", "1 token"), ("abc", "3 tokens"), ("abc " * 100, "400 tokens")):
        with pytest.raises(InvalidInput, match=f"too short: it has {has}, where at least 2 chunks"):
            split_chunks(vocabulary, text, 256, 0)


def test_chunks_do_not_know_of_each_other(weights, vocabulary, log) -> None:
    context = ChunkContext(weights, 256, 1, log, CancelFlag(), watcher=Nobody())
    one, two, *_ = split_chunks(vocabulary, TEXT, 256, 0)
    first = context.evaluate(one).copy()
    other = context.evaluate(two).copy()
    assert first.shape == (256, vocabulary.size) and np.isfinite(first).all()
    assert not np.array_equal(first, other)
    assert np.array_equal(context.evaluate(one), first)
    context.close()


def test_only_the_logits_asked_for_are_kept(weights, vocabulary, log) -> None:
    chunk = split_chunks(vocabulary, TEXT, 256, 0)[0]
    whole = ChunkContext(weights, 256, 1, log, CancelFlag())
    half = ChunkContext(weights, 256, 1, log, CancelFlag(), first=first_scored(256))
    expected = whole.evaluate(chunk)[128:]
    kept = half.evaluate(chunk)
    assert kept.shape == expected.shape and np.allclose(kept, expected, atol=1e-4)
    assert scored_targets(chunk).tolist() == chunk[129:]
    whole.close()
    half.close()


def test_cancelling_and_what_a_watcher_met_end_it(weights, vocabulary, log) -> None:
    flag, watcher = CancelFlag(), Nobody()
    context = ChunkContext(weights, 256, 1, log, flag, watcher=watcher)
    chunk = split_chunks(vocabulary, TEXT, 256, 0)[0]
    flag.set()
    with pytest.raises(Cancelled):
        context.evaluate(chunk)
    flag.clear()
    watcher.problem = EvaluationFailed("met")
    with pytest.raises(EvaluationFailed, match="met"):
        context.evaluate(chunk)
    watcher.problem = None
    assert context.evaluate(chunk).shape[0] == 256
    with pytest.raises(EvaluationFailed, match="could not evaluate"):
        context.evaluate([vocabulary.size + 5] * 256)
    context.close()


def test_perplexity_is_that_of_the_second_half() -> None:
    perplexity = Perplexity()
    assert perplexity.value == perplexity.error == 0.0
    tokens = [0, 1, 2, 3, 0, 1, 2, 3]
    logits = np.zeros((8, 4), np.float32)
    logits[:4] = np.nan  # the first half does not count, nor does what follows the last token
    logits[7] = np.nan
    perplexity.add(tokens, logits)
    assert perplexity.value == pytest.approx(4.0) and perplexity.error == pytest.approx(0.0)


def test_perplexity_and_its_error_as_defined() -> None:
    random = np.random.default_rng(0)
    tokens = random.integers(0, 50, 200).tolist()
    logits = random.standard_normal((200, 50)).astype(np.float32) * 3
    perplexity = Perplexity()
    perplexity.add(tokens, logits)
    losses = []
    for place in range(100, 199):
        row = logits[place].astype(np.float64)
        losses.append(math.log(np.exp(row).sum()) - row[tokens[place + 1]])
    mean = float(np.mean(losses))
    assert perplexity.value == pytest.approx(math.exp(mean), rel=1e-6)
    error = math.sqrt(np.var(losses) / (len(losses) - 1)) * math.exp(mean)
    assert perplexity.error == pytest.approx(error, rel=1e-5)
