from __future__ import annotations

import json

import pytest

from desktop.domain.conversation import TITLE_LENGTH, AnswerFacts, StopReason, title_of
from desktop.domain.errors import InvalidInput
from desktop.domain.sampling import SamplerSettings

FACTS = AnswerFacts(
    model_name="Quern Starter", model_path="/m.gguf", level="F16",
    sampler=SamplerSettings(top_k=3, stop=("x",)), seed=9, stop_reason=StopReason.STOP_STRING,
    completion_tokens=12, tokens_per_second=41.5, template_arguments={"enable_thinking": False},
)  # fmt: skip


def test_the_facts_of_an_answer_survive_json() -> None:
    assert AnswerFacts.from_json(json.loads(json.dumps(FACTS.to_json()))) == FACTS


def test_facts_of_a_newer_quern_are_read_as_far_as_known() -> None:
    assert AnswerFacts.from_json(FACTS.to_json() | {"mood": "good"}) == FACTS


@pytest.mark.parametrize(
    "change", [{"stop_reason": "boredom"}, {"sampler": 3}, {"sampler": {"top_k": -5}}]
)
def test_broken_facts_are_refused(change) -> None:
    with pytest.raises(InvalidInput):
        AnswerFacts.from_json(FACTS.to_json() | change)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n \n  Why is   bread sour?\nI ask.", "Why is bread sour?"),
        ("x" * TITLE_LENGTH, "x" * TITLE_LENGTH),
        ("x" * (TITLE_LENGTH + 1), "x" * (TITLE_LENGTH - 1) + "…"),
        ("a " * TITLE_LENGTH, ("a " * TITLE_LENGTH)[: TITLE_LENGTH - 2].rstrip() + "…"),
        ("Hm " + "x" * TITLE_LENGTH, "Hm " + "x" * (TITLE_LENGTH - 4) + "…"),  # no word to cut at
        ("", ""),
    ],
)
def test_a_title_is_the_first_line_cut_at_a_word(text: str, title: str) -> None:
    assert title_of(text) == title
    assert len(title) <= TITLE_LENGTH
