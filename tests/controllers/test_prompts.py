from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject

from desktop.controllers.prompts import NEW, PromptsController
from desktop.core.prompt_drafts import PromptDrafts
from desktop.core.prompt_library import PromptLibrary
from desktop.domain.conversation import Message, Role
from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import PromptContent, PromptDraft, PromptQuery
from desktop.storage.prompts import StoredPrompts

DRAFT = PromptDraft("Greet", PromptContent("Say hello to {name}."), folder="Small", tags=("short",))


@pytest.fixture
def library(database, tmp_path) -> PromptLibrary:
    return PromptLibrary(StoredPrompts(database), tmp_path / "none of ours")


@pytest.fixture
def drafts(tmp_path) -> PromptDrafts:
    return PromptDrafts(tmp_path / "drafts.json")


@pytest.fixture
def prompts(library, drafts, tasks) -> PromptsController:
    return PromptsController(lambda: library, lambda: drafts, tasks)


@pytest.fixture
def me(prompts) -> QObject:
    return QObject(prompts)


def save(prompts, qtbot, draft=DRAFT, number=NEW, note="", origin=None):
    with qtbot.waitSignal(prompts.saved) as told:
        prompts.save(number, draft, note, origin or prompts)
    return told.args[1]


def test_what_is_asked_is_answered_to_who_asked(prompts, me, library, qtbot):
    library.add(DRAFT)
    query = PromptQuery("hello")
    with qtbot.waitSignal(prompts.listed) as told:
        prompts.list(query, me)
    asked, hits, origin = told.args
    assert asked == query
    assert origin is me
    assert [hit.prompt.title for hit in hits] == ["Greet"]


def test_folders_and_tags_are_told(prompts, library, qtbot):
    library.add(DRAFT)
    with qtbot.waitSignal(prompts.filters_known) as told:
        prompts.look_at_filters()
    assert told.args == [["Small"], [("short", 1)]]


def test_the_library_is_made_once_and_when_first_asked(database, tmp_path, drafts, tasks, qtbot):
    made = []

    def make() -> PromptLibrary:
        made.append(threading.current_thread())
        return PromptLibrary(StoredPrompts(database), tmp_path / "none")

    prompts = PromptsController(make, lambda: drafts, tasks)
    assert made == []
    for _ in range(3):
        with qtbot.waitSignal(prompts.filters_known):
            prompts.look_at_filters()
    assert len(made) == 1
    assert made[0] is not threading.main_thread()


def test_what_of_ours_cannot_be_read_leaves_the_rest_usable(
    database, tmp_path, drafts, tasks, qtbot
):
    (tmp_path / "broken.json").write_text("{")
    library = PromptLibrary(StoredPrompts(database), tmp_path)
    library.add(DRAFT)
    prompts = PromptsController(lambda: library, lambda: drafts, tasks)
    with (
        qtbot.waitSignal(prompts.failed) as failed,
        qtbot.waitSignal(prompts.listed) as told,
    ):
        prompts.list(PromptQuery(), prompts)
    assert "broken.json" in failed.args[0].message
    assert len(told.args[1]) == 1


def test_a_new_prompt_is_added_and_its_draft_forgotten(prompts, me, library, drafts, qtbot):
    prompts.keep_draft(NEW, DRAFT)
    assert drafts.ids() == {NEW}
    saved = save(prompts, qtbot, origin=me)
    assert library.get(saved.id).title == "Greet"
    assert drafts.ids() == set()


def test_another_content_is_a_new_version_with_its_note(prompts, library, qtbot):
    prompt = library.add(DRAFT)
    draft = replace(DRAFT, content=PromptContent("Say bye to {name}."))
    saved = save(prompts, qtbot, draft, prompt.id, "Politer")
    assert (saved.version, saved.title) == (2, "Greet")
    assert library.versions(prompt.id)[0].note == "Politer"


def test_another_title_makes_no_version(prompts, library, qtbot):
    prompt = library.add(DRAFT)
    saved = save(prompts, qtbot, replace(DRAFT, title="Welcome", tags=()), prompt.id)
    assert (saved.version, saved.title, saved.tags) == (1, "Welcome", ())


def test_a_prompt_that_cannot_be_saved_keeps_its_draft(prompts, library, drafts, qtbot):
    prompt = library.add(DRAFT)
    empty = replace(DRAFT, title="Changed", content=PromptContent(" "))
    prompts.keep_draft(prompt.id, empty)
    with qtbot.waitSignal(prompts.failed) as failed:
        prompts.save(prompt.id, empty, "", prompts)
    assert isinstance(failed.args[0], InvalidInput)
    assert drafts.get(prompt.id) == empty
    assert library.get(prompt.id).title == "Greet"  # all of it, or nothing
    with qtbot.waitSignal(prompts.mended):
        prompts.save(prompt.id, replace(DRAFT, title="Changed"), "", prompts)


def test_a_prompt_is_opened_with_what_of_it_is_not_saved(prompts, me, library, qtbot):
    prompt = library.add(DRAFT)
    written = replace(DRAFT, title="Half writ")
    prompts.keep_draft(prompt.id, written)
    with qtbot.waitSignal(prompts.opened) as told:
        prompts.open(prompt.id, me)
    assert told.args == [prompt, written, me]
    with qtbot.waitSignal(prompts.opened) as told:
        prompts.open(NEW, me)
    assert told.args == [None, None, me]


def test_deleting_is_undone(prompts, library, qtbot):
    prompt = library.add(DRAFT)
    with (
        qtbot.waitSignal(prompts.undo_offered) as offered,
        qtbot.waitSignal(prompts.removed) as removed,
    ):
        prompts.delete(prompt.id)
    assert offered.args[0] == "“Greet” was deleted."
    assert removed.args == [prompt.id]
    assert library.list(PromptQuery()) == []
    with qtbot.waitSignal(prompts.changed):
        offered.args[1]()
    assert [hit.prompt.id for hit in library.list(PromptQuery())] == [prompt.id]


def test_what_was_not_saved_comes_back_with_its_prompt(prompts, library, drafts, qtbot):
    prompt = library.add(DRAFT)
    prompts.keep_draft(prompt.id, replace(DRAFT, title="Half written"))
    prompts.removed.connect(  # as a window does that shows it
        lambda number: prompts.keep_draft(number, replace(DRAFT, title="Half writ"))
    )
    with qtbot.waitSignal(prompts.undo_offered) as offered:
        prompts.delete(prompt.id)
    with qtbot.waitSignal(prompts.changed):
        offered.args[1]()
    assert drafts.get(prompt.id).title == "Half writ"


def test_the_first_version_has_its_note_too(prompts, library, qtbot):
    prompt = save(prompts, qtbot, note=" First try ")
    assert library.versions(prompt.id)[0].note == "First try"


def test_a_version_that_is_gone_is_nothing_to_complain_of(prompts, library, me, qtbot):
    with qtbot.assertNotEmitted(prompts.failed, wait=50):
        prompts.ask_version(99, pytest.fail, me)


def test_a_star_and_hiding_are_told(prompts, library, qtbot):
    prompt = library.add(DRAFT)
    with qtbot.waitSignal(prompts.updated) as told:
        prompts.set_favourite(prompt.id, True)
    assert told.args[0].favourite
    with qtbot.waitSignal(prompts.updated) as told:
        prompts.set_hidden(prompt.id, True)
    assert told.args[0].hidden


def test_hiding_can_be_undone(prompts, library, qtbot):
    prompt = library.add(DRAFT)
    with qtbot.waitSignal(prompts.undo_offered) as offered:
        prompts.set_hidden(prompt.id, True)
    sentence, undo = offered.args
    assert sentence == f"“{prompt.title}” was hidden."
    with qtbot.assertNotEmitted(prompts.undo_offered), qtbot.waitSignal(prompts.updated) as told:
        undo()
    assert not told.args[0].hidden


def test_an_old_version_is_restored_as_a_new_one(prompts, library, qtbot):
    prompt = library.add(DRAFT)
    library.save(prompt.id, PromptContent("Other"))
    with qtbot.waitSignal(prompts.versions_known) as told:
        prompts.look_at_versions(prompt.id)
    assert [version.number for version in told.args[1]] == [2, 1]
    with qtbot.waitSignal(prompts.updated) as told:
        prompts.restore(prompt.id, prompt.version_id)
    assert (told.args[0].version, told.args[0].content) == (3, DRAFT.content)


def test_a_copy_is_opened(prompts, me, library, qtbot):
    prompt = library.add(DRAFT)
    with qtbot.waitSignal(prompts.opened) as told:
        prompts.duplicate(prompt.id, me)
    copy, draft, origin = told.args
    assert copy.id != prompt.id
    assert copy.content == prompt.content
    assert (draft, origin) == (None, me)


def test_a_message_becomes_a_prompt(prompts, me, library, qtbot):
    message = Message(1, 1, None, Role.USER, "What is {this}?", 0.0)
    with qtbot.waitSignal(prompts.kept) as told:
        prompts.keep_messages([message], "Be brief.", me)
    prompt, origin = told.args
    assert origin is me
    assert library.get(prompt.id).content.system_prompt == "Be brief."


def test_a_version_is_told_with_its_prompt_and_a_deleted_one_is_not(prompts, me, library, qtbot):
    prompt = library.add(DRAFT)
    answers = []
    prompts.ask_version(prompt.version_id, answers.append, me)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers[0][0].title == "Greet"
    assert answers[0][1].number == 1
    library.delete(prompt.id)
    prompts.ask_version(prompt.version_id, answers.append, me)
    with qtbot.waitSignal(prompts.filters_known):
        prompts.look_at_filters()
    qtbot.wait(20)
    assert len(answers) == 1


def test_who_is_gone_is_not_answered(prompts, library, qtbot):
    from shiboken6 import delete

    prompt = library.add(DRAFT)
    gone, answers = QObject(), []
    prompts.ask(prompt.id, answers.append, gone)
    delete(gone)
    there = QObject()
    heard = []
    prompts.ask_by_key(prompt.key, heard.append, there)
    qtbot.waitUntil(lambda: bool(heard))
    qtbot.wait(20)
    assert heard == [prompt]
    assert answers == []


def test_two_versions_are_compared(prompts, me, library, qtbot):
    prompt = library.add(DRAFT)
    library.save(prompt.id, PromptContent("Say bye to {name}."))
    new, old = library.versions(prompt.id)
    answers = []
    prompts.ask_difference(old, new, answers.append, me)
    qtbot.waitUntil(lambda: bool(answers))
    pieces = [piece for line in answers[0][0].lines for piece in line.pieces if piece.changed]
    assert [piece.text.strip() for piece in pieces] == ["hello", "bye"]


def test_what_was_used_last_stands_first(prompts, library, qtbot):
    first, second = library.add(DRAFT), library.add(replace(DRAFT, title="Zebra"))
    assert [hit.prompt.id for hit in library.list(PromptQuery())] == [first.id, second.id]
    with qtbot.waitSignal(prompts.changed):
        prompts.used(second.id)
    assert [hit.prompt.id for hit in library.list(PromptQuery())] == [second.id, first.id]
