"""The other ways to compare on the Compare page, each made when it is first chosen."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.controllers.controller import Controller
from desktop.controllers.library import LibraryController
from desktop.ui.icons import Icons
from desktop.ui.pages.compare_page import ComparePage
from desktop.ui.pages.compared_model import ComparedModel
from desktop.ui.widgets.late import Late

if TYPE_CHECKING:
    from desktop.controllers.blind_test import BlindTestController
    from desktop.controllers.side_by_side import SideBySideController
    from desktop.controllers.task_runs import TaskRunsController
    from desktop.controllers.task_sets import TaskSetsController
    from desktop.ui.pages.compare_body import CompareBody

Making = Generator[None, None, QWidget]
ControllerT = TypeVar("ControllerT", bound=Controller)


class CompareViews(QObject):
    """Owned by the page. The controllers are shared by all windows and outlive it.

    Signals: chat_requested: Path of a model.
    """

    chat_requested = Signal(object)

    def __init__(
        self,
        page: ComparePage,
        side_by_side: Late[SideBySideController],
        blind_test: Late[BlindTestController],
        task_sets: Late[TaskSetsController],
        task_runs: Late[TaskRunsController],
        library: LibraryController,
        icons: Icons,
        follow: Callable[[Controller], object],
    ) -> None:
        """`follow` is told of a controller whose problems this window says from now on."""
        super().__init__(page)
        self._side_by_side = side_by_side
        self._blind_test = blind_test
        self._task_sets = task_sets
        self._task_runs = task_runs
        self._library = library
        self._icons = icons
        self._follow = follow
        self._model = ComparedModel(self)
        page.made.connect(self._share_model)
        page.add_view(self.tr("Side by side"), self._make_side_by_side)
        page.add_view(self.tr("Blind test"), self._make_blind_test)
        page.add_view(self.tr("Tasks"), self._make_tasks)

    def _make_side_by_side(self) -> Making:
        from desktop.ui.side_by_side.view import SideBySideView

        yield
        view = SideBySideView(self._icons)
        yield
        from desktop.ui.pages.side_by_side_binding import SideBySideBinding

        controller = self._use(self._side_by_side)
        yield
        SideBySideBinding(view, controller, self._library, self._model)
        yield
        return view

    def _make_blind_test(self) -> Making:
        from desktop.ui.blind_test.view import BlindTestView

        yield
        from desktop.core.blind_test import our_prompts

        view = BlindTestView(self._icons, our_prompts())
        view.chat_requested.connect(self.chat_requested)
        yield
        from desktop.ui.pages.blind_test_binding import BlindTestBinding

        controller = self._use(self._blind_test)
        yield
        BlindTestBinding(view, controller, self._library, self._model)
        yield
        return view

    def _make_tasks(self) -> Making:
        from desktop.ui.pages.tasks_binding import TasksBinding
        from desktop.ui.tasks.tasks_view import TasksView

        view = TasksView(self._icons)
        yield
        runs, sets = self._use(self._task_runs), self._use(self._task_sets)
        yield
        TasksBinding(view, runs, sets, self._library, self._model)
        return view

    def _share_model(self, body: CompareBody) -> None:
        body.setup.base.shown.connect(self._model.set)

    def _use(self, late: Late[ControllerT]) -> ControllerT:
        controller = late.get()
        self._follow(controller)
        return controller
