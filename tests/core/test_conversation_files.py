from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.core import conversation_files
from desktop.core.conversation_files import ExportFormat, export, import_json, suggested_name
from desktop.domain.conversation import (
    AnswerFacts,
    Conversation,
    Message,
    MessageState,
    Role,
    StopReason,
)
from desktop.domain.errors import InvalidInput, StorageFault
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
def conversations(tmp_path: Path) -> Iterator[Conversations]:
    database = Database(tmp_path / "quern.db")
    database.open()
    yield Conversations(database, clock=lambda: 1000.0)
    database.close()


@pytest.fixture
def bread(conversations: Conversations) -> Conversation:
    """Two answers to a question, the first one shown, with a follow-up below the second."""
    made = conversations.create(title="Bread: how?", system_prompt="You bake.")

    def add(text: str, parent: Message | None, **more: object) -> Message:
        role = Role.USER if parent is None or parent.role is Role.ASSISTANT else Role.ASSISTANT
        parent_id = parent.id if parent else None
        return conversations.add_message(made.id, role=role, text=text, parent_id=parent_id, **more)

    question = add("How do I bake?", None)
    first = add("Knead **well**.\n", question, reasoning="They ask\nof bread.", facts=FACTS)
    second = add("Buy it.", question)
    add("Where?", second)
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


def write(path: Path, values: object) -> Path:
    path.write_text(values if isinstance(values, str) else json.dumps(values))
    return path


def normal(conversation: Conversation, messages: list[Message]) -> tuple[Conversation, list]:
    """With ids counted from 0, so that trees can be compared."""
    numbers = {message.id: number for number, message in enumerate(messages)} | {None: None}
    return (
        replace(conversation, id=0, head_id=numbers[conversation.head_id]),
        [
            replace(
                message,
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
    conversations.set_model(bread.id, "/m.gguf")
    export(conversations, bread.id, tmp_path / "out.json", "json")
    imported = import_json(conversations, tmp_path / "out.json")
    assert imported.id != bread.id
    assert normal(conversations.get(imported.id), conversations.tree(imported.id)) == normal(
        conversations.get(bread.id), conversations.tree(bread.id)
    )
    assert imported == conversations.get(imported.id)


texts = st.text(st.characters(codec="utf-8"), max_size=40)
times = st.floats(0, 4e9)


@st.composite
def trees(draw: st.DrawFn) -> tuple[Conversation, list[Message]]:
    count = draw(st.integers(0, 8))
    messages = [
        Message(
            id=number,
            conversation_id=0,
            parent_id=draw(st.none() | st.integers(0, number - 1)) if number else None,
            role=draw(st.sampled_from(Role)),
            text=draw(texts),
            created_at=draw(times),
            reasoning=draw(texts),
            state=draw(st.sampled_from(sorted(set(MessageState) - {MessageState.STREAMING}))),
            problem=draw(texts),
            facts=draw(
                st.none() | st.builds(replace, st.just(FACTS), seed=st.integers(0), level=texts)
            ),
        )
        for number in range(count)
    ]
    conversation = Conversation(
        id=0,
        title=draw(texts),
        created_at=draw(times),
        updated_at=draw(times),
        system_prompt=draw(texts),
        head_id=draw(st.none() | st.integers(0, count - 1)) if count else None,
        sampler=SamplerSettings(
            temperature=draw(st.floats(0, 5)), stop=tuple(draw(st.lists(texts, max_size=3)))
        ),
        model_path=draw(texts),
        template_arguments=draw(st.dictionaries(texts, st.booleans(), max_size=2)),
    )
    return conversation, messages


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(trees())
def test_any_tree_round_trips(conversations, tmp_path, tree):
    original = conversations.add_tree(*tree)
    export(conversations, original.id, tmp_path / "out.json", "json")
    imported = import_json(conversations, tmp_path / "out.json")
    assert normal(conversations.get(imported.id), conversations.tree(imported.id)) == tree


# --- what is not a conversation -----------------------------------------------------------------

MESSAGE = {"id": 1, "parent": None, "role": "user", "text": "x", "created_at": 1, "state": "done"}
GOOD = {
    "format": "quern-conversation",
    "version": 1,
    "title": "t",
    "created_at": 1,
    "updated_at": 1,
    "head": 1,
    "messages": [MESSAGE],
}


def test_least_file_that_is_a_conversation(conversations, tmp_path):
    imported = import_json(conversations, write(tmp_path / "in.json", GOOD | {"added later": 1}))
    assert [message.text for message in conversations.path(imported.id)] == ["x"]


def with_message(**changes: object) -> dict[str, object]:
    return GOOD | {"messages": [MESSAGE | changes]}


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ("", "Line 1 is not valid JSON"),
        ('{\n"format": oops}', "Line 2 is not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 10_000, "number"),
        ("[]", "The file must be an object"),
        ({"format": "chat"}, "not a conversation exported by Quern"),
        (GOOD | {"version": 2}, "newer version"),
        (GOOD | {"version": "1"}, "version must be a whole number"),
        (GOOD | {"title": 5}, "title must be a text"),
        (GOOD | {"created_at": -1}, "created_at must be a time"),
        (GOOD | {"created_at": 1e300}, "created_at must be a time"),
        (json.dumps(GOOD | {"created_at": float("nan")}), "NaN"),
        (GOOD | {"messages": {}}, "messages must be a list"),
        (GOOD | {"messages": [7]}, r"messages\[0\] must be an object"),
        (GOOD | {"head": 2}, "head names a message that is not in the file"),
        (GOOD | {"head": True}, "head must be a whole number"),
        (GOOD | {"sampler": {"top_k": "many"}}, "sampler.top_k has a value of the wrong kind"),
        (GOOD | {"sampler": {"top_k": 2.5}}, "sampler.top_k has a value of the wrong kind"),
        (GOOD | {"sampler": {"top_p": 7}}, "sampler: Top-p is 7"),
        (GOOD | {"sampler": {"stop": [1]}}, "sampler.stop has a value of the wrong kind"),
        (GOOD | {"sampler": {"stop": 1}}, "sampler.stop has a value of the wrong kind"),
        (GOOD | {"sampler": {"seed": "x"}}, "sampler.seed has a value of the wrong kind"),
        (GOOD | {"sampler": []}, "sampler must be an object"),
        (GOOD | {"template_arguments": {"a": 1}}, "template_arguments.a has a value"),
        (with_message(role="robot"), r"messages\[0\].role must be one of system, user"),
        (with_message(role=["user"]), r"messages\[0\].role must be one of"),
        (with_message(state="new"), r"messages\[0\].state must be one of"),
        (with_message(text=None), r"messages\[0\].text must be a text"),
        (with_message(id="1"), r"messages\[0\].id must be a whole number"),
        (with_message(parent=1), r"messages\[0\].parent must be the id of a message further up"),
        (with_message(parent=99), r"messages\[0\].parent must be the id of a message further up"),
        (with_message(facts=5), r"messages\[0\].facts has a value of the wrong kind"),
        (with_message(facts={}), r"messages\[0\].facts is incomplete"),
        (with_message(facts={"seed": "x"}), r"messages\[0\].facts.seed has a value"),
        (
            with_message(facts=FACTS.to_json() | {"stop_reason": "bored"}),
            r"messages\[0\].facts is incomplete or has a wrong value",
        ),
        (
            with_message(facts=FACTS.to_json() | {"template_arguments": {"x": "y"}}),
            r"facts.template_arguments.x has a value",
        ),
        (GOOD | {"messages": [MESSAGE, MESSAGE]}, r"messages\[1\].id stands twice"),
        (
            GOOD | {"messages": [MESSAGE | {"parent": 2}, MESSAGE | {"id": 2, "parent": 1}]},
            r"messages\[0\].parent must be",
        ),
    ],
)  # fmt: skip
def test_wrong_files_are_refused_with_one_sentence(conversations, tmp_path, values, complaint):
    with pytest.raises(InvalidInput, match=complaint) as caught:
        import_json(conversations, write(tmp_path / "in.json", values))
    assert "“in.json” cannot be imported" in caught.value.message
    assert len(caught.value.message) < 250
    assert conversations.list() == []


def test_file_that_is_not_text(conversations, tmp_path):
    (tmp_path / "in.json").write_bytes(b"GGUF\xff\xfe")
    with pytest.raises(InvalidInput, match="not a text file"):
        import_json(conversations, tmp_path / "in.json")


def test_file_that_is_not_there(conversations, tmp_path):
    with pytest.raises(InvalidInput, match="cannot be read"):
        import_json(conversations, tmp_path / "in.json")


def test_file_that_is_too_large(conversations, tmp_path, monkeypatch):
    monkeypatch.setattr(conversation_files, "MAX_FILE", 100)
    with pytest.raises(InvalidInput, match="larger"):
        import_json(conversations, write(tmp_path / "in.json", GOOD))


def test_byte_order_mark_is_no_obstacle(conversations, tmp_path):
    (tmp_path / "in.json").write_text(json.dumps(GOOD), encoding="utf-8-sig")
    import_json(conversations, tmp_path / "in.json")


def test_lone_surrogates_are_replaced(conversations, tmp_path):
    imported = import_json(conversations, write(tmp_path / "in.json", with_message(text="a\ud800")))
    assert conversations.path(imported.id)[0].text == "a\ufffd"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from([*GOOD, "sampler", "system_prompt", "model_path", "template_arguments"]),
    st.sampled_from([None, *MESSAGE, "facts", "reasoning", "problem"]),
    json_values,
)
def test_whatever_stands_in_a_field_it_is_read_or_refused(
    conversations, tmp_path, name, message_name, value
):
    values = with_message(**{message_name: value}) if message_name else GOOD | {name: value}
    try:
        imported = import_json(conversations, write(tmp_path / "in.json", values))
    except InvalidInput as error:
        assert error.message
    else:
        conversations.tree(imported.id)


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
