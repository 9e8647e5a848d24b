from __future__ import annotations

import pytest

from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import Example, PromptContent, PromptDraft
from desktop.storage.prompt_rows import (
    SELECT_VERSION,
    by_key,
    content_to_text,
    free_key,
    required,
    tags_to_text,
    version_of,
)
from desktop.storage.prompts import StoredPrompts


@pytest.fixture
def store(database, clock) -> StoredPrompts:
    return StoredPrompts(database, clock)


@pytest.fixture
def prompt(store):
    return store.add(PromptDraft("Weigh", PromptContent("rye"), tags=("a", "b"), key="weigh"))


def test_a_prompt_is_found_by_row_and_key_until_it_is_deleted(database, store, prompt):
    with database.reading() as db:
        assert required(db, prompt.id) == by_key(db, "weigh") == prompt
    store.delete(prompt.id)
    with database.reading() as db:
        assert by_key(db, "weigh") is None
        with pytest.raises(InvalidInput, match="no longer there"):
            required(db, prompt.id)


def test_a_key_that_is_free_is_none_that_ever_was(database, store, prompt):
    store.delete(prompt.id)
    store.add(PromptDraft("Weigh", PromptContent("x"), key="weigh-it"))
    with database.reading() as db:
        assert free_key(db, "Bread & butter") == "bread-butter"
        assert free_key(db, "Bread", ["bread", "bread-2"]) == "bread-3"
        assert free_key(db, "") == "prompt"
        assert free_key(db, "WEIGH") not in {"weigh", "weigh-it"}


def test_versions_and_contents_are_read(database, prompt):
    with database.reading() as db:
        row = db.execute(f"{SELECT_VERSION} WHERE id = ?", [prompt.version_id]).fetchone()
    version = version_of(row)
    assert (version.prompt_id, version.number, version.content) == (prompt.id, 1, prompt.content)
    assert version_of([1, 2, 3, '{"text": 7, "fields": 1}', "", 0.0]).content.text.startswith("{")
    assert version_of([1, 2, 3, "no JSON", "", 0.0]).content == PromptContent("no JSON")


def test_texts_are_what_sqlite_can_hold():
    text = content_to_text(PromptContent("é\ud800", examples=(Example("q", "a"),)))
    assert text == '{"text":"é\ufffd","examples":[{"user":"q","assistant":"a"}]}'
    assert tags_to_text(("a", "b\ud800")) == "a\nb\ufffd"
