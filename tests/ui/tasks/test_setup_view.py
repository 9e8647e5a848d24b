"""What to ask whom."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from desktop.domain.needle import LENGTHS, NeedleRequest
from desktop.domain.task_run import TaskRequest
from desktop.ui.compare.file_row import FileRow
from desktop.ui.tasks.setup_view import NEEDLE, SetupView
from tests.helpers.comparison_data import library
from tests.helpers.task_data import MINE, PATHS, kept_sets


@pytest.fixture
def view(icons, theme, qtbot) -> SetupView:
    made = SetupView(icons)
    qtbot.addWidget(made)
    made.resize(900, 900)
    made.show()
    return made


def choose(view: SetupView) -> None:
    view.base = PATHS[0]
    view.levels.show_base(PATHS[0], "facts")
    view.levels.files.set_rows([FileRow(entry.info, "", chosen=True) for entry in library()[1:3]])
    view.summarize()


def test_what_is_lacking_is_said(view):
    assert view.bar.text() == "Choose a task set." and view.request() is None
    view.sets.set_sets(kept_sets())
    assert view.bar.text() == "Choose a model." and view.request() is None
    choose(view)
    assert view.bar.text() == "Asks 3 models 5 questions each."
    view.kinds.choose(NEEDLE)
    for box in view.needle.lengths.values():
        box.setChecked(False)
    assert view.bar.text() == "Choose at least one length." and view.request() is None
    assert not view.bar.button.isEnabled()


def test_a_set_is_asked_of_the_chosen_files(view, qtbot):
    view.sets.set_sets(kept_sets())
    choose(view)
    view.longest.setValue(100)
    view.levels.files.rows[0].check.setChecked(False)
    assert view.request() == TaskRequest(MINE, (PATHS[0], PATHS[2]), 100)
    view.levels.files.rows[1].check.setChecked(False)
    assert view.bar.text() == "Asks 1 model 5 questions. Choose levels to compare it with."
    with qtbot.waitSignal(view.start_requested):
        view.bar.button.click()


def test_needles_are_counted(view):
    choose(view)
    view.kinds.choose(NEEDLE)
    assert view.needle.isVisible() and not view.sets.isVisible()
    assert view.bar.text() == "Asks 3 models 40 questions each."
    view.needle.depths.setValue(3)
    view.needle.repeats.setValue(1)
    view.needle.lengths[256].setChecked(True)
    assert view.bar.text() == "Asks 3 models 15 questions each."
    assert view.request() == NeedleRequest(PATHS, (256, *LENGTHS), 3, 1)


def test_a_base_that_cannot_be_used_hides_the_others(view):
    choose(view)
    assert view.levels.files.add_button.isVisible()
    view.levels.show_refusal(PATHS[0], "It is damaged.")
    assert not view.levels.files.add_button.isVisible()
    assert "It is damaged." in view.levels.base.text()


def test_other_files_are_asked_for(view, qtbot, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/m/x.gguf", ""))
    with qtbot.waitSignal(view.levels.files.file_added) as asked:
        view.levels.files.add_button.click()
    assert asked.args == [Path("/m/x.gguf")]
    view.levels.files.set_problem("It is damaged.")
    assert view.levels.files.problem() == "It is damaged."
