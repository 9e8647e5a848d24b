from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from desktop.controllers.prompt_exchange import PromptExchangeController
from desktop.controllers.prompts import PromptsController
from desktop.core.prompt_drafts import PromptDrafts
from desktop.core.prompt_files import PromptFormat
from desktop.core.prompt_import import ConflictChoice
from desktop.core.prompt_library import PromptLibrary
from desktop.domain.prompt import PromptContent, PromptDraft, PromptQuery
from desktop.storage.prompts import StoredPrompts


@pytest.fixture
def library(database, tmp_path) -> PromptLibrary:
    return PromptLibrary(StoredPrompts(database), tmp_path / "none of ours")


@pytest.fixture
def exchange(library, tmp_path, tasks) -> PromptExchangeController:
    drafts = PromptDrafts(tmp_path / "drafts.json")
    prompts = PromptsController(lambda: library, lambda: drafts, tasks)
    made = PromptExchangeController(prompts, tasks)
    made.prompts = prompts
    return made


def test_what_is_exported_is_imported_again(exchange, library, tmp_path, qtbot):
    me = QObject(exchange)
    prompt = library.add(PromptDraft("Greet", PromptContent("Hello {name}")))
    file = tmp_path / "out.md"
    with qtbot.waitSignal(exchange.exported) as told:
        exchange.export(prompt, file, PromptFormat.MARKDOWN, me)
    assert told.args == [[file], me]
    library.delete(prompt.id)
    with qtbot.waitSignal(exchange.planned) as planned:
        exchange.look([file], me)
    plan, origin = planned.args
    assert origin is me
    assert [found.draft.title for found in plan.new] == ["Greet"]
    assert library.list(PromptQuery()) == []  # nothing is changed yet
    with (
        qtbot.waitSignal(exchange.imported) as done,
        qtbot.waitSignal(exchange.prompts.changed),
    ):
        exchange.carry_out(plan, ConflictChoice.MINE, me, skip_bad=False)
    assert (done.args[0].added, done.args[0].changed) == (1, 0)
    assert library.list(PromptQuery())[0].prompt.content.text == "Hello {name}"


def test_what_cannot_be_read_needs_agreement(exchange, library, tmp_path, qtbot):
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "good.csv").write_text("act,prompt\nGreet,Say hello.\n")
    with qtbot.waitSignal(exchange.planned) as planned:
        exchange.look([tmp_path / "bad.json", tmp_path / "good.csv"], exchange)
    plan = planned.args[0]
    assert (len(plan.new), len(plan.problems)) == (1, 1)
    with qtbot.waitSignal(exchange.failed):
        exchange.carry_out(plan, ConflictChoice.MINE, exchange, skip_bad=False)
    assert library.list(PromptQuery()) == []
    with qtbot.waitSignal(exchange.imported):
        exchange.carry_out(plan, ConflictChoice.MINE, exchange, skip_bad=True)
    assert len(library.list(PromptQuery())) == 1


def test_all_that_is_found_is_exported_into_a_folder(exchange, library, tmp_path, qtbot):
    for title in ("One", "Two", "Three"):
        library.add(PromptDraft(title, PromptContent(f"Text of {title}"), folder="A"))
    library.add(PromptDraft("Four", PromptContent("Text"), folder="B"))
    with qtbot.waitSignal(exchange.exported) as told:
        exchange.export(
            PromptQuery(folder="A"), tmp_path / "folder", PromptFormat.MARKDOWN, exchange
        )
    assert {file.name for file in told.args[0]} == {"One.md", "Two.md", "Three.md"}


def test_a_dragged_prompt_is_a_file_at_once(exchange, library, tmp_path, qtbot):
    prompt = library.add(PromptDraft("Greet: all?", PromptContent("Hello")))
    file = exchange.write_for_drag(prompt, tmp_path)
    assert file is not None
    assert "Hello" in file.read_text()


def test_a_dragged_prompt_that_cannot_be_written_is_said(exchange, library, tmp_path, qtbot):
    prompt = library.add(PromptDraft("Greet", PromptContent("Hello")))
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with qtbot.waitSignal(exchange.failed):
        assert exchange.write_for_drag(prompt, Path(blocked) / "folder") is None
