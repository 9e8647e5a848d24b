from __future__ import annotations

import pytest

from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import (
    ChainLink,
    Example,
    FieldKind,
    PromptContent,
    PromptDraft,
    PromptField,
    PromptQuery,
)
from desktop.domain.sampling import SamplerSettings
from desktop.storage.prompts import StoredPrompts

FULL = PromptContent(
    text="Weigh {grain} on the old scales.",
    system_prompt="You are a miller.",
    fields=(PromptField("grain", FieldKind.CHOICE, "rye", ("rye", "oats"), "what is weighed"),),
    examples=(Example("q", "a"),),
    sampler=SamplerSettings(temperature=0.0),
    then=ChainLink("next", "weight"),
)


@pytest.fixture
def store(database, clock) -> StoredPrompts:
    return StoredPrompts(database, clock)


@pytest.fixture
def add(store):
    def add(title, text="text", **more):
        return store.add(PromptDraft(title, PromptContent(text), **more))

    return add


def titles(store, text="", **more):
    return [hit.prompt.title for hit in store.list(PromptQuery(text, **more))]


def check_index(database):
    """FTS5 compares its index with the tables."""
    with database.writing() as db:
        db.execute("INSERT INTO prompt_search(prompt_search, rank) VALUES ('integrity-check', 1)")


# --- keeping ---------------------------------------------------------------------------------


def test_a_prompt_comes_back_as_it_was(store):
    draft = PromptDraft("Weigh", FULL, "Mill/Work", ("grain", "daily"), "For the mill.", "weigh-it")
    prompt = store.add(draft)
    assert store.get(prompt.id) == prompt == store.by_key("weigh-it")
    assert (prompt.title, prompt.content, prompt.folder) == ("Weigh", FULL, "Mill/Work")
    assert (prompt.tags, prompt.why, prompt.version) == (("grain", "daily"), "For the mill.", 1)
    assert (prompt.used_at, prompt.builtin, prompt.changed) == (0.0, False, False)
    assert prompt.created_at <= prompt.updated_at


def test_text_that_sqlite_cannot_hold_is_mended(store, database):
    prompt = store.add(PromptDraft("a\ud800", PromptContent("b\ud800 c"), tags=("e\udfff",)))
    assert prompt.title == "a\ufffd"
    assert prompt.content.text == "b\ufffd c"
    assert prompt.tags == ("e\ufffd",)
    assert titles(store, "c") == ["a\ufffd"]
    check_index(database)


def test_a_damaged_content_is_shown_as_it_is(store, add, database):
    prompt = add("Weigh")
    with database.writing() as db:
        db.execute('UPDATE prompt_versions SET content = \'{"text": "x", "fields": 7}\'')
    assert store.get(prompt.id).content.text == '{"text": "x", "fields": 7}'
    assert len(store.versions(prompt.id)) == 1


def test_a_key_is_made_of_the_title_and_belongs_to_one_prompt(store, add):
    keys = [
        add(title).key for title in ("Über Müller!", "über  müller", "名字", "नाम_1", "!?", "?!")
    ]
    assert keys == ["über-müller", "über-müller-2", "名字", "नाम-1", "prompt", "prompt-2"]
    assert len(add("x" * 500).key) == 60
    with pytest.raises(InvalidInput, match="key “prompt” already"):
        add("other", key="prompt")


def test_a_key_that_is_wanted_avoids_others(store, add):
    add("Bread")
    assert store.free_key("Bread", {"bread-2"}) == "bread-3"
    assert store.free_key("Flour") == "flour"


def test_what_is_not_there_is_said(store):
    assert store.by_key("nobody") is None
    for ask in (
        lambda: store.get(7),
        lambda: store.versions(7),
        lambda: store.version(7),
        lambda: store.set_hidden(7, True),
        lambda: store.used(7),
        lambda: store.delete(7),
        lambda: store.undelete(7),
        lambda: store.save(7, FULL),
    ):
        with pytest.raises(InvalidInput, match="no longer there"):
            ask()


# --- versions --------------------------------------------------------------------------------


def test_every_save_is_a_version(store, add):
    prompt = add("Weigh")
    second = store.save(prompt.id, FULL, "All of it.")
    assert (second.version, second.content) == (2, FULL)
    assert second.version_id != prompt.version_id
    versions = store.versions(prompt.id)
    assert [(v.number, v.note) for v in versions] == [(2, "All of it."), (1, "")]
    assert [v.content for v in versions] == [FULL, prompt.content]
    assert store.version(prompt.version_id) == versions[1]


def test_the_same_content_makes_no_version(store, add):
    prompt = add("Weigh", "x")
    assert store.save(prompt.id, PromptContent("x"), "again") == prompt
    assert store.save(prompt.id, PromptContent("x\ud800")).version == 2
    assert store.save(prompt.id, PromptContent("x\ud800")).version == 2


def test_a_version_of_a_deleted_prompt_can_still_be_read(store, add):
    prompt = add("Weigh", "scales")
    store.delete(prompt.id)
    assert store.version(prompt.version_id).content.text == "scales"


# --- describing ------------------------------------------------------------------------------


def test_describing_makes_no_version(store, add):
    prompt = add("Weigh")
    described = store.describe(prompt.id, PromptDraft("Measure", FULL, "F", ("a", "b"), "Why."))
    assert (described.title, described.folder) == ("Measure", "F")
    assert (described.tags, described.why) == (("a", "b"), "Why.")
    assert (described.version, described.content) == (1, prompt.content)
    assert described.updated_at > prompt.updated_at
    assert (
        store.describe(prompt.id, PromptDraft("Measure", FULL, "F", ("a", "b"), "Why."))
        == described
    )


def test_only_what_a_person_does_to_ours_counts_as_change(store):
    ours = store.add(PromptDraft("Ours", FULL), builtin=True)
    store.set_favourite(ours.id, True)
    store.used(ours.id)
    store.save(ours.id, PromptContent("newer"), update=True)
    store.describe(ours.id, PromptDraft("Newer", FULL), update=True)
    assert not store.get(ours.id).changed
    assert store.describe(ours.id, PromptDraft("Mine", FULL)).changed
    other = store.add(PromptDraft("Other", FULL), builtin=True)
    assert store.save(other.id, PromptContent("mine")).changed
    mine = store.add(PromptDraft("Mine", FULL))
    assert not store.save(mine.id, PromptContent("changed")).changed


def test_folders_and_tags(store, add):
    add("a", folder="b", tags=("x", "y"))
    add("b", folder="A", tags=("x",))
    add("c", folder="A")
    hidden = add("d", folder="hidden", tags=("hidden",))
    store.set_hidden(hidden.id, True)
    deleted = add("e", folder="deleted", tags=("deleted",))
    store.delete(deleted.id)
    assert store.folders() == ["A", "b"]
    assert store.tags() == [("x", 2), ("y", 1)]


# --- finding ---------------------------------------------------------------------------------


def test_favourites_come_first_then_the_last_used_then_by_title(store, add):
    prompts = {title: add(title) for title in ("c", "B", "a", "used", "used last", "favourite")}
    store.used(prompts["used"].id)
    store.used(prompts["used last"].id)
    store.set_favourite(prompts["favourite"].id, True)
    assert titles(store) == ["favourite", "used last", "used", "a", "B", "c"]
    assert titles(store, limit=2) == ["favourite", "used last"]
    assert titles(store, favourites=True) == ["favourite"]


def test_words_are_found_everywhere_and_best_in_titles(store, database):
    def put(title, **more):
        values = {"text": "text", "system_prompt": ""} | more
        tags = (values.pop("tags"),) if "tags" in values else ()
        why = values.pop("why", "")
        store.add(PromptDraft(title, PromptContent(**values), tags=tags, why=why))

    put("text", text="some rye here")
    put("Rye")
    put("tag", tags="rye")
    put("system", system_prompt="rye mill")
    put("why", why="because of rye")
    put("nothing", text="wheat")
    found = titles(store, "RYE")
    assert found[0] == "Rye"
    assert sorted(found) == ["Rye", "system", "tag", "text", "why"]
    assert titles(store, "nothing wheat") == ["nothing"]
    assert titles(store, "rye wheat") == []
    assert titles(store, "?!") == []
    check_index(database)


def test_the_beginning_of_a_word_and_unspaced_scripts_are_found(store, add):
    add("Müller", "我喜欢机器学习")
    assert titles(store, "mul") == titles(store, "机器") == ["Müller"]


def test_excerpts_mark_what_was_found(store, add):
    add("Title", "One two three")
    (hit,) = store.list(PromptQuery("tw"))
    assert hit.excerpt == "One \x02two\x03 three"
    (hit,) = store.list(PromptQuery("title"))
    assert hit.excerpt == "One two three"
    assert store.list(PromptQuery())[0].excerpt == ""


def test_an_excerpt_is_of_the_part_that_has_the_word(store):
    store.add(PromptDraft("T", PromptContent("text", system_prompt="the mill"), why="for stones"))
    assert store.list(PromptQuery("mill"))[0].excerpt == "the \x02mill\x03"
    assert store.list(PromptQuery("stones"))[0].excerpt == "for \x02stones\x03"


@pytest.mark.parametrize("text", ["", "text"])
def test_filters_hold_with_and_without_words(store, add, text):
    add("work", folder="Work", tags=("a", "b"))
    add("letters", folder="Work/Letters", tags=("b c",))
    add("workshop", folder="Workshop", tags=("ab",))
    hidden = add("hidden", folder="Work", tags=("a",))
    store.set_hidden(hidden.id, True)
    assert sorted(titles(store, text, folder="Work")) == ["letters", "work"]
    assert titles(store, text, folder="Work/Letters") == ["letters"]
    assert titles(store, text, tag="b") == ["work"]
    assert titles(store, text, tag="b c") == ["letters"]
    assert titles(store, text, tag="%") == []
    assert sorted(titles(store, text, tag="a", hidden=True)) == ["hidden", "work"]
    assert titles(store, text, tag="a", favourites=True) == []
    assert len(titles(store, text, limit=-1)) == 3


def test_titles_are_looked_up_in_whatever_case(store, add):
    assert [prompt.id for prompt in (add("Über"), add("ÜBER"))] == [
        prompt.id for prompt in store.titled("über")
    ]
    assert store.titled("nobody") == []


def test_the_index_follows_every_change(store, add, database):
    prompt = add("old title", "old text", tags=("oldtag",))
    store.save(prompt.id, PromptContent("new text", system_prompt="strict"))
    store.describe(prompt.id, PromptDraft("new title", FULL, tags=("newtag",), why="reason"))
    assert titles(store, "old") == titles(store, "oldtag") == []
    for word in ("new", "text", "strict", "newtag", "reason"):
        assert titles(store, word) == ["new title"]
    store.delete(prompt.id)
    assert titles(store, "new") == titles(store) == []
    store.undelete(prompt.id)
    assert titles(store, "new") == ["new title"]
    check_index(database)


# --- deleting --------------------------------------------------------------------------------


def test_deleted_can_be_brought_back(store, add):
    prompt = add("Weigh", folder="F")
    store.delete(prompt.id)
    with pytest.raises(InvalidInput):
        store.get(prompt.id)
    assert store.by_key(prompt.key) is None
    assert store.undelete(prompt.id) == prompt


def test_a_key_given_away_meanwhile_is_replaced(store, add):
    deleted = add("Weigh")
    store.delete(deleted.id)
    taker = add("Weigh", key="weigh")
    assert store.undelete(deleted.id).key == "weigh-2"
    assert store.get(taker.id).key == "weigh"


def test_purging_removes_versions_and_leaves_ours(store, add, database, clock):
    old, kept = add("old"), add("kept")
    store.save(old.id, FULL)
    ours = store.add(PromptDraft("ours", FULL, key="ours"), builtin=True)
    changed = store.save(ours.id, PromptContent("by the person"))
    for prompt in (old, ours):
        store.delete(prompt.id)
    clock.now += 100
    young = add("young")
    store.delete(young.id)
    assert store.purge_deleted(50) == 2
    for version in (old.version_id, ours.version_id, changed.version_id):
        with pytest.raises(InvalidInput):
            store.version(version)
    assert store.undelete(young.id).title == "young"
    assert store.get(kept.id).title == "kept"
    assert store.builtin_keys() == {"ours"}
    assert store.ids() == {young.id, kept.id}
    with pytest.raises(InvalidInput):
        store.undelete(ours.id)
    assert store.purge_deleted(50) == 0
    assert store.builtin_keys() == {"ours"}
    check_index(database)


def test_together_is_all_or_nothing(store, add):
    with pytest.raises(RuntimeError), store.together():
        add("lost")
        raise RuntimeError
    assert titles(store) == []


def test_words_found_in_a_title_are_marked_in_it(store, add):
    add("Weigh the grain", "on old scales")
    add("Something else", "for the grain")
    found = {hit.prompt.title: hit for hit in store.list(PromptQuery("grain"))}
    assert found["Weigh the grain"].title == "Weigh the \x02grain\x03"
    assert found["Something else"].title == ""
    assert {hit.title for hit in store.list(PromptQuery())} == {""}
