from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core import prompt_json
from desktop.core.prompt_json import (
    FileProblem,
    PromptsRead,
    draft_from_json,
    draft_to_json,
    from_json_text,
    own_settings,
    to_json_text,
)
from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import FieldKind, PromptContent, PromptDraft, PromptField
from desktop.domain.sampling import SamplerSettings
from tests.helpers.prompt_data import DRAFTS


@given(st.lists(DRAFTS, max_size=3), st.sampled_from(["", "Mill"]))
def test_what_was_written_is_read(drafts, set_name):
    assert from_json_text(to_json_text(drafts, set_name)) == PromptsRead(tuple(drafts))


def test_the_file_says_what_it_is():
    values = json.loads(to_json_text([PromptDraft("Title", PromptContent("text"))]))
    assert values == {
        "format": "quern-prompts",
        "version": 1,
        "set": "",
        "prompts": [{"title": "Title", "folder": "", "content": {"text": "text"}}],
    }


def test_people_may_write_the_least():
    text = '{"set": "Mill", "prompts": [{"title": "T", "content": {"system_prompt": "s"}}]}'
    (draft,) = from_json_text(text).drafts
    assert draft == PromptDraft("T", PromptContent("", system_prompt="s"), folder="Mill")


def test_a_field_is_a_text_unless_it_says_otherwise():
    values = {"title": "T", "content": {"text": "{a}", "fields": [{"name": "a"}]}}
    assert draft_from_json(values, "").content.fields == (PromptField("a", FieldKind.TEXT),)


def test_of_the_sampler_only_what_differs_is_written():
    assert own_settings(SamplerSettings(temperature=0.0)) == {"temperature": 0.0}
    for sampler in (None, SamplerSettings(), SamplerSettings(top_k=1)):
        draft = PromptDraft("T", PromptContent("x", sampler=sampler))
        assert draft_from_json(draft_to_json(draft), "") == draft
    assert "sampler" not in draft_to_json(PromptDraft("T", PromptContent("x")))["content"]


def prompt(**content: Any) -> dict[str, Any]:
    return {"title": "T", "content": {"text": "x"} | content}


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (7, "It must be an object."),
        ({"content": {"text": "x"}}, "title must be a text."),
        ({"title": "T"}, "content must be an object."),
        ({"title": " ", "content": {"text": "x"}}, "The prompt has no title."),
        (prompt(text=" "), "The prompt is empty."),
        (prompt(text=["x"]), "content.text must be a text."),
        (prompt(fields={}), "content.fields must be a list."),
        (prompt(fields=[{"name": "a"}, {}]), "content.fields[2].name must be a text."),
        (prompt(fields=[{"name": "a", "choices": [1]}]),
         "content.fields[1].choices must be a list of texts."),
        (prompt(examples=[{"user": "q"}]), "content.examples[1].assistant must be a text."),
        (prompt(sampler={"top_k": "x"}), "content.sampler.top_k has a value of the wrong kind: 'x'."),
        (prompt(sampler={"top_p": 3}), "content.sampler: Top-p is 3, but must lie between 0 and 1."),
        (prompt(then={"prompt": "k"}), "content.then.field must be a text."),
        (prompt() | {"tags": "a"}, "tags must be a list."),
    ],
)  # fmt: skip
def test_a_wrong_prompt_costs_itself_only(entry, reason):
    read = from_json_text(json.dumps({"prompts": [prompt(), entry, prompt()]}))
    assert len(read.drafts) == 2
    assert read.problems == (FileProblem(0, f"Prompt 2: {reason}"),)


def test_a_wrong_kind_of_field_names_those_there_are():
    read = from_json_text(
        json.dumps({"prompts": [prompt(fields=[{"name": "a", "kind": "smell"}])]})
    )
    assert "fields[1].kind must be one of text, long_text, choice" in read.problems[0].reason


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "Line 1 is not valid JSON"),
        ("[]", "must be an object"),
        ("{}", "holds no prompts"),
        ('{"format": "quern-conversation", "prompts": []}', "holds no prompts"),
        ('{"format": "quern-prompts", "version": 2, "prompts": []}', "newer version"),
        ('{"prompts": {}}', "prompts must be a list"),
        ('{"prompts": [], "set": 1}', "set must be a text"),
    ],
)
def test_another_file_is_refused_as_a_whole(text, words):
    with pytest.raises(InvalidInput, match=words):
        from_json_text(text)


def test_a_file_is_not_endless(monkeypatch):
    monkeypatch.setattr(prompt_json, "MAX_PROMPTS", 2)
    assert len(from_json_text(json.dumps({"prompts": [prompt()] * 2})).drafts) == 2
    with pytest.raises(InvalidInput, match="more than 2 prompts"):
        from_json_text(json.dumps({"prompts": [prompt()] * 3}))
