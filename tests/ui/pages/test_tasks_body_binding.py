"""The content of the tasks view bound to controllers: fakes for single steps, the real ones for the whole way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.controllers.task_runs import TaskRunsController
from desktop.controllers.task_sets import TaskSetsController
from desktop.controllers.tasks import Tasks
from desktop.core.answering import AnsweringModels
from desktop.core.model_inspector import ModelInspector
from desktop.core.task_report import report_of
from desktop.core.task_runs import TaskRuns
from desktop.core.task_sets import TaskSets
from desktop.domain.errors import InvalidInput
from desktop.domain.job import JobProgress, JobState
from desktop.domain.matching import Expectation
from desktop.domain.task_run import TaskRequest
from desktop.domain.task_set import KeptTaskSet, Task, TaskSet
from desktop.engine.client import Engine
from desktop.storage.database import Database
from desktop.storage.task_runs import StoredTaskRuns
from desktop.storage.tasks import StoredTaskSets
from desktop.ui.pages.compared_model import ComparedModel
from desktop.ui.pages.tasks_body_binding import TasksBodyBinding
from tests.helpers.comparison_data import library
from tests.helpers.fake_controllers import FakeLibrary
from tests.helpers.fake_worker import COMMAND
from tests.helpers.task_data import (
    MINE,
    PATHS,
    FakeTaskRuns,
    FakeTaskSets,
    kept_sets,
    needle_run,
    run_of,
    tasks_body,
    troubled_run,
)


@pytest.fixture
def bound(icons, theme, qtbot) -> SimpleNamespace:
    view = tasks_body(icons)
    runs, sets, models = FakeTaskRuns(), FakeTaskSets(), FakeLibrary()
    chosen = ComparedModel()
    TasksBodyBinding(view, runs, sets, models, chosen)
    qtbot.addWidget(view)
    view.resize(1000, 1000)
    view.show()
    models.listed.emit(library())
    sets.listed.emit(kept_sets())
    return SimpleNamespace(
        view=view,
        runs=runs,
        sets=sets,
        models=models,
        chosen=chosen,
        setup=view.setup,
        result=view.result,
    )


def choose_base(bound: SimpleNamespace, number: int = 0) -> None:
    entry = library()[number]
    bound.setup.levels.base_chosen.emit(entry.path)
    bound.runs.model_known.emit(entry.path, entry.info)


def files(bound: SimpleNamespace) -> dict[str, bool]:
    return {row.path.name: row.chosen for row in bound.setup.levels.files.rows}


def test_everything_is_asked_for_once_at_the_beginning(bound):
    assert bound.sets.names() == ["refresh"]
    assert bound.runs.names() == ["refresh"]
    assert bound.models.names() == ["refresh"]


def test_smaller_files_of_the_same_name_are_chosen(bound):
    choose_base(bound)
    assert bound.runs.last("look_at") == (PATHS[0],)
    assert list(files(bound).values()) == [True, True, False]
    assert bound.setup.request() == TaskRequest(MINE, PATHS)


def test_what_a_person_chose_stays_when_the_library_tells_again(bound):
    choose_base(bound)
    bound.setup.levels.files.rows[0].check.setChecked(False)
    bound.models.listed.emit(library())
    assert list(files(bound).values()) == [False, True, False]


def test_another_base_begins_anew(bound):
    choose_base(bound)
    choose_base(bound, 1)
    assert bound.setup.base == PATHS[1]
    assert files(bound)[PATHS[0].name] is False  # it is no level of Q8_0


def test_a_base_that_cannot_be_used_says_why(bound):
    bound.setup.levels.base_chosen.emit(PATHS[0])
    bound.runs.model_refused.emit(PATHS[0], InvalidInput("It is damaged.", "Get it again."))
    assert "It is damaged." in bound.setup.levels.base.text()
    assert bound.setup.request() is None


def test_a_base_that_is_slow_to_look_at_does_not_take_the_place_of_the_next(bound):
    bound.setup.levels.base_chosen.emit(PATHS[1])
    choose_base(bound)
    bound.runs.model_known.emit(PATHS[1], library()[1].info)
    assert bound.setup.base == PATHS[0]


def test_a_file_is_added_or_refused(bound):
    choose_base(bound)
    kin = library()[3]
    bound.setup.levels.files.file_added.emit(kin.path)
    bound.runs.model_known.emit(kin.path, kin.info)
    assert files(bound)[kin.path.name] is True
    other = Path("/m/bad.gguf")
    bound.setup.levels.files.file_added.emit(other)
    bound.runs.model_refused.emit(other, InvalidInput("It is damaged."))
    assert bound.setup.levels.files.problem() == "It is damaged."
    stranger = library()[4]
    bound.setup.levels.files.file_added.emit(stranger.path)
    bound.runs.model_known.emit(stranger.path, stranger.info)
    assert files(bound)[stranger.path.name] is True and bound.setup.levels.files.problem() == ""


def test_the_model_chosen_elsewhere_is_followed_until_one_is_chosen_here(bound):
    for number in (1, 0):
        entry = library()[number]
        bound.chosen.set(entry.path)
        bound.runs.model_known.emit(entry.path, entry.info)
        assert bound.setup.base == entry.path
    bound.setup.levels.files.rows[0].check.click()
    here = bound.setup.models()
    bound.chosen.set(library()[1].path)
    assert bound.setup.models() == here
    choose_base(bound, 1)
    assert bound.setup.base == library()[1].path


def test_a_run_that_was_started_here_is_shown(bound):
    choose_base(bound)
    bound.setup.bar.button.click()
    assert bound.runs.last("start") == (TaskRequest(MINE, PATHS),)
    bound.runs.begun.emit(7)
    assert bound.runs.last("open") == (7,)
    bound.runs.results_known.emit(report_of(run_of("+", state=JobState.RUNNING)))
    assert bound.view.shown is bound.result
    bound.runs.progressed.emit(7, JobProgress(0.25, "F16: question 2"), None)
    bound.runs.progressed.emit(8, JobProgress(0.99, "another"), None)
    assert bound.result.strip.text() == "25 % · F16: question 2"
    bound.result.strip.cancel_button.click()
    assert bound.runs.names()[-1] == "cancel"


def test_a_run_of_another_window_is_not_shown(bound):
    bound.runs.begun.emit(7)
    bound.runs.results_known.emit(report_of(run_of("+")))
    assert bound.view.shown is bound.setup


def test_a_run_that_could_not_begin_is_not_waited_for(bound):
    choose_base(bound)
    bound.setup.bar.button.click()
    bound.runs.failed.emit(InvalidInput("Other questions are being asked."))
    bound.runs.begun.emit(9)
    assert "open" not in bound.runs.names()


def test_past_runs_are_opened_resumed_and_deleted(bound):
    bound.runs.listed.emit([needle_run(), troubled_run()])
    history = bound.setup.history
    assert [row.resume_button.isVisible() for row in history.rows] == [False, True]
    history.rows[1].resume_button.click()
    assert bound.runs.last("open") == (7,) and bound.runs.last("resume") == (7,)
    history.rows[0].remove_requested.emit()
    assert bound.runs.last("remove") == (8,)
    history.rows[0].open_button.click()
    bound.runs.results_known.emit(report_of(needle_run()))
    assert "trained for 4,096 tokens" in bound.result.notes()
    bound.result.export_requested.emit(Path("/r.md"))
    assert bound.runs.last("export") == (needle_run(), Path("/r.md"))
    bound.result.back_button.click()
    assert bound.view.shown is bound.setup


def test_while_a_run_goes_on_no_other_can(bound):
    bound.runs.running = 8
    bound.runs.listed.emit([needle_run(), troubled_run()])
    rows = bound.setup.history.rows
    assert [row.remove_button.isVisible() for row in rows] == [False, True]
    assert not any(row.resume_button.isVisible() for row in rows)


def test_a_set_is_edited_and_chosen_once_it_is_saved(bound):
    bound.setup.sets.new_button.click()
    assert bound.view.shown is bound.view.editor
    bound.view.editor.save_requested.emit(MINE, None)
    assert bound.sets.last("save") == (MINE, None)
    new = KeptTaskSet(MINE, 12, 1.0)
    bound.sets.saved.emit(new)
    bound.sets.listed.emit([*kept_sets(), new])
    assert bound.view.shown is bound.setup and bound.setup.sets.current == new


def test_what_cannot_be_saved_stays_in_the_editor(bound):
    bound.setup.sets.edit_button.click()
    bound.view.editor.save_requested.emit(MINE, 4)
    bound.sets.refused.emit(InvalidInput("There is a set of that name.", "Choose another."))
    assert bound.view.shown is bound.view.editor
    assert bound.view.editor.sentence() == "There is a set of that name. Choose another."
    bound.view.editor.cancel_button.click()
    assert bound.view.shown is bound.setup


def test_what_another_window_saves_does_not_disturb(bound):
    bound.setup.sets.edit_button.click()
    bound.sets.saved.emit(KeptTaskSet(MINE, 12, 1.0))
    assert bound.view.shown is bound.view.editor


def test_sets_are_duplicated_imported_and_exported(bound):
    bound.setup.sets.duplicate_button.click()
    assert bound.sets.last("duplicate") == (MINE,)
    bound.setup.sets.import_requested.emit(Path("/a.csv"))
    assert bound.sets.last("import_file") == (Path("/a.csv"),)
    bound.setup.sets.export_requested.emit(Path("/b.csv"))
    assert bound.sets.last("export_file") == (MINE, Path("/b.csv"))


def test_a_deleted_set_can_be_brought_back(bound):
    bound.setup.sets.remove_requested.emit()
    assert bound.sets.last("delete") == (4,)
    bound.sets.removed.emit(KeptTaskSet(MINE, 4))
    assert bound.view.undo.isVisible()
    bound.view.undo.button.click()
    assert bound.sets.last("undelete") == (4,)


def test_an_import_that_failed_is_not_waited_for(bound):
    bound.setup.sets.import_requested.emit(Path("/a.csv"))
    bound.sets.failed.emit(InvalidInput("It is no set."))
    bound.setup.sets.edit_button.click()
    bound.sets.saved.emit(KeptTaskSet(MINE, 12, 1.0))  # by another window
    assert bound.view.shown is bound.view.editor


@pytest.fixture
def together(icons, theme, qtbot, database: Database) -> Iterator[SimpleNamespace]:
    tasks, inspector = Tasks(), ModelInspector(lambda: Engine(COMMAND))
    runs = TaskRunsController(
        lambda: TaskRuns(
            StoredTaskRuns(database), AnsweringModels(lambda: Engine(COMMAND)), inspector
        ),
        inspector,
        tasks,
    )
    sets = TaskSetsController(lambda: TaskSets(StoredTaskSets(database)), tasks)
    view = tasks_body(icons)
    TasksBodyBinding(view, runs, sets, FakeLibrary(), ComparedModel())
    qtbot.addWidget(view)
    view.show()
    yield SimpleNamespace(view=view, runs=runs, sets=sets)
    runs.close()
    tasks.close()
    inspector.close()


def test_the_whole_way_from_a_set_to_its_results(together, qtbot):
    view = together.view
    questions = (Task("say x", Expectation("x")), Task("say y", Expectation("x")))
    qtbot.waitUntil(lambda: view.setup.sets.choice.count() == 4)
    view.setup.sets.new_button.click()
    view.editor.save_requested.emit(TaskSet("Ours", questions), None)
    qtbot.waitUntil(lambda: view.setup.chosen_set == TaskSet("Ours", questions))
    view.setup.levels.base_chosen.emit(Path("a.gguf"))
    view.setup.levels.files.file_added.emit(Path("b.gguf"))
    qtbot.waitUntil(lambda: len(view.setup.models()) == 2)
    view.setup.bar.button.click()
    qtbot.waitUntil(lambda: view.result.run is not None)
    qtbot.waitUntil(lambda: view.result.run.state is JobState.DONE)
    assert [row.cells[1] for row in view.result.model.rows()] == ["1 of 2", "1 of 2"]
    history = view.setup.history
    qtbot.waitUntil(lambda: any("50 % right" in row.text() for row in history.rows))
