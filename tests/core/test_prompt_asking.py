"""How a prompt becomes a question to a model."""

from __future__ import annotations

import pytest

from desktop.core.job_control import JobControl
from desktop.core.prompt_asking import LONGEST_ANSWER, ask, drawn, fill_known, likeliest, turns_of
from desktop.domain.conversation import Role
from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import Example, FilledPrompt, PromptContent
from desktop.domain.sampling import SamplerSettings
from desktop.engine.protocol import ChatTurn


def test_system_prompt_examples_and_message_become_turns() -> None:
    filled = FilledPrompt("3+4?", "You add.", (Example("1+1?", "2"), Example("2+2?", "4")))
    assert turns_of(filled) == (
        ChatTurn(Role.SYSTEM, "You add."),
        ChatTurn(Role.USER, "1+1?"),
        ChatTurn(Role.ASSISTANT, "2"),
        ChatTurn(Role.USER, "2+2?"),
        ChatTurn(Role.ASSISTANT, "4"),
        ChatTurn(Role.USER, "3+4?"),
    )
    assert turns_of(FilledPrompt("Hi")) == (ChatTurn(Role.USER, "Hi"),)


def test_values_without_a_place_are_left_out_but_none_may_be_missing() -> None:
    content = PromptContent("{a}", "Be {b}.")
    filled = fill_known(content, {"a": "1", "b": "kind", "c": "more"}, 7)
    assert (filled.text, filled.system_prompt, filled.version_id) == ("1", "Be kind.", 7)
    with pytest.raises(InvalidInput, match="“b” is missing"):
        fill_known(content, {"a": "1"}, 7)


def test_the_likeliest_answer_keeps_the_form_and_every_sample_has_its_seed() -> None:
    sampler = SamplerSettings(temperature=1.2, mirostat=1, json_schema="{}", seed=99)
    greedy = likeliest(sampler)
    assert (greedy.temperature, greedy.mirostat, greedy.json_schema) == (0.0, 0, "{}")
    assert greedy.seed == likeliest(SamplerSettings()).seed
    assert [drawn(sampler, sample).seed for sample in range(3)] == [1, 2, 3]
    assert drawn(sampler, 0).temperature == 1.2


class Model:
    """Tells what it is asked."""

    def answer(self, turns, sampler, control):
        return turns, sampler


def test_a_prompt_is_asked_with_its_own_settings_and_ends_some_time() -> None:
    own = SamplerSettings(temperature=1.2, max_tokens=9)
    filled = FilledPrompt("Hi", sampler=own)
    turns, sampler = ask(Model(), filled, lambda it: drawn(it, 0), JobControl())
    assert (turns, sampler) == ((ChatTurn(Role.USER, "Hi"),), drawn(own, 0))
    _, sampler = ask(Model(), FilledPrompt("Hi"), likeliest, JobControl())
    assert sampler == likeliest(SamplerSettings(max_tokens=LONGEST_ANSWER))


def test_what_asks_nothing_is_not_sent() -> None:
    with pytest.raises(InvalidInput, match="asks nothing"):
        ask(None, FilledPrompt(" ", "You add."), likeliest, JobControl())
    assert turns_of(FilledPrompt("Hi", " ")) == (ChatTurn(Role.USER, "Hi"),)
