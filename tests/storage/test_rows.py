from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.conversation import AnswerFacts, StopReason
from desktop.domain.sampling import SamplerSettings
from desktop.storage.rows import (
    conversation_of,
    facts_to_texts,
    message_of,
    sampler_of,
    storable,
    to_text,
)


@given(st.text(st.characters(exclude_categories=[])))
def test_storable_text_can_be_encoded_and_keeps_its_length(text):
    kept = storable(text)
    kept.encode()
    replaced = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    # A pair of surrogates means one character; both readings of such a pair are sound.
    assert kept == replaced or len(kept) < len(replaced)


@given(st.text())
def test_sound_text_is_stored_unchanged(text):
    assert storable(text) is text


def test_sampler_settings_read_back():
    settings = SamplerSettings(seed=3, stop=("\ud800", "END"), grammar='root ::= "x"')
    assert sampler_of(to_text(settings.to_json())) == settings


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", "null", '{"top_k": "x"}', '{"top_k": -5}', '{"stop": 1}', '{"a": 1}']
)
def test_unreadable_sampler_settings_are_the_defaults(text):
    assert sampler_of(text) == SamplerSettings()


def message_row(sampler: str | None, facts: str | None) -> tuple[object, ...]:
    return (2, 1, None, "assistant", "text", 1.0, "", "done", "", sampler, facts, None)


def test_facts_read_back():
    facts = AnswerFacts(
        "m", "/m", "F16", SamplerSettings(min_p=0.3), 1, StopReason.CANCELLED, ttft_ms=0.1
    )
    assert message_of(message_row(*facts_to_texts(facts))).facts == facts
    assert message_of(message_row(*facts_to_texts(None))).facts is None


def test_facts_stored_by_the_first_version_can_be_read_for_ever():
    stored = '["m","/m.gguf","Q4_K_M",7,"max_tokens",1,2,3,4.5,5.5,6,7,8,9,{"thinking":true}]'
    first = AnswerFacts(
        model_name="m",
        model_path="/m.gguf",
        level="Q4_K_M",
        sampler=SamplerSettings(top_k=3),
        seed=7,
        stop_reason=StopReason.MAX_TOKENS,
        prompt_tokens=1,
        cached_tokens=2,
        completion_tokens=3,
        ttft_ms=4.5,
        tokens_per_second=5.5,
        context=6,
        context_used=7,
        dropped_messages=8,
        shifted_tokens=9,
        template_arguments={"thinking": True},
    )
    assert message_of(message_row('{"top_k": 3}', stored)).facts == first


def test_facts_of_an_older_version_are_filled_up_with_defaults():
    facts = message_of(message_row("{}", '["m","/m","F16",7,"cancelled",1]')).facts
    assert (facts.prompt_tokens, facts.shifted_tokens) == (1, 0)


def test_facts_of_a_newer_version_are_read_as_far_as_known():
    facts = AnswerFacts("m", "/m", "F16", SamplerSettings(), 1, StopReason.CANCELLED)
    sampler, stored = facts_to_texts(facts)
    assert message_of(message_row(sampler, stored[:-1] + ',"smell",[1]]')).facts == facts


@pytest.mark.parametrize("facts", ["", "[", "[]", "5", "{}", '["m"]', '["m","/m","F16",7,"bored"]'])
def test_unreadable_facts_are_none(facts):
    message = message_of(message_row("{}", facts))
    assert (message.text, message.facts) == ("text", None)


@pytest.mark.parametrize("arguments", ["", "[]", "{"])
def test_unreadable_template_arguments_are_none(arguments):
    row = (1, "t", 1.0, 2.0, "", 1, "", None, "{}", "", arguments)
    conversation = conversation_of(row)
    assert conversation.template_arguments == {}
    assert conversation.pinned is True
