"""What is tried."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.domain.prompt_run import RunVersion
from desktop.ui.prompt_runs.setup_section import SetupSection
from tests.helpers.prompt_runs_data import CASES, LONG, MODELS, STARTER, VERSIONS


@pytest.fixture
def setup(theme, qtbot) -> SetupSection:
    made = SetupSection()
    qtbot.addWidget(made)
    made.set_versions(VERSIONS)
    made.set_models(MODELS)
    made.show()
    return made


def test_the_two_newest_versions_and_the_first_model_are_chosen(setup) -> None:
    request = setup.request(4, CASES)
    assert request.versions == (RunVersion(32, 2), RunVersion(33, 3))
    assert request.models == (STARTER,) and request.cases == CASES
    assert request.samples == 1
    assert setup.sentence(request) == ("4 cases × 2 versions × 1 model: 8 answers.", True)


def test_several_answers_vote(setup, qtbot) -> None:
    with qtbot.waitSignal(setup.changed):
        setup.how.buttons["vote"].click()
    setup.samples.setValue(7)
    request = setup.request(4, CASES[:1])
    assert request.samples == 7
    assert setup.sentence(request)[0] == "1 case × 2 versions × 1 model × 7 times: 14 answers."


def test_a_new_version_joins_those_that_are_chosen(setup) -> None:
    setup.versions.checks[33].click()
    newer = replace(VERSIONS[0], id=34, number=4)
    setup.set_versions([newer, *VERSIONS])
    assert setup.request(4, CASES).versions == (RunVersion(32, 2), RunVersion(34, 4))
    setup.set_versions([newer, *VERSIONS])
    assert setup.request(4, CASES).versions == (RunVersion(32, 2), RunVersion(34, 4))


def test_another_prompt_begins_with_its_newest(setup) -> None:
    setup.versions.checks[31].click()
    other = [replace(one, id=one.id + 100, prompt_id=9) for one in VERSIONS]
    setup.set_versions(other)
    assert setup.versions.chosen == (133, 132)


def test_models_that_are_missing_are_not_offered(setup) -> None:
    setup.set_models([replace(MODELS[0], missing=True), MODELS[1]])
    assert setup.models.chosen == (LONG,)
    assert not setup._no_model.isVisible()
    setup.set_models([])
    assert setup._no_model.isVisible()


@pytest.mark.parametrize(
    ("lacking", "said"),
    [("cases", "Add a case"), ("versions", "one version"), ("models", "one model")],
)
def test_what_is_missing_is_said(setup, lacking, said) -> None:
    sentence, ready = setup.sentence(replace(setup.request(4, CASES), **{lacking: ()}))
    assert said in sentence and not ready
