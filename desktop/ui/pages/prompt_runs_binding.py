"""Binds the Test view of a prompt to its controllers; the view is made when it is first shown."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.controllers.library import LibraryController
from desktop.controllers.prompt_runs import PromptRunsController
from desktop.controllers.prompts import PromptsController
from desktop.domain.errors import QuernError
from desktop.domain.job import JobProgress
from desktop.domain.library import LibraryEntry
from desktop.domain.prompt import Prompt, PromptVersion
from desktop.domain.prompt_case import PromptCase
from desktop.domain.prompt_run import ChainRun, PromptRun
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.model_list import usable_models
from desktop.ui.pages.prompts_body import PromptsBody
from desktop.ui.widgets.gradual import Gradual

if TYPE_CHECKING:
    from desktop.core.prompt_chains import ChainStep
    from desktop.core.prompt_run_report import PromptRunReport
    from desktop.ui.prompt_runs.prompt_runs_view import PromptRunsView
    from desktop.ui.prompt_runs.run_bar import RunBar


class PromptRunsBinding(QObject):
    """Owned by the content of the Prompts page. The controllers are shared and outlive it.

    Attributes:
        place: where the view is, once there is one.
    """

    def __init__(
        self,
        body: PromptsBody,
        runs: PromptRunsController,
        prompts: PromptsController,
        library: LibraryController,
        icons: Icons,
    ) -> None:
        super().__init__(body)
        self._runs = runs
        self._prompts = prompts
        self._library = library
        self._icons = icons
        self._gradual: Gradual[PromptRunsView] = Gradual(self._make, self)
        self.place = QWidget()
        self._column = QVBoxLayout(self.place)
        self._column.setContentsMargins(0, 0, 0, 0)
        body.set_tests(self.place, self.show_prompt)

    @property
    def view(self) -> PromptRunsView:
        """Made now if need be."""
        return self._gradual.get()

    def show_prompt(self, prompt: Prompt) -> None:
        """Let `prompt` be tried, as soon as there is a view."""
        self._gradual.tell(lambda view: self._show(view, prompt))

    def _make(self) -> Generator[None, None, PromptRunsView]:
        from desktop.ui.prompt_runs.prompt_runs_view import make_view

        view = yield from make_view(self._icons)
        yield
        self._column.addWidget(view)
        return view

    def _show(self, view: PromptRunsView, prompt: Prompt) -> None:
        first = view.prompt is None
        view.begin(prompt)
        if first:
            self._connect(view)
        self._runs.open(prompt.id)
        self._prompts.look_at_versions(prompt.id)
        self._show_what_goes_on()

    def _connect(self, view: PromptRunsView) -> None:
        view.cases.save_requested.connect(self._save_case)
        view.cases.remove_requested.connect(self._remove_case)
        view.cases.import_requested.connect(self._import_cases)
        view.cases.export_requested.connect(self._export_cases)
        view.start_requested.connect(self._runs.start)
        view.bar.cancel_requested.connect(self._runs.cancel)
        view.results.open_requested.connect(self._runs.open_run)
        view.results.resume_requested.connect(self._runs.resume)
        view.results.remove_requested.connect(self._runs.remove_run)
        view.results.export_requested.connect(self._runs.export)
        view.chain.start_requested.connect(self._runs.start_chain)
        view.chain.bar.cancel_requested.connect(self._runs.cancel)
        view.chain.remove_requested.connect(self._runs.remove_chain)
        runs = self._runs
        runs.cases_known.connect(self._show_cases)
        runs.runs_known.connect(self._show_runs)
        runs.run_known.connect(self._show_report)
        runs.steps_known.connect(self._show_steps)
        runs.steps_refused.connect(self._show_refusal)
        runs.chains_known.connect(self._show_chains)
        runs.chain_known.connect(self._show_chain)
        runs.begun.connect(self._show_begun)
        runs.progressed.connect(self._show_progress)
        runs.ended.connect(self._show_ended)
        runs.exported.connect(view.results.show_saved)
        self._prompts.versions_known.connect(self._show_versions)
        self._prompts.changed.connect(self._look_again)
        self._library.listed.connect(self._show_models)
        self._library.refresh()

    # --- what a person asks for -------------------------------------------------------------

    def _save_case(self, case: PromptCase) -> None:
        prompt = self._shown()
        if prompt is not None:
            self._runs.save_case(prompt.id, case)

    def _remove_case(self, case_id: int) -> None:
        prompt = self._shown()
        if prompt is not None:
            self._runs.remove_case(prompt.id, case_id)

    def _import_cases(self, path: Path) -> None:
        prompt = self._shown()
        if prompt is not None:
            self._runs.import_cases(prompt.id, path)

    def _export_cases(self, path: Path) -> None:
        prompt = self._shown()
        if prompt is not None:
            self._runs.export_cases(prompt.id, path)

    # --- what becomes known -----------------------------------------------------------------

    @Slot(int, object)
    def _show_cases(self, prompt_id: int, cases: Sequence[PromptCase]) -> None:
        if self._is_shown(prompt_id):
            self.view.cases.set_cases(cases)
            self.view.summarize()

    @Slot(int, object)
    def _show_versions(self, prompt_id: int, versions: Sequence[PromptVersion]) -> None:
        if self._is_shown(prompt_id):
            self.view.setup.set_versions(versions)
            self.view.summarize()

    @Slot(int, object)
    def _show_runs(self, prompt_id: int, runs: Sequence[PromptRun]) -> None:
        if self._is_shown(prompt_id):
            self.view.results.set_runs(runs, _today())
            self.view.set_results_visible(bool(runs))

    @Slot(int, object)
    def _show_report(self, prompt_id: int, report: PromptRunReport) -> None:
        if self._is_shown(prompt_id):
            self.view.results.show_report(report)
            self.view.set_results_visible(True)

    @Slot(int, object)
    def _show_steps(self, prompt_id: int, steps: Sequence[ChainStep]) -> None:
        if self._is_shown(prompt_id):
            self.view.chain.set_steps(steps)

    @Slot(int, object)
    def _show_refusal(self, prompt_id: int, error: QuernError) -> None:
        if self._is_shown(prompt_id):
            self.view.chain.set_refusal(str(error))

    @Slot(int, object)
    def _show_chains(self, prompt_id: int, runs: Sequence[ChainRun]) -> None:
        if self._is_shown(prompt_id):
            self.view.chain.set_runs(runs, _today())

    @Slot(int, object)
    def _show_chain(self, prompt_id: int, run: ChainRun) -> None:
        if self._is_shown(prompt_id):
            self.view.chain.take_step(run)

    @Slot(int)
    def _show_begun(self, _prompt_id: int) -> None:
        self._show_what_goes_on()

    @Slot(int, object, object)
    def _show_progress(self, prompt_id: int, progress: JobProgress, left: float | None) -> None:
        if self._is_shown(prompt_id):
            self._bar().show_progress(progress, left)

    @Slot(int)
    def _show_ended(self, _prompt_id: int) -> None:
        self._show_what_goes_on()

    @Slot()
    def _look_again(self) -> None:
        prompt = self._shown()
        if prompt is not None and self.place.isVisible():
            self._prompts.look_at_versions(prompt.id)

    @Slot(object)
    def _show_models(self, entries: Sequence[LibraryEntry]) -> None:
        models = usable_models(entries)
        self.view.setup.set_models(models)
        self.view.chain.set_models(models)
        self.view.summarize()

    # --- inside -----------------------------------------------------------------------------

    def _show_what_goes_on(self) -> None:
        view, running = self.view, self._runs.running
        if running is None:
            view.show_running("")
        elif self._is_shown(running):
            view.show_running(view.prompt.title if view.prompt else "")
            self._bar().show_begun()
        else:
            self._prompts.ask(running, self._block, view)

    def _block(self, prompt: Prompt) -> None:
        if self._runs.running == prompt.id:
            self.view.show_running(prompt.title)

    def _bar(self) -> RunBar:
        """Of what goes on."""
        return self.view.chain.bar if self._runs.runs_chain else self.view.bar

    def _shown(self) -> Prompt | None:
        return self.view.prompt

    def _is_shown(self, prompt_id: int) -> bool:
        prompt = self._shown()
        return prompt is not None and prompt.id == prompt_id


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the person's own day is meant
