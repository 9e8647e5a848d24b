from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.ui.widgets.segmented import Segmented


def test_one_is_chosen_by_mouse_and_arrow_keys(qtbot):
    switch = Segmented("View", ["Here", "There"])
    qtbot.addWidget(switch)
    switch.show()
    switch.activateWindow()
    qtbot.waitUntil(switch.isActiveWindow)
    assert switch.current == 0
    with qtbot.waitSignal(switch.changed) as told:
        switch.button(1).click()
    assert told.args == [1]
    switch.button(1).setFocus()
    assert switch.button(1).hasFocus()
    with qtbot.waitSignal(switch.changed) as told:
        QTest.keyClick(switch.button(1), Qt.Key.Key_Left)
    assert told.args == [0]
    with qtbot.assertNotEmitted(switch.changed):
        switch.choose(0)


def test_more_can_be_added(qtbot):
    switch = Segmented("What to show", [])
    qtbot.addWidget(switch)
    assert [switch.add("Levels"), switch.add("Tasks")] == [0, 1]
    assert switch.current == 0
    with qtbot.waitSignal(switch.changed) as told:
        switch.choose(1)
    assert told.args == [1]
