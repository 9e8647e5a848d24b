from __future__ import annotations

import json

import pytest

from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import ChainLink, Example, FieldKind, PromptContent, PromptField
from desktop.domain.sampling import SamplerSettings

FULL = PromptContent(
    text="Weigh {grain}.",
    system_prompt="You are a miller.",
    fields=(
        PromptField("grain", FieldKind.CHOICE, "rye", ("rye", "oats"), "what is weighed"),
        PromptField("other"),
    ),
    examples=(Example("Weigh wheat.", "One stone."), Example("", "")),
    sampler=SamplerSettings(temperature=0.0, stop=("END",), seed=7),
    then=ChainLink("grind", "weight"),
)


@pytest.mark.parametrize("content", [FULL, PromptContent(""), PromptContent("only text")])
def test_content_comes_back_from_json(content):
    assert PromptContent.from_json(json.loads(json.dumps(content.to_json()))) == content


def test_empty_parts_are_left_out():
    assert PromptContent("only text").to_json() == {"text": "only text"}
    assert PromptContent("{a}", fields=(PromptField("a"),)).to_json()["fields"] == [
        {"name": "a", "kind": "text"}
    ]


def test_settings_are_kept_whole_because_defaults_may_change():
    values = PromptContent("", sampler=SamplerSettings()).to_json()
    assert values["sampler"] == SamplerSettings().to_json()


def test_equal_contents_have_equal_hashes():
    assert len({FULL, PromptContent.from_json(FULL.to_json())}) == 1


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"text": "", "fields": [{"name": "a", "kind": "smell"}]},
        {"text": "", "examples": [{"user": "a"}]},
        {"text": "", "then": {"prompt": "a"}},
    ],
)
def test_what_is_no_content_is_refused(values):
    with pytest.raises((KeyError, TypeError, ValueError, InvalidInput)):
        PromptContent.from_json(values)
