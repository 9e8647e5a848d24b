"""The Test view of a prompt, light, dark and narrow, against its approved pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette

from desktop.domain.job import JobProgress, JobState
from desktop.domain.prompt_run import Place
from desktop.ui.icons import Icons
from desktop.ui.prompt_runs.case_dialog import CaseDialog
from desktop.ui.prompt_runs.prompt_runs_view import PromptRunsView
from desktop.ui.theme import Theme
from tests.helpers.prompt_runs_data import (
    CASES,
    CONTENT,
    MODELS,
    PROMPT,
    STEPS,
    TODAY,
    VERSIONS,
    chain,
    make_whole_view,
    report,
)
from tests.helpers.screenshots import assert_looks_as_approved, settle

WIDE, NARROW = QSize(760, 1900), QSize(400, 2150)


@pytest.fixture
def shown(qapp, font, qtbot, monkeypatch) -> Iterator[SimpleNamespace]:
    palette = QPalette(qapp.palette())
    monkeypatch.setattr("desktop.ui.prompt_runs.setup_section.moment", lambda _at: "02.06.26 12:00")
    theme = Theme(qapp)
    theme.apply("light", 1.0)
    view = make_whole_view(Icons())
    qtbot.addWidget(view)
    view.resize(WIDE)
    view.begin(PROMPT)
    view.setup.set_versions(VERSIONS)
    view.setup.set_models(MODELS)
    view.chain.set_steps(STEPS)
    view.chain.set_models(MODELS)
    view.summarize()
    view.show()
    yield SimpleNamespace(view=view, theme=theme)
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    qapp.setStyleSheet("")
    qapp.setPalette(palette)
    theme.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def empty(_view: PromptRunsView) -> None:
    """Nothing was tried yet."""


def results(view: PromptRunsView) -> None:
    view.cases.set_cases(CASES)
    view.setup.models.checks[MODELS[1].path].click()
    done = report()
    view.results.set_runs([done.run], TODAY)
    view.results.show_report(done)
    view.results.table.choose(Place(33, 0, 1))
    view.set_results_visible(True)
    view.chain.set_runs([chain()], TODAY)


def running(view: PromptRunsView) -> None:
    view.cases.set_cases(CASES)
    view.setup.how.buttons["vote"].click()
    going = report(JobState.RUNNING, answered=5, samples=5)
    view.results.set_runs([going.run], TODAY)
    view.results.show_report(going)
    view.results.table.choose(Place(32, 0, 0))
    view.set_results_visible(True)
    view.bar.show_begun()
    view.bar.show_progress(JobProgress(0.31, "quern-starter-f16: version 3, Praise"), 95.0)


STATES: dict[str, Callable[[PromptRunsView], None]] = {
    "empty": empty,
    "results": results,
    "running": running,
}


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_prompt_runs(shown, request, state: str, mode: str) -> None:
    shown.theme.apply(mode, 1.0)
    STATES[state](shown.view)
    settle(shown.view)
    update = request.config.getoption("--update-screenshots")
    assert_looks_as_approved(shown.view, f"prompt-runs-{state}-{mode}", update=update)


def test_prompt_runs_narrow(shown, request) -> None:
    results(shown.view)
    shown.view.resize(NARROW)
    settle(shown.view)
    assert shown.view.width() == NARROW.width()
    update = request.config.getoption("--update-screenshots")
    assert_looks_as_approved(shown.view, "prompt-runs-results-narrow", update=update)


def test_prompt_runs_from_right_to_left(qapp, shown, request) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    results(shown.view)
    settle(shown.view)
    update = request.config.getoption("--update-screenshots")
    assert_looks_as_approved(shown.view, "prompt-runs-results-mirrored", update=update)


def test_a_case(qapp, shown, request, qtbot) -> None:
    from desktop.domain.prompt_template import fields_of

    dialog = CaseDialog(fields_of(CONTENT), CASES[2])
    qtbot.addWidget(dialog)
    dialog.show()
    settle(shown.view)
    update = request.config.getoption("--update-screenshots")
    assert_looks_as_approved(dialog, "prompt-runs-case-light", update=update)
