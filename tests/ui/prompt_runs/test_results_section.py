"""What became of a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox

from desktop.core.prompt_run_report import PromptRunReport
from desktop.domain.job import JobState
from desktop.domain.prompt_run import Place, RunModel
from desktop.ui.formats import time_ago
from desktop.ui.prompt_runs.results_section import ResultsSection
from tests.helpers.prompt_runs_data import NOON, STARTER, TODAY, report


@pytest.fixture
def section(icons, theme, qtbot) -> ResultsSection:
    made = ResultsSection(icons)
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    return made


def test_the_newest_run_is_asked_for_and_one_that_is_shown_stays(section, qtbot) -> None:
    newest, older = report(number=9), report(number=7)
    with qtbot.waitSignal(section.open_requested) as opened:
        section.set_runs([newest.run, older.run], TODAY)
    assert opened.args == [9]
    section.show_report(newest)
    section.runs.activated.emit(1)
    section.show_report(newest)  # answers of a run that goes on, and is not looked at
    section.show_report(older)
    assert section.run.id == 7
    with qtbot.assertNotEmitted(section.open_requested):
        section.set_runs([newest.run, older.run], TODAY)
    assert section.runs.currentIndex() == 1
    when = time_ago(NOON, TODAY)
    assert section.runs.itemText(1) == f"{when} · Version 2, Version 3 · 4 cases · 2 models"
    with qtbot.waitSignal(section.open_requested) as opened:
        section.runs.activated.emit(0)
    assert opened.args == [9]


def test_the_sentence_and_what_changed(section) -> None:
    section.show_report(report(models=(STARTER,)))
    assert section.summary.text() == (
        "Version 3 passes 2 of 3; version 2 passed 2: 1 mended, 1 broken."
    )
    assert section.change.text() == "Broken: Praise\nMended: Stars"
    assert not section.problems.isVisible() and not section.resume_button.isVisible()


def test_a_cell_shows_its_answer_which_stays_while_others_come(section) -> None:
    section.show_report(report(JobState.RUNNING, answered=5))
    assert section._hint.isVisible() and not section.answer.isVisible()
    section.table.choose(Place(33, 0, 0))
    assert section.answer.heading.text() == f"Broken · Version 3 · {STARTER.stem}"
    assert section.answer.text.toPlainText() == "It is negative."
    section.show_report(report(JobState.RUNNING, answered=6))
    assert section.answer.isVisible() and not section._hint.isVisible()
    section.follow_next()
    section.set_runs([report(number=99).run], TODAY)
    section.show_report(report(number=99))
    assert section.run.id == 99 and not section.answer.isVisible()


def test_the_keyboard_reads_cells_too(section, qtbot) -> None:
    section.show_report(report())
    section.table.setFocus()
    section.table.setCurrentIndex(section.table.model().index(0, 0))
    qtbot.keyClick(section.table, Qt.Key.Key_Right)
    assert section.answer.heading.text().startswith("Broken · Version 2")
    qtbot.keyClick(section.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("Case\tVersion 2")


def test_votes_are_counted(section) -> None:
    section.show_report(report(samples=5))
    section.table.choose(Place(32, 0, 0))
    assert section.answer.votes.text().splitlines() == [
        "4 of 5 answers agree; this is the first of them.",
        "4 ×  It is negative.",
        "1 ×  I cannot say",
    ]
    section.show_report(report())
    section.table.choose(Place(32, 0, 0))
    assert not section.answer.votes.isVisible()


def test_a_run_that_stopped_can_go_on_and_says_what_went_wrong(section, qtbot) -> None:
    stopped = report(JobState.CANCELLED, answered=3).run
    broken = (RunModel(STARTER, "It died.", "Try again."), *stopped.models[1:])
    section.show_report(PromptRunReport("x", replace(stopped, models=broken)))
    assert section.problems.text() == f"{STARTER.stem}: It died. Try again."
    with qtbot.waitSignal(section.resume_requested) as resumed:
        section.resume_button.click()
    assert resumed.args[0].id == stopped.id


def test_a_run_is_deleted_after_asking_but_not_one_that_goes_on(section, qtbot) -> None:
    section.show_report(report(JobState.RUNNING, answered=1))
    assert not section.remove_button.isEnabled()
    section.show_report(report())
    section.remove_button.click()
    box = section.findChild(QMessageBox)
    (delete,) = [one for one in box.buttons() if one.text() == "Delete"]
    with qtbot.waitSignal(section.remove_requested) as removed:
        delete.click()
    assert removed.args[0].id == 7


@pytest.mark.parametrize(
    ("name", "kind", "written"),
    [
        ("/a/b", "Markdown (*.md)", "/a/b.md"),
        ("/a/b", "CSV (*.csv)", "/a/b.csv"),
        ("/a/b.csv", "Markdown (*.md)", "/a/b.csv"),
    ],
)
def test_the_report_is_saved_where_a_person_wants(
    section, qtbot, monkeypatch, name, kind, written
) -> None:
    shown = report()
    section.show_report(shown)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (name, kind))
    with qtbot.waitSignal(section.export_requested) as asked:
        section.export_button.click()
    assert asked.args == [shown, Path(written)]
    section.show_saved(Path("/somebody/elses.md"))
    assert not section.saved.isVisible()
    section.show_saved(Path(written))
    assert section.saved.isVisibleTo(section) and written in section.saved.text()
    section.begin()
    assert not section.saved.isVisibleTo(section)
