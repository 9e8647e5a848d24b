from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.prompt_drafts import PromptDrafts, empty_bin
from desktop.core.prompt_library import PromptLibrary
from desktop.domain.prompt import ChainLink, Example, FieldKind, PromptContent, PromptDraft
from desktop.domain.prompt import PromptField as Field
from desktop.domain.sampling import SamplerSettings
from desktop.storage.database import BIN_SECONDS
from desktop.storage.prompts import StoredPrompts

DRAFT = PromptDraft(
    "Títle",
    PromptContent(
        "Do {this}",
        "Be {kind}",
        (Field("this", FieldKind.CHOICE, "a", ("a", "b"), "which"),),
        (Example("q", "a"),),
        SamplerSettings(temperature=0.1, stop=("END",)),
        ChainLink("next", "this"),
    ),
    folder="A/B",
    tags=("one", "two"),
    why="Because",
    key="the-key",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "drafts.json"


def test_what_was_written_is_there_after_a_restart(path):
    PromptDrafts(path).set(3, DRAFT)
    again = PromptDrafts(path)
    assert again.get(3) == DRAFT
    assert again.ids() == {3}
    assert again.get(4) is None


def test_a_newer_draft_takes_the_place_of_the_older(path):
    drafts = PromptDrafts(path)
    drafts.set(0, DRAFT)
    drafts.set(0, replace(DRAFT, title="Other"))
    read = PromptDrafts(path).get(0)
    assert read is not None
    assert read.title == "Other"


def test_one_that_is_saved_is_forgotten(path):
    drafts = PromptDrafts(path)
    drafts.set(1, DRAFT)
    drafts.set(2, DRAFT)
    drafts.set(1, None)
    drafts.set(7, None)  # there is none
    assert PromptDrafts(path).ids() == {2}


def test_nothing_is_written_where_nothing_changed(path):
    drafts = PromptDrafts(path)
    drafts.set(5, None)
    assert not path.exists()
    drafts.set(5, DRAFT)
    path.unlink()
    drafts.set(5, DRAFT)
    assert not path.exists()


def test_drafts_go_with_the_prompts_that_are_purged_and_with_no_others(path, database):
    now = 1000.0
    library = PromptLibrary(StoredPrompts(database, lambda: now), path.parent)
    old, young, kept = (library.add(replace(DRAFT, key="")).id for _ in range(3))
    drafts = PromptDrafts(path)
    for number in (0, old, young, kept, 99):  # the last one was lost with a damaged database
        drafts.set(number, DRAFT)
    library.delete(old)
    now += BIN_SECONDS
    library.delete(young)
    empty_bin(library, drafts)
    assert PromptDrafts(path).ids() == {0, young, kept, 99}


@pytest.mark.parametrize(
    "text", ["", "no json", "[]", '{"x": {}}', '{"1": {}}', '{"1": {"title": 3}}', "null"]
)
def test_a_file_that_cannot_be_read_counts_as_empty(path, text):
    path.parent.mkdir()
    path.write_text(text)
    drafts = PromptDrafts(path)
    assert drafts.ids() == set()
    drafts.set(1, DRAFT)
    assert PromptDrafts(path).get(1) == DRAFT
