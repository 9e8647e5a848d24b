"""The blind test, bound to a controller that says what a test lets it say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.domain.blind_test import Vote
from desktop.domain.errors import InvalidInput, ModelTooBig, StorageFault
from desktop.ui.blind_test.view import BlindTestView
from desktop.ui.pages.blind_test_binding import BlindTestBinding
from desktop.ui.pages.compared_model import ComparedModel
from tests.helpers.blind_test_data import PROMPTS, FakeBlindTests, blind_test, waiting
from tests.helpers.side_by_side_data import DescribingLibrary, library, model


@pytest.fixture
def bound(qtbot, icons) -> SimpleNamespace:
    view = BlindTestView(icons, PROMPTS)
    controller, models = FakeBlindTests(), DescribingLibrary()
    qtbot.addWidget(view)
    chosen = ComparedModel()
    BlindTestBinding(view, controller, models, chosen)
    models.listed.emit(library())
    view.show()
    return SimpleNamespace(view=view, controller=controller, chosen=chosen)


def begin(bound: SimpleNamespace) -> None:
    bound.chosen.set(model("BF16").path)
    bound.view.setup.bar.button.click()
    bound.controller.created.emit(blind_test(0))


def vote(bound: SimpleNamespace, one=None) -> None:
    """Vote for B in the round that is shown; the controller has kept it."""
    one = replace(one or waiting(), vote=Vote.SECOND)
    bound.view.round.buttons[Vote.SECOND].click()
    bound.controller.voted.emit(bound.controller.sitting, blind_test(1, [one]), one)


def test_what_is_missing_is_said(bound) -> None:
    setup = bound.view.setup
    assert "Choose a model" in setup.bar.text()
    bound.chosen.set(model("BF16").path)
    assert "2 levels and 2 prompts" in setup.bar.text() and setup.bar.button.isEnabled()
    setup.whose.choose(1)
    assert "at least one prompt" in setup.bar.text()
    setup.own.setPlainText("Why?\n\n Why? \nHow?")
    assert setup.prompts() == ("Why?", "How?")
    setup.levels.rows[0].check.click()
    assert "Choose 2 to 8 files; 1 is chosen." in setup.bar.text()


def test_a_test_begins_with_what_was_chosen(bound) -> None:
    begin(bound)
    paths, prompts, sampler, system = bound.controller.last("create")
    assert paths == [model("BF16").path, model("Q2_K").path]
    assert (prompts, system, sampler.max_tokens) == (PROMPTS, "", 200)
    assert bound.controller.last("sit") == (blind_test(0),)
    assert bound.controller.last("next") == (1,)
    assert bound.view.voting


def test_only_who_began_a_test_is_taken_to_it(bound) -> None:
    bound.controller.created.emit(blind_test(0))
    assert not bound.view.voting and "sit" not in bound.controller.names()


def test_a_vote_is_kept_and_told(bound) -> None:
    begin(bound)
    bound.controller.prepared.emit(2, waiting(1))  # another window's
    assert bound.view.round.round is None
    bound.controller.prepared.emit(1, waiting())
    vote(bound)
    assert bound.controller.last("vote") == (1, waiting().id, Vote.SECOND)
    assert "You preferred BF16." in bound.view.round.text()
    before = bound.controller.names().count("next")
    bound.view.round.next_button.click()
    assert bound.controller.names().count("next") == before + 1
    assert bound.view.round.round is None


def test_without_telling_the_next_round_comes_at_once(bound) -> None:
    begin(bound)
    bound.view.round.reveal_box.click()
    bound.controller.prepared.emit(1, waiting())
    before = bound.controller.names().count("next")
    vote(bound)
    assert bound.controller.names().count("next") == before + 1
    assert "BF16" not in bound.view.round.text()


def test_a_vote_that_could_not_be_kept_can_be_given_again(bound) -> None:
    begin(bound)
    bound.controller.prepared.emit(1, waiting())
    bound.view.round.buttons[Vote.FIRST].click()
    bound.controller.failed.emit(StorageFault("The disk is full."))
    bound.view.round.buttons[Vote.FIRST].click()
    assert bound.controller.names().count("vote") == 2


def test_ties_nobody_votes_on_are_counted_while_one_is_read(bound) -> None:
    begin(bound)
    bound.controller.prepared.emit(1, waiting())
    tie = replace(waiting(77), vote=Vote.TIE, automatic=True)
    bound.controller.voted.emit(1, blind_test(0, [tie]), tie)
    assert bound.view.round.round == waiting()
    assert "1 of them a tie because both answers were the same" in bound.view.round.text()


def test_problems_are_told_and_a_person_may_go_on(bound) -> None:
    begin(bound)
    level = blind_test().levels[1]
    bound.controller.left_out.emit(1, level, ModelTooBig("Too big.", "Close others."))
    bound.controller.unprepared.emit(1, InvalidInput("All prompts were used."))
    text = bound.view.round.text()
    assert "Q4_K_M takes no part: Too big. Close others." in text
    assert "All prompts were used." in text
    bound.view.round.next_button.click()
    assert bound.controller.last("next") == (1,)


def test_results_end_the_sitting_and_going_on_begins_another(bound) -> None:
    begin(bound)
    bound.view.round.results_button.click()
    assert bound.controller.last("leave") == (1,)
    assert bound.view.currentWidget() is bound.view.results
    bound.view.results.go_on_button.click()
    assert bound.controller.last("look_up") == (5,)
    bound.controller.found.emit(blind_test(3))
    assert bound.view.voting and bound.controller.last("next") == (2,)


def test_tests_there_were_can_be_opened_gone_on_with_and_deleted(bound) -> None:
    bound.controller.listed.emit([blind_test(3)])
    history = bound.view.setup.history
    assert "BF16, Q4_K_M, Q2_K" in history.rows[0].text() and "3 votes" in history.rows[0].text()
    history.rows[0].open_button.click()
    bound.controller.found.emit(replace(blind_test(3), id=6))  # another window asked for it
    assert bound.view.currentWidget() is bound.view.setup
    bound.controller.found.emit(blind_test(3))
    assert bound.view.currentWidget() is bound.view.results
    bound.view.results.export_requested.emit(Path("/tmp/v.csv"))
    assert bound.controller.last("export") == (blind_test(3), Path("/tmp/v.csv"))
    bound.controller.exported.emit(Path("/tmp/other.csv"))  # another window's
    assert "Saved" not in bound.view.results.text()
    bound.controller.exported.emit(Path("/tmp/v.csv"))
    assert "Saved as “v.csv”." in bound.view.results.text()
    bound.view.results.back_button.click()
    history.rows[0].resume_button.click()
    bound.controller.found.emit(blind_test(3))
    assert bound.view.voting
    bound.view.round.back_button.click()
    history.remove_requested.emit(5)
    assert bound.controller.last("remove") == (5,)


def test_who_looks_away_ends_the_sitting_and_goes_on_when_coming_back(bound) -> None:
    begin(bound)
    bound.controller.prepared.emit(1, waiting())
    bound.view.hide()
    assert bound.controller.last("leave") == (1,)
    bound.view.show()
    assert bound.controller.last("look_up") == (5,)
    bound.controller.found.emit(blind_test(0, [waiting()]))
    assert bound.controller.last("next") == (2,)


def test_another_window_takes_a_test_over(bound) -> None:
    begin(bound)
    bound.controller.ended.emit(1)
    assert "another window" in bound.view.round.text()
    bound.view.round.next_button.click()
    bound.controller.found.emit(blind_test(0))
    assert bound.controller.last("next") == (2,)
