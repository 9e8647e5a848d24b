"""The Test view of a prompt, light, dark and narrow, against its approved pictures."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSize, Qt

from desktop.domain.job import JobProgress, JobState
from desktop.domain.prompt_run import Place
from desktop.ui.prompt_runs.case_dialog import CaseDialog
from desktop.ui.prompt_runs.prompt_runs_view import PromptRunsView
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
from tests.helpers.screenshots import settle

WIDE, NARROW = QSize(760, 1900), QSize(400, 2150)


@pytest.fixture
def shown(theme, icons, qtbot, monkeypatch) -> SimpleNamespace:
    monkeypatch.setattr("desktop.ui.prompt_runs.setup_section.moment", lambda _at: "02.06.26 12:00")
    view = make_whole_view(icons)
    qtbot.addWidget(view)
    view.resize(WIDE)
    view.begin(PROMPT)
    view.setup.set_versions(VERSIONS)
    view.setup.set_models(MODELS)
    view.chain.set_steps(STEPS)
    view.chain.set_models(MODELS)
    view.summarize()
    view.show()
    return SimpleNamespace(view=view, theme=theme)


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
def test_prompt_runs(shown, approve, state: str, mode: str) -> None:
    shown.theme.apply(mode, 1.0)
    STATES[state](shown.view)
    settle(shown.view)
    approve(shown.view, f"prompt-runs-{state}-{mode}")


def test_prompt_runs_narrow(shown, approve) -> None:
    results(shown.view)
    shown.view.resize(NARROW)
    settle(shown.view)
    assert shown.view.width() == NARROW.width()
    approve(shown.view, "prompt-runs-results-narrow")


def test_prompt_runs_from_right_to_left(qapp, shown, approve) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    results(shown.view)
    settle(shown.view)
    approve(shown.view, "prompt-runs-results-mirrored")


def test_a_case(qapp, shown, approve, qtbot) -> None:
    from desktop.domain.prompt_template import fields_of

    dialog = CaseDialog(fields_of(CONTENT), CASES[2])
    qtbot.addWidget(dialog)
    dialog.show()
    settle(shown.view)
    approve(dialog, "prompt-runs-case-light")
