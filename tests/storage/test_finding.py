from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.conversation import Role


def found(conversations, query):
    return [hit.conversation.title for hit in conversations.search(query)]


@pytest.fixture
def told(conversations):
    """Makes a conversation with one message; returns the message."""

    def told(text: str, title: str = "untitled"):
        made = conversations.create(title=title)
        return conversations.add_message(made.id, role=Role.USER, text=text, parent_id=None)

    return told


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("The quern grinds rye", "quern"),
        ("The quern grinds rye", "que"),
        ("The quern grinds rye", "RYE gri"),
        ("Müller in Zürich", "muller zur"),
        ("naïve café", "naive cafe"),
        ("don't", "don't"),
        ("snake_case_name", "case"),
        ("price: 3.14 EUR", "3.14"),
        ("我喜欢机器学习", "机器"),
        ("我喜欢机器学习", "学"),
        ("日本語のテスト", "本語"),
        ("日本語のテスト", "テスト"),
        ("안녕하세요 세계", "하세"),
        ("สวัสดีชาวโลก", "ชาว"),
        ("run 机器学习 models", "mod 学习"),
        ("Привет, мир", "приве МИР"),
        ("γειά σου κόσμε", "ΚΌΣ"),
        ("مرحبا بالعالم", "مرحبا"),
        ("before\0after", "after"),
        ("🌾 flour 🌾", "🌾 flour"),
    ],
)
def test_words_are_found(conversations, told, text, query):
    told(text)
    told("something else altogether", title="other")
    assert found(conversations, query) == ["untitled"]


@pytest.mark.parametrize("query", ["uern", "rye wheat", "机学", "", "  ", "***", '"', "🌾"])
def test_what_is_not_there_is_not_found(conversations, told, query):
    told("The quern grinds rye 机器学习")
    assert found(conversations, query) == []


def test_operators_are_words(conversations, told):
    told("NEAR AND OR NOT text: rye")
    assert found(conversations, "rye NOT near") == ["untitled"]
    assert found(conversations, "rye OR wheat") == []
    assert found(conversations, "text:rye") == ["untitled"]


def test_excerpt_marks_the_words_found(conversations, told):
    told("flour " * 100 + "the best rye\n\nof all " + "bread " * 100)
    (hit,) = conversations.search("best all")
    assert "the \x02best\x03 rye of \x02all\x03" in hit.excerpt
    assert len(hit.excerpt) < 200


def test_excerpt_of_unspaced_text_reads_as_it_was_written(conversations, told):
    told("我喜欢机器学习。")
    (hit,) = conversations.search("机器")
    assert hit.excerpt == "我喜欢\x02机器\x03学习。"


def test_marks_in_the_text_cannot_forge_a_match(conversations, told):
    told("a \x02fake\x03 match of rye")
    (hit,) = conversations.search("rye")
    assert hit.excerpt == "a fake match of \x02rye\x03"


def test_one_hit_for_each_conversation_its_newest_message(conversations, told):
    first = told("rye")
    newest = conversations.add_message(
        first.conversation_id, role=Role.ASSISTANT, text="rye bread", parent_id=first.id
    )
    (hit,) = conversations.search("rye")
    assert hit.message_id == newest.id


def test_newest_matches_come_first(conversations, told):
    old = told("rye", title="old")
    told("rye", title="new")
    assert found(conversations, "rye") == ["new", "old"]
    conversations.add_message(
        old.conversation_id, role=Role.USER, text="rye again", parent_id=old.id
    )
    assert found(conversations, "rye") == ["old", "new"]


def test_titles_come_first_and_say_so(conversations, told):
    told("nothing", title="Rye bread")
    told("rye rye rye", title="Other")
    hits = conversations.search("rye")
    assert [hit.conversation.title for hit in hits] == ["Rye bread", "Other"]
    assert hits[0].message_id is None
    assert hits[0].excerpt == "\x02Rye\x03 bread"


def test_renamed_conversation_is_found_by_its_new_title_only(conversations, told):
    message = told("text", title="Old")
    conversations.rename(message.conversation_id, "New")
    assert found(conversations, "old") == []
    assert found(conversations, "new") == ["New"]


def test_limit(conversations, told):
    for number in range(5):
        told("rye", title=f"rye {number}")
    assert len(conversations.search("rye", limit=3)) == 3
    told("oats", title="rye again")
    told("rye", title="oats")
    (hit,) = conversations.search("rye", limit=1)
    assert hit.conversation.title == "rye again"


@settings(
    max_examples=200,
)
@given(
    st.text(
        st.one_of(st.characters(), st.sampled_from('"*:()^{}+- NEARORNOT\0\x02机ก')), max_size=60
    )
)
def test_no_query_is_ever_an_error(conversations, query):
    assert isinstance(conversations.search(query), list)


def test_a_megabyte_of_query_is_answered(conversations, told):
    told("rye")
    assert found(conversations, "rye " * 250_000) == ["untitled"]
    assert found(conversations, "x" * 1_000_000) == []
