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
    return (2, 1, None, "assistant", "text", 1.0, "", "done", "", sampler, facts)


def test_facts_read_back():
    facts = AnswerFacts(
        "m", "/m", "F16", SamplerSettings(min_p=0.3), 1, StopReason.CANCELLED, ttft_ms=0.1
    )
    assert message_of(message_row(*facts_to_texts(facts))).facts == facts
    assert message_of(message_row(*facts_to_texts(None))).facts is None


@pytest.mark.parametrize("facts", ["", "{", "[]", "5", "{}", '{"seed": 1}'])
def test_unreadable_facts_are_none(facts):
    message = message_of(message_row("{}", facts))
    assert (message.text, message.facts) == ("text", None)


@pytest.mark.parametrize("arguments", ["", "[]", "{"])
def test_unreadable_template_arguments_are_none(arguments):
    row = (1, "t", 1.0, 2.0, "", 1, "", None, "{}", "", arguments)
    conversation = conversation_of(row)
    assert conversation.template_arguments == {}
    assert conversation.pinned is True
