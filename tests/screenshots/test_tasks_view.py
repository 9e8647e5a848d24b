"""The tasks view in each of its states, light and dark, against its approved pictures."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSize

from desktop.core.task_report import report_of
from desktop.domain.job import JobProgress, JobState
from desktop.ui.pages import kept_runs_binding
from desktop.ui.pages.compared_model import ComparedModel
from desktop.ui.pages.tasks_body_binding import TasksBodyBinding
from desktop.ui.tasks import set_section
from desktop.ui.tasks.setup_view import NEEDLE
from tests.helpers.comparison_data import library
from tests.helpers.fake_controllers import FakeLibrary
from tests.helpers.screenshots import settle
from tests.helpers.task_data import (
    FakeTaskRuns,
    FakeTaskSets,
    kept_sets,
    needle_run,
    run_of,
    tasks_body,
    troubled_run,
)

SIZE = QSize(1000, 1000)
NARROW = QSize(640, 1200)


@pytest.fixture
def shown(theme, icons, qtbot, second_of_june) -> SimpleNamespace:
    for module in (kept_runs_binding, set_section):
        second_of_june(module)
    view = tasks_body(icons)
    runs, sets, models = FakeTaskRuns(), FakeTaskSets(), FakeLibrary()
    TasksBodyBinding(view, runs, sets, models, ComparedModel())
    view.resize(SIZE)
    view.show()
    models.listed.emit(library())
    sets.listed.emit(kept_sets())
    qtbot.addWidget(view)
    return SimpleNamespace(view=view, theme=theme, runs=runs, sets=sets)


def choose(shown: SimpleNamespace) -> None:
    entry = library()[0]
    shown.view.setup.levels.base_chosen.emit(entry.path)
    shown.runs.model_known.emit(entry.path, entry.info)
    shown.runs.listed.emit([needle_run(), troubled_run(), run_of("++-++", "+--++")])


def needle(shown: SimpleNamespace) -> None:
    choose(shown)
    shown.view.setup.kinds.choose(NEEDLE)


def edit(shown: SimpleNamespace) -> None:
    shown.view.setup.sets.edit_button.click()
    editor = shown.view.editor
    editor.add_button.click()
    editor.table.selectRow(3)
    editor.form.threshold.setValue(0.55)


def result(shown: SimpleNamespace, run=None) -> None:
    run = run or run_of("++-++", "+-+++", "---++")
    shown.view.setup.history.open_requested.emit(run.id)
    shown.runs.results_known.emit(report_of(run))


def flipped(shown: SimpleNamespace) -> None:
    result(shown)
    answers = shown.view.result.answers
    answers.level.setCurrentIndex(2)
    answers.table.selectRow(1)


def running(shown: SimpleNamespace) -> None:
    shown.runs.begun.emit(7)
    result(shown, run_of("+++++", "+-", state=JobState.RUNNING))
    shown.runs.progressed.emit(7, JobProgress(0.47, "Q8_0: question 3"), 42.0)


STATES: dict[str, Callable[[SimpleNamespace], None]] = {
    "empty": lambda shown: None,
    "questions": choose,
    "needle": needle,
    "editor": edit,
    "running": running,
    "flipped": flipped,
    "trouble": lambda shown: result(shown, troubled_run()),
    "found": lambda shown: result(shown, needle_run()),
}


def picture(shown: SimpleNamespace, state: str) -> None:
    STATES[state](shown)
    settle(shown.view)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_tasks_view(shown, approve, state: str, mode: str) -> None:
    shown.theme.apply(mode, 1.0)
    picture(shown, state)
    approve(shown.view, f"tasks-{state}-{mode}")


@pytest.mark.parametrize("state", ["questions", "editor", "flipped", "found"])
def test_tasks_view_in_a_narrow_window(shown, approve, state: str) -> None:
    picture(shown, state)
    shown.view.resize(NARROW)
    settle(shown.view)
    assert shown.view.width() == NARROW.width()
    approve(shown.view, f"tasks-{state}-narrow")
