"""The stages of a choice, against arithmetic and against llama.cpp's whole chain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as llama
import numpy as np
import pytest

from desktop.domain.errors import EvaluationFailed
from desktop.domain.model import LoadConfig
from desktop.domain.next_token import SamplerStage
from desktop.domain.sampling import SamplerSettings
from desktop.engine.model import Weights, resolve
from desktop.engine.native import LlamaLog
from desktop.engine.next_token import Choice, Explainer, softmax
from desktop.engine.sampling import Candidates, chain
from desktop.engine.tokens import Vocabulary

OFF: dict[str, Any] = {"top_k": 0, "top_p": 1.0, "min_p": 0.0, "temperature": 1.0}
CONTEXT = 512


@pytest.fixture(scope="module")
def vocabulary(models: Callable[..., Path], log: LlamaLog) -> Iterator[Vocabulary]:
    weights = Weights(models(), resolve(LoadConfig(context=CONTEXT, threads=1), CONTEXT), log)
    yield Vocabulary(weights.vocabulary_handle)
    weights.close()


@pytest.fixture(scope="module")
def logits(vocabulary: Vocabulary) -> np.ndarray[Any, Any]:
    """Nobody is sure of anything, and no two are alike."""
    random = np.random.default_rng(5)
    return random.normal(0, 2, vocabulary.size).astype(np.float32)


@pytest.fixture
def explain(vocabulary: Vocabulary, logits: np.ndarray[Any, Any]) -> Callable[..., Any]:
    def explain(
        before: tuple[int, ...] = (),
        count: int = 1000,
        wanted: tuple[int, ...] = (),
        **settings: Any,
    ) -> dict[str, SamplerStage]:
        stages = Explainer(vocabulary, CONTEXT).stages(
            Choice(logits, before), SamplerSettings(**{**OFF, **settings}), count, wanted
        )
        return {stage.name: stage for stage in stages}

    return explain


def probabilities(stage: SamplerStage) -> list[float]:
    return [candidate.probability for candidate in stage.candidates]


def test_the_model_comes_first_whole(
    explain: Callable[..., Any], logits: np.ndarray[Any, Any]
) -> None:
    stages = explain()
    (model,) = stages.values()
    assert model.name == "model" and model.remaining == len(logits) and model.cut is None
    assert model.candidates[0].id == logits.argmax()
    assert probabilities(model) == sorted(softmax(logits), reverse=True)
    assert sum(probabilities(model)) == pytest.approx(1)


def test_samplers_follow_in_the_order_in_which_they_act(explain: Callable[..., Any]) -> None:
    stages = explain(
        (1, 2, 3, 1, 2),
        repeat_penalty=1.1, dry_multiplier=0.8, top_n_sigma=2.0, top_k=50, typical_p=0.9,
        top_p=0.9, min_p=0.01, xtc_probability=0.5, temperature=0.7,
    )  # fmt: skip
    assert list(stages) == [
        "model", "penalties", "dry", "top_n_sigma", "top_k", "typical_p", "top_p", "min_p",
        "xtc_probability", "temperature",
    ]  # fmt: skip
    left = [stage.remaining for stage in stages.values()]
    assert left == sorted(left, reverse=True)
    assert all(sum(probabilities(stage)) == pytest.approx(1) for stage in stages.values())


def test_top_k_top_p_and_min_p_cut_where_they_say(explain: Callable[..., Any]) -> None:
    model = probabilities(explain()["model"])
    top_k = explain(top_k=7)["top_k"]
    assert top_k.remaining == 7 and top_k.cut == pytest.approx(model[6])
    top_p = explain(top_p=0.6)["top_p"]
    needed = int(np.searchsorted(np.cumsum(model), 0.6)) + 1
    assert top_p.remaining == needed and top_p.cut == pytest.approx(model[needed - 1])
    min_p = explain(min_p=0.2)["min_p"]
    assert min_p.remaining == sum(p >= 0.2 * model[0] for p in model)
    assert min_p.cut is not None and min_p.cut >= 0.2 * model[0]


def test_a_cut_is_measured_in_the_stage_before(explain: Callable[..., Any]) -> None:
    stages = explain(top_k=20, top_p=0.5)
    assert stages["top_p"].cut in [
        pytest.approx(candidate.probability) for candidate in stages["top_k"].candidates
    ]


def test_temperature_sharpens_and_flattens(
    explain: Callable[..., Any], logits: np.ndarray[Any, Any]
) -> None:
    cold = explain(temperature=0.5)["temperature"]
    assert probabilities(cold) == pytest.approx(sorted(softmax(logits * 2), reverse=True))
    assert cold.remaining == len(logits) and cold.cut is None
    dynamic = explain(temperature=0.5, dynatemp_range=0.4)["dynatemp_range"]
    assert probabilities(dynamic) != pytest.approx(probabilities(cold))


def test_at_temperature_zero_one_is_left_and_nothing_cuts_before(
    explain: Callable[..., Any], logits: np.ndarray[Any, Any]
) -> None:
    stages = explain(temperature=0.0, top_k=5)
    assert list(stages) == ["model", "temperature"]
    (only,) = stages["temperature"].candidates
    assert (only.id, only.probability) == (logits.argmax(), 1.0)


def test_penalties_know_what_came_before(
    explain: Callable[..., Any], logits: np.ndarray[Any, Any]
) -> None:
    best = int(logits.argmax())
    assert explain((best,), repeat_penalty=2.0)["penalties"].candidates[0].id != best
    forgotten = explain((best, *[3] * 70), repeat_penalty=2.0)["penalties"]
    assert forgotten.candidates[0].id == best


def test_top_n_sigma_keeps_what_is_near_the_best(
    explain: Callable[..., Any], logits: np.ndarray[Any, Any]
) -> None:
    stage = explain(top_n_sigma=1.5)["top_n_sigma"]
    near = logits >= logits.max() - 1.5 * logits.std()
    assert stage.remaining == near.sum() < len(logits)
    assert {candidate.id for candidate in stage.candidates} == set(np.flatnonzero(near))


def test_xtc_takes_the_likeliest_but_the_last_of_them_away(
    explain: Callable[..., Any], logits: np.ndarray[Any, Any]
) -> None:
    settings = {"top_k": 20, "xtc_threshold": 0.05}
    before = explain(**settings)["top_k"].candidates
    above = [candidate.id for candidate in before if candidate.probability >= 0.05]
    assert len(above) >= 2
    stage = explain(**settings, xtc_probability=1.0)["xtc_probability"]
    assert [c.id for c in stage.candidates] == [c.id for c in before[len(above) - 1 :]]
    assert sum(probabilities(stage)) == pytest.approx(1)


def test_xtc_is_shown_as_likely_as_it_is(explain: Callable[..., Any]) -> None:
    never = probabilities(explain(temperature=0.5)["temperature"])
    settings = {"temperature": 0.5, "xtc_threshold": 0.02}
    always = explain(**settings, xtc_probability=1.0)
    sometimes = explain(**settings, xtc_probability=0.25)
    assert always["xtc_probability"].remaining < sometimes["xtc_probability"].remaining
    after = {c.id: c.probability for c in always["temperature"].candidates}
    for candidate, without in zip(
        explain(temperature=0.5)["temperature"].candidates, never, strict=True
    ):
        mixed = {c.id: c.probability for c in sometimes["temperature"].candidates}[candidate.id]
        assert mixed == pytest.approx(0.25 * after.get(candidate.id, 0.0) + 0.75 * without)


@pytest.mark.parametrize("version", [1, 2])
def test_mirostat_takes_the_place_of_the_others(
    explain: Callable[..., Any], version: int, logits: np.ndarray[Any, Any]
) -> None:
    stages = explain(mirostat=version, mirostat_tau=2.0, top_k=3, temperature=0.8)
    assert list(stages) == ["model", "temperature", "mirostat"]
    assert 0 < stages["mirostat"].remaining < len(logits)


def test_candidates_asked_for_are_told_while_they_are_left(
    explain: Callable[..., Any], logits: np.ndarray[Any, Any]
) -> None:
    order = [int(token) for token in np.argsort(-logits)]
    stages = explain(count=2, wanted=(order[5], order[1], order[50], order[5]), top_k=10)
    assert [c.id for c in stages["model"].candidates] == [*order[:2], order[5], order[50]]
    assert [c.id for c in stages["top_k"].candidates] == [*order[:2], order[5]]
    assert stages["model"].remaining == len(logits)


def test_logits_that_are_no_numbers_are_refused(vocabulary: Vocabulary) -> None:
    broken = np.full(vocabulary.size, np.nan, np.float32)
    with pytest.raises(EvaluationFailed):
        Explainer(vocabulary, CONTEXT).stages(Choice(broken, ()), SamplerSettings(), 5, ())


def test_the_last_stage_is_what_llama_cpp_chooses_from(
    explain: Callable[..., Any], vocabulary: Vocabulary, logits: np.ndarray[Any, Any]
) -> None:
    """The whole chain, asked with many seeds, chooses as often as the last stage says."""
    settings = SamplerSettings(top_k=8, top_p=0.9, min_p=0.0, temperature=1.5)
    candidates = Candidates(vocabulary.size)
    drawn: Counter[int] = Counter()
    for seed in range(4000):
        whole = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
        for link in chain(settings, seed, vocabulary, CONTEXT):
            llama.llama_sampler_chain_add(whole, link.handle)
        llama.llama_sampler_apply(whole, candidates.load(logits))
        drawn[candidates.selected()] += 1
        llama.llama_sampler_free(whole)
    stages = Explainer(vocabulary, CONTEXT).stages(Choice(logits, ()), settings, 50, ())
    told = {candidate.id: candidate.probability for candidate in stages[-1].candidates}
    assert set(drawn) == set(told)
    for token, probability in told.items():
        assert drawn[token] / 4000 == pytest.approx(probability, abs=0.04)
