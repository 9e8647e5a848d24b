"""The button that runs something, and its progress."""

from __future__ import annotations

import pytest

from desktop.domain.job import JobProgress
from desktop.ui.prompt_runs.run_bar import RunBar


@pytest.fixture
def bar(theme, qtbot) -> RunBar:
    made = RunBar("Run")
    qtbot.addWidget(made)
    made.show()
    return made


def test_it_can_be_pressed_when_all_is_there(bar, qtbot) -> None:
    assert not bar.start_button.isEnabled()
    bar.set_sentence("4 answers.", ready=True)
    with qtbot.waitSignal(bar.start_requested):
        bar.start_button.click()
    bar.set_sentence("Add a case first.", ready=False)
    assert not bar.start_button.isEnabled() and bar.words.text() == "Add a case first."
    assert bar.start_button.accessibleDescription() == "Add a case first."


def test_while_it_goes_on_it_can_be_cancelled(bar, qtbot) -> None:
    bar.set_sentence("4 answers.", ready=True)
    bar.show_begun()
    assert not bar.start_button.isVisible() and bar.strip.isVisible()
    bar.show_progress(JobProgress(0.25, "red"), 8.0)
    assert bar.strip.text() == "25 % · 8 s left · red"
    with qtbot.waitSignal(bar.cancel_requested):
        bar.strip.cancel_button.click()
    bar.show_idle()
    assert bar.start_button.isVisible() and bar.start_button.isEnabled()
    assert not bar.strip.isVisible() and bar.words.text() == "4 answers."


def test_what_goes_on_elsewhere_blocks_it(bar) -> None:
    bar.set_sentence("4 answers.", ready=True)
    bar.show_idle(blocked="Another run goes on.")
    bar.set_sentence("5 answers.", ready=True)
    assert not bar.start_button.isEnabled() and bar.words.text() == "Another run goes on."
    bar.show_idle()
    assert bar.start_button.isEnabled() and bar.words.text() == "5 answers."
