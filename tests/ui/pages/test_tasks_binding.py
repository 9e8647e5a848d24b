"""The tasks view, made bit by bit and bound then."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from desktop.ui.pages.compared_model import ComparedModel
from desktop.ui.pages.tasks_binding import TasksBinding
from desktop.ui.tasks.tasks_view import TasksView
from tests.helpers.comparison_data import library
from tests.helpers.fake_controllers import FakeLibrary
from tests.helpers.task_data import PATHS, FakeTaskRuns, FakeTaskSets, kept_sets


@pytest.fixture
def bound(icons, theme, qtbot) -> SimpleNamespace:
    view = TasksView(icons)
    runs, sets, models = FakeTaskRuns(), FakeTaskSets(), FakeLibrary()
    chosen = ComparedModel()
    TasksBinding(view, runs, sets, models, chosen)
    qtbot.addWidget(view)
    return SimpleNamespace(view=view, runs=runs, sets=sets, models=models, chosen=chosen)


def test_nothing_is_made_or_asked_for_before_it_is_shown(bound, qtbot):
    assert bound.sets.names() == bound.runs.names() == bound.models.names() == []
    with qtbot.waitSignal(bound.view.made):
        bound.view.show()
    assert bound.sets.names() == ["refresh"]
    bound.sets.listed.emit(kept_sets())
    assert bound.view.body.setup.chosen_set == kept_sets()[0].set
    qtbot.waitUntil(bound.view.body.isVisible)


def test_the_model_chosen_before_is_begun_with(bound, qtbot):
    bound.chosen.set(PATHS[0])
    with qtbot.waitSignal(bound.view.made):
        bound.view.show()
    entry = library()[0]
    bound.runs.model_known.emit(entry.path, entry.info)
    assert bound.view.body.setup.models() == PATHS[:1]
