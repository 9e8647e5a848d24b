"""Banner, undo bar and find bar."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolButton, QWidget

from desktop.ui.widgets.banner import Banner, Notice
from desktop.ui.widgets.find_bar import FindBar
from desktop.ui.widgets.undo_bar import UndoBar


@pytest.fixture
def banner(icons, qtbot) -> Banner:
    made = Banner(icons)
    qtbot.addWidget(made)
    return made


def text(banner: Banner) -> str:
    return "" if banner.isHidden() else banner.findChild(QLabel).text()


def test_notices_wait_for_their_turn(banner):
    assert text(banner) == ""
    banner.show_notice(Notice("One", "error"))
    banner.show_notice(Notice("Two", "warning"))
    assert text(banner) == "One"
    banner.close_notice()
    assert text(banner) == "Two"
    assert banner.property("level") == "warning"
    banner.close_notice()
    assert text(banner) == ""


def test_what_went_wrong_does_not_wait_for_what_went_well(banner):
    banner.show_notice(Notice("written"))
    banner.show_notice(Notice("newer"))
    banner.show_notice(Notice("engine ended", "error"))
    banner.show_notice(Notice("disk full", "error"))
    banner.show_notice(Notice("nearly full", "warning"))
    shown = []
    while banner.notice is not None:
        shown.append(banner.notice.text)
        banner.close_notice()
    assert shown == ["engine ended", "disk full", "nearly full", "written", "newer"]


def test_a_notice_with_the_same_key_is_replaced(banner):
    banner.show_notice(Notice("One", key="engine"))
    banner.show_notice(Notice("One again", key="engine"))
    assert text(banner) == "One again"
    banner.show_notice(Notice("Other", key="disk"))
    banner.show_notice(Notice("Other again", key="disk"))
    banner.close_notice()
    assert text(banner) == "Other again"
    banner.close_notice()
    assert text(banner) == ""


def test_what_is_no_longer_so_is_taken_back(banner):
    banner.show_notice(Notice("One", key="engine"))
    banner.show_notice(Notice("Two", key="disk"))
    banner.withdraw("disk")
    banner.withdraw("engine")
    assert banner.notice is None
    assert text(banner) == ""


def test_a_button_closes_and_acts(banner):
    done = []
    actions = (
        ("Restart", lambda: done.append("restart")),
        ("Details", lambda: done.append("more")),
    )
    banner.show_notice(Notice("Stopped", "error", actions))
    assert [b.text() for b in banner._buttons] == ["Restart", "Details"]
    banner._buttons[1].click()
    assert done == ["more"]
    assert banner.notice is None
    banner.show_notice(Notice("Plain"))
    assert all(button.isHidden() for button in banner._buttons)


def test_an_action_may_show_the_next_notice(banner):
    again = (("Again", lambda: banner.show_notice(Notice("Second"))),)
    banner.show_notice(Notice("First", actions=again))
    banner._buttons[0].click()
    assert text(banner) == "Second"


@pytest.fixture
def undo(qtbot) -> UndoBar:
    window = QWidget()
    edit = QLineEdit(window)
    made = UndoBar(window, shown_ms=200)
    qtbot.addWidget(window)
    window.show()
    edit.setFocus()
    yield made


def test_undo_once(undo, qtbot):
    undo.show_message("Conversation deleted")
    assert undo.is_offering
    with qtbot.waitSignal(undo.undone):
        undo.button.click()
    assert not undo.is_offering
    with qtbot.assertNotEmitted(undo.undone):
        undo.undo()


def test_the_offer_expires(undo, qtbot):
    with qtbot.waitSignal(undo.expired):
        undo.show_message("Conversation deleted")
    assert not undo.is_offering


def test_a_newer_offer_takes_the_place_of_the_older(undo, qtbot):
    undo.show_message("One")
    with qtbot.assertNotEmitted(undo.expired):
        undo.show_message("Two")
    assert undo.is_offering
    assert undo.accessibleName() == "Two"


def test_the_time_stands_still_under_the_pointer(undo, qtbot):
    undo.show_message("One")
    QApplication.sendEvent(undo, QEnterEvent(QPointF(), QPointF(), QPointF()))
    with qtbot.assertNotEmitted(undo.expired, wait=400):
        pass
    with qtbot.waitSignal(undo.expired):
        QApplication.sendEvent(undo, QEvent(QEvent.Type.Leave))


def test_the_offer_stays_while_its_button_has_the_focus(undo, qtbot):
    undo.window().activateWindow()
    qtbot.waitUntil(undo.window().isActiveWindow)
    undo.show_message("One")
    undo.button.setFocus()
    with qtbot.assertNotEmitted(undo.expired, wait=500):
        pass


@pytest.fixture
def find(icons, qtbot) -> FindBar:
    made = FindBar(icons)
    qtbot.addWidget(made)
    made.open_bar()
    return made


def test_finding_while_typing(find, qtbot):
    told = []
    find.find_changed.connect(told.append)
    QTest.keyClicks(find.edit, "mill")
    qtbot.waitUntil(lambda: told == ["mill"])


def test_enter_looks_now_and_then_goes_on(find, qtbot):
    QTest.keyClicks(find.edit, "mill")
    with qtbot.waitSignal(find.find_changed) as told:
        QTest.keyClick(find.edit, Qt.Key.Key_Return)
    assert told.args == ["mill"]
    with qtbot.waitSignal(find.next_requested):
        QTest.keyClick(find.edit, Qt.Key.Key_Return)
    with qtbot.waitSignal(find.previous_requested):
        QTest.keyClick(find.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)


def test_escape_closes_and_clears_the_marks(find, qtbot):
    with qtbot.waitSignals([find.closed, find.find_changed]):
        QTest.keyClick(find.edit, Qt.Key.Key_Escape)
    assert find.isHidden()


def test_what_is_not_there_is_said(find):
    steps = [b for b in find.findChildren(QToolButton) if "match" in b.accessibleName()]
    QTest.keyClicks(find.edit, "mill")
    find.set_found(True)
    assert all(step.isEnabled() for step in steps)
    find.set_found(False)
    assert "Not found" in [label.text() for label in find.findChildren(QLabel)]
    assert not any(step.isEnabled() for step in steps)
    find.edit.clear()
    find.set_found(False)
    assert "Not found" not in [label.text() for label in find.findChildren(QLabel)]
