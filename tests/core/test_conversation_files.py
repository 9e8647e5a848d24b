from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core import conversation_files
from desktop.core.conversation_files import (
    ExportFormat,
    export,
    import_json,
    suggested_name,
    to_markdown,
)
from desktop.domain.conversation import (
    AnswerFacts,
    Conversation,
    Message,
    MessageState,
    Role,
    StopReason,
)
from desktop.domain.errors import EnvironmentFault, InvalidInput, StorageFault
from desktop.domain.sampling import SamplerSettings
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database

FACTS = AnswerFacts(
    model_name="Stone 7B",
    model_path="/models/stone.gguf",
    level="Q4_K_M",
    sampler=SamplerSettings(temperature=0.3, stop=("END",), seed=7),
    seed=7,
    stop_reason=StopReason.END_OF_TURN,
    completion_tokens=12,
    tokens_per_second=20.25,
)


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database, clock=lambda: 1000.0)


@pytest.fixture
def bread(conversations: Conversations) -> Conversation:
    """Two answers to a question, the first one shown, with a follow-up below the second."""
    made = conversations.create(
        title="Bread: how?", system_prompt="You bake.", model_path="/m.gguf"
    )

    def add(text: str, parent: Message | None) -> Message:
        role = Role.USER if parent is None or parent.role is Role.ASSISTANT else Role.ASSISTANT
        parent_id = parent.id if parent else None
        return conversations.add_message(made.id, role=role, text=text, parent_id=parent_id)

    question = add("How do I bake?", None)
    first, second = add("", question), add("Buy it.", question)
    add("Where?", second)
    conversations.finish(
        first.id,
        text="Knead **well**.\n",
        reasoning="They ask\nof bread.",
        state=MessageState.DONE,
        facts=FACTS,
    )
    conversations.finish(
        second.id,
        text="Buy it.",
        reasoning="",
        state=MessageState.FAILED,
        facts=None,
        problem="The engine ended.",
    )
    conversations.set_head(made.id, first.id)
    return conversations.get(made.id)


def normal(conversation: Conversation, messages: list[Message]) -> tuple[Conversation, list]:
    """With ids counted from 0, so that trees can be compared."""
    numbers = {message.id: number for number, message in enumerate(messages)} | {None: None}
    return (
        replace(conversation, id=0, head_id=numbers[conversation.head_id]),
        [
            message._replace(
                id=numbers[message.id],
                parent_id=numbers[message.parent_id],
                conversation_id=0,
            )
            for message in messages
        ],
    )


# --- export -------------------------------------------------------------------------------------


def test_markdown(conversations, bread, tmp_path):
    export(conversations, bread.id, tmp_path / "out.md", "markdown")
    assert (tmp_path / "out.md").read_text() == (
        "# Bread: how?\n\n"
        "## System prompt\n\nYou bake.\n\n"
        "## You\n\nHow do I bake?\n\n"
        "## Stone 7B\n\n"
        "*Reasoning*\n\n> They ask\n> of bread.\n\n"
        "Knead **well**.\n\n"
        "*Q4_K_M · temperature 0.3 · seed 7 · 12 tokens · 20.2 tokens per second*\n"
    )


def test_markdown_of_an_answer_whose_level_is_not_known(conversations, bread):
    answer = conversations.path(bread.id)[-1]._replace(facts=FACTS._replace(level=""))
    assert "\n*temperature 0.3 · seed 7" in to_markdown(bread, [answer])


def test_markdown_says_what_went_wrong(conversations, bread, tmp_path):
    conversations.switch_branch(conversations.path(bread.id)[-1].id, 1)
    export(conversations, bread.id, tmp_path / "out.md", "markdown")
    assert "## Assistant\n\nBuy it.\n\n*The engine ended.*" in (tmp_path / "out.md").read_text()


def test_plain_text(conversations, bread, tmp_path):
    export(conversations, bread.id, tmp_path / "out.txt", "text")
    assert (tmp_path / "out.txt").read_text() == (
        "Bread: how?\n\nSystem prompt:\nYou bake.\n\n"
        "You:\nHow do I bake?\n\nStone 7B:\nKnead **well**.\n"
    )


def test_json_holds_the_whole_tree(conversations, bread, tmp_path):
    export(conversations, bread.id, tmp_path / "out.json", ExportFormat.JSON)
    values = json.loads((tmp_path / "out.json").read_text())
    assert (values["format"], values["version"]) == ("quern-conversation", 1)
    assert len(values["messages"]) == 4
    assert values["messages"][1]["facts"]["sampler"]["temperature"] == 0.3


def test_unknown_format(conversations, bread, tmp_path):
    with pytest.raises(InvalidInput, match="“pdf”"):
        export(conversations, bread.id, tmp_path / "out.pdf", "pdf")
    assert not (tmp_path / "out.pdf").exists()


def test_export_to_an_impossible_place(conversations, bread, tmp_path):
    with pytest.raises(StorageFault, match=r"“out\.md” cannot be written"):
        export(conversations, bread.id, tmp_path / "quern.db" / "out.md", "markdown")


# --- and back -----------------------------------------------------------------------------------


def test_json_round_trip(conversations, bread, tmp_path):
    conversations.set_sampler(bread.id, SamplerSettings(top_k=3, dry_sequence_breakers=()))
    conversations.set_template_arguments(bread.id, {"enable_thinking": True})
    export(conversations, bread.id, tmp_path / "out.json", "json")
    imported = import_json(conversations, tmp_path / "out.json")
    assert imported.id != bread.id
    assert normal(conversations.get(imported.id), conversations.tree(imported.id)) == normal(
        conversations.get(bread.id), conversations.tree(bread.id)
    )
    assert imported == conversations.get(imported.id)


# --- what is not a conversation -----------------------------------------------------------------


def test_refusal_names_the_file_and_what_is_wrong_in_it(conversations, tmp_path):
    (tmp_path / "in.json").write_text('{"format": "quern-conversation",\n oops')
    with pytest.raises(InvalidInput) as caught:
        import_json(conversations, tmp_path / "in.json")
    assert caught.value.message.startswith("“in.json” cannot be imported. Line 2 is not valid JSON")
    assert conversations.list() == []


def test_file_that_is_not_text(conversations, tmp_path):
    (tmp_path / "in.json").write_bytes(b"GGUF\xff\xfe")
    with pytest.raises(InvalidInput, match="not text in UTF-8"):
        import_json(conversations, tmp_path / "in.json")


def test_file_that_is_not_there(conversations, tmp_path):
    with pytest.raises(EnvironmentFault, match="cannot be read"):
        import_json(conversations, tmp_path / "in.json")


def test_file_that_is_too_large(conversations, bread, tmp_path, monkeypatch):
    export(conversations, bread.id, tmp_path / "in.json", "json")
    monkeypatch.setattr(conversation_files, "MAX_FILE", 100)
    with pytest.raises(InvalidInput, match="larger"):
        import_json(conversations, tmp_path / "in.json")


def test_byte_order_mark_is_no_obstacle(conversations, bread, tmp_path):
    export(conversations, bread.id, tmp_path / "in.json", "json")
    text = (tmp_path / "in.json").read_text()
    (tmp_path / "in.json").write_text(text, encoding="utf-8-sig")
    assert import_json(conversations, tmp_path / "in.json").title == bread.title


def test_lone_surrogates_are_replaced(conversations, bread, tmp_path):
    export(conversations, bread.id, tmp_path / "in.json", "json")
    text = (tmp_path / "in.json").read_text().replace("Knead", "\\ud800")
    (tmp_path / "in.json").write_text(text)
    imported = import_json(conversations, tmp_path / "in.json")
    assert conversations.path(imported.id)[1].text == "\ufffd **well**.\n"


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Bread: how?", "Bread how.md"),
        ("a/b\\c", "a b c.md"),
        ("", "Conversation.md"),
        ("...", "Conversation.md"),
        ("con", "Conversation con.md"),
        ("LPT1.notes", "Conversation LPT1.notes.md"),
        ("console", "console.md"),
        (" .hidden. ", "hidden.md"),
        ("line\nbreak\0", "line break.md"),
        ("ma\u202egnp.exe", "ma gnp.exe.md"),
        ("\ud800", "Conversation.md"),
        ("研究" * 100, "研究" * 20 + ".md"),
    ],
)
def test_suggested_name(title, name):
    assert suggested_name(title, ExportFormat.MARKDOWN) == name


@given(st.text(max_size=300))
def test_suggested_name_is_a_file_name_everywhere(title):
    name = suggested_name(title, ExportFormat.JSON)
    assert name.endswith(".json")
    assert Path(name).name == PureWindowsPath(name).name == name
    assert not PureWindowsPath(name).is_reserved()
    assert len(name.encode()) <= 140
    assert name.isprintable()
