"""The prompts that come with Quern: each can be used as it is."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from desktop.core.prompt_chains import PromptChains, asked_for
from desktop.core.prompt_json import from_json_text
from desktop.core.prompt_library import PromptLibrary
from desktop.domain.paths import resource_path
from desktop.domain.prompt import FieldKind, PromptDraft, PromptField
from desktop.domain.prompt_template import fields_of, fill, problems_of
from desktop.storage.database import Database
from desktop.storage.prompt_chains import StoredPromptChains
from desktop.storage.prompts import StoredPrompts

FOLDER = resource_path("prompts")
MOST_WORDS = 400


def drafts() -> list[PromptDraft]:
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        read = from_json_text(path.read_text(encoding="utf-8"))
        assert read.problems == ()
        found += read.drafts
    return found


DRAFTS = drafts()


def sample(known: PromptField) -> str:
    """What somebody might fill in."""
    if known.kind is FieldKind.CHOICE:
        return known.choices[-1]
    return "7" if known.kind is FieldKind.NUMBER else "Some {words} here."


def test_there_are_enough_in_sets_and_none_twice() -> None:
    assert len(DRAFTS) >= 60
    assert len({draft.folder for draft in DRAFTS}) >= 4
    for names in ([draft.key for draft in DRAFTS], [draft.title for draft in DRAFTS]):
        assert len({name.casefold() for name in names}) == len(names)
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", draft.key) for draft in DRAFTS)


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft.key)
def test_each_says_why_and_fills_in(draft: PromptDraft) -> None:
    content = draft.content
    assert problems_of(content) == []
    assert len(draft.why) > 20 and draft.why.endswith(".") and draft.tags
    assert all(known.hint or known.choices for known in content.fields)
    assert {known.name for known in fields_of(content)} == {one.name for one in content.fields}
    filled = fill(content, {known.name: sample(known) for known in content.fields}, 1)
    whole = [filled.text, filled.system_prompt]
    whole += [text for one in filled.examples for text in (one.user, one.assistant)]
    assert 0 < sum(len(text.split()) for text in whole) < MOST_WORDS


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft.key)
def test_defaults_are_enough_where_there_are_only_those(draft: PromptDraft) -> None:
    open_fields = {known.name: sample(known) for known in draft.content.fields if not known.default}
    assert fill(draft.content, open_fields, 1).text


def test_schemas_are_json_and_what_says_json_has_one() -> None:
    with_schema = [one for one in DRAFTS if one.content.sampler and one.content.sampler.json_schema]
    assert len(with_schema) >= 6
    for draft in with_schema:
        schema = json.loads(draft.content.sampler.json_schema)
        assert schema["type"] in ("object", "array")
    assert {one.key for one in DRAFTS if "json" in one.tags} == {one.key for one in with_schema}


def test_every_chain_ends_and_asks_only_for_what_is_not_answered(
    database: Database, tmp_path: Path
) -> None:
    library = PromptLibrary(StoredPrompts(database), FOLDER)
    library.update_builtin()
    chains = PromptChains(StoredPromptChains(database), library, None, None)
    lengths = {}
    for draft in DRAFTS:
        prompt = library.by_key(draft.key)
        steps = chains.steps(prompt.id)
        lengths[draft.key] = len(steps)
        answered = {step.gets for step in steps if step.gets}
        assert answered.isdisjoint(known.name for known in asked_for(steps))
        for before, step in pairwise(steps):
            assert before.prompt.content.then.field == step.gets
    assert sorted(lengths.values())[-1] == 4
    assert sum(length > 1 for length in lengths.values()) >= 8
