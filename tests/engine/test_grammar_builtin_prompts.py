"""The forms that prompts of ours ask for are ones the engine can hold a model to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.core.prompt_json import from_json_text
from desktop.domain.paths import resource_path
from desktop.domain.prompt import PromptDraft
from desktop.engine.protocol import Generated
from tests.engine.conftest import Child, user
from tests.helpers.tiny_models import TinyModel

pytestmark = pytest.mark.engine


def held_to_a_form() -> list[PromptDraft]:
    drafts = [
        draft
        for path in sorted(resource_path("prompts").glob("*.json"))
        for draft in from_json_text(path.read_text(encoding="utf-8")).drafts
    ]
    return [one for one in drafts if (s := one.content.sampler) and (s.grammar or s.json_schema)]


@pytest.mark.parametrize("draft", held_to_a_form(), ids=lambda draft: draft.key)
def test_an_answer_begins_in_the_form(
    shared_child: Child, models: Callable[..., Path], draft: PromptDraft
) -> None:
    shared_child.load(models(TinyModel(end_bias=-100.0)), context=1024)
    sampler = draft.content.sampler
    answer = shared_child.generate(
        user("Hi"),
        grammar=sampler.grammar,
        json_schema=sampler.json_schema,
        max_tokens=24,
        temperature=1.0,
        seed=1,
    )
    assert isinstance(answer.reply, Generated)
    if sampler.json_schema:
        begins = {"object": "{", "array": "["}[json.loads(sampler.json_schema)["type"]]
        assert answer.text.lstrip().startswith(begins)
    else:
        assert sampler.grammar.count(f'"{answer.text}"') == 1
