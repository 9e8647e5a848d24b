from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.prompt_json import to_json_text
from desktop.core.prompt_library import UPDATED, PromptLibrary
from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import Example, PromptContent, PromptDraft, PromptQuery
from desktop.domain.prompt_template import fields_of
from desktop.storage.database import BIN_SECONDS
from desktop.storage.prompts import StoredPrompts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "prompts"
    folder.mkdir()
    return folder


class Clock:
    seconds = 1_000_000.0


@pytest.fixture
def now() -> Clock:
    return Clock()


@pytest.fixture
def library(database, folder: Path, now: Clock) -> PromptLibrary:
    return PromptLibrary(StoredPrompts(database, lambda: now.seconds), folder)


@pytest.fixture
def ship(folder: Path):
    """Our prompts as a Quern brings them: keys with texts."""

    def ship(**texts: str) -> None:
        prompts = [
            {"key": key, "title": key.title(), "tags": ["ours"], "content": {"text": text}}
            for key, text in texts.items()
        ]
        values = {"set": "Mill", "prompts": prompts}
        (folder / "mill.json").write_text(json.dumps(values), encoding="utf-8")

    return ship


def draft(title: str = "Weigh", text: str = "text", **more) -> PromptDraft:
    return PromptDraft(title, PromptContent(text), **more)


# --- a person's prompts ----------------------------------------------------------------------


def test_what_is_added_has_its_one_form(library):
    prompt = library.add(draft("  Weigh\nit ", "a\r\nb", folder="/Mill/", tags=("A", "a")))
    assert (prompt.title, prompt.folder, prompt.tags) == ("Weigh it", "Mill", ("A",))
    assert prompt.content.text == "a\nb"
    assert library.get(prompt.id) == library.by_key(prompt.key) == prompt
    with pytest.raises(InvalidInput, match="no title"):
        library.add(draft(" "))


def test_saving_makes_versions_that_can_be_restored(library):
    prompt = library.add(draft())
    library.save(prompt.id, PromptContent("second"), " Better. ")
    assert library.save(prompt.id, PromptContent("second\r")).version == 3
    with pytest.raises(InvalidInput, match="empty"):
        library.save(prompt.id, PromptContent(""))
    restored = library.restore(prompt.id, prompt.version_id)
    assert (restored.version, restored.content) == (4, prompt.content)
    notes = [(version.number, version.note) for version in library.versions(prompt.id)]
    assert notes == [(4, "Version 1 again."), (3, ""), (2, "Better."), (1, "")]
    assert library.version(prompt.version_id).content == prompt.content


def test_a_version_of_another_prompt_is_not_restored(library):
    one, other = library.add(draft("One")), library.add(draft("Other"))
    with pytest.raises(InvalidInput, match="another prompt"):
        library.restore(one.id, other.version_id)


def test_describing_leaves_the_content(library):
    prompt = library.add(draft(folder="F"))
    described = library.describe(prompt.id, title=" New\n", folder="a / b", tags=["x"], why=" w ")
    assert (described.title, described.folder, described.why) == ("New", "a/b", "w")
    assert (described.tags, described.version, described.key) == (("x",), 1, prompt.key)
    with pytest.raises(InvalidInput, match="no title"):
        library.describe(prompt.id, title="", folder="", tags=[], why="")


def test_what_an_editor_says_makes_a_version_only_where_the_content_changed(library):
    prompt = library.add(draft("Weigh", "Weigh {grain}"))
    declared = replace(prompt.content, fields=fields_of(prompt.content))
    same = PromptDraft(prompt.title, declared, key=prompt.key)
    assert library.change(prompt.id, same) == prompt
    renamed = library.change(prompt.id, replace(same, title="Mill", tags=("x",)))
    assert (renamed.title, renamed.tags, renamed.version) == ("Mill", ("x",), 1)
    other = replace(declared, text="Grind {grain}")
    changed = library.change(prompt.id, replace(same, title="Mill", content=other), "Finer.")
    assert (changed.tags, changed.version, changed.content.text) == ((), 2, "Grind {grain}")
    assert library.versions(prompt.id)[0].note == "Finer."


def test_a_content_that_is_refused_leaves_the_title_too(library):
    prompt = library.add(draft())
    with pytest.raises(InvalidInput):
        library.change(prompt.id, draft("Mill", " "))
    assert library.get(prompt.id) == prompt


def test_a_copy_is_the_persons_own(library, ship):
    ship(weigh="Weigh.")
    library.update_builtin()
    copy = library.duplicate(library.called("weigh").id)
    assert (copy.title, copy.key, copy.builtin) == ("Weigh (copy)", "weigh-copy", False)
    assert (copy.content.text, copy.tags) == ("Weigh.", ("ours",))


def test_finding_and_marking(library):
    one, two = library.add(draft("One", tags=("t",))), library.add(draft("Two", folder="F"))
    library.used(one.id)
    library.set_favourite(two.id, True)
    assert [hit.prompt.title for hit in library.list(PromptQuery())] == ["Two", "One"]
    assert library.folders() == ["F"]
    assert library.tags() == [("t", 1)]
    library.set_hidden(two.id, True)
    library.delete(one.id)
    assert library.list(PromptQuery()) == []
    assert library.undelete(one.id).title == "One"
    assert library.empty_bin() == 0


def test_a_name_is_a_key_or_a_title(library):
    first = library.add(draft("Weigh it"))
    assert library.called("weigh-it") == library.called(" WEIGH  it ") == first
    library.add(draft("weigh IT", "other"))
    with pytest.raises(InvalidInput, match="weigh-it, weigh-it-2"):
        library.called("weigh it")
    with pytest.raises(InvalidInput, match="no prompt called “nobody”"):
        library.called("nobody")


def test_together_is_all_or_nothing(library):
    with pytest.raises(InvalidInput), library.together():
        library.add(draft("lost"))
        library.add(draft(" "))
    assert library.list(PromptQuery()) == []
    assert library.free_key("Lost", ["lost"]) == "lost-2"


# --- our own prompts -------------------------------------------------------------------------


def texts(library) -> dict[str, str]:
    hits = library.list(PromptQuery(hidden=True))
    return {hit.prompt.key: hit.prompt.content.text for hit in hits}


def test_ours_are_added_once_in_the_folder_of_their_set(library, ship):
    ship(weigh="Weigh.", grind="Grind.")
    assert library.update_builtin() == 2
    assert library.update_builtin() == 0
    prompt = library.called("weigh")
    assert (prompt.builtin, prompt.changed, prompt.folder) == (True, False, "Mill")
    assert prompt.version == 1


def test_a_newer_quern_updates_those_nobody_changed(library, ship):
    ship(same="s", unchanged="u", edited="e", described="d", hidden="h", deleted="x", used="v")
    library.update_builtin()
    library.save(library.called("edited").id, PromptContent("mine"))
    library.describe(library.called("described").id, title="Mine", folder="", tags=[], why="")
    library.set_hidden(library.called("hidden").id, True)
    library.delete(library.called("deleted").id)
    library.used(library.called("used").id)
    library.set_favourite(library.called("used").id, True)
    ship(
        same="s", unchanged="u2", edited="e2", described="d2", hidden="h2", deleted="x2",
        used="v2", new="n",
    )  # fmt: skip
    assert library.update_builtin() == 3
    assert texts(library) == {
        "same": "s", "unchanged": "u2", "edited": "mine", "described": "d", "hidden": "h",
        "used": "v2", "new": "n",
    }  # fmt: skip
    updated = library.called("used")
    assert (updated.favourite, updated.changed, updated.version) == (True, False, 2)
    assert [version.note for version in library.versions(updated.id)] == [UPDATED, ""]
    assert library.update_builtin() == 0


def test_a_deleted_prompt_is_gone_for_good_after_a_month(library, now):
    one, other = library.add(draft("One")), library.add(draft("Other"))
    library.delete(one.id)
    now.seconds += BIN_SECONDS - 1
    library.delete(other.id)
    assert library.empty_bin() == 0
    now.seconds += 1
    assert library.empty_bin() == 1
    with pytest.raises(InvalidInput):
        library.undelete(one.id)
    assert library.undelete(other.id).title == "Other"


def test_purging_does_not_bring_ours_back(library, ship, now):
    ship(weigh="Weigh.")
    library.update_builtin()
    library.delete(library.called("weigh").id)
    now.seconds += BIN_SECONDS
    assert library.empty_bin() == 1
    assert library.update_builtin() == 0
    assert texts(library) == {}


def test_a_prompt_no_longer_shipped_stays(library, ship):
    ship(weigh="Weigh.")
    library.update_builtin()
    ship(grind="Grind.")
    library.update_builtin()
    assert set(texts(library)) == {"weigh", "grind"}


def test_a_persons_prompt_of_the_same_key_stays(library, ship):
    library.add(draft("Mine", "mine", key="weigh"))
    ship(weigh="Weigh.")
    assert library.update_builtin() == 0
    assert texts(library) == {"weigh": "mine"}


def test_new_words_around_a_prompt_make_no_version(library, folder):
    def ship(why: str) -> None:
        (folder / "a.json").write_text(to_json_text([draft(key="k", why=why)]))
        library.update_builtin()

    ship("Old.")
    ship("New.")
    prompt = library.called("k")
    assert (prompt.why, prompt.version, prompt.changed) == ("New.", 1, False)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "“a.json”: Line 1 is not valid JSON"),
        (b'{"prompts": [{}]}', "“a.json”: Prompt 1: title must be a text"),
        (b'{"prompts": [{"title": "T", "content": {"text": "x"}}]}', "has no key"),
        (b"\xff", "“a.json” is not text in UTF-8"),
    ],
)
def test_a_broken_file_of_ours_is_named_and_changes_nothing(library, ship, folder, content, words):
    ship(weigh="Weigh.")
    (folder / "a.json").write_bytes(content)
    with pytest.raises(InvalidInput, match=words):
        library.update_builtin()
    assert texts(library) == {}


def test_examples_come_with_ours(library, folder):
    shipped = PromptDraft("T", PromptContent("x", examples=(Example("q", "a"),)), key="k")
    (folder / "a.json").write_text(to_json_text([shipped]))
    library.update_builtin()
    assert library.called("k").content == shipped.content
