"""The Test view with controllers that only note what they are asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.domain.errors import InvalidInput
from desktop.domain.job import JobProgress, JobState
from desktop.domain.library import LibraryEntry
from desktop.domain.prompt_case import PromptCase
from desktop.ui.pages.prompt_runs_binding import PromptRunsBinding
from desktop.ui.pages.prompts_body import PromptsBody
from desktop.ui.prompts.prompt_panel import TEST, PromptPanel
from tests.helpers.fake_controllers import FakeLibrary
from tests.helpers.prompt_runs_data import (
    CASES,
    PROMPT,
    STARTER,
    STEPS,
    VERSIONS,
    FakePromptRuns,
    FakePrompts,
    chain,
    report,
)
from tests.helpers.quantize_page_data import model

OTHER = replace(PROMPT, id=8, key="other", title="Another", content=STEPS[1].prompt.content)


class Bench:
    def __init__(self, icons) -> None:
        self.runs, self.prompts, self.library = FakePromptRuns(), FakePrompts(), FakeLibrary()
        self.body = PromptsBody(icons, PromptPanel(icons))
        self.binding = PromptRunsBinding(self.body, self.runs, self.prompts, self.library, icons)

    @property
    def view(self):
        return self.binding.view

    def open(self, prompt=PROMPT) -> None:
        self.body.panel.show_prompt(prompt)
        self.body.pane.show_panel()
        self.body.panel.views.choose(TEST)
        assert self.view.prompt == prompt  # made now

    def fill(self) -> None:
        self.open()
        self.library.listed.emit([LibraryEntry("Starter", STARTER, info=model(path=STARTER))])
        self.prompts.versions_known.emit(4, VERSIONS)
        self.runs.cases_known.emit(4, CASES)


@pytest.fixture
def bench(icons, theme, qtbot) -> Bench:
    made = Bench(icons)
    qtbot.addWidget(made.body)
    made.body.show()
    return made


def test_nothing_is_made_or_asked_before_the_view_is_shown(bench) -> None:
    bench.body.panel.show_prompt(PROMPT)
    assert bench.runs.asked == [] and not bench.binding._gradual.exists
    bench.open()
    assert bench.runs.asked == [("open", (4,))]
    assert bench.prompts.asked == [("look_at_versions", (4,))]
    assert bench.library.names() == ["refresh"]


def test_what_is_known_can_be_run(bench) -> None:
    bench.fill()
    assert bench.view.bar.words.text() == "4 cases × 2 versions × 1 model: 8 answers."
    bench.view.bar.start_button.click()
    (request,) = bench.runs.last("start")
    assert (request.prompt_id, request.models, request.cases) == (4, (STARTER,), CASES)


def test_what_is_told_of_another_prompt_is_not_shown(bench) -> None:
    bench.fill()
    bench.runs.cases_known.emit(8, ())
    bench.runs.run_known.emit(8, report())
    bench.runs.steps_refused.emit(8, InvalidInput("no"))
    bench.prompts.versions_known.emit(8, [])
    assert bench.view.cases.cases == CASES and bench.view.results.run is None
    assert len(bench.view.setup.versions.checks) == 3


def test_a_run_shows_its_progress_and_what_came_of_it(bench) -> None:
    bench.fill()
    bench.runs.running = 4
    bench.runs.begun.emit(4)
    bench.runs.progressed.emit(4, JobProgress(0.5, "red"), None)
    assert bench.view.bar.strip.text() == "50 % · red"
    assert not bench.view.chain.bar.start_button.isEnabled()
    bench.runs.run_known.emit(4, report(JobState.RUNNING, answered=3))
    assert not bench.view.results.isHidden() and bench.view.results.run.id == 7
    bench.view.bar.strip.cancel_button.click()
    assert bench.runs.last("cancel") == ()
    bench.runs.running = None
    bench.runs.ended.emit(4)
    assert bench.view.bar.start_button.isEnabled()


def test_a_run_of_another_prompt_is_named_and_blocks(bench) -> None:
    bench.fill()
    bench.runs.running = 8
    bench.runs.begun.emit(8)
    asked, then, _origin = bench.prompts.last("ask")
    assert asked == 8
    then(OTHER)
    assert bench.view.bar.words.text() == "A run of “Another” goes on."
    assert not bench.view.bar.start_button.isEnabled()


def test_runs_there_were_are_opened(bench) -> None:
    bench.fill()
    bench.runs.runs_known.emit(4, [report(number=9).run])
    assert bench.runs.last("open_run") == (9,)
    bench.runs.runs_known.emit(4, [])
    assert not bench.view.results.isVisibleTo(bench.view)


def test_cases_are_kept_with_their_prompt(bench) -> None:
    bench.fill()
    case = PromptCase("new", {})
    bench.view.cases.save_requested.emit(case)
    assert bench.runs.last("save_case") == (4, case)
    bench.view.cases.remove_requested.emit(3)
    assert bench.runs.last("remove_case") == (4, 3)
    bench.view.cases.import_requested.emit(STARTER)
    assert bench.runs.last("import_cases") == (4, STARTER)
    bench.view.cases.export_requested.emit(STARTER)
    assert bench.runs.last("export_cases") == (4, STARTER)


def test_a_chain_is_shown_where_there_is_one(bench) -> None:
    bench.fill()
    bench.runs.steps_known.emit(4, STEPS)
    assert bench.view.chain.isVisibleTo(bench.view)
    bench.runs.running, bench.runs.runs_chain = 4, True
    bench.runs.begun.emit(4)
    for steps in (0, 1):
        bench.runs.chain_known.emit(4, chain(JobState.RUNNING, steps))
    bench.runs.progressed.emit(4, JobProgress(0.5, "Answer the review"), None)
    assert bench.view.chain.bar.strip.text() == "50 % · Answer the review"
    assert len(bench.view.chain.steps) == 1
    bench.runs.chains_known.emit(4, [chain()])
    assert len(bench.view.chain.steps) == 2
    bench.open(OTHER)
    assert not bench.view.chain.isVisibleTo(bench.view)
    assert bench.view.cases.cases == ()


def test_a_chain_that_cannot_be_run_says_why(bench) -> None:
    bench.fill()
    bench.runs.steps_refused.emit(4, InvalidInput("It never ends.", "Mend it."))
    assert bench.view.chain.bar.words.text() == "It never ends. Mend it."


def test_versions_are_looked_at_anew_while_the_view_is_seen(bench) -> None:
    bench.fill()
    before = len(bench.prompts.asked)
    bench.prompts.changed.emit()
    assert len(bench.prompts.asked) == before + 1
    bench.body.hide()
    bench.prompts.changed.emit()
    assert len(bench.prompts.asked) == before + 1
