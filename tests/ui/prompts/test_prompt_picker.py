from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.ui.prompts.prompt_picker import PromptPicker
from tests.helpers.prompts_page_data import hits


def test_a_prompt_is_searched_and_chosen(icons, theme, qtbot):
    picker = PromptPicker(icons)
    qtbot.addWidget(picker)
    picker.show()
    with qtbot.waitSignal(picker.wanted) as told:
        QTest.keyClicks(picker.search, "s")
    assert told.args == ["s"]
    picker.set_hits("", hits())  # of an older question
    assert picker.model.rowCount() == 0
    picker.set_hits("s", hits())
    QTest.keyClick(picker.search, Qt.Key.Key_Down)
    assert picker.focusWidget() is picker.list
    with qtbot.waitSignal(picker.chosen) as chosen:
        QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert chosen.args[0].title == "Summarise"
    assert not picker.isVisible()


def test_nothing_is_chosen_where_nothing_fits(icons, theme, qtbot):
    picker = PromptPicker(icons)
    qtbot.addWidget(picker)
    picker.show()
    picker.set_hits("", [])
    with qtbot.assertNotEmitted(picker.chosen):
        picker.choose_button.click()
    assert picker.isVisible()
