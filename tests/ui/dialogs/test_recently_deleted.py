from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop.domain.errors import InvalidInput
from desktop.domain.recently_deleted import DeletedKind
from desktop.ui.dialogs import recently_deleted
from desktop.ui.dialogs.recently_deleted import RecentlyDeletedDialog
from tests.helpers.deletion_data import FakeRecentlyDeleted, deletion, deletions

KEY = Qt.Key


@pytest.fixture
def shown(qtbot, theme) -> SimpleNamespace:
    controller = FakeRecentlyDeleted()
    dialog = RecentlyDeletedDialog(controller, None)
    qtbot.addWidget(dialog)
    dialog.show()
    controller.listed.emit(deletions())
    return SimpleNamespace(dialog=dialog, table=dialog.table, controller=controller)


def rows(shown: SimpleNamespace) -> list[list[str]]:
    model = shown.table.model()
    columns = range(model.columnCount())
    return [[model.index(row, c).data() for c in columns] for row in range(model.rowCount())]


def chosen(shown: SimpleNamespace) -> list[int]:
    return sorted(index.row() for index in shown.table.selectionModel().selectedRows())


def answer(shown: SimpleNamespace, role: QMessageBox.ButtonRole) -> str:
    """Press the button of this role in the question that is asked. Returns the question."""
    box = shown.dialog.findChild(QMessageBox)
    text = box.text()
    next(each for each in box.buttons() if box.buttonRole(each) is role).click()
    return text


def test_everything_is_told_of_what_was_deleted(shown, monkeypatch):
    class Today:
        @staticmethod
        def today():
            return recently_deleted_day

    recently_deleted_day = recently_deleted.date(2026, 6, 2)
    monkeypatch.setattr(recently_deleted, "date", Today)
    assert shown.controller.names() == ["refresh"]
    assert rows(shown) == [
        ["How rye is ground, and why it is ground so slowly", "Conversation", "today",
         "in 30 days"],
        ["Summarize a meeting", "Prompt", "yesterday", "in 29 days"],
        ["New conversation", "Conversation", "yesterday", "in 29 days"],
        ["Questions our support gets", "Task set", "6 days ago", "in 24 days"],
        ["Names of old mills", "Conversation", "29 days ago", "tomorrow"],
    ]  # fmt: skip
    tip = shown.table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "gone for good" in tip


def test_enter_restores_what_is_chosen(shown):
    assert chosen(shown) == [0]
    QTest.keyClick(shown.table, KEY.Key_Down)
    QTest.keyClick(shown.table, KEY.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(shown.table, KEY.Key_Return)
    assert shown.controller.last("restore") == (deletions()[1:3], shown.dialog)
    shown.dialog.restore_button.click()
    assert shown.controller.names().count("restore") == 2


def test_a_row_that_is_clicked_twice_is_restored(shown):
    where = shown.table.visualRect(shown.table.model().index(3, 0)).center()
    QTest.mouseClick(shown.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    QTest.mouseDClick(shown.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert shown.controller.last("restore") == (deletions()[3:4], shown.dialog)


def test_a_conversation_that_came_back_is_opened(shown, qtbot):
    told = deletions()
    with qtbot.assertNotEmitted(shown.dialog.conversation_restored):
        shown.controller.restored.emit(told[1:2], shown.dialog)
        shown.controller.restored.emit(told, shown.controller)  # by another window
    assert shown.dialog.isVisible()
    with qtbot.waitSignal(shown.dialog.conversation_restored) as opened:
        shown.controller.restored.emit(told[1:], shown.dialog)
    assert opened.args == [7]
    assert not shown.dialog.isVisible()


def test_deleting_now_asks_first(shown):
    shown.dialog.delete_button.click()
    asked = answer(shown, QMessageBox.ButtonRole.RejectRole)
    assert asked == "Delete “How rye is ground, and why it is ground so slowly” for good?"
    assert "delete_now" not in shown.controller.names()
    QApplication.sendPostedEvents(None, 0)
    QTest.keyClick(shown.table, KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(shown.table, KEY.Key_Delete)
    boxes = [box for box in shown.dialog.findChildren(QMessageBox) if box.isVisible()]
    assert [box.text() for box in boxes] == ["Delete 5 entries for good?"]
    assert boxes[0].defaultButton() is boxes[0].button(QMessageBox.StandardButton.Cancel)
    role = QMessageBox.ButtonRole.DestructiveRole
    next(each for each in boxes[0].buttons() if boxes[0].buttonRole(each) is role).click()
    assert shown.controller.last("delete_now") == (deletions(),)


def test_the_cursor_stays_where_it_was(shown):
    shown.table.selectRow(2)
    newer = deletion(DeletedKind.PROMPT, 12, "Newer", 0)
    shown.controller.listed.emit([newer, *deletions()])
    assert chosen(shown) == [3]
    rest = [newer, *deletions()[:2], *deletions()[3:]]
    shown.controller.listed.emit(rest)  # the one that was chosen is gone
    assert chosen(shown) == [3]
    shown.controller.listed.emit(rest[:2])
    assert chosen(shown) == [1]
    swapped = [deletions()[0], newer]
    shown.controller.listed.emit(swapped)  # as many as before, but others
    assert chosen(shown) == [0] and rows(shown)[0][0].startswith("How rye")


def test_what_is_chosen_stays_so_when_nothing_changed(shown):
    shown.table.selectAll()
    shown.controller.listed.emit(deletions())
    assert chosen(shown) == [0, 1, 2, 3, 4]


def test_without_anything_there_is_nothing_to_do(shown):
    shown.controller.listed.emit([])
    assert shown.dialog.findChild(type(shown.table)).isHidden()
    assert not shown.dialog.restore_button.isEnabled()
    assert not shown.dialog.delete_button.isEnabled()
    assert shown.dialog.focusWidget() is shown.dialog.close_button
    shown.controller.listed.emit(deletions())
    assert shown.table.isVisible() and shown.dialog.restore_button.isEnabled()


def test_what_went_wrong_is_said_until_something_else_is_tried(shown):
    shown.controller.failed.emit(InvalidInput("This prompt is no longer there."))
    assert shown.dialog.problem() == "This prompt is no longer there."
    shown.controller.listed.emit(deletions()[:2])
    assert shown.dialog.problem()
    shown.dialog.restore_button.click()
    assert shown.dialog.problem() == ""


def test_ten_thousand_rows_are_made_as_they_come_into_sight(shown, monkeypatch, qtbot):
    many = [deletion(DeletedKind.PROMPT, n, f"Prompt {n}", n % 30) for n in range(10_000)]
    made: list[int] = []
    row = RecentlyDeletedDialog._row
    monkeypatch.setattr(
        RecentlyDeletedDialog, "_row", lambda self, place: made.append(place) or row(self, place)
    )
    shown.controller.listed.emit(many)
    qtbot.waitUntil(lambda: bool(made))
    assert shown.table.model().rowCount() == 10_000
    assert len(set(made)) < 200
