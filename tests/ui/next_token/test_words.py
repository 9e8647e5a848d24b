from __future__ import annotations

import pytest

from desktop.controllers.next_token import Hindrance
from desktop.domain.errors import InvalidInput
from desktop.domain.sampling import FIELDS, SamplerSettings
from desktop.ui.next_token.words import (
    END_ISOLATE,
    ISOLATE,
    answer_notes,
    exact,
    hindrance_sentence,
    percent,
    sampler_name,
    settings_notes,
    visible,
)
from tests.helpers.next_token_data import looked_at


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (" the", "␣the"),
        ("\n\n", "↵↵"),
        ("\t", "⇥"),
        ("\\xe2", "\\xe2"),
        ("\u200b\x00", "\\u200b\\u0000"),
        ("🙂", "🙂"),
        ("مرحبا", "مرحبا"),
        ("", ""),
    ],
)
def test_nothing_of_a_token_is_invisible(text, shown):
    assert visible(text) == f"{ISOLATE}{shown}{END_ISOLATE}"


@pytest.mark.parametrize(
    ("probability", "shown"),
    [
        (1.0, "100 %"),
        (0.99961, "100 %"),
        (0.941, "94.1 %"),
        (0.0321, "3.2 %"),
        (0.004, "0.40 %"),
        (0.000_02, "< 0.01 %"),
        (0.0, "0.00 %"),
    ],
)
def test_shares_are_as_exact_as_can_be_told_apart(qapp, probability, shown):
    assert percent(probability) == shown


def test_who_looks_closely_sees_more(qapp):
    assert exact(0.123_456_7) == "12.3457 %"


def test_every_stage_has_a_name(qapp):
    names = [sampler_name(name) for name in ("model", "penalties", "dry", "xtc_probability")]
    assert names == ["Model", "Penalties", "DRY", "XTC"]
    assert sampler_name("top_k") == next(f.label for f in FIELDS if f.name == "top_k")


def test_every_hindrance_is_a_sentence(qapp):
    sentences = {hindrance_sentence(hindrance) for hindrance in Hindrance}
    assert len(sentences) == len(Hindrance) and all(s.endswith(".") for s in sentences)
    assert hindrance_sentence(InvalidInput("No.", "Do this.")) == "No. Do this."


def test_what_has_to_be_known_of_an_answer_is_said(qapp):
    assert answer_notes(looked_at()) == []
    assert "Quern Starter" in answer_notes(looked_at(foreign=True))[0]
    both = answer_notes(looked_at(dropped=4, shifted=100))
    assert len(both) == 2 and "4" in both[0]


def test_what_is_not_shown_as_it_acts_is_said(qapp):
    assert settings_notes(SamplerSettings()) == []
    assert settings_notes(SamplerSettings(grammar="root ::= .*"))[0].startswith("The grammar")
    assert settings_notes(SamplerSettings(mirostat=2))[0].startswith("Mirostat")
    assert settings_notes(SamplerSettings(xtc_probability=0.5))[0].startswith("XTC")
    assert settings_notes(SamplerSettings(xtc_probability=1.0)) == []
    assert settings_notes(SamplerSettings(mirostat=2, temperature=0.0)) == []
