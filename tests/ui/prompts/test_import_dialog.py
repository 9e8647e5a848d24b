from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QListWidget

from desktop.core.prompt_files import FoundDraft, FoundProblem
from desktop.core.prompt_import import Clash, ConflictChoice, ImportPlan
from desktop.domain.prompt import PromptContent, PromptDraft
from desktop.ui.prompts.import_dialog import ImportDialog
from tests.helpers.prompts_page_data import prompts

FILE = Path("/prompts.json")


def draft(title: str) -> FoundDraft:
    return FoundDraft(PromptDraft(title, PromptContent("Text")), FILE)


NEW = (draft("One"), draft("Two"))
CLASHES = (Clash(draft("Summarise"), prompts()[0]),)
PROBLEMS = (FoundProblem(FILE, 7, "It has no title."),)


@pytest.fixture
def show(theme, qtbot):
    def make(plan: ImportPlan) -> ImportDialog:
        made = ImportDialog(plan)
        qtbot.addWidget(made)
        made.show()
        return made

    return make


def said(dialog: ImportDialog) -> str:
    lists = dialog.findChildren(QListWidget)
    lines = [box.item(row).text() for box in lists for row in range(box.count())]
    return "\n".join([*(label.text() for label in dialog.findChildren(QLabel)), *lines])


def test_what_is_new_is_imported(show, qtbot):
    dialog = show(ImportPlan(new=NEW, duplicates=CLASHES))
    assert "2 new prompts" in said(dialog)
    assert "Two" in said(dialog)
    assert "1 is in the library already, and stays as it is." in said(dialog)
    with qtbot.waitSignal(dialog.agreed) as told:
        dialog.import_button.click()
    assert told.args == [ConflictChoice.MINE, False]


def test_conflicts_are_asked_about_once(show, qtbot):
    dialog = show(ImportPlan(new=NEW, conflicts=CLASHES))
    assert "1 prompt is in the library with another content" in said(dialog)
    dialog.choices[ConflictChoice.BOTH].click()
    with qtbot.waitSignal(dialog.agreed) as told:
        dialog.import_button.click()
    assert told.args == [ConflictChoice.BOTH, False]


def test_the_rest_is_imported_only_if_the_person_agrees(show, qtbot):
    dialog = show(ImportPlan(new=NEW, problems=PROBLEMS))
    assert "“prompts.json”, line 7: It has no title." in said(dialog)
    assert not dialog.import_button.isEnabled()
    dialog.skip.click()
    with qtbot.waitSignal(dialog.agreed) as told:
        dialog.import_button.click()
    assert told.args == [ConflictChoice.MINE, True]


@pytest.mark.parametrize(
    "plan", [ImportPlan(), ImportPlan(duplicates=CLASHES), ImportPlan(conflicts=CLASHES)]
)
def test_where_nothing_would_happen_there_is_nothing_to_press(show, plan):
    assert not show(plan).import_button.isEnabled()


def test_a_conflict_alone_can_be_taken(show):
    dialog = show(ImportPlan(conflicts=CLASHES))
    dialog.choices[ConflictChoice.THEIRS].click()
    assert dialog.import_button.isEnabled()
