from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from desktop.domain.job import JobProgress, JobState
from desktop.ui.compare.result_view import ResultView
from tests.helpers.comparison_data import (
    MEMORY,
    comparison,
    report,
    troubled,
    with_row,
)


@pytest.fixture
def view(icons, theme, qtbot) -> ResultView:
    made = ResultView(icons, MEMORY)
    qtbot.addWidget(made)
    made.resize(1000, 1800)
    made.show()
    return made


def faded(view: ResultView) -> list[str]:
    return [point.name for point in view.charts.scatter.points() if point.faded]


def chosen(view: ResultView) -> list[str]:
    return [point.name for point in view.charts.scatter.points() if point.chosen]


def test_a_finished_comparison_speaks_for_a_level(view):
    view.show_report(report())
    assert view.advice.text().startswith("Use Q6_K: it keeps ")
    assert chosen(view) == ["Q6_K"]
    assert [bar.name for bar in view.charts.speed.rows() if bar.chosen] == ["Q6_K"]
    assert [row.name for row in view.charts.spread.rows() if row.chosen] == ["Q6_K"]
    assert not view.strip.isVisible()


def test_the_slowest_speed_moves_the_recommendation_at_once(view, qtbot):
    view.show_report(report())
    view.advice.slowest._box.setValue(9.0)
    assert view.advice.text().startswith("Use Q4_K_M")
    assert chosen(view) == ["Q4_K_M"]
    assert faded(view) == ["Q8_0", "Q6_K", "Q5_K_M"]
    view.advice.slowest._box.setValue(50.0)
    assert view.advice.text().startswith("None of these levels suits this machine.")
    assert chosen(view) == []


def test_the_memory_left_free_moves_it_too(view):
    view.show_report(report())
    view.advice.free._box.setValue(10.0)
    assert view.advice.text().startswith("Use Q4_K_M")
    assert view.charts.scatter.limit_shown
    assert "some more of memory" in view.charts.cards[0].caption()


def test_a_limit_far_away_is_told_instead_of_drawn(view):
    view.show_report(report())
    assert not view.charts.scatter.limit_shown
    assert "far below the 14.0 GB" in view.charts.cards[0].caption()


def test_wishes_stay_while_results_come(view):
    view.show_report(report(comparison(state=JobState.RUNNING, chunks=4, runs=1)))
    view.advice.slowest._box.setValue(9.0)
    view.show_report(report())
    assert view.advice.wishes().slowest == 9.0
    assert view.advice.text().startswith("Use Q4_K_M")


def test_while_nothing_was_timed_there_is_no_advice(view):
    view.show_report(report(comparison(state=JobState.RUNNING, chunks=3, runs=0)))
    assert not view.advice.isVisible()
    assert view.strip.cancel_button.isVisible()
    assert not view.strip.resume_button.isVisible()
    assert view.charts.scatter.count() == 5
    assert not view.charts.cards[1].isVisible()


def test_at_the_very_beginning_there_are_only_names(view):
    view.begin()
    view.show_report(report(comparison(state=JobState.RUNNING, chunks=0, runs=0)))
    assert not view.charts.isVisible()
    assert view.strip.text() == "It begins…"
    assert view.table.model.rowCount() == 7


def test_progress_is_told(view):
    view.show_report(report(comparison(state=JobState.RUNNING, chunks=3, runs=0)))
    view.strip.show_progress(JobProgress(0.344, "Chunk 4 of 8: Q6_K"), 130.0)
    assert view.strip.text() == "34 % · 2 min left · Chunk 4 of 8: Q6_K"
    view.show_report(report(comparison(state=JobState.RUNNING, chunks=4, runs=0)))
    assert view.strip.text() == "34 % · 2 min left · Chunk 4 of 8: Q6_K"
    assert view.strip.bar.value() == 344


@pytest.mark.parametrize("state", [JobState.CANCELLED, JobState.INTERRUPTED, JobState.FAILED])
def test_what_stopped_can_go_on(view, qtbot, state: JobState):
    whole = comparison(state=state, chunks=4, runs=0)
    if state is JobState.FAILED:
        whole = replace(whole, problem="The text is gone.", advice="Choose another.")
    view.show_report(report(whole))
    assert not view.strip.cancel_button.isVisible()
    assert ("The text is gone. Choose another." in view.strip.text()) is (state is JobState.FAILED)
    with qtbot.waitSignal(view.strip.resume_requested):
        view.strip.resume_button.click()


def test_rows_that_failed_say_so_and_are_in_no_chart(view):
    view.show_report(report(troubled()))
    said = view.table.problems()
    assert "Q5_K_M: The engine stopped unexpectedly (signal 6)." in said
    assert "Q3_K_M: The disk is full. Free some space, then go on." in said
    assert "Q4_K_M computed what is no number" in view.notes()
    assert [point.name for point in view.charts.scatter.points()] == ["Q8_0"]
    assert view.advice.text().startswith("Use Q8_0")
    assert view.strip.resume_button.isVisible()  # they are tried again


def test_all_levels_failed(view):
    whole = comparison(("Q8_0",))
    view.show_report(report(with_row(whole, 1, problem="It crashed.", chunks={}, runs=())))
    assert view.advice.text() == "No level was measured to the end."
    assert not view.chat_button.isVisible()


def test_a_mark_in_a_chart_leads_to_its_row(view, qtbot):
    view.show_report(report(troubled()))
    view.charts.speed.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(view.charts.speed, Qt.Key.Key_End)
    qtbot.keyClick(view.charts.speed, Qt.Key.Key_Return)
    assert [index.row() for index in view.table.table.selectionModel().selectedRows()] == [3]


def test_one_can_chat_with_the_recommended_level_if_it_is_there(view, qtbot, tmp_path: Path):
    path = tmp_path / "m-Q6_K.gguf"
    path.write_bytes(b"x")
    view.show_report(report())
    assert not view.chat_button.isVisible()  # it was removed
    view.show_report(report(with_row(comparison(), 2, path=path)))
    assert view.chat_button.text() == "Chat with Q6_K"
    with qtbot.waitSignal(view.chat_requested) as told:
        view.chat_button.click()
    assert told.args == [path]


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [("/r/a.md", "", "/r/a.md"), ("/r/a", "CSV (*.csv)", "/r/a.csv"), ("/r/a", "", "/r/a.md"),
     ("/r/a", "JSON (*.json)", "/r/a.json"), ("/r/a.json", "CSV (*.csv)", "/r/a.json")],
)  # fmt: skip
def test_a_report_is_asked_for(view, qtbot, monkeypatch, name, kind, expected):
    view.show_report(report())
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (name, kind))
    with qtbot.waitSignal(view.export_requested) as told:
        view.export_button.click()
    assert told.args == [Path(expected)]


def test_a_chart_is_saved_and_what_went_wrong_is_told(view, monkeypatch, tmp_path: Path):
    view.show_report(report())
    for card, kind in zip(view.charts.cards, ("png", "svg", "png"), strict=True):
        answer = (str(tmp_path / f"{id(card)}"), f"{kind.upper()} (*.{kind})")
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, answer=answer: answer)
        card.save_button.click()
    assert sorted(Path(name).suffix for name in os.listdir(tmp_path)) == [".png", ".png", ".svg"]
    card = view.charts.cards[0]
    card.save(tmp_path / "not there" / "a.png")
    assert "cannot be written" in card.problem()
    card.save(tmp_path / "a.png")
    assert not card.problem()


def test_the_columns_are_chosen(view):
    view.show_report(report())
    table = view.table.table
    shown = [n for n in range(13) if not table.isColumnHidden(n)]
    view.table.views.button(1).click()
    assert [n for n in range(13) if not table.isColumnHidden(n)] != shown


def test_the_table_is_copied_with_its_headings(view, qtbot):
    view.show_report(report())
    qtbot.keyClick(view.table.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[0] == "Level"
    assert len(lines) == 8


def test_what_it_takes_to_repeat_it_unfolds(view):
    view.show_report(report())
    view.facts_fold.button.click()
    assert "Processor\tAMD Ryzen 7 7840U" in view.facts.as_text()
    rows = sum(view.facts.rowHeight(row) for row in range(view.facts.rowCount()))
    assert view.facts.isVisible()
    assert view.facts.height() > rows > 0


def test_the_sliders_stand_below_each_other_where_there_is_no_room(view, qtbot):
    view.show_report(report())
    view.resize(420, 900)
    qtbot.waitUntil(lambda: view.advice.slowest.y() > view.advice.free.y())
    assert view.widget().width() <= view.viewport().width()


def test_a_recommended_level_that_is_not_there_can_be_made(view, qtbot, tmp_path: Path):
    base = tmp_path / "base.gguf"
    base.write_bytes(b"")
    view.show_report(report(comparison(base=base)))
    assert view.make_button.isVisible() and view.make_button.text() == "Make Q6_K…"
    with qtbot.waitSignal(view.make_requested) as told:
        view.make_button.click()
    assert told.args == [base]
    base.unlink()
    view.show_report(report(comparison(base=base)))
    assert not view.make_button.isVisible()


def test_nobody_is_sent_to_a_file_that_is_going_to_be_removed(view, tmp_path: Path):
    base, made = tmp_path / "base.gguf", tmp_path / "made.gguf"
    for path in (base, made):
        path.write_bytes(b"")
    one = with_row(comparison(base=base, state=JobState.RUNNING), 2, path=made)
    view.show_report(report(one))
    assert view.make_button.isVisible() and not view.chat_button.isVisible()
    for kept in ({"folder": tmp_path}, {"files": (made,)}):
        view.show_report(report(replace(one, request=replace(one.request, **kept))))
        assert view.chat_button.isVisible() and not view.make_button.isVisible()
