from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.conversation_json import from_json_text, to_json_text
from desktop.domain.conversation import (
    AnswerFacts,
    Conversation,
    Message,
    MessageState,
    Role,
    StopReason,
)
from desktop.domain.errors import InvalidInput
from desktop.domain.sampling import SamplerSettings

FACTS = AnswerFacts("Stone", "/stone.gguf", "Q4_K_M", SamplerSettings(), 7, StopReason.END_OF_TURN)

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
            state=draw(st.sampled_from(MessageState)),
            problem=draw(texts),
            facts=draw(st.none() | st.builds(FACTS._replace, seed=st.integers(0), level=texts)),
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


@given(trees())
def test_any_tree_round_trips(tree):
    assert from_json_text(to_json_text(*tree)) == tree


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


def read(values: object) -> tuple[Conversation, list[Message]]:
    return from_json_text(values if isinstance(values, str) else json.dumps(values))


def test_least_file_that_is_a_conversation():
    conversation, messages = read(GOOD | {"added later": 1})
    assert (conversation.title, conversation.head_id) == ("t", 1)
    assert [message.text for message in messages] == ["x"]


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
def test_wrong_files_are_refused_with_one_sentence(values, complaint):
    with pytest.raises(InvalidInput, match=complaint) as caught:
        read(values)
    assert len(caught.value.message) < 200


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(max_examples=300)
@given(
    st.sampled_from([*GOOD, "sampler", "system_prompt", "model_path", "template_arguments"]),
    st.sampled_from([None, *MESSAGE, "facts", "reasoning", "problem"]),
    json_values,
)
def test_whatever_stands_in_a_field_it_is_read_or_refused(name, message_name, value):
    values = with_message(**{message_name: value}) if message_name else GOOD | {name: value}
    try:
        conversation, messages = read(values)
    except InvalidInput as error:
        assert error.message
    else:
        assert from_json_text(to_json_text(conversation, messages)) == (conversation, messages)
