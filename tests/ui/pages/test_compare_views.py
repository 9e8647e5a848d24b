"""The ways to compare begin with the model chosen among the levels."""

from __future__ import annotations

from functools import partial
from operator import eq
from types import SimpleNamespace

import pytest

from desktop.ui.pages.compare_page import BLIND_TEST, SIDE_BY_SIDE, TASKS, ComparePage
from desktop.ui.pages.compare_views import CompareViews
from desktop.ui.side_by_side.levels_section import LevelsSection
from desktop.ui.tasks.tasks_view import TasksView
from desktop.ui.widgets.late import Late
from tests.helpers.blind_test_data import FakeBlindTests
from tests.helpers.side_by_side_data import DescribingLibrary, FakeSideBySide, model
from tests.helpers.task_data import FakeTaskRuns, FakeTaskSets

BASE = model("BF16").path


@pytest.fixture
def compared(icons, theme, qtbot) -> SimpleNamespace:
    page = ComparePage(icons, lambda: 8 << 30)
    qtbot.addWidget(page)
    library, followed = DescribingLibrary(), []
    fakes = (FakeSideBySide(), FakeBlindTests(), FakeTaskSets(), FakeTaskRuns())
    lates = [Late(lambda fake=fake: fake) for fake in fakes]
    CompareViews(page, *lates, library, icons, followed.append)
    page.show()
    return SimpleNamespace(page=page, library=library, followed=followed, fakes=fakes)


def test_views_begin_with_the_base_and_follow_it(compared, qtbot) -> None:
    body = compared.page.body
    body.setup.base.show_base(BASE, "a model")
    for view in (SIDE_BY_SIDE, BLIND_TEST):
        compared.page.views.choose(view)
    qtbot.waitUntil(lambda: len(compared.page.findChildren(LevelsSection)) == 2)
    assert compared.library.asked.count(("describe", (BASE,))) == 2
    compared.library.described.emit(model("BF16"))
    sections = compared.page.findChildren(LevelsSection)
    assert [[info.path for info in one.chosen()] for one in sections] == [[BASE], [BASE]]
    compared.page.views.choose(TASKS)
    qtbot.waitUntil(lambda: compared.page.findChild(TasksView) is not None)
    runs = compared.fakes[3]
    assert compared.page.findChild(TasksView).body and runs.last("look_at") == (BASE,)


def test_what_a_view_fails_at_is_said_once_it_is_used(compared, qtbot) -> None:
    side_by_side, blind_test, sets, runs = compared.fakes
    followed = [blind_test]
    for view, controllers in (
        (BLIND_TEST, []),
        (TASKS, [runs, sets]),
        (SIDE_BY_SIDE, [side_by_side]),
    ):
        compared.page.views.choose(view)
        followed += controllers
        qtbot.waitUntil(partial(eq, compared.followed, followed))
