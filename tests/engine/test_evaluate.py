"""Perplexity and divergence as a child computes them, against what llama-perplexity printed."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.evaluation import ChunkScores, Quality, quality_of
from desktop.domain.paths import resource_path, starter_model_path
from desktop.domain.quantization import QuantizeRequest
from desktop.engine.error_codes import ErrorCode
from desktop.engine.evaluation_messages import (
    ChunkBegun,
    ChunkScored,
    Evaluated,
    EvaluateModels,
    EvaluationBegun,
    ModelFailed,
)
from desktop.engine.job_messages import Quantize, Quantized
from desktop.engine.protocol import Failed
from tests.engine.conftest import Answer, Child

pytestmark = pytest.mark.engine

Models = Callable[..., Path]

WITH_BOS = {"vocabulary": 1000, "metadata": (("tokenizer.ggml.add_bos_token", True),)}
ODD = {"width": 96, "heads": 3, "heads_kv": 1, "layers": 1, "vocabulary": 5001, "seed": 7}


@pytest.fixture(scope="module")
def text() -> str:
    return resource_path("starter", "held_out.txt").read_text(encoding="utf-8")


def evaluate(child: Child, text: str, *models: Path, **options: object) -> Answer:
    return child.ask(EvaluateModels, models=models, text=text, threads=1, **options)


def scores(answer: Answer, model: int) -> dict[int, ChunkScores]:
    return {e.chunk: e.scores for e in answer.of(ChunkScored) if e.model == model}


def quality(answer: Answer, model: int = 0) -> Quality:
    return quality_of(list(scores(answer, model).values()))


# llama-perplexity of the same llama.cpp printed these with `-c CONTEXT --chunks CHUNKS`. Its digits
# are met on the machine that made them; another processor adds up in another order.
@pytest.mark.parametrize(
    ("shape", "context", "chunks", "perplexity", "error"),
    [
        (None, 512, 4, 2.2850, 0.17900),
        (WITH_BOS, 512, 6, 8496.1232, 388.54615),
        (ODD, 256, 12, 55804.8105, 3602.11074),
    ],
)
def test_perplexity_is_llama_perplexitys(
    shared_child: Child,
    models: Models,
    text: str,
    shape: dict[str, object] | None,
    context: int,
    chunks: int,
    perplexity: float,
    error: float,
) -> None:
    path = starter_model_path() if shape is None else models(**shape)
    answer = evaluate(shared_child, text, path, context=context, end=chunks)
    found = quality(answer)
    assert found.chunks == chunks
    assert found.tokens == chunks * (context - context // 2 - 1)
    assert found.perplexity.value == pytest.approx(perplexity, rel=2e-5)
    assert found.perplexity_error == pytest.approx(error, rel=2e-4)
    assert found.divergence is None


@pytest.mark.parametrize(
    ("shape", "context", "chunks", "expected"),
    [
        (WITH_BOS, 512, 6, (8556.475622, 0.000420, 0.000406, 0.000738, 0.000961, 0.97908)),
        (ODD, 256, 12, (55842.405090, 0.000453, 0.000451, 0.000666, 0.000773, 0.92585)),
    ],
)
def test_divergence_is_llama_perplexitys(
    shared_child: Child,
    models: Models,
    text: str,
    shape: dict[str, object],
    context: int,
    chunks: int,
    expected: tuple[float, ...],
) -> None:
    level = models(**shape, weight_type="Q8_0")
    answer = evaluate(shared_child, text, models(**shape), level, context=context, end=chunks)
    found = quality(answer, 1)
    perplexity, mean, median, p99, maximum, same_top = expected
    assert found.divergence is not None
    assert found.perplexity.value == pytest.approx(perplexity, rel=2e-5)
    assert found.divergence.mean.value == pytest.approx(mean, abs=2e-6)
    assert found.divergence.median.value == pytest.approx(median, abs=2e-6)
    assert found.divergence.p99.value == pytest.approx(p99, abs=1e-5)
    assert found.divergence.maximum == pytest.approx(maximum, abs=2e-5)
    assert found.divergence.same_top.value == pytest.approx(same_top, abs=2e-3)


def test_a_level_of_the_starter_model_is_as_far_as_llama_perplexity_says(
    shared_child: Child, text: str, tmp_path: Path
) -> None:
    level = tmp_path / "level.gguf"
    request = QuantizeRequest(starter_model_path(), level, "Q4_K_M")
    assert isinstance(shared_child.ask(Quantize, request=request).reply, Quantized)
    found = quality(evaluate(shared_child, text, starter_model_path(), level, end=4), 1)
    divergence = found.divergence
    assert divergence is not None
    assert found.perplexity.value == pytest.approx(2.293485, rel=1e-4)
    assert found.perplexity_error == pytest.approx(0.181163, rel=1e-3)
    assert divergence.mean.value == pytest.approx(0.002389, rel=1e-2)
    assert divergence.error == pytest.approx(0.000297, rel=2e-2)
    assert divergence.p90.value == pytest.approx(0.004470, rel=2e-2)
    assert divergence.p99.value == pytest.approx(0.047044, rel=2e-2)
    assert divergence.maximum == pytest.approx(0.131005, rel=2e-2)
    assert divergence.same_top.value == pytest.approx(0.97157, abs=2e-3)
    assert divergence.change.value == pytest.approx(-0.00126, abs=2e-5)
    assert divergence.change_error == pytest.approx(0.00058, abs=2e-5)
    assert divergence.change_rms == pytest.approx(0.01861, abs=2e-4)


def test_a_base_is_evaluated_as_if_it_were_alone(
    shared_child: Child, models: Models, text: str
) -> None:
    alone = evaluate(shared_child, text, models(), context=256, end=2)
    level = models(weight_type="Q8_0")
    with_level = evaluate(shared_child, text, models(), level, context=256, end=2)
    assert quality(with_level, 0) == quality(alone)


def test_every_chunk_of_every_model_is_told_before_and_after(
    shared_child: Child, models: Models, text: str
) -> None:
    level = models(weight_type="Q8_0")
    answer = evaluate(shared_child, text, models(), level, context=256, first=1, end=3)
    (begun,) = answer.of(EvaluationBegun)
    assert begun.chunks > 100
    assert begun.threads == 1
    after = answer.events[answer.events.index(begun) + 1 : -1]
    steps = [(type(e), e.model, e.chunk) for e in after]
    places = [(0, 1), (1, 1), (0, 2), (1, 2)]
    assert steps == [(kind, *place) for place in places for kind in (ChunkBegun, ChunkScored)]


def test_going_on_later_gives_the_same(shared_child: Child, models: Models, text: str) -> None:
    both = (models(), models(weight_type="Q8_0"))
    whole = evaluate(shared_child, text, *both, context=256, end=3)
    rest = evaluate(shared_child, text, *both, context=256, first=2, end=3)
    assert scores(rest, 1) == {2: scores(whole, 1)[2]}


def test_the_noise_floor_is_the_base_against_itself(
    shared_child: Child, models: Models, text: str
) -> None:
    level = models(weight_type="Q8_0")
    answer = evaluate(shared_child, text, models(), level, context=256, end=2, noise_floor=True)
    floor, found = quality(answer, 2).divergence, quality(answer, 1).divergence
    assert floor is not None and found is not None
    assert abs(floor.mean.value) < found.mean.value / 100
    assert floor.p99.value > 0  # it was computed another time, in another way


def test_another_vocabulary_is_refused_and_the_rest_goes_on(
    shared_child: Child, models: Models, text: str
) -> None:
    other = models(words=(" other", " words", " of", " this", " one"))
    level = models(weight_type="Q8_0")
    answer = evaluate(shared_child, text, models(), other, level, context=256, end=2)
    (failed,) = answer.of(ModelFailed)
    assert failed.model == 1
    assert "another vocabulary" in failed.message
    assert failed.advice
    assert set(scores(answer, 2)) == {0, 1}
    assert isinstance(answer.reply, Evaluated)


def test_a_file_that_is_no_model_is_left_out(
    shared_child: Child, models: Models, text: str, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"no model")
    answer = evaluate(shared_child, text, models(), bad, context=256, end=2)
    assert [failed.model for failed in answer.of(ModelFailed)] == [1]
    assert set(scores(answer, 0)) == {0, 1}


def test_a_missing_base_ends_it(shared_child: Child, text: str, tmp_path: Path) -> None:
    answer = evaluate(shared_child, text, tmp_path / "gone.gguf", context=256)
    assert isinstance(answer.reply, Failed)
    assert answer.reply.code is ErrorCode.MODEL_FILE_MISSING


def test_a_model_that_computes_nonsense_is_shown_as_such(
    shared_child: Child, models: Models, text: str
) -> None:
    answer = evaluate(shared_child, text, models(), models(nan=True), context=256, end=2)
    found = quality(answer, 1)
    assert found.impossible == found.tokens
    assert math.isnan(found.perplexity.value)


@pytest.mark.parametrize("context", [0, 100, 300, 8448])
def test_odd_chunks_are_refused(
    shared_child: Child, models: Models, text: str, context: int
) -> None:
    answer = evaluate(shared_child, text, models(), context=context)
    assert isinstance(answer.reply, Failed)
    assert answer.reply.code is ErrorCode.INVALID_INPUT


def test_a_text_too_short_says_what_is_needed(shared_child: Child, models: Models) -> None:
    answer = evaluate(shared_child, "Too short.", models(), context=256)
    assert isinstance(answer.reply, Failed)
    assert "where at least 2 chunks of 256 are needed" in answer.reply.message


def test_it_can_be_cancelled_and_what_was_measured_is_there(
    shared_child: Child, models: Models, text: str
) -> None:
    number = shared_child.send(EvaluateModels, models=(models(),), text=text, threads=1)
    while not isinstance(shared_child.next_event(), ChunkScored):
        pass
    shared_child.cancel(number)
    answer = shared_child.finish(number)
    assert isinstance(answer.reply, Failed)
    assert answer.reply.code is ErrorCode.CANCELLED
