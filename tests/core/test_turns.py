from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.turns import facts_of, system_turns, turns_of
from desktop.domain.conversation import Message, MessageState, Role, StopReason
from desktop.domain.model import LoadConfig, LoadedModel, MemoryEstimate
from desktop.domain.sampling import SamplerSettings
from desktop.engine.protocol import ChatTurn, Generated
from tests.helpers.scripted_models import info

PATH = [
    Message(1, 1, None, Role.USER, "say one", 0.0),
    Message(2, 1, 1, Role.ASSISTANT, "one", 0.0, reasoning="one?"),
    Message(3, 1, 2, Role.ASSISTANT, "", 0.0, state=MessageState.FAILED),
]
REPLY = Generated(
    id=1, stop_reason=StopReason.END_OF_TURN, seed=7, prompt_tokens=30, cached_tokens=20,
    completion_tokens=5, ttft_ms=40.0, tokens_per_second=50.0, context_used=35,
    dropped_messages=2, shifted_tokens=3,
)  # fmt: skip


@pytest.mark.parametrize("empty", ["", " \n"])
def test_a_system_prompt_without_words_is_none(empty) -> None:
    assert system_turns(empty) == ()
    assert system_turns(" Be brief.") == (ChatTurn(Role.SYSTEM, " Be brief."),)


def test_the_model_gets_the_path_with_its_system_prompt() -> None:
    said = (ChatTurn(Role.USER, "say one"), ChatTurn(Role.ASSISTANT, "one", "one?"))
    assert turns_of("Be brief.", PATH) == (ChatTurn(Role.SYSTEM, "Be brief."), *said)
    assert turns_of("  ", PATH) == said


def test_facts_name_the_model_and_what_it_was_asked_with() -> None:
    model = LoadedModel(
        info(Path("/m/rye.gguf"), name="Rye", level="Q8_0"),
        LoadConfig(context=512),
        MemoryEstimate(0, 0, 0, 0, 0, 0),
    )
    sampler = SamplerSettings(temperature=0.5)
    facts = facts_of(REPLY, model, sampler, {"enable_thinking": False})
    assert (facts.model_name, facts.model_path, facts.level) == ("Rye", "/m/rye.gguf", "Q8_0")
    assert (facts.sampler, facts.template_arguments) == (sampler, {"enable_thinking": False})
    assert (facts.seed, facts.context, facts.context_used) == (7, 512, 35)
    assert (facts.prompt_tokens, facts.cached_tokens, facts.completion_tokens) == (30, 20, 5)
    assert (facts.dropped_messages, facts.shifted_tokens) == (2, 3)
    continued = facts_of(REPLY, model, sampler, {}, earlier=facts)
    assert continued.completion_tokens == 10
