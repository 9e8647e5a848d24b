from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from desktop.domain.blind_test import BlindLevel, BlindRequest
from desktop.domain.comparison import ComparedModel, ComparisonRequest, Part, SpeedRun
from desktop.domain.conversation import Role
from desktop.domain.errors import DiskFull
from desktop.domain.evaluation import ChunkScores
from desktop.domain.library import ModelDefaults
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.prompt import PromptContent, PromptDraft, PromptQuery
from desktop.domain.prompt_case import PromptCase
from desktop.domain.quantization import ConversionRequest
from desktop.domain.sampling import SamplerSettings
from desktop.domain.task_set import Task, TaskSet
from desktop.storage.comparisons import StoredComparisons
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database
from desktop.storage.jobs import StoredJobs
from desktop.storage.model_facts import ModelFacts
from desktop.storage.models import KnownModels
from desktop.storage.presets import SamplerPresets
from desktop.storage.prompt_runs import StoredPromptRuns
from desktop.storage.prompts import StoredPrompts
from desktop.storage.salvage import Rescued, _names, salvage
from desktop.storage.tasks import StoredTaskSets
from desktop.storage.votes import StoredVotes


def edit(path, *statements):
    """Change a closed database behind the application's back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.create_function("search_words", 1, lambda text: text, deterministic=True)
        for statement in statements:
            raw.execute(statement)


def rescue(tmp_path, database) -> tuple[Rescued, Database]:
    fresh = Database(tmp_path / "fresh.db")
    fresh.open()
    with fresh.writing() as db:
        count = salvage(database.path, db)
    return count, fresh


def test_sound_database_comes_through_whole(tmp_path, database, conversations, conversation, say):
    question = say("q")
    say("a1", question)
    say("a2", question)
    deleted = conversations.create(title="deleted")
    conversations.delete(deleted.id)
    known = KnownModels(database)
    known.add(tmp_path / "m.gguf", "m")
    known.add_folder(tmp_path / "grain")
    known.hide(tmp_path / "hidden.gguf")
    known.set_defaults(tmp_path / "m.gguf", ModelDefaults(system_prompt="Be kind."))
    ModelFacts(database).expect(tmp_path / "m.gguf", "a" * 64)
    SamplerPresets(database).save("Mine", conversation.sampler)
    database.close()
    count, fresh = rescue(tmp_path, database)
    rescued = Conversations(fresh)
    assert count == ({"conversation": 1, "preset": 1, "known model": 1}, 0, {})
    assert rescued.list() == conversations.list()
    assert rescued.tree(conversation.id) == conversations.tree(conversation.id)
    assert rescued.path(conversation.id) == conversations.path(conversation.id)
    rescued_models = KnownModels(fresh)
    assert [model.name for model in rescued_models.list()] == ["m"]
    assert rescued_models.folders() == [tmp_path / "grain"]
    assert rescued_models.hidden() == {tmp_path / "hidden.gguf"}
    assert rescued_models.defaults(tmp_path / "m.gguf").system_prompt == "Be kind."
    assert ModelFacts(fresh).expected(tmp_path / "m.gguf") == "a" * 64
    assert SamplerPresets(fresh).list()[-1].name == "Mine"
    rescued.undelete(deleted.id)
    fresh.close()


def test_source_is_not_changed(tmp_path, database, say):
    say("q")
    database.close()
    before = database.path.read_bytes()
    rescue(tmp_path, database)[1].close()
    assert database.path.read_bytes() == before


def test_message_whose_parent_is_lost_begins_a_branch(
    tmp_path, database, conversation, conversations, say
):
    question = say("lost")
    answer = say("kept", question)
    database.close()
    edit(database.path, f"DELETE FROM messages WHERE id = {question.id}")
    _, fresh = rescue(tmp_path, database)
    (message,) = Conversations(fresh).path(conversation.id)
    assert (message.id, message.parent_id, message.text) == (answer.id, None, "kept")
    fresh.close()


def test_messages_of_a_lost_conversation_get_a_new_one(tmp_path, database, conversation, say):
    say("answer", say("question"))
    database.close()
    edit(database.path, "DELETE FROM conversations")
    count, fresh = rescue(tmp_path, database)
    store = Conversations(fresh)
    (made,) = store.list()
    assert (count.counts, made.title) == ({"conversation": 1}, "Rescued conversation")
    assert [message.text for message in store.path(made.id)] == ["question", "answer"]
    store.add_message(made.id, role=Role.USER, text="goes on", parent_id=made.head_id)
    fresh.close()


def test_lost_head_shows_the_newest_message(tmp_path, database, conversation, say):
    question = say("question")
    say("answer", question)
    lost = say("lost", question)
    database.close()
    edit(database.path, f"DELETE FROM messages WHERE id = {lost.id}")
    _, fresh = rescue(tmp_path, database)
    texts = [message.text for message in Conversations(fresh).path(conversation.id)]
    assert texts == ["question", "answer"]
    fresh.close()


def test_row_that_breaks_the_rules_costs_itself_only(tmp_path, database, conversation, say):
    say("bad", say("good"))
    database.close()
    edit(
        database.path,
        "PRAGMA ignore_check_constraints=ON",
        "UPDATE messages SET role = 'robot' WHERE text = 'bad'",
    )
    _, fresh = rescue(tmp_path, database)
    assert [m.text for m in Conversations(fresh).path(conversation.id)] == ["good"]
    fresh.close()


def test_database_of_something_else_gives_nothing(tmp_path, database):
    other = tmp_path / "other.db"
    edit(other, "CREATE TABLE messages (fish)", "INSERT INTO messages VALUES (1)")
    with database.writing() as db:
        assert salvage(other, db).counts == {}
        assert salvage(tmp_path / "nothing.db", db) == ({}, 0, {})


def test_votes_come_through_with_their_levels_or_not_at_all(tmp_path, database):
    votes = StoredVotes(database)
    levels = (BlindLevel(tmp_path / "a.gguf", "Q8_0"), BlindLevel(tmp_path / "b.gguf", "Q4_0"))
    lost, kept = (votes.add(BlindRequest(levels, ("Why?",))) for _ in range(2))
    for test in (lost, kept):
        votes.put_answers(votes.add_round(test.id, "Why?", 1, 0, 1).id, ("a", "b"))
    expected = votes.get(kept.id)
    database.close()
    edit(database.path, f"DELETE FROM blind_tests WHERE id = {lost.id}")
    _, fresh = rescue(tmp_path, database)
    assert StoredVotes(fresh).list() == [expected]
    with fresh.reading() as db:
        assert db.execute("SELECT count(*) FROM blind_rounds").fetchone() == (1,)
    fresh.close()


def rescued_prompts(tmp_path, database, *statements) -> tuple[StoredPrompts, Database]:
    database.close()
    edit(database.path, *statements)
    _, fresh = rescue(tmp_path, database)
    with fresh.writing() as db:  # FTS5 compares its index with the tables
        db.execute("INSERT INTO prompt_search(prompt_search, rank) VALUES ('integrity-check', 1)")
    return StoredPrompts(fresh), fresh


def test_prompts_come_through_with_their_versions(tmp_path, database, conversations, conversation):
    store = StoredPrompts(database)
    prompt = store.add(PromptDraft("Weigh", PromptContent("rye"), "F", ("t",), "w", "weigh"))
    prompt = store.save(prompt.id, PromptContent("oats"), "Better.")
    deleted = store.add(PromptDraft("Deleted", PromptContent("rye")))
    store.delete(deleted.id)
    message = conversations.add_message(
        conversation.id,
        role=Role.USER,
        text="q",
        parent_id=None,
        prompt_version_id=prompt.version_id,
    )
    runs = StoredPromptRuns(database)
    case = runs.save_case(prompt.id, PromptCase("mill", {"grain": "rye"}))
    versions = store.versions(prompt.id)
    rescued, fresh = rescued_prompts(tmp_path, database)
    assert rescued.get(prompt.id) == prompt
    assert rescued.versions(prompt.id) == versions
    assert [hit.prompt.key for hit in rescued.list(PromptQuery("oats"))] == ["weigh"]
    assert rescued.list(PromptQuery("rye")) == []
    assert rescued.undelete(deleted.id).title == "Deleted"
    assert Conversations(fresh).message(message.id) == message
    assert StoredPromptRuns(fresh).cases(prompt.id) == [case]
    fresh.close()


def test_a_prompt_whose_newest_version_is_lost_shows_the_one_before(tmp_path, database):
    store = StoredPrompts(database)
    prompt = store.add(PromptDraft("Weigh", PromptContent("rye")))
    newest = store.save(prompt.id, PromptContent("oats"))
    gone = store.add(PromptDraft("Gone", PromptContent("wheat")))
    StoredPromptRuns(database).save_case(gone.id, PromptCase("mill", {}))
    rescued, fresh = rescued_prompts(
        tmp_path,
        database,
        f"DELETE FROM prompt_versions WHERE id IN ({newest.version_id}, {gone.version_id})",
    )
    (hit,) = rescued.list(PromptQuery())
    assert (hit.prompt.id, hit.prompt.content.text) == (prompt.id, "rye")
    assert len(rescued.list(PromptQuery("rye"))) == 1
    fresh.close()


def test_versions_of_a_lost_prompt_get_a_new_one(tmp_path, database):
    store = StoredPrompts(database)
    prompt = store.add(PromptDraft("Weigh", PromptContent("rye")))
    store.save(prompt.id, PromptContent("oats"))
    rescued, fresh = rescued_prompts(
        tmp_path, database, "DROP TRIGGER prompts_deleted", "DELETE FROM prompts"
    )
    (hit,) = rescued.list(PromptQuery("oats"))
    assert (hit.prompt.title, hit.prompt.version) == ("Rescued prompt", 2)
    assert len(rescued.versions(prompt.id)) == 2
    fresh.close()


def test_task_sets_come_through(tmp_path, database):
    tasks = TaskSet("Mine", (Task("1 + 1", Expectation("2", MatchRule.NUMBER)),), "Be brief.")
    sets = StoredTaskSets(database)
    kept, deleted = sets.add(tasks), sets.add(replace(tasks, name="Deleted"))
    sets.delete(deleted.id)
    again = sets.add(deleted.set)
    database.close()
    count, fresh = rescue(tmp_path, database)
    assert count == ({"task set": 2}, 0, {})
    rescued = StoredTaskSets(fresh)
    assert rescued.list() == [again, kept]
    assert rescued.undelete(deleted.id).set.name == "Deleted 2"
    fresh.close()


def test_a_text_with_a_damaged_byte_is_read(tmp_path, database, conversation, say):
    said = say("Grind the RYE!")
    database.close()
    content = database.path.read_bytes()
    assert b"Grind the RYE!" in content
    database.path.write_bytes(content.replace(b"Grind the RYE!", b"Grind the R\xffE!"))
    database.open()
    assert Conversations(database).message(said.id).text == "Grind the R\ufffdE!"
    database.close()
    _, fresh = rescue(tmp_path, database)
    assert Conversations(fresh).message(said.id).text == "Grind the R\ufffdE!"
    fresh.close()


def test_what_came_through_is_counted(tmp_path, database):
    StoredPrompts(database).add(PromptDraft("Mine", PromptContent("Grind.")))
    database.close()
    count, fresh = rescue(tmp_path, database)
    assert count == ({"prompt": 1}, 0, {})
    fresh.close()


def test_measurements_come_through_with_what_they_belong_to_or_not_at_all(tmp_path, database):
    store = StoredComparisons(database)
    request = ComparisonRequest(tmp_path / "base.gguf")
    rows = [ComparedModel(n, part, part, tmp_path / part) for n, part in enumerate(Part)]
    whole, gap, gone, chunkless = (store.add(request, rows).id for _ in range(4))
    for number in (whole, gap, gone, chunkless):
        store.put_chunk(number, 1, 0, ChunkScores((0.5,), (0.5,), (0.0,), 1))
        store.add_run(number, 1, SpeedRun(256, 32, 0.5, 2.0, 10**9))
    expected = store.get(whole)
    database.close()
    edit(
        database.path,
        f"DELETE FROM compared_models WHERE comparison_id = {gap} AND position = 1",
        f"DELETE FROM comparisons WHERE id = {gone}",
        f"UPDATE compared_chunks SET losses = x'01' WHERE comparison_id = {chunkless}",
    )
    count, fresh = rescue(tmp_path, database)
    rescued = StoredComparisons(fresh)
    # The one without its row 1 and what was measured of that, the rows of the one that is gone
    # (their measurements go with them), and the chunk that is none.
    assert count.counts == {"comparison": 2}
    assert count.left_out == 1 + 2 + 3 + 1
    assert rescued.get(whole) == expected
    assert not rescued.get(chunkless).models[1].chunks
    assert len(rescued.get(chunkless).models[1].runs) == 1
    fresh.close()


def test_a_request_that_is_no_longer_json_is_left_out(tmp_path, database):
    jobs = StoredJobs(database)
    requests = [ConversionRequest(tmp_path / "a", tmp_path / f"{n}.gguf", "f16") for n in range(2)]
    kept, damaged = (jobs.add(request) for request in requests)
    database.close()
    edit(database.path, f"UPDATE jobs SET request = '{{\"sour' WHERE id = {damaged.id}")
    count, fresh = rescue(tmp_path, database)
    assert count == ({"job": 1}, 1, {})
    assert StoredJobs(fresh).list() == [kept]
    fresh.close()


@pytest.mark.parametrize(
    ("counts", "left_out", "said"),
    [
        ({}, 3, "Nothing in it could be read."),
        ({"prompt": 1}, 0, "1 prompt was rescued from it."),
        (
            {"prompt": 1, "task run": 3},
            1,
            "1 prompt and 3 task runs were rescued from it. 1 damaged entry was left out.",
        ),
        (
            {"conversation": 2, "prompt": 1, "job": 2},
            0,
            "2 conversations, 1 prompt and 2 jobs were rescued from it.",
        ),
        ({"job": 2}, 12, "2 jobs were rescued from it. 12 damaged entries were left out."),
    ],
)
def test_what_was_rescued_is_said(counts, left_out, said):
    assert str(Rescued(counts, left_out)) == said


def test_every_table_of_ones_own_is_copied(tmp_path, database):
    """One that a later migration adds is, too; only what is made again is not."""
    with database.reading() as db:
        made_again = {"message_search", "title_search", "prompt_search"}
        own = {name for name in db.table_names() if not name.startswith(("sqlite_", "_"))}
        own -= {name for name in own if name.startswith(tuple(made_again))}
    assert set(_names(database._connection())) == own
    assert {"comparisons", "task_runs", "prompt_runs", "jobs", "downloads", "model_uses"} <= own


def with_copy(tmp_path, database, *statements) -> tuple[Rescued, Database]:
    """What is rescued when the file changes in a way that its copy knows nothing of."""
    database.close()
    copy = tmp_path / "copy.db"
    copy.write_bytes(database.path.read_bytes())
    edit(database.path, *statements)
    fresh = Database(tmp_path / "fresh.db")
    fresh.open()
    with fresh.writing() as db:
        rescued = salvage(database.path, db, [copy])
    return rescued, fresh


def test_what_is_not_in_a_table_that_was_read_whole_was_deleted(tmp_path, database, say):
    say("deleted", say("kept"))
    rescued, fresh = with_copy(
        tmp_path,
        database,
        "UPDATE conversations SET head_id = 1",
        "DELETE FROM messages WHERE id = 2",
    )
    assert rescued == ({"conversation": 1}, 0, {})
    assert [m.text for m in Conversations(fresh).tree(1)] == ["kept"]
    fresh.close()


def test_a_row_that_does_not_fit_is_taken_from_the_copy(tmp_path, database):
    jobs = StoredJobs(database)
    kept = [
        jobs.add(ConversionRequest(tmp_path / "a", tmp_path / f"{n}.gguf", "f16")) for n in range(2)
    ]
    rescued, fresh = with_copy(tmp_path, database, "UPDATE jobs SET request = '{' WHERE id = 2")
    (copy,) = rescued.copied
    assert rescued == ({"job": 1}, 0, {copy: {"job": 1}})
    assert StoredJobs(fresh).list() == kept
    fresh.close()


def test_a_text_that_is_none_any_more_is_taken_from_the_copy(tmp_path, database, say):
    said = say("Grind the rye!")
    newer = "CAST(x'4772fe' AS TEXT)"
    rescued, fresh = with_copy(
        tmp_path,
        database,
        "DROP TRIGGER messages_updated",
        "DROP TRIGGER messages_inserted",
        f"UPDATE messages SET text = {newer}",
        "INSERT INTO messages (id, conversation_id, role, text, reasoning, state, problem,"
        f" created_at) VALUES (7, 1, 'user', {newer}, '', 'done', '', 0)",
    )
    texts = {message.id: message.text for message in Conversations(fresh).tree(1)}
    assert texts == {said.id: "Grind the rye!", 7: "Gr\ufffd"}
    assert rescued.counts == {"conversation": 1} and list(rescued.copied.values()) == [{}]
    fresh.close()


def test_no_id_is_given_away_again(tmp_path, database):
    prompts = StoredPrompts(database)
    gone = [prompts.add(PromptDraft(f"{n}", PromptContent("rye"))) for n in range(3)]
    SamplerPresets(database).save("Mine", SamplerSettings())
    rescued, fresh = with_copy(
        tmp_path,
        database,
        "DROP TRIGGER prompts_deleted",
        "DELETE FROM prompt_versions",
        "DELETE FROM prompts",
        "UPDATE sqlite_sequence SET seq = 40 WHERE name = 'sampler_presets'",
        "UPDATE sqlite_sequence SET seq = 'x' WHERE name = 'prompts'",
        f"INSERT INTO sqlite_sequence VALUES ('jobs', {2**60})",
    )
    assert rescued.counts == {"preset": 1}
    assert StoredPrompts(fresh).add(PromptDraft("New", PromptContent("rye"))).id == gone[-1].id + 1
    SamplerPresets(fresh).save("Other", SamplerSettings())
    with fresh.reading() as db:
        assert db.execute("SELECT max(id) FROM sampler_presets").fetchone() == (41,)
    request = ConversionRequest(tmp_path / "a", tmp_path / "b.gguf", "f16")
    assert StoredJobs(fresh).add(request).id == 1
    fresh.close()


def test_a_full_disk_leaves_nothing_out(tmp_path, database, say):
    say("flour " * 100_000)
    database.close()
    fresh = Database(tmp_path / "fresh.db")
    fresh.open()
    with fresh.reading() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count={pages + 20}")
    with pytest.raises(DiskFull), fresh.writing() as db:
        salvage(database.path, db)
    fresh.close()
