"""The ranking that votes make, and how sure it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from desktop.domain.blind_test import BlindLevel, BlindTest, Vote
from desktop.ui.blind_test.results_view import ResultsView
from desktop.ui.icons import Icons
from tests.helpers.blind_test_data import REQUEST, blind_test, rounds


@pytest.fixture
def view(qtbot, icons: Icons) -> ResultsView:
    view = ResultsView(icons)
    qtbot.addWidget(view)
    view.show()
    return view


def two_levels(wins: int, losses: int, folder: Path = Path("/nowhere")) -> BlindTest:
    levels = tuple(BlindLevel(folder / f"{name}.gguf", name) for name in ("Q8_0", "Q4_0"))
    cast = [*[Vote.FIRST] * wins, *[Vote.SECOND] * losses]
    made = [
        replace(one, first=0, second=1, vote=vote)
        for one, vote in zip(rounds(len(cast)), cast, strict=True)
    ]
    return BlindTest(1, replace(REQUEST, levels=levels), tuple(made))


def test_without_votes_there_is_no_ranking(view: ResultsView) -> None:
    view.show_test(blind_test(0))
    assert "No votes yet." in view.text()
    assert not view.chart.isVisible() and not view.export_button.isVisible()


def test_too_few_votes_are_said_to_be_and_how_many_more_it_takes(view: ResultsView) -> None:
    view.show_test(two_levels(12, 8))
    assert "Not enough votes yet: about 174 more" in view.text()  # 194 for 60 to 40, less 20
    assert "if Q8_0 goes on being preferred in 60 % of comparisons" in view.text()
    assert "about 194 votes" in view.text() and "about 47" in view.text()
    assert not any(row.chosen for row in view.chart.rows())


def test_equals_are_not_told_apart(view: ResultsView) -> None:
    view.show_test(two_levels(20, 20))
    assert "Nothing tells" in view.text() and "2000 votes" in view.text()


def test_a_clear_preference_is_said_with_its_interval(view: ResultsView, tmp_path: Path) -> None:
    (tmp_path / "Q8_0.gguf").touch()
    asked = []
    view.chat_requested.connect(asked.append)
    view.show_test(two_levels(60, 20, tmp_path))
    assert "Q8_0 is preferred to Q4_0 in 75 % (64 to 83 %) of comparisons" in view.text()
    assert [row.chosen for row in view.chart.rows()] == [True, False]
    view.chat_button.click()
    assert asked == [tmp_path / "Q8_0.gguf"]


def test_a_level_that_won_every_vote_is_said_to_be_held_back(view: ResultsView) -> None:
    view.show_test(two_levels(3, 0))
    assert "imagined tie" in view.text()
    view.show_test(two_levels(3, 1))
    assert "imagined tie" not in view.text()


def test_each_row_tells_its_votes(view: ResultsView) -> None:
    view.show_test(two_levels(12, 8))
    assert view.chart.count() == 2
    assert "60 %" in view.chart.words(0) and "12 won, 0 tied, 8 lost" in view.chart.words(0)
    view.chart.setFocus()
    QTest.keyClick(view.chart, Qt.Key.Key_Down)
    assert view.chart.accessibleDescription().startswith("Q4_0")
    view.chart.resize(400, 120)
    assert not view.chart.grab().isNull()


def test_votes_can_be_saved(view: ResultsView, monkeypatch) -> None:
    saved = []
    view.export_requested.connect(saved.append)
    answers = iter([("/tmp/votes", "JSON (*.json)"), ("/tmp/votes.csv", ""), ("", "")])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: next(answers))
    view.show_test(two_levels(1, 1))
    for _ in range(3):
        view.export_button.click()
    assert saved == [Path("/tmp/votes.json"), Path("/tmp/votes.csv")]
