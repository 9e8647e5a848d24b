from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from desktop.domain.conversation import (
    AnswerFacts,
    Branch,
    Message,
    MessageState,
    Role,
    StopReason,
)
from desktop.domain.errors import InvalidInput
from desktop.domain.sampling import SamplerSettings
from desktop.storage.conversations import INTERRUPTED, Conversations

FACTS = AnswerFacts(
    model_name="Stone",
    model_path="/models/stone.gguf",
    level="Q4_K_M",
    sampler=SamplerSettings(temperature=0.3, stop=("END",), seed=7),
    seed=7,
    stop_reason=StopReason.MAX_TOKENS,
    completion_tokens=12,
    ttft_ms=1.5,
    tokens_per_second=20.25,
    template_arguments={"enable_thinking": False},
)


def texts(messages):
    return [message.text for message in messages]


# --- conversations ------------------------------------------------------------------------------


def test_created_conversation_reads_back_as_it_was_given(conversations):
    made = conversations.create(
        title="Bread",
        system_prompt="You bake.",
        sampler=SamplerSettings(top_k=3),
        model_path="/m.gguf",
    )
    assert conversations.get(made.id) == made
    assert made.sampler.top_k == 3
    assert made.created_at == made.updated_at == 1001.0


def test_a_conversation_in_which_nothing_is_can_be_removed(conversations):
    beginning = conversations.create(sampler=SamplerSettings(seed=3), system_prompt="Be brief.")
    conversations.set_draft(beginning.id, " \n")
    assert not conversations.remove_untouched(beginning.id, replace(beginning, system_prompt=""))
    assert conversations.remove_untouched(beginning.id, beginning)
    assert conversations.list() == []
    assert not conversations.remove_untouched(beginning.id, beginning)


@pytest.mark.parametrize(
    "change",
    [
        lambda store, number: store.rename(number, "Bread"),
        lambda store, number: store.set_draft(number, "unsent"),
        lambda store, number: store.set_pinned(number, True),
        lambda store, number: store.set_system_prompt(number, "You bake."),
        lambda store, number: store.set_sampler(number, SamplerSettings(top_k=3)),
        lambda store, number: store.set_template_arguments(number, {"enable_thinking": True}),
        lambda store, number: store.delete(number),
        lambda store, number: store.delete_message(
            store.add_message(number, role=Role.USER, text=" ", parent_id=None).id
        ),
    ],
)
def test_what_a_person_did_with_it_keeps_a_conversation(conversations, change):
    made = conversations.create()
    change(conversations, made.id)
    assert not conversations.remove_untouched(made.id, made)


def test_every_setting_is_kept(conversations, conversation):
    conversations.rename(conversation.id, "  A\n title ")
    conversations.set_pinned(conversation.id, True)
    conversations.set_system_prompt(conversation.id, "system")
    conversations.set_sampler(conversation.id, SamplerSettings(min_p=0.5, stop=("a", "b")))
    conversations.set_draft(conversation.id, "unsent")
    conversations.set_template_arguments(conversation.id, {"enable_thinking": True})
    assert conversations.get(conversation.id) == replace(
        conversation,
        title="A title",
        pinned=True,
        system_prompt="system",
        sampler=SamplerSettings(min_p=0.5, stop=("a", "b")),
        draft="unsent",
        template_arguments={"enable_thinking": True},
    )


def test_list_has_pinned_first_then_the_newest(conversations):
    old, middle, new = (conversations.create(title=title) for title in ("old", "middle", "new"))
    conversations.set_pinned(middle.id, True)
    conversations.add_message(old.id, role=Role.USER, text="again", parent_id=None)
    assert [c.title for c in conversations.list()] == ["middle", "old", "new"]
    assert new.pinned is False


def test_the_end_of_an_answer_moves_its_conversation_up(conversations, conversation):
    answer = stream(conversations, conversation.id)
    conversations.create(title="newer")
    conversations.finish(answer.id, text="done", reasoning="", state=MessageState.DONE, facts=None)
    assert conversations.list()[0].id == conversation.id


def test_settings_do_not_move_a_conversation_up(conversations):
    first, second = conversations.create(title="first"), conversations.create(title="second")
    conversations.set_draft(first.id, "x")
    conversations.rename(first.id, "renamed")
    assert [c.id for c in conversations.list()] == [second.id, first.id]


def test_deleted_conversation_is_hidden_until_undeleted(conversations, conversation, say):
    say("findable")
    conversations.delete(conversation.id)
    assert conversations.list() == []
    assert conversations.search("findable") == []
    with pytest.raises(InvalidInput):
        conversations.get(conversation.id)
    with pytest.raises(InvalidInput):
        conversations.rename(conversation.id, "x")
    conversations.undelete(conversation.id)
    assert texts(conversations.path(conversation.id)) == ["findable"]
    assert len(conversations.search("findable")) == 1


def test_purge_removes_only_what_was_deleted_long_ago(conversations, clock, database):
    gone, fresh, kept = (conversations.create(title=title) for title in "abc")
    for one in (gone, fresh, kept):
        user = conversations.add_message(one.id, role=Role.USER, text="word", parent_id=None)
        conversations.add_message(one.id, role=Role.ASSISTANT, text="word", parent_id=user.id)
    conversations.delete(gone.id)
    clock.now += 100
    conversations.delete(fresh.id)
    assert conversations.purge_deleted(50) == 1
    with pytest.raises(InvalidInput):
        conversations.undelete(gone.id)
    conversations.undelete(fresh.id)
    assert len(conversations.path(fresh.id)) == 2
    with database.reading() as db:
        assert db.execute("SELECT count(*) FROM messages").fetchone() == (4,)


def test_purge_of_a_conversation_longer_than_sqlite_recurses(conversations, conversation):
    chain = [Message(n, 0, n - 1 if n > 1 else None, Role.USER, "x", 0.0) for n in range(1, 3001)]
    long = conversations.add_tree(replace(conversation, head_id=3000), chain)
    conversations.delete(long.id)
    assert conversations.purge_deleted(-1) == 1


def test_ids_of_purged_conversations_are_not_given_out_again(conversations):
    gone = conversations.create()
    conversations.delete(gone.id)
    conversations.purge_deleted(-1)
    assert conversations.create().id > gone.id


# --- the tree -----------------------------------------------------------------------------------


def test_first_message_of_the_person_becomes_the_title(conversations, conversation, say):
    say("\n  How do I   grind rye?\nDetails follow.")
    assert conversations.get(conversation.id).title == "How do I grind rye?"
    say("Another")
    assert conversations.get(conversation.id).title == "How do I grind rye?"


def test_a_title_of_ones_own_stays(conversations, conversation, say):
    conversations.rename(conversation.id, "Mine")
    say("Hello")
    assert conversations.get(conversation.id).title == "Mine"


def test_path_follows_the_head(conversations, conversation, say):
    question = say("question")
    first = say("first answer", question)
    second = say("second answer", question)
    assert texts(conversations.path(conversation.id)) == ["question", "second answer"]
    conversations.set_head(conversation.id, first.id)
    assert texts(conversations.path(conversation.id)) == ["question", "first answer"]
    conversations.set_head(conversation.id, None)
    assert conversations.path(conversation.id) == []
    assert second.conversation_id == conversation.id


def test_branches_count_alternatives_where_there_are_any(conversations, conversation, say):
    question = say("q1")
    other = say("q2")
    first = say("a1", question)
    answer = say("a2", question)
    say("f", answer)
    assert conversations.branches(conversation.id) == {
        question.id: Branch(1, 2),
        other.id: Branch(2, 2),
        first.id: Branch(1, 2),
        answer.id: Branch(2, 2),
    }


def test_switch_branch_goes_down_to_what_was_written_last(conversations, conversation, say):
    question = say("q")
    first = say("a1", question)
    say("older below a1", first)
    say("newer below a1", first)
    second = say("a2", question)
    conversations.switch_branch(second.id, -1)
    assert texts(conversations.path(conversation.id)) == ["q", "a1", "newer below a1"]
    conversations.switch_branch(first.id, 1)
    assert texts(conversations.path(conversation.id)) == ["q", "a2"]


def test_sibling_stops_at_the_ends(conversations, say):
    question = say("q")
    first, second = say("a1", question), say("a2", question)
    assert conversations.sibling(second.id, 5) == second
    assert conversations.sibling(second.id, -5) == first


def test_messages_of_another_conversation_are_refused(conversations, conversation, say):
    other = conversations.create()
    message = say("here")
    with pytest.raises(InvalidInput, match="another conversation"):
        conversations.add_message(other.id, role=Role.USER, text="x", parent_id=message.id)
    with pytest.raises(InvalidInput, match="another conversation"):
        conversations.set_head(other.id, message.id)
    assert conversations.tree(other.id) == []
    with pytest.raises(InvalidInput, match="no longer there"):
        conversations.message(9999)


def test_delete_message_shows_the_newest_alternative_else_the_parent(
    conversations, conversation, say
):
    question = say("q")
    say("below a1", say("a1", question))
    second = say("a2", question)
    say("below a2", second)
    deleted = conversations.delete_message(second.id)
    assert deleted.count == 2
    assert texts(conversations.path(conversation.id)) == ["q", "a1", "below a1"]
    conversations.delete_message(conversations.path(conversation.id)[1].id)
    assert texts(conversations.path(conversation.id)) == ["q"]
    conversations.delete_message(question.id)
    assert conversations.path(conversation.id) == []


def test_delete_elsewhere_leaves_the_shown_path(conversations, conversation, say):
    question = say("q")
    first = say("a1", question)
    say("a2", question)
    conversations.delete_message(first.id)
    assert texts(conversations.path(conversation.id)) == ["q", "a2"]
    assert conversations.branches(conversation.id) == {}


def test_undelete_brings_back_exactly_what_went(conversations, conversation, say):
    question = say("q")
    answer = say("answer words", question)
    lost_before = say("lost", answer)
    conversations.delete_message(lost_before.id)
    say("follow", answer)
    before = conversations.path(conversation.id)
    deleted = conversations.delete_message(question.id)
    assert conversations.search("answer") == []
    conversations.undelete_messages(deleted)
    assert conversations.path(conversation.id) == before
    assert "lost" not in texts(conversations.tree(conversation.id))
    assert len(conversations.search("answer")) == 1


def test_undelete_below_a_deleted_message_is_refused(conversations, say):
    question = say("q")
    inner = conversations.delete_message(say("a", question).id)
    outer = conversations.delete_message(question.id)
    with pytest.raises(InvalidInput, match="above"):
        conversations.undelete_messages(inner)
    conversations.undelete_messages(outer)
    conversations.undelete_messages(inner)


def test_undelete_does_not_show_again_what_was_deleted_since(conversations, conversation, say):
    question = say("q")
    first, second = say("a1", question), say("a2", question)
    deleted = conversations.delete_message(first.id)  # while the second is shown
    conversations.delete_message(second.id)
    conversations.undelete_messages(deleted)
    assert texts(conversations.path(conversation.id)) == ["q"]
    assert texts(conversations.tree(conversation.id)) == ["q", "a1"]


def test_undelete_after_the_purge_says_so(conversations, say):
    deleted = conversations.delete_message(say("q").id)
    conversations.purge_deleted(-1)
    with pytest.raises(InvalidInput, match="no longer there"):
        conversations.undelete_messages(deleted)


def test_duplicate_copies_the_whole_tree(conversations, conversation, say):
    question = say("q")
    say("a1", question)
    say("a2", question)
    conversations.switch_branch(conversations.path(conversation.id)[-1].id, -1)
    conversations.create(title="newer")
    copy = conversations.duplicate(conversation.id)
    assert copy.title == "q (copy)"
    assert [c.title for c in conversations.list()] == ["q (copy)", "newer", "q"]
    assert texts(conversations.path(copy.id)) == ["q", "a1"]
    assert texts(conversations.tree(copy.id)) == ["q", "a1", "a2"]
    conversations.delete(conversation.id)
    conversations.purge_deleted(-1)
    assert texts(conversations.tree(copy.id)) == ["q", "a1", "a2"]


def test_fork_holds_the_path_up_to_the_message(conversations, conversation, say):
    question = say("q")
    answer = say("a1", question)
    say("later", answer)
    say("a2", question)
    fork = conversations.fork(answer.id)
    assert texts(conversations.tree(fork.id)) == texts(conversations.path(fork.id)) == ["q", "a1"]
    assert fork.title == "q (branch)"


def test_copy_of_an_answer_being_written_counts_as_stopped(conversations, conversation):
    conversations.add_message(
        conversation.id,
        role=Role.ASSISTANT,
        text="half",
        parent_id=None,
        state=MessageState.STREAMING,
    )
    copy = conversations.duplicate(conversation.id)
    assert conversations.path(copy.id)[0].state is MessageState.STOPPED


# --- answers ------------------------------------------------------------------------------------


def stream(conversations: Conversations, conversation_id: int, parent_id: int | None = None):
    return conversations.add_message(
        conversation_id,
        role=Role.ASSISTANT,
        text="",
        parent_id=parent_id,
        state=MessageState.STREAMING,
    )


def test_finished_answer_keeps_text_reasoning_and_facts(conversations, conversation):
    answer = stream(conversations, conversation.id)
    conversations.finish(
        answer.id,
        text="done",
        reasoning="because",
        state=MessageState.FAILED,
        facts=FACTS,
        problem="It broke.",
    )
    assert conversations.message(answer.id) == answer._replace(
        text="done",
        reasoning="because",
        state=MessageState.FAILED,
        facts=FACTS,
        problem="It broke.",
    )


def test_streamed_text_is_searchable_only_when_finished(conversations, conversation):
    answer = stream(conversations, conversation.id)
    flush = {"text": "millstone", "reasoning": ""}
    conversations.update_text(answer.id, **flush, state=MessageState.STREAMING)
    assert conversations.message(answer.id).text == "millstone"
    assert conversations.search("millstone") == []
    conversations.finish(answer.id, **flush, state=MessageState.DONE, facts=None)
    assert len(conversations.search("millstone")) == 1


def test_flush_does_not_touch_the_search_index(conversations, conversation, database):
    answer = stream(conversations, conversation.id)
    with database.reading() as db:
        before = db.execute("SELECT * FROM message_search_data").fetchall()
    for length in range(5):
        conversations.update_text(
            answer.id, text="word " * length, reasoning="", state=MessageState.STREAMING
        )
    with database.reading() as db:
        assert db.execute("SELECT * FROM message_search_data").fetchall() == before


def test_continued_answer_is_found_by_its_new_words_only_after_it_ends(
    conversations, conversation, say
):
    answer = say("old words", role=Role.ASSISTANT)
    text = {"text": "old words and new", "reasoning": ""}
    conversations.update_text(answer.id, **text, state=MessageState.STREAMING)
    assert conversations.search("old") == []
    conversations.finish(answer.id, **text, state=MessageState.DONE, facts=None)
    assert [hit.message_id for hit in conversations.search("old new")] == [answer.id]


def test_interrupted_answers_become_stopped_ones_with_a_reason(conversations, conversation, say):
    say("q")
    answer = stream(conversations, conversation.id)
    conversations.update_text(
        answer.id, text="half an", reasoning="r", state=MessageState.STREAMING
    )
    (found,) = conversations.interrupted()
    assert (found.text, found.state, found.problem) == (
        "half an",
        MessageState.STOPPED,
        INTERRUPTED,
    )
    assert conversations.message(answer.id) == found
    assert conversations.interrupted() == []
    assert len(conversations.search("half")) == 1


def test_unreadable_facts_cost_the_facts_only(conversations, conversation, database):
    answer = stream(conversations, conversation.id)
    conversations.finish(answer.id, text="t", reasoning="", state=MessageState.DONE, facts=FACTS)
    with database.writing() as db:
        db.execute("UPDATE messages SET facts = '[7', sampler = 'x'")
        db.execute("UPDATE conversations SET sampler = '[1]', template_arguments = '?'")
    assert conversations.message(answer.id).facts is None
    assert conversations.get(conversation.id).sampler == SamplerSettings()


@pytest.mark.parametrize(
    "text",
    [
        "nul \0 in the middle",
        "مرحبا بالعالم",
        "👩‍🌾 flour 🌾",
        "I ❤ \x02control\x03\x1b[0m\x7f",
        "\r\n line ends \r",
        "e\u0301 and \ufeff",
        "x" * 1_000_000,
    ],
    ids=["nul", "right-to-left", "emoji", "control", "line-ends", "combining", "1MB"],
)
def test_any_text_reads_back_unchanged(conversations, conversation, say, text):
    message = say(text)
    assert message.text == text
    assert conversations.message(message.id).text == text
    conversations.set_draft(conversation.id, text)
    assert conversations.get(conversation.id).draft == text


def test_lone_surrogates_become_replacement_characters(conversations, conversation, say):
    message = say("a\ud800b\udc00c")
    assert message.text == "a\ufffdb\ufffdc"
    assert conversations.path(conversation.id) == [message]
    conversations.rename(conversation.id, "\udfff")
    assert conversations.get(conversation.id).title == "\ufffd"
    assert conversations.search("\ud800") == []


def test_threads_share_a_database(conversations, conversation):
    def write(_number: int) -> None:
        for _ in range(20):
            conversations.add_message(conversation.id, role=Role.USER, text="x", parent_id=None)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    assert len(conversations.tree(conversation.id)) == 80
