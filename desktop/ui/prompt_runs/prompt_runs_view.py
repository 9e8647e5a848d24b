"""The Test view of a prompt: its cases, runs over them, and the chain it begins."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from desktop.domain.prompt import Prompt
from desktop.domain.prompt_run import PromptRunRequest
from desktop.domain.prompt_template import fields_of
from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.prompt_runs.run_bar import RunBar
from desktop.ui.widgets.scroll_column import ScrollColumn
from desktop.ui.widgets.step_card import step_card

if TYPE_CHECKING:
    from desktop.ui.prompt_runs.cases_section import CasesSection
    from desktop.ui.prompt_runs.chain_section import ChainSection
    from desktop.ui.prompt_runs.results_section import ResultsSection
    from desktop.ui.prompt_runs.setup_section import SetupSection


def make_view(icons: Icons) -> Generator[None, None, PromptRunsView]:
    """The view, in steps with room for other events between them."""
    from desktop.ui.prompt_runs.cases_section import CasesSection

    yield
    cases = CasesSection(icons)
    from desktop.ui.prompt_runs.setup_section import SetupSection

    yield
    setup = SetupSection()
    yield
    from desktop.ui.prompt_runs.results_section import ResultsSection

    yield
    results = ResultsSection(icons)
    yield
    from desktop.ui.prompt_runs.chain_section import ChainSection

    yield
    chain = ChainSection(icons)
    yield
    return PromptRunsView(cases, setup, results, chain)


class PromptRunsView(ScrollColumn):
    """Signals: start_requested: a PromptRunRequest."""

    start_requested = Signal(object)

    def __init__(
        self,
        cases: CasesSection,
        setup: SetupSection,
        results: ResultsSection,
        chain: ChainSection,
    ) -> None:
        super().__init__(margin=16, spacing=0)
        self.prompt: Prompt | None = None
        self.cases = cases
        self.setup = setup
        self.bar = RunBar(self.tr("Run"))
        self.results = results
        self.chain = chain
        self._chain_card = step_card(self.tr("Chain"), self.chain)
        self._results_card = step_card(self.tr("Results"), self.results)
        for part in (
            step_card(self.tr("Cases"), self.cases),
            step_card(self.tr("What is tried"), self.setup),
        ):
            self.column.addWidget(part)
        self.column.addSpacing(12)
        self.column.addWidget(self.bar)
        self.column.addWidget(self._results_card)
        self.column.addWidget(self._chain_card)
        self.column.addStretch(1)
        self.setup.changed.connect(self.summarize)
        self.bar.start_requested.connect(self._start)
        self._chain_card.hide()
        self._results_card.hide()

    def begin(self, prompt: Prompt) -> None:
        """Show a prompt, or the same one after it was changed."""
        another = self.prompt is None or self.prompt.id != prompt.id
        self.prompt = prompt
        self.cases.begin(fields_of(prompt.content))
        self._chain_card.setVisible(prompt.content.then is not None)
        self.chain.begin(prompt.id)
        if another:
            self.cases.set_cases(())
            self.results.begin()
            self._results_card.hide()
            self.verticalScrollBar().setValue(0)
        self.summarize()

    def set_results_visible(self, visible: bool) -> None:
        """Whether there is a run to show."""
        self._results_card.setVisible(visible)

    def request(self) -> PromptRunRequest | None:
        """What is chosen; None while no prompt is shown."""
        if self.prompt is None:
            return None
        return self.setup.request(self.prompt.id, self.cases.cases)

    def summarize(self) -> None:
        """Say what running would do."""
        request = self.request()
        if request is not None:
            sentence, ready = self.setup.sentence(request)
            self.bar.set_sentence(sentence, ready=ready)

    def show_running(self, title: str) -> None:
        """Another prompt's run goes on, with this title; "" when nothing does."""
        said = fill(self.tr("A run of “%1” goes on."), title) if title else ""
        for bar in (self.bar, self.chain.bar):
            bar.show_idle(blocked=said)

    def _start(self) -> None:
        request = self.request()
        if request is not None:
            self.results.follow_next()
            self.start_requested.emit(request)
