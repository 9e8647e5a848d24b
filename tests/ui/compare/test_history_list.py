from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from desktop.ui.compare.history_list import SHOWN, HistoryLine, HistoryList

LINES = [HistoryLine(n, f"model {n}", "today · Done", resume=n == 9) for n in (9, 8, 7, 6, 5, 4)]


@pytest.fixture
def history(icons, theme, qtbot) -> HistoryList:
    made = HistoryList(icons)
    qtbot.addWidget(made)
    made.set_lines(LINES)
    made.show()
    return made


def test_the_newest_are_shown_and_the_others_unfold(history):
    assert sum(row.isVisible() for row in history.rows) == SHOWN
    assert history.all_button.text() == "Show 2 more"
    history.all_button.click()
    assert all(row.isVisible() for row in history.rows)
    assert not history.all_button.isVisible()


def test_the_buttons_of_a_row_are_never_windows_of_their_own(history, windows):
    history.set_lines(LINES[:1])
    assert history.rows[0].resume_button.isVisible()
    assert windows == []


def test_a_row_is_opened_and_goes_on(history, qtbot):
    with qtbot.waitSignal(history.open_requested) as told:
        history.rows[1].open_button.click()
    assert told.args == [8]
    assert not history.rows[1].resume_button.isVisible()
    with qtbot.waitSignal(history.resume_requested) as told:
        history.rows[0].resume_button.click()
    assert told.args == [9]


def test_deleting_asks_once(history, qtbot):
    row = history.rows[2]
    row.remove_button.click()
    box = row.findChild(QMessageBox)
    assert "model 7" in box.text()
    delete = next(button for button in box.buttons() if button.text() == "Delete")
    with qtbot.waitSignal(history.remove_requested) as told:
        delete.click()
    assert told.args == [7]


def test_deleting_can_be_called_off(history, qtbot):
    row = history.rows[2]
    row.remove_button.click()
    with qtbot.assertNotEmitted(history.remove_requested):
        row.findChild(QMessageBox).reject()


def test_what_runs_is_not_deleted(history):
    history.set_lines([HistoryLine(9, "model", "Runs", remove=False)])
    assert not history.rows[0].remove_button.isVisible()


def test_buttons_name_their_comparison(history):
    assert history.rows[1].open_button.accessibleName() == "Open model 8, today · Done"
    assert "model 8" in history.rows[1].remove_button.accessibleName()


def test_the_same_list_again_keeps_the_rows(history):
    before = list(history.rows)
    history.set_lines(list(LINES))
    assert history.rows == before


def test_the_tab_key_goes_down_the_list(history, qtbot):
    history.rows[0].open_button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(history.rows[0].open_button, Qt.Key.Key_Tab)
    assert history.rows[0].remove_button.hasFocus()
    qtbot.keyClick(history.rows[0].remove_button, Qt.Key.Key_Tab)
    assert history.rows[1].open_button.hasFocus()


def test_the_delete_key_asks_too(history, qtbot):
    history.set_lines([*LINES[:1], HistoryLine(3, "running", "today", remove=False)])
    history.activateWindow()
    qtbot.waitUntil(history.isActiveWindow)
    for row, asks in zip(history.rows, (True, False), strict=True):
        qtbot.waitUntil(row.open_button.isVisible)
        row.open_button.setFocus()
        QTest.keyClick(row.open_button, Qt.Key.Key_Delete)
        assert (row.findChild(QMessageBox) is not None) is asks
        for box in row.findChildren(QMessageBox):
            box.reject()
