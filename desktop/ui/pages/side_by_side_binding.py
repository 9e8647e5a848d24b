"""Binds "side by side" to its controller."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop.controllers.library import LibraryController
from desktop.controllers.side_by_side import SideBySideController
from desktop.domain.errors import QuernError
from desktop.domain.next_token import NextToken
from desktop.domain.side_by_side import Column, Plan, Question
from desktop.ui.pages.compared_model import ComparedModel
from desktop.ui.pages.levels_binding import LevelsBinding
from desktop.ui.side_by_side.view import SideBySideView


class SideBySideBinding(QObject):
    """Owned by the view. The controllers are shared by all windows and outlive it."""

    def __init__(
        self,
        view: SideBySideView,
        controller: SideBySideController,
        library: LibraryController,
        model: ComparedModel,
    ) -> None:
        super().__init__(view)
        self._view = view
        self._controller = controller
        self._run = 0  # the one that is shown
        self._levels = LevelsBinding(view.setup.levels, library, model)
        self._levels.changed.connect(view.setup.summarize)
        view.setup.start_requested.connect(self._start)
        view.left.connect(controller.release)
        view.result.again_requested.connect(self._start)
        view.result.stop_requested.connect(self._stop)
        view.result.closed.connect(self._stop)
        view.result.token_chosen.connect(self._explain)
        controller.planned.connect(self._show_plan)
        controller.changed.connect(self._show_column)
        controller.text_came.connect(self._add_text)
        controller.ended.connect(self._end)
        controller.explained.connect(self._show_token)
        controller.unexplained.connect(self._show_no_token)

    # --- what a person asks for -------------------------------------------------------------

    def _start(self) -> None:
        setup = self._view.setup
        columns = [Column(info.path, info=info) for info in setup.levels.chosen()]
        prompt = setup.prompt.toPlainText().strip()
        number = self._controller.start(
            [column.path for column in columns],
            prompt,
            setup.system.text(),
            setup.sampler.settings(),
            thinking=setup.thinking.isChecked(),
        )
        if number:
            self._run = number
            self._levels.keep()
            self._view.result.begin(prompt, columns)
            self._view.show_result()

    def _stop(self) -> None:
        self._controller.stop(self._run)

    def _explain(self, column: int, index: int) -> None:
        self._controller.explain(self._run, column, index)

    # --- what becomes known -----------------------------------------------------------------

    @Slot(int, object, object)
    def _show_plan(self, number: int, question: Question, plan: Plan) -> None:
        if number == self._run:
            self._view.result.show_plan(question, plan)
            seed = question.sampler.seed
            field = self._view.setup.sampler.seed
            if field is not None and seed is not None:
                field.set_last(seed)

    @Slot(int, int, object)
    def _show_column(self, number: int, place: int, column: Column) -> None:
        if number == self._run:
            self._view.result.show_column(place, column)

    @Slot(int, int, str, bool)
    def _add_text(self, number: int, place: int, text: str, reasoning: bool) -> None:
        if number == self._run:
            self._view.result.add_text(place, text, reasoning=reasoning)

    @Slot(int)
    def _end(self, number: int) -> None:
        if number == self._run:
            self._view.result.end()

    @Slot(int, int, object)
    def _show_token(self, number: int, place: int, token: NextToken) -> None:
        if number == self._run:
            self._view.result.show_token(place, token)

    @Slot(int, int, object)
    def _show_no_token(self, number: int, place: int, error: QuernError) -> None:
        if number == self._run:
            self._view.result.show_problem(place, str(error))
