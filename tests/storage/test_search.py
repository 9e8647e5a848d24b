from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.conversation import Role
from desktop.storage.search import Excerpts, match_expression, search_words


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


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
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


@given(st.text(max_size=200))
def test_indexed_words_differ_from_the_text_by_breaks_only(text):
    plain = text.replace("\u200b", "")
    assert search_words(plain).replace("\u200b", "") == plain.translate({0: " ", 2: " ", 3: " "})


def test_expression_quotes_every_word():
    assert match_expression('a "b c') == '"a"* "b"* "c"*'
    assert match_expression("学习") == '"学\u200b习"*'
    assert match_expression("!? ...") == ""


@pytest.mark.parametrize(
    ("text", "query", "excerpt"),
    [
        ("a\n\n rye\t b", "rye", "a \x02rye\x03 b"),
        ("Müller und MULLERIN", "muller", "\x02Müller\x03 und \x02MULLERIN\x03"),
        ("cafe\u0301 noir", "café", "\x02cafe\x03\u0301 noir"),
        ("안녕하세요", "하세", "안녕\x02하세\x03요"),
        ("don't", "don't", "\x02don\x03'\x02t\x03"),
        ("İstanbul", "İst", "\x02İstanbul\x03"),
        ("a (b) c", "(b) [", "a (\x02b\x03) c"),
        ("nothing", "other", "nothing"),
        ("x" * 1000, "xx", "\x02" + "x" * 160 + "\x03…"),
        ("学" * 1000, "学", None),
    ],
)
def test_excerpts(text, query, excerpt):
    made = Excerpts(query).of(text)
    assert made == excerpt or excerpt is None
    assert made.count("\x02") == made.count("\x03")


@given(st.text(max_size=400), st.text(max_size=30))
def test_excerpt_is_a_piece_of_the_text(text, query):
    made = Excerpts(query).of(text)
    plain = made.replace("\x02", "").replace("\x03", "").strip("…").strip()
    assert plain in " ".join(text.translate({0: " ", 2: " ", 3: " "}).split())
