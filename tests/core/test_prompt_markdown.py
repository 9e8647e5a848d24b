from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core import prompt_markdown
from desktop.core.prompt_json import FileProblem, PromptsRead, from_json_text, to_json_text
from desktop.core.prompt_markdown import from_markdown, to_markdown
from desktop.domain.prompt import Example, FieldKind, PromptContent, PromptDraft, PromptField
from desktop.domain.sampling import SamplerSettings
from tests.helpers.prompt_data import DRAFTS


@given(DRAFTS)
def test_json_to_markdown_to_json_keeps_everything(draft):
    (read,) = from_json_text(to_json_text([draft])).drafts
    assert from_markdown(to_markdown(read), "name") == PromptsRead((draft,))


@given(st.text())
def test_whatever_stands_in_a_file_is_a_prompt_or_a_problem(text):
    for front in (text, f"---\n{text}\n---\nx"):
        read = from_markdown(front, "name")
        assert bool(read.drafts) != bool(read.problems)


def test_people_can_read_what_is_written():
    draft = PromptDraft(
        "Weigh: how?",
        PromptContent(
            "Weigh {grain}.",
            system_prompt="You are a miller.\nBe brief.",
            fields=(PromptField("grain", FieldKind.CHOICE, "rye", ("rye", "oats")),),
            examples=(Example("q", "a"),),
            sampler=SamplerSettings(temperature=0.0),
        ),
        folder="Mühle",
        tags=("a", "b"),
        key="weigh",
    )
    assert to_markdown(draft) == (
        "---\n"
        "key: weigh\n"
        "title: 'Weigh: how?'\n"
        "tags:\n- a\n- b\n"
        "folder: Mühle\n"
        "system_prompt: |-\n  You are a miller.\n  Be brief.\n"
        "fields:\n- name: grain\n  kind: choice\n  default: rye\n  choices:\n  - rye\n  - oats\n"
        "examples:\n- user: q\n  assistant: a\n"
        "sampler:\n  temperature: 0.0\n"
        "---\n\n"
        "Weigh {grain}.\n"
    )


def test_people_write_texts_without_quotes():
    (draft,) = from_markdown(
        "---\ntitle: 2024\ntags: yes, no\nfolder:\nwhy: null\n"
        "fields:\n- {name: n, kind: number, default: 5, choices: [1, on]}\n"
        "sampler: {temperature: 0.5, top_k: 3, seed: 7, stop: [1, a], grammar: 'root ::= \"1\"'}\n"
        "---\nText",
        "name",
    ).drafts
    assert (draft.title, draft.tags, draft.folder, draft.why) == ("2024", ("yes", "no"), "", "null")
    assert draft.content.fields == (PromptField("n", FieldKind.NUMBER, "5", ("1", "on")),)
    assert draft.content.sampler == SamplerSettings(
        temperature=0.5, top_k=3, seed=7, stop=("1", "a"), grammar='root ::= "1"'
    )
    assert draft.content.text == "Text"


def test_a_prompt_without_a_title_is_called_like_its_file():
    assert from_markdown("---\n---\nText", "Weigh it").drafts[0].title == "Weigh it"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "does not begin with front matter"),
        ("# Title\n\nText", 1, "does not begin with front matter"),
        ("---\ntitle: T\nText", 1, "does not begin with front matter"),
        ("---\ntitle: T\ntags: [a\n---\nText", 4, "not valid YAML"),
        ("---\ntitle: T\n\tkey: x\n---\nText", 3, "not valid YAML"),
        ("---\n- a\n---\nText", 2, "names with values"),
        ("---\ntitle: T\nwhy: a\x07b\n---\nText", 3, "U+0007 may not stand"),
        ("---\n? [a]\n: b\n---\nText", 2, "unhashable"),
        ("---\ntitle: [T]\n---\nText", 0, "title must be a text"),
        ("---\ntitle: T\n---\n \n", 0, "The prompt is empty."),
        ("---\ntitle: T\nfields: x\n---\nText", 0, "content.fields must be a list"),
        ("---\ntitle: T\nsampler: {top_k: many}\n---\nText", 0, "content.sampler.top_k"),
        ("---\ntitle: T\nsampler: {top_k: []}\n---\nText", 0, "content.sampler.top_k"),
        ("---\n" + "[" * 5000 + "\n---\nText", 0, "nested too deeply"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text, line, words):
    read = from_markdown(text, "name")
    assert read.drafts == ()
    (problem,) = read.problems
    assert problem.line == line
    assert words in problem.reason
    assert problem.reason.endswith(".")
    assert not problem.reason.endswith("..")


def test_aliases_are_refused_before_they_grow():
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 60)
    )
    read = from_markdown(f"---\n{bomb}---\nText", "name")
    expected = FileProblem(3, "The front matter is not valid YAML (aliases are not allowed).")
    assert read == PromptsRead(problems=(expected,))


def test_nothing_is_executed(tmp_path):
    target = tmp_path / "made"
    for tag in (
        "python/object/apply:os.mkdir",
        "python/object/new:os.mkdir",
        "python/name:os.mkdir",
    ):
        from_markdown(f"---\ntitle: !!{tag} ['{target}']\nwhy: !!{tag} {target}\n---\nText", "name")
    assert not target.exists()


def test_front_matter_is_not_endless(monkeypatch):
    monkeypatch.setattr(prompt_markdown, "MAX_FRONT_MATTER", 10)
    assert (
        "more than 10 characters"
        in from_markdown("---\nwhy: xxxxxx\n---\nT", "n").problems[0].reason
    )
