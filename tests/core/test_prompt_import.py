from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.prompt_draft import draft_of
from desktop.core.prompt_import import ConflictChoice, ImportResult, PromptImport
from desktop.core.prompt_json import to_json_text
from desktop.core.prompt_library import PromptLibrary
from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import ChainLink, PromptContent, PromptDraft, PromptQuery
from desktop.storage.prompts import StoredPrompts

MINE, THEIRS, BOTH = ConflictChoice


@pytest.fixture
def library(database, tmp_path) -> PromptLibrary:
    return PromptLibrary(StoredPrompts(database), tmp_path / "none")


@pytest.fixture
def importer(library) -> PromptImport:
    return PromptImport(library)


@pytest.fixture
def write(tmp_path):
    def write(*drafts: PromptDraft, name: str = "theirs.json") -> Path:
        path = tmp_path / name
        path.write_text(to_json_text(drafts), encoding="utf-8")
        return path

    return write


def draft(title: str, text: str = "text", key: str = "", then: str = "", **more) -> PromptDraft:
    link = ChainLink(then, "x") if then else None
    return PromptDraft(title, PromptContent(text, then=link), key=key, **more)


def texts(library) -> dict[str, str]:
    hits = library.list(PromptQuery(hidden=True, limit=-1))
    return {hit.prompt.key: hit.prompt.content.text for hit in hits}


def test_new_prompts_are_added(library, importer, write):
    drafts = [draft("One", "1", "one", folder="F", tags=("t",), why="w"), draft("Two", "2")]
    plan = importer.look([write(*drafts)])
    assert [found.draft for found in plan.new] == drafts
    assert (plan.duplicates, plan.conflicts, plan.problems) == ((), (), ())
    assert texts(library) == {}
    assert importer.carry_out(plan, MINE) == ImportResult(2, 0)
    assert draft_of(library.called("one")) == drafts[0]
    assert library.called("Two").key == "two"


def test_the_same_again_is_recognised(library, importer, write):
    path = write(draft("One", "1", "one"), draft("Two", "2"), draft("Three", "3", "three"))
    importer.carry_out(importer.look([path]), MINE)
    library.set_hidden(library.called("three").id, True)
    plan = importer.look([path, path])
    assert [clash.found.draft.title for clash in plan.duplicates] == ["One", "Two", "Three"]
    assert (plan.new, plan.conflicts) == ((), ())
    assert importer.carry_out(plan, BOTH) == ImportResult(0, 0)


def test_what_stands_twice_is_added_once(library, importer, write):
    path = write(draft("One", "1"), draft("One", "1"), draft("Uno", "1"))
    assert importer.carry_out(importer.look([path, path]), MINE) == ImportResult(2, 0)
    assert texts(library) == {"one": "1", "uno": "1"}


def test_the_same_content_under_another_name_is_recognised(library, importer, write):
    library.add(draft("Mine", "same"))
    (clash,) = importer.look([write(draft("Theirs", "same", "their-key"))]).duplicates
    assert clash.mine.title == "Mine"


def conflicts(library, importer, write):
    """By key, by title in another case, and only in what stands around the content."""
    library.add(draft("Key", "mine", "k"))
    library.add(draft("Title", "mine"))
    library.add(draft("Around", "same", "around", folder="F", tags=("mine",), why="w"))
    plan = importer.look(
        [
            write(
                draft("Other", "theirs", "k"),
                draft("TITLE", "theirs", "elsewhere"),
                draft("Around", "same", "around", tags=("theirs",)),
                draft("New", "new"),
            )
        ]
    )
    assert [clash.mine.title for clash in plan.conflicts] == ["Key", "Title", "Around"]
    assert len(plan.new) == 1
    return plan


def test_mine_stay_when_they_are_wanted(library, importer, write):
    plan = conflicts(library, importer, write)
    assert importer.carry_out(plan, MINE) == ImportResult(1, 0)
    assert texts(library) == {"k": "mine", "title": "mine", "around": "same", "new": "new"}


def test_theirs_become_new_versions(library, importer, write):
    plan = conflicts(library, importer, write)
    assert importer.carry_out(plan, THEIRS) == ImportResult(1, 3)
    assert texts(library) == {"k": "theirs", "title": "theirs", "around": "same", "new": "new"}
    prompt = library.called("k")
    assert prompt.title == "Other"
    notes = [version.note for version in library.versions(prompt.id)]
    assert notes == ["Imported from “theirs.json”.", ""]
    around = library.called("around")
    assert (around.version, around.tags, around.folder, around.why) == (1, ("theirs",), "F", "w")


def test_both_are_kept_under_different_keys(library, importer, write):
    plan = conflicts(library, importer, write)
    assert importer.carry_out(plan, BOTH) == ImportResult(4, 0)
    assert texts(library) == {
        "k": "mine", "title": "mine", "around": "same", "new": "new",
        "other": "theirs", "title-2": "theirs", "around-2": "same",
    }  # fmt: skip


def test_a_deleted_prompt_does_not_stand_in_the_way(library, importer, write):
    library.delete(library.add(draft("One", "mine", "one")).id)
    plan = importer.look([write(draft("One", "theirs", "one"))])
    importer.carry_out(plan, MINE)
    assert texts(library) == {"one": "theirs"}


def test_made_up_keys_give_way_to_given_ones(library, importer, write):
    plan = importer.look([write(draft("One", "1"), draft("Uno", "2", "one"), draft("One", "3"))])
    assert importer.carry_out(plan, MINE) == ImportResult(3, 0)
    assert texts(library) == {"one": "2", "one-2": "1", "one-3": "3"}


def test_a_key_that_stands_twice_is_a_problem_unless_the_same(importer, write):
    first = write(draft("One", "1", "one"), draft("One", "1", "one"))
    second = write(draft("Uno", "2", "one"), name="second.json")
    plan = importer.look([first, second])
    assert [found.draft.title for found in plan.new] == ["One"]
    (problem,) = plan.problems
    assert problem.path == second
    assert "belongs to a prompt of “theirs.json” too" in problem.reason


@pytest.mark.parametrize(
    ("choice", "following"), [(MINE, "second"), (THEIRS, "second"), (BOTH, "zwei")]
)
def test_chains_go_on_with_what_their_prompts_became(library, importer, write, choice, following):
    library.add(draft("Zwei", "mine", "second"))
    library.add(draft("Drei", "3", "third"))
    path = write(
        draft("Eins", "1", "eins", then="elsewhere"),
        draft("Zwei", "theirs", "elsewhere", then="their-third"),
        draft("Three", "3", "their-third"),
        draft("Vier", "4", "vier", then="unknown"),
    )
    importer.carry_out(importer.look([path]), choice)
    assert library.called("eins").content.then == ChainLink(following, "x")
    then = library.called(following).content.then
    assert then == (None if choice is MINE else ChainLink("third", "x"))
    assert library.called("vier").content.then == ChainLink("unknown", "x")


def test_with_problems_nothing_is_imported_unless_the_person_agrees(library, importer, write):
    good, bad = write(draft("One", "1")), write(name="bad.json")
    bad.write_text("{")
    plan = importer.look([good, bad])
    with pytest.raises(InvalidInput, match=r"“bad\.json”: Line 1 is not valid JSON") as refused:
        importer.carry_out(plan, MINE)
    assert "such problems" not in str(refused.value)
    assert texts(library) == {}
    assert importer.carry_out(plan, MINE, skip_bad=True) == ImportResult(1, 0)
    with pytest.raises(InvalidInput, match="There are 2 such problems"):
        importer.carry_out(importer.look([bad, bad]), MINE)


def test_an_import_that_fails_half_way_imports_nothing(library, importer, write):
    plan = importer.look([write(draft("One", "1", "one"), draft("Two", "2", "two"))])
    library.add(draft("Meanwhile", "x", "two"))
    with pytest.raises(InvalidInput):
        importer.carry_out(plan, MINE)
    assert texts(library) == {"two": "x"}


def test_a_table_changes_nothing_around_a_prompt(library, importer, tmp_path):
    library.add(draft("Miller", "mine", folder="F", tags=("t",), why="w"))
    (tmp_path / "table.csv").write_text("act,prompt\nMiller,theirs\n")
    importer.carry_out(importer.look([tmp_path / "table.csv"]), THEIRS)
    prompt = library.called("Miller")
    assert (prompt.folder, prompt.tags, prompt.why) == ("F", ("t",), "w")
    assert prompt.content.text == "theirs"
