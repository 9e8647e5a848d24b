from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.prompt_draft import (
    MAX_LINE,
    MAX_PARTS,
    MAX_TEXT,
    checked,
    checked_content,
    clean_folder,
    clean_tags,
    clean_text,
    draft_from_messages,
    draft_of,
)
from desktop.domain.conversation import Message, Role
from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import (
    Example,
    FieldKind,
    Prompt,
    PromptContent,
    PromptDraft,
    PromptField,
)
from desktop.domain.prompt_template import fill

DRAFT = PromptDraft(" A\ntitle ", PromptContent("text"))


def test_a_draft_gets_its_one_form():
    draft = checked(
        PromptDraft(
            title="  Two \n words\t",
            content=PromptContent(
                "a\r\nb\rc\ud800\0 ",
                system_prompt="\r\n",
                fields=(PromptField(" a ", FieldKind.CHOICE, "\r", ("x\r\n",), " in\n words "),),
                examples=(Example("q\r\n", "a\r"),),
            ),
            folder=" / Work // Letters /",
            tags=("One", " one ", "", "two  words"),
            why=" Because.\r\n",
            key=" my\nkey ",
        )
    )
    assert draft == PromptDraft(
        title="Two words",
        content=PromptContent(
            "a\nb\nc\ufffd\ufffd ",
            system_prompt="\n",
            fields=(PromptField("a", FieldKind.CHOICE, "\n", ("x\n",), "in words"),),
            examples=(Example("q\n", "a\n"),),
        ),
        folder="Work/Letters",
        tags=("One", "two words"),
        why="Because.",
        key="my key",
    )
    assert checked(draft) == draft


@given(st.text(max_size=30))
def test_cleaning_twice_is_cleaning_once(text):
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_folder(clean_folder(text)) == clean_folder(text)
    assert clean_tags(clean_tags([text, text])) == clean_tags([text])
    clean_text(text).encode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " \n"}, "no title"),
        ({"title": "x" * (MAX_LINE + 1)}, "The title has more than"),
        ({"key": "x" * (MAX_LINE + 1)}, "The key has more than"),
        ({"folder": "x" * (MAX_LINE + 1)}, "The folder has more than"),
        ({"tags": ("x" * (MAX_LINE + 1),)}, "The tag has more than"),
        ({"tags": tuple(map(str, range(MAX_PARTS + 1)))}, "tags"),
        ({"why": "x" * (MAX_TEXT + 1)}, "too long"),
        ({"content": PromptContent(" \n", system_prompt="\t")}, "empty"),
    ],
)
def test_what_cannot_be_kept_is_refused(changes, words):
    with pytest.raises(InvalidInput, match=words):
        checked(replace(DRAFT, **changes))


@pytest.mark.parametrize(
    "content",
    [
        PromptContent("x" * (MAX_TEXT + 1)),
        PromptContent("x" * MAX_TEXT, system_prompt="x"),
        PromptContent("x", examples=(Example("x" * MAX_TEXT, ""),)),
        PromptContent("x", examples=(Example("", "x" * MAX_TEXT),)),
        PromptContent("x", fields=(PromptField("a", hint="x" * MAX_TEXT),)),
        PromptContent("x", fields=(PromptField("a", default="x" * MAX_TEXT),)),
        PromptContent("x", fields=(PromptField("a", choices=("x" * MAX_TEXT,)),)),
        PromptContent("x", examples=(Example("", ""),) * (MAX_PARTS + 1)),
        PromptContent("x", fields=(PromptField("a"),) * (MAX_PARTS + 1)),
        PromptContent("x", fields=(PromptField("a", choices=("b",) * (MAX_PARTS + 1)),)),
    ],
)
def test_what_is_too_big_is_refused(content):
    with pytest.raises(InvalidInput, match="more than"):
        checked_content(content)


def test_a_system_prompt_alone_is_a_prompt():
    content = PromptContent("", system_prompt="You count.")
    assert checked_content(content) == content


def test_a_prompt_is_passed_on_as_it_is():
    prompt = Prompt(7, "k", "t", PromptContent("x"), "f", ("a",), "w", favourite=True, version=3)
    assert draft_of(prompt) == PromptDraft("t", PromptContent("x"), "f", ("a",), "w", "k")


# --- of messages -----------------------------------------------------------------------------


def said(*turns: str) -> list[Message]:
    roles = {"u": Role.USER, "a": Role.ASSISTANT, "s": Role.SYSTEM}
    return [
        Message(n, 1, n - 1 or None, roles[turn[0]], turn[2:], 0.0)
        for n, turn in enumerate(turns, 1)
    ]


def test_the_last_question_becomes_the_text_and_what_came_before_examples():
    draft = draft_from_messages(said("u:One?", "a:1", "u:Two?", "a:2", "u:Three?", "a:3"), "Count.")
    assert draft.title == "Three?"
    assert draft.content == PromptContent(
        "Three?", system_prompt="Count.", examples=(Example("One?", "1"), Example("Two?", "2"))
    )
    assert draft.key == ""


def test_a_single_message_of_either_side_becomes_the_text():
    assert draft_from_messages(said("u:Hello"), "").content == PromptContent("Hello")
    assert draft_from_messages(said("a:Dear all,"), " ").content == PromptContent("Dear all,")


def test_unanswered_questions_are_no_examples():
    draft = draft_from_messages(said("a:Hi", "u:One?", "u:Two?", "a: ", "a:2", "u:Three?"), "")
    assert draft.content.examples == (Example("Two?", "2"),)


def test_system_messages_belong_to_the_system_prompt():
    draft = draft_from_messages(said("s:Be kind.", "u:Hello"), "Be brief.")
    assert draft.content.system_prompt == "Be brief.\n\nBe kind."


def test_braces_in_messages_stay_text():
    draft = draft_from_messages(said("u:{a}", "a:{b}", "u:{{c}} {d} {"), "{e}")
    filled = fill(draft.content, {}, 1)
    assert (filled.text, filled.system_prompt) == ("{{c}} {d} {", "{e}")
    assert filled.examples == (Example("{a}", "{b}"),)


def test_nothing_makes_no_prompt():
    for messages in ([], said("u: \n"), said("s:Be kind.")):
        with pytest.raises(InvalidInput, match="no message"):
            draft_from_messages(messages, "Be kind.")
