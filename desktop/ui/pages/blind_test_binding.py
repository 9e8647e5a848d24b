"""Binds the blind test to its controller."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from desktop.controllers.blind_test import BlindTestController
from desktop.controllers.library import LibraryController
from desktop.domain.blind_test import BlindLevel, BlindTest, Round, Vote
from desktop.domain.errors import QuernError
from desktop.ui.blind_test.view import BlindTestView
from desktop.ui.blind_test.words import history_line, title_of
from desktop.ui.compare.history_list import HistoryLine
from desktop.ui.formats import fill
from desktop.ui.pages.compared_model import ComparedModel
from desktop.ui.pages.levels_binding import LevelsBinding


class BlindTestBinding(QObject):
    """Owned by the view. The controllers are shared by all windows and outlive it."""

    def __init__(
        self,
        view: BlindTestView,
        controller: BlindTestController,
        library: LibraryController,
        model: ComparedModel,
    ) -> None:
        super().__init__(view)
        self._view = view
        self._controller = controller
        self._test: BlindTest | None = None  # that is voted on, or whose results are shown
        self._sitting = 0  # in this window; 0 while nobody votes here
        self._starting = False  # a test that was not created yet
        self._wanted = 0  # a test that is being looked up
        self._to_vote = False  # what for
        self._exporting: Path | None = None
        self._levels = LevelsBinding(view.setup.levels, library, model)
        self._levels.changed.connect(view.setup.summarize)
        self._connect_view()
        self._connect_controller()
        controller.refresh()

    def _connect_view(self) -> None:
        view = self._view
        view.entered.connect(self._enter)
        view.left.connect(self._leave)
        view.setup.start_requested.connect(self._create)
        view.setup.history.open_requested.connect(self._look_up_results)
        view.setup.history.resume_requested.connect(self._look_up_to_vote)
        view.setup.history.remove_requested.connect(self._controller.remove)
        view.round.closed.connect(self._show_setup)
        view.round.results_requested.connect(self._show_results)
        view.round.voted.connect(self._vote)
        view.round.next_requested.connect(self._next)
        view.results.closed.connect(self._show_setup)
        view.results.go_on_requested.connect(self._go_on)
        view.results.export_requested.connect(self._export)

    def _connect_controller(self) -> None:
        controller = self._controller
        controller.listed.connect(self._show_list)
        controller.created.connect(self._begin_created)
        controller.found.connect(self._take_found)
        controller.prepared.connect(self._show_round)
        controller.progressed.connect(self._show_progress)
        controller.left_out.connect(self._show_left_out)
        controller.unprepared.connect(self._show_problem)
        controller.voted.connect(self._take_vote)
        controller.ended.connect(self._end)
        controller.exported.connect(self._tell_exported)
        controller.failed.connect(self._stop_expecting)

    # --- what a person asks for -------------------------------------------------------------

    def _create(self) -> None:
        setup = self._view.setup
        if self._starting:
            return
        self._starting = True
        self._controller.create(
            [info.path for info in setup.levels.chosen()],
            setup.prompts(),
            setup.sampler.settings(),
            setup.system.text(),
        )

    def _look_up_results(self, number: int) -> None:
        self._look_up(number, to_vote=False)

    def _look_up_to_vote(self, number: int) -> None:
        self._look_up(number, to_vote=True)

    def _look_up(self, number: int, *, to_vote: bool) -> None:
        self._wanted, self._to_vote = number, to_vote
        self._controller.look_up(number)

    def _sit(self, test: BlindTest) -> None:
        self._test = test
        self._view.round.begin(test)
        self._view.show_round()
        self._sitting = self._controller.sit(test)
        self._controller.next(self._sitting)

    def _vote(self, vote: Vote) -> None:
        one = self._view.round.round
        if one is not None:
            self._controller.vote(self._sitting, one.id, vote)

    def _next(self) -> None:
        if not self._sitting and self._test is not None:
            self._look_up(self._test.id, to_vote=True)
            return
        self._view.round.wait()
        self._controller.next(self._sitting)

    def _show_results(self) -> None:
        if self._test is not None:
            self._leave()
            self._view.results.show_test(self._test)
            self._view.show_results()

    def _go_on(self) -> None:
        if self._test is not None:
            self._look_up(self._test.id, to_vote=True)

    def _show_setup(self) -> None:
        self._leave()
        self._view.show_setup()

    def _export(self, path: Path) -> None:
        if self._test is not None:
            self._exporting = path
            self._controller.export(self._test, path)

    def _enter(self) -> None:
        """Go on with the rounds that were shown when everybody left."""
        if self._view.voting and not self._sitting and self._test is not None:
            self._look_up(self._test.id, to_vote=True)

    def _leave(self) -> None:
        if self._sitting:
            sitting, self._sitting = self._sitting, 0
            self._controller.leave(sitting)

    # --- what becomes known -----------------------------------------------------------------

    @Slot(object)
    def _show_list(self, tests: Sequence[BlindTest]) -> None:
        today = date.today()  # noqa: DTZ011 - the person's own day is meant
        self._view.setup.history.set_lines(
            [
                HistoryLine(one.id, title_of(one), history_line(one, today), resume=True)
                for one in tests
            ]
        )

    @Slot(object)
    def _begin_created(self, test: BlindTest) -> None:
        if self._starting:
            self._starting = False
            self._sit(test)

    @Slot(object)
    def _take_found(self, test: BlindTest) -> None:
        if test.id != self._wanted:
            return
        self._wanted = 0
        if self._to_vote:
            self._sit(test)
        else:
            self._test = test
            self._view.results.show_test(test)
            self._view.show_results()

    @Slot(int, object)
    def _show_round(self, sitting: int, one: Round) -> None:
        if sitting == self._sitting:
            self._view.round.show_round(one)

    @Slot(int, float)
    def _show_progress(self, sitting: int, fraction: float) -> None:
        if sitting == self._sitting:
            self._view.round.show_progress(fraction)

    @Slot(int, object, object)
    def _show_left_out(self, sitting: int, level: BlindLevel, error: QuernError) -> None:
        if sitting == self._sitting:
            text = self.tr("%1 takes no part: %2")
            self._view.round.show_left_out(fill(text, level.name, error))

    @Slot(int, object)
    def _show_problem(self, sitting: int, error: QuernError) -> None:
        if sitting == self._sitting:
            self._view.round.show_problem(str(error))

    @Slot(int, object, object)
    def _take_vote(self, sitting: int, test: BlindTest, one: Round) -> None:
        if sitting != self._sitting:
            return
        self._test = test
        shown = self._view.round.round
        if shown is None or shown.id != one.id:  # a tie nobody had to vote on
            self._view.round.show_count(test)
        elif self._view.round.reveal_box.isChecked():
            self._view.round.show_vote(test, one)
        else:
            self._view.round.show_count(test)
            self._next()

    @Slot(int)
    def _end(self, sitting: int) -> None:
        if sitting == self._sitting:
            self._sitting = 0
            self._view.round.show_problem(self.tr("The blind test goes on in another window."))

    @Slot(object)
    def _tell_exported(self, path: Path) -> None:
        if path == self._exporting:
            self._exporting = None
            self._view.results.show_saved(path)

    @Slot(object)
    def _stop_expecting(self, _error: object) -> None:
        self._starting = False
        self._wanted = 0
        one = self._view.round.round
        if one is not None:  # its vote may be what could not be kept
            self._view.round.show_round(one)
