"""Running a chain and reading its steps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.domain.job import JobState
from desktop.domain.prompt_run import ChainRequest
from desktop.ui.formats import time_ago
from desktop.ui.prompt_runs.chain_section import ChainSection
from tests.helpers.prompt_runs_data import LONG, MODELS, NOON, STEPS, TODAY, chain


@pytest.fixture
def section(icons, theme, qtbot) -> ChainSection:
    made = ChainSection(icons)
    qtbot.addWidget(made)
    made.begin(4)
    made.set_steps(STEPS)
    made.set_models(MODELS)
    made.show()
    return made


def test_it_asks_only_for_what_no_answer_gives(section, qtbot) -> None:
    assert section.order.text() == "1. Label a review  →  2. Answer the review"
    assert list(section.form.fields) == ["review", "labels", "name"]
    section.form.fields["review"].setPlainText("Hm.")
    section.form.fields["labels"].setText("")
    section.form.fields["name"].setText("Ida")
    section.model.setCurrentIndex(1)
    with qtbot.waitSignal(section.start_requested) as asked:
        section.bar.start_button.click()
    assert asked.args == [ChainRequest(4, LONG, {"review": "Hm.", "name": "Ida"})]


def test_each_step_shows_its_answer_and_what_was_asked(section) -> None:
    section.set_runs([chain()], TODAY)
    first, second = section.steps
    assert (first.title.text(), first.text.toPlainText()) == ("1. Label a review", "neutral")
    assert second.figures.text() == "12 tokens · 0.25 s"
    second.fold.button.click()
    assert second.asked.isVisibleTo(second)
    assert second.asked.toPlainText() == "Write to Ida: neutral"
    when = time_ago(NOON, TODAY)
    assert section.runs.itemText(0) == f"{when} · quern-starter-f16 · 2 of 2 steps"


def test_steps_come_one_by_one_and_the_ones_there_stay(section) -> None:
    section.take_step(chain(JobState.RUNNING, 0))
    section.take_step(chain(JobState.RUNNING, 1))
    (first,) = section.steps
    section.take_step(chain(JobState.RUNNING, 2))
    assert section.steps[0] is first and len(section.steps) == 2
    section.begin(5)
    assert section.steps == [] and section.form.fields == {}


def test_a_step_that_failed_says_so(section) -> None:
    whole = chain()
    failed = replace(whole.steps[1], answer=None, problem="The model failed.")
    run = replace(
        whole, state=JobState.FAILED, steps=(whole.steps[0], failed), problem="It failed."
    )
    section.set_runs([run], TODAY)
    assert section.steps[1].text.toPlainText() == "The model failed."
    assert section.problem.isVisible() and section.problem.text() == "It failed."
    assert section.runs.itemText(0).endswith("Failed")


def test_the_run_that_is_shown_stays_when_the_list_comes_anew(section, qtbot) -> None:
    older, newer = chain(steps=1), replace(chain(), id=9)
    section.set_runs([newer, older], TODAY)
    assert section.shown == newer
    section.runs.activated.emit(1)
    assert section.shown == older and len(section.steps) == 1
    section.set_runs([newer, older], TODAY)
    assert section.shown == older and section.runs.currentIndex() == 1
    section.take_step(replace(newer, steps=newer.steps[:1]))  # goes on, and is not looked at
    assert section.shown == older
    with qtbot.waitSignal(section.remove_requested) as removed:
        section.remove_button.click()
    assert removed.args == [older]
    section.set_runs([newer], TODAY)
    assert section.shown == newer


def test_a_chain_that_cannot_be_run_says_why(section) -> None:
    section.set_refusal("The chain never ends.")
    assert section.bar.words.text() == "The chain never ends."
    assert not section.bar.start_button.isEnabled() and not section.form.isVisible()


def test_without_a_model_it_cannot_be_run(section) -> None:
    section.set_models([])
    assert not section.bar.start_button.isEnabled()
    section.set_models(MODELS)
    assert section.bar.start_button.isEnabled()
