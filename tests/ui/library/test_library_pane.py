from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QToolButton

from desktop.ui.library.library_pane import LibraryPane
from desktop.ui.library.model_panel import ModelPanel
from tests.helpers.models_page_data import entry, library

QWEN = library()[1]


@pytest.fixture
def pane(icons, qtbot) -> LibraryPane:
    made = LibraryPane(icons, ModelPanel(icons))
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    return made


@pytest.fixture
def filled(pane) -> LibraryPane:
    pane.set_entries(library())
    return pane


def test_no_models_lead_to_some(pane, qtbot, monkeypatch):
    assert pane.empty.isVisible()
    assert not pane.list.isVisible()
    with qtbot.waitSignal(pane.find_requested):
        pane.empty.button.click()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "/home/ada/models")
    with qtbot.waitSignal(pane.folder_added) as told:
        pane.empty._suggestions[1].click()
    assert told.args == [Path("/home/ada/models")]


def test_files_can_be_added(filled, qtbot, monkeypatch):
    names = ["/a.gguf", "/b.gguf"]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (names, ""))
    with qtbot.waitSignals([filled.file_added] * 2):
        filled.add_file.click()
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([], ""))
    with qtbot.assertNotEmitted(filled.file_added):
        filled.add_file.click()


def test_choosing_a_model_opens_its_page_beside_the_list(filled, qtbot):
    assert not filled.panel.isVisible()
    with qtbot.waitSignal(filled.model_chosen) as told:
        filled.choose(QWEN.path)
    assert told.args == [QWEN.path]
    assert filled.panel.isVisible()
    assert filled.panel.x() > filled.list.x()
    with qtbot.waitSignal(filled.model_chosen) as told:
        filled.panel.closed.emit()
    assert told.args == [None]
    assert not filled.panel.isVisible()


def test_arrow_keys_go_through_the_list_and_enter_chats(filled, qtbot):
    QTest.keyClick(filled.filter, Qt.Key.Key_Down)
    with qtbot.waitSignals([filled.model_chosen] * 2):
        QTest.keyClick(filled.list, Qt.Key.Key_Down)
        QTest.keyClick(filled.list, Qt.Key.Key_Down)
    shown = filled.panel.path
    with qtbot.waitSignal(filled.panel.chat_requested) as told:
        QTest.keyClick(filled.list, Qt.Key.Key_Return)
    assert told.args == [shown]


def test_the_page_lies_below_where_it_is_narrow(filled, qtbot):
    def place() -> tuple[int, int]:
        return filled.panel.mapTo(filled, filled.panel.rect().topLeft()).toTuple()

    filled.choose(QWEN.path)
    filled.resize(420, 900)
    qtbot.waitUntil(lambda: place()[0] == 0 and place()[1] > 100)
    filled.resize(900, 700)
    qtbot.waitUntil(lambda: place()[0] > 300)


def test_the_chosen_one_stays_when_the_list_is_told_again(filled, qtbot):
    filled.choose(QWEN.path)
    newer = [replace(one, last_used_at=one.last_used_at + 5) for one in library()]
    with qtbot.assertNotEmitted(filled.model_chosen):
        filled.set_entries(newer)
    assert filled.list.currentIndex().data() == QWEN.name
    assert filled.panel.isVisible()


def test_the_list_stays_where_it_was_scrolled_to(pane, qtbot):
    many = [entry(f"model-{n:03}", "Q4_0", 10**9, 4.5) for n in range(300)]
    pane.set_entries(many)
    pane.choose(many[0].path)
    bar = pane.list.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 4000)
    bar.setValue(4000)
    before = bar.maximum()
    pane.set_entries([*many, entry("zzz", "Q4_0", 10**9, 4.5)])
    qtbot.waitUntil(lambda: bar.maximum() > before)
    assert bar.value() == 4000


def test_a_page_closes_when_its_model_is_gone(filled, qtbot):
    filled.choose(QWEN.path)
    with qtbot.waitSignal(filled.model_chosen) as told:
        filled.set_entries([one for one in library() if one.path != QWEN.path])
    assert told.args == [None]
    assert not filled.panel.isVisible()


def test_filtering_and_counting(filled, qtbot):
    assert filled._summary.text().startswith("9 models, ")
    filled.filter.setText("ollama")
    qtbot.waitUntil(lambda: filled.model.rowCount() == 1)
    assert filled._summary.text() == "1 model, 6.8 GB"
    filled.filter.setText("nothing like it")
    qtbot.waitUntil(lambda: filled._nothing.isVisible())
    filled.filter.clear()
    qtbot.waitUntil(lambda: filled.model.rowCount() == 9)
    assert not filled._nothing.isVisible()


def test_a_filter_that_hides_the_chosen_one_keeps_its_page(filled, qtbot):
    filled.choose(QWEN.path)
    filled.filter.setText("ollama")
    qtbot.waitUntil(lambda: filled.model.rowCount() == 1)
    assert filled.panel.isVisible()
    assert filled.panel.path == QWEN.path


def test_another_order(filled):
    filled.order.setCurrentIndex(2)
    assert filled.list.model().index(0, 0).data() == "gemma-3-12b-it Q4_0"


def test_added_folders_can_be_removed(filled, qtbot):
    assert not filled._folders_fold.isVisible()
    filled.set_folders([Path("/home/ada/models")])
    assert filled._folders_fold.button.text() == "1 added folder"
    filled._folders_fold.set_open(True)
    remove = filled.folders.findChild(QToolButton)
    assert remove.accessibleName() == "Stop looking in /home/ada/models"
    with qtbot.waitSignal(filled.folder_removed) as told:
        remove.click()
    assert told.args == [Path("/home/ada/models")]
    filled.set_folders([])
    assert not filled._folders_fold.isVisible()


def test_rows_are_drawn_in_both_directions_and_marked(filled, theme, qtbot):
    filled.set_loaded([QWEN.path])
    before = filled.list.grab().toImage()
    filled.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qtbot.waitUntil(lambda: filled.list.grab().toImage() != before)


def test_escape_closes_the_models_page_and_goes_back_to_the_list(filled, qtbot):
    filled.choose(QWEN.path)
    assert [pane.isVisible() for pane in filled.panes()] == [False, True, True]
    with qtbot.waitSignal(filled.model_chosen) as told:
        QTest.keyClick(filled.panel.chat_button, Qt.Key.Key_Escape)
    assert told.args == [None]
    assert [pane.isVisible() for pane in filled.panes()] == [False, True, False]
    with qtbot.assertNotEmitted(filled.model_chosen):
        QTest.keyClick(filled.list, Qt.Key.Key_Escape)


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Up])
def test_the_first_row_can_be_reached_with_the_keyboard_alone(pane, qtbot, key):
    pane.set_entries([QWEN])
    current = QItemSelectionModel.SelectionFlag.NoUpdate  # as the Tab key makes it
    pane.list.selectionModel().setCurrentIndex(pane.model.index(0), current)
    with qtbot.waitSignal(pane.model_chosen) as told:
        QTest.keyClick(pane.list, key)
    assert told.args == [QWEN.path]


def test_enter_on_a_row_that_was_not_looked_at_chats_with_that_one(filled, qtbot):
    filled.choose(QWEN.path)
    filled.close_panel()
    current = QItemSelectionModel.SelectionFlag.NoUpdate  # as the Tab key makes it
    index = filled.model.index_of(library()[0].path)
    filled.list.selectionModel().setCurrentIndex(index, current)
    with qtbot.waitSignal(filled.panel.chat_requested) as told:
        QTest.keyClick(filled.list, Qt.Key.Key_Return)
    assert told.args == [library()[0].path]


def test_the_delete_key_does_what_the_button_of_the_model_does(filled, qtbot):
    removed = []
    filled.panel.remove_button.clicked.disconnect()
    filled.panel.remove_button.clicked.connect(lambda: removed.append(filled.panel.path))
    filled.activateWindow()
    qtbot.waitUntil(filled.isActiveWindow)
    filled.list.setFocus()
    QTest.keyClick(filled.list, Qt.Key.Key_Delete)  # none is chosen
    filled.choose(QWEN.path)
    QTest.keyClick(filled.list, Qt.Key.Key_Delete)
    assert removed == [QWEN.path]
    filled.panel.remove_button.hide()  # it is the starter model
    QTest.keyClick(filled.list, Qt.Key.Key_Delete)
    assert removed == [QWEN.path]


def test_an_arrow_key_leads_back_to_the_model_that_was_looked_at(filled):
    filled.choose(QWEN.path)
    row = filled.list.currentIndex().row()
    filled.panel.chat_button.setFocus()
    filled.close_panel()
    assert not filled.list.currentIndex().isValid()
    QTest.keyClick(filled.list, Qt.Key.Key_Down)
    assert filled.list.currentIndex().row() == row
    assert filled.panel.isVisible()
