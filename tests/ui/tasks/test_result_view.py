"""One run: numbers, answers and needles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from desktop.core.task_report import report_of
from desktop.domain.job import JobProgress, JobState
from desktop.ui.tasks.answers_section import FLIPPED, WRONG
from desktop.ui.tasks.result_view import ResultView
from tests.helpers.task_data import needle_run, run_of, troubled_run

ALL = WRONG + 1


@pytest.fixture
def view(icons, theme, qtbot) -> ResultView:
    made = ResultView(icons)
    qtbot.addWidget(made)
    made.resize(1000, 1200)
    made.show()
    return made


def cells(view: ResultView) -> list[tuple[str, ...]]:
    return [row.cells for row in view.model.rows()]


def listed(view: ResultView) -> list[tuple[str, str]]:
    return [row.cells[:2] for row in view.answers.model.rows()]


def test_the_table_has_a_row_for_each_level(view):
    view.show_report(report_of(run_of("+++++", "++---")))
    assert cells(view) == [
        ("F16 (base)", "5 of 5", "100.0 % (56.6 to 100.0)", "1.00", "", "", "", "21.9"),
        ("Q8_0", "2 of 5", "40.0 % (11.8 to 76.9)", "0.00", "3", "0", "0.250", "21.9"),
    ]
    assert not view.strip.isVisible()


def test_one_model_has_nothing_to_flip(view):
    view.show_report(report_of(run_of("++-++")))
    assert cells(view) == [("F16", "4 of 5", "80.0 % (37.6 to 96.4)", "1.00", "21.9")]
    assert view.answers.views.current == WRONG and listed(view) == [("3", "wrong")]
    assert not view.answers.views.button(FLIPPED).isEnabled()


def test_flipped_wrong_and_all_answers_are_listed(view):
    view.show_report(report_of(run_of("+++-?", "+--+-")))
    answers = view.answers
    assert answers.level.currentText() == "Q8_0" and answers.views.current == FLIPPED
    assert listed(view) == [("2", "lost"), ("3", "lost"), ("4", "won")]
    assert answers.sentence().startswith("Q8_0 flips 3 answers: 2 lost, 1 won.")
    answers.views.choose(WRONG)
    assert listed(view) == [("2", "lost"), ("3", "lost"), ("5", "wrong")]
    answers.views.choose(ALL)
    assert [number for number, _ in listed(view)] == ["1", "2", "3", "4", "5"]
    answers.level.setCurrentIndex(0)
    assert listed(view)[4] == ("5", "not judged")


def test_both_answers_to_a_question_are_shown_in_full(view):
    view.show_report(report_of(run_of("+++++", "-++++")))
    assert view.answers.detail() == ""
    view.answers.table.selectRow(0)
    assert view.answers.detail() == "What is 7 + 5?\n\nExpected: 12\n12\n13"


def test_what_is_looked_at_stays_while_answers_come(view):
    running = run_of("+++++", "-+-", state=JobState.RUNNING)
    view.show_report(report_of(running))
    view.answers.table.selectRow(1)
    view.show_report(report_of(run_of("+++++", "-+-+-", state=JobState.RUNNING)))
    assert listed(view) == [("1", "lost"), ("3", "lost"), ("5", "lost")]
    assert view.answers.table.chosen_row() == 1
    assert "Saturn" in view.answers.detail()
    view.show_report(report_of(replace(run_of("+++++", "+++++"), id=9)))
    assert view.answers.detail() == "" and listed(view) == []


def test_a_level_that_has_answered_nothing_yet_waits_for_flips(view):
    view.show_report(report_of(run_of("+++++", "", state=JobState.RUNNING)))
    assert cells(view)[1] == ("Q8_0", "0 of 0", "", "", "", "", "", "")
    assert view.answers.views.current == FLIPPED and listed(view) == []
    view.show_report(report_of(run_of("+++++", "-", state=JobState.RUNNING)))
    assert listed(view) == [("1", "lost")]


def test_a_run_tells_how_far_it_is_and_can_be_cancelled(view, qtbot):
    view.begin()
    view.show_report(report_of(run_of("++", state=JobState.RUNNING)))
    view.strip.show_progress(JobProgress(0.5, "F16: question 3"), 20.0)
    assert view.strip.text() == "50 % · 20 s left · F16: question 3"
    with qtbot.waitSignal(view.strip.cancel_requested):
        view.strip.cancel_button.click()


def test_what_went_wrong_is_told_and_can_go_on(view, qtbot):
    view.show_report(report_of(troubled_run()))
    assert view.notes().splitlines()[1].startswith("Q4_K_M: llama.cpp stopped itself")
    assert view.model.rows()[2].wrong
    assert view.strip.text().startswith("Cancelled")
    with qtbot.waitSignal(view.strip.resume_requested):
        view.strip.resume_button.click()


def test_a_level_that_died_in_a_run_that_is_done_can_be_tried_again(view):
    view.show_report(report_of(replace(troubled_run(), state=JobState.DONE)))
    assert view.strip.isVisible() and view.strip.resume_button.isVisible()


def test_needles_are_a_heat_map_with_a_table_behind(view, qtbot):
    view.show_report(report_of(needle_run()))
    needle = view.needle
    assert needle.isVisible() and not view.answers.isVisible()
    grid = needle.chart.cells()
    assert len(grid) == 20 and [cell.share for cell in grid[8:12]] == [1.0, 1.0, 0.0, None]
    assert grid[10].words == "F16: at 50 % of 2048 tokens it found 0 %."
    assert grid[11].words == "F16: at 50 % of 4096 tokens nothing was tried."
    assert not needle.table.isVisible()
    needle.chart.activated.emit(10)
    assert needle.table.isVisible() and needle.table.chosen_row() == 2
    assert needle.model.rows()[2].cells == ("50 %", "100 %", "100 %", "0 %", "")
    needle.level.setCurrentIndex(1)
    assert [cell.share for cell in needle.chart.cells()[8:12]] == [1.0, 0.5, 0.0, None]


def test_a_picture_of_the_needles_is_saved(view, tmp_path: Path):
    view.show_report(report_of(needle_run()))
    view.needle.card.save(tmp_path / "a.svg")
    assert "Needles found" in (tmp_path / "a.svg").read_text()


@pytest.mark.parametrize(
    ("chosen", "path"),
    [("CSV (*.csv)", "/r/a.csv"), ("JSON (*.json)", "/r/a.json"), ("Markdown (*.md)", "/r/a.md")],
)
def test_a_report_is_asked_for(view, qtbot, monkeypatch, chosen: str, path: str):
    view.show_report(report_of(run_of("+++++")))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("/r/a", chosen))
    with qtbot.waitSignal(view.export_requested) as asked:
        view.export_button.click()
    assert asked.args == [Path(path)]


def test_the_way_back(view, qtbot):
    with qtbot.waitSignal(view.closed):
        view.back_button.click()
