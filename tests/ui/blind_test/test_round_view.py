"""One round: a prompt, two answers, and which is better."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.domain.blind_test import Vote
from desktop.ui.blind_test.round_view import RoundView
from desktop.ui.icons import Icons
from tests.helpers.blind_test_data import blind_test, waiting
from tests.helpers.side_by_side_data import TEXTS


@pytest.fixture
def view(qtbot, icons: Icons) -> RoundView:
    view = RoundView(icons)
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.begin(blind_test())
    return view


def votes_of(view: RoundView) -> list[Vote]:
    votes: list[Vote] = []
    view.voted.connect(votes.append)
    return votes


def test_nothing_can_be_voted_on_while_answers_are_made(view: RoundView) -> None:
    votes = votes_of(view)
    view.show_progress(0.5)
    assert view.bar.isVisible() and view.bar.value() == 500
    for key in (Qt.Key.Key_1, Qt.Key.Key_Left):
        QTest.keyClick(view, key)
    assert not votes and not view.answers[0].isVisible()


def test_nothing_tells_which_is_which(view: RoundView) -> None:
    view.show_round(waiting())
    assert [part.toPlainText() for part in view.answers] == [TEXTS["Q2_K"], TEXTS["BF16"]]
    assert not any(level.name in view.text() for level in blind_test().levels)


@pytest.mark.parametrize(
    ("key", "vote"),
    [
        (Qt.Key.Key_1, Vote.FIRST), (Qt.Key.Key_2, Vote.TIE), (Qt.Key.Key_3, Vote.SECOND),
        (Qt.Key.Key_Left, Vote.FIRST), (Qt.Key.Key_Down, Vote.TIE),
        (Qt.Key.Key_Right, Vote.SECOND),
    ],
)  # fmt: skip
def test_a_key_votes_once(view: RoundView, key: Qt.Key, vote: Vote) -> None:
    votes = votes_of(view)
    view.show_round(waiting())
    QTest.keyClick(view, key)
    QTest.keyClick(view, key)
    assert votes == [vote]


def test_buttons_vote(view: RoundView) -> None:
    votes = votes_of(view)
    for vote, button in view.buttons.items():
        view.show_round(waiting())
        button.click()
        assert votes[-1] is vote


def test_in_an_answer_the_arrow_keys_are_for_reading(view: RoundView) -> None:
    votes = votes_of(view)
    view.show_round(waiting())
    view.answers[1].setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right):
        QTest.keyClick(view.answers[1], key)
    assert not votes
    QTest.keyClick(view.answers[1], Qt.Key.Key_3)
    assert votes == [Vote.SECOND]


@pytest.mark.parametrize(
    ("vote", "words"),
    [
        (Vote.FIRST, "You preferred Q2_K."),
        (Vote.SECOND, "You preferred BF16."),
        (Vote.TIE, "A tie."),
    ],
)
def test_after_the_vote_it_says_who_wrote_what(view: RoundView, vote: Vote, words: str) -> None:
    asked = []
    view.next_requested.connect(lambda: asked.append(True))
    view.show_round(waiting())
    view.buttons[vote].click()
    view.show_vote(blind_test(25), replace(waiting(), vote=vote))
    assert f"{words} A was Q2_K, B was BF16." in view.text() and "25 votes" in view.text()
    QTest.keyClick(view.next_button, Qt.Key.Key_Space)
    assert asked == [True]


def test_an_answer_without_words_is_said_to_be_none(view: RoundView) -> None:
    view.show_round(replace(waiting(), answers=("  \n", "x")))
    assert view.answers[0].toPlainText() == "(no answer)"


def test_problems_and_levels_left_out_are_told(view: RoundView) -> None:
    view.show_left_out("BF16 takes no part: Too big.")
    view.show_left_out("Q2_K takes no part: Damaged.")
    view.show_problem("Fewer than two levels can be asked.")
    assert "BF16 takes no part: Too big.\nQ2_K takes no part: Damaged." in view.text()
    assert "Fewer than two" in view.text() and view.next_button.text() == "Go on"
    view.begin(blind_test(0))
    assert "takes no part" not in view.text() and "no votes yet" in view.text()
