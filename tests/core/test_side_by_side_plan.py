"""The question as each model gets it, and how much room they have."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop.core.side_by_side_plan import plan_for, turns_of, with_seed
from desktop.domain.conversation import Role
from desktop.domain.model import LoadConfig
from desktop.domain.sampling import SamplerSettings
from desktop.domain.side_by_side import Question
from desktop.engine.protocol import ChatTurn
from tests.helpers.scripted_models import FakeInspector

PATHS = [Path("base.gguf"), Path("low.gguf")]
QUESTION = Question("Why?", SamplerSettings(seed=7), "Be short.", LoadConfig(context=1024))


def test_the_threads_of_the_settings_are_shared_too() -> None:
    question = Question("Why?", QUESTION.sampler, config=LoadConfig(threads=4))
    assert plan_for(FakeInspector(), PATHS, question).config == LoadConfig(context=2048, threads=2)
    tight = FakeInspector(available=10)
    assert plan_for(tight, PATHS, question).config.threads == 4


def test_all_are_asked_in_the_shortest_context_of_any() -> None:
    class Trained(FakeInspector):
        def estimate(self, path, config):
            return super().estimate(path, replace(config, context=512 if path == PATHS[0] else 768))

    assert plan_for(Trained(), PATHS, QUESTION).config.context == 512


def test_a_seed_is_thrown_once_where_there_is_none() -> None:
    assert with_seed(SamplerSettings(seed=3)).seed == 3
    assert with_seed(SamplerSettings()).seed is not None


def test_a_system_prompt_of_nothing_is_none() -> None:
    asked = ChatTurn(Role.USER, "Why?")
    assert turns_of(QUESTION) == (ChatTurn(Role.SYSTEM, "Be short."), asked)
    assert turns_of(replace(QUESTION, system_prompt=" \n")) == (asked,)
