from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.ui.dialogs.fitting import FittingDialog
from desktop.ui.main_window import MainWindow
from desktop.ui.prompts.drag import set_prompt_id
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.drop_overlay import DropOverlay


class Page(QWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        self.edits = [QLineEdit(f"{name} one"), QLineEdit(f"{name} two")]
        for edit in self.edits:
            column.addWidget(edit)


@pytest.fixture
def window(actions, theme, icons, qtbot) -> MainWindow:
    made = MainWindow(actions, theme, icons)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.add_page("chat", Page("Chat"), "Chat", "message-square")
    made.add_page("settings", Page("Settings"), "Settings", "settings")
    qtbot.addWidget(made)
    made.show()
    return made


def mime_of(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def enter(window: MainWindow, mime: QMimeData) -> bool:
    event = QDragEnterEvent(
        QPoint(50, 50), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    event.ignore()
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def page_button(window: MainWindow, text: str) -> QPushButton:
    return next(b for b in window.sidebar.findChildren(QPushButton) if b.text() == text)


def drop(window: MainWindow, mime: QMimeData) -> None:
    event = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(window, event)


def test_the_first_page_is_shown_and_others_can_be(window, qtbot):
    assert window.current_page == "chat"
    with qtbot.waitSignal(window.page_shown) as told:
        page_button(window, "Settings").click()
    assert told.args == ["settings"]
    assert window.current_page == "settings"
    with pytest.raises(KeyError):
        window.show_page("no such page")


def test_dialogs_wear_what_the_window_wears(window, theme, qtbot):
    theme.apply("dark")
    dialog = FittingDialog(30, window)
    title = label("One two three four " * 4, "display", wrap=True)
    dialog.content.addWidget(title)
    dialog.fit()
    dialog.open()
    assert dialog.styleSheet() == theme.sheet
    assert title.fontMetrics().height() > 1.3 * dialog.fontMetrics().height()
    assert title.height() >= title.heightForWidth(title.width())  # it grew with its content
    theme.apply(theme.mode, 1.5)
    assert dialog.styleSheet() == theme.sheet


def test_what_lies_over_the_pages_wears_what_the_window_wears(window, theme):
    popup = QWidget(window)
    popup.show()
    assert popup.styleSheet() == theme.sheet
    theme.apply("dark")
    assert popup.styleSheet() == window.menuBar().styleSheet() == theme.sheet


def test_a_page_shown_for_the_first_time_has_the_text_size_chosen_meanwhile(window, theme, qtbot):
    page = Page("Late")
    window.add_page("late", page, "Late", "box")
    theme.apply(theme.mode, 2.0)
    # Qt tells windows of another font by an event.
    qtbot.waitUntil(lambda: window.font().pointSizeF() == QApplication.font().pointSizeF())
    window.show_page("late")
    assert page.edits[0].font() == QApplication.font()


def test_a_page_may_name_parts_that_are_styled_each_on_its_own(window, theme, qtbot):
    page = Page("Parts")
    page.parts = lambda: page.edits[1:]
    window.add_page("parts", page, "Parts", "box")
    window.show_page("parts")
    assert [edit.styleSheet() == theme.sheet for edit in page.edits] == [False, True]


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("model.gguf", "model_dropped"),
        ("MODEL.GGUF", "model_dropped"),
        ("talk.json", "conversation_dropped"),
        ("notes.txt", "text_dropped"),
    ],
)
def test_files_dropped(window, qtbot, tmp_path, name, signal):
    path = tmp_path / name
    path.write_text("x")
    assert enter(window, mime_of(path))
    overlay = window.findChild(DropOverlay)
    assert overlay.isVisible()
    with qtbot.waitSignal(getattr(window, signal)) as told:
        drop(window, mime_of(path))
    assert told.args == [path]
    assert not overlay.isVisible()


def test_what_cannot_be_dropped_shows_nothing(window, tmp_path):
    text = QMimeData()
    text.setText("words")
    for mime in (text, mime_of(tmp_path), mime_of(tmp_path / "missing.gguf")):
        assert not enter(window, mime)
    assert not window.findChildren(DropOverlay)


def test_leaving_hides_the_overlay(window, tmp_path):
    path = tmp_path / "model.gguf"
    path.touch()
    enter(window, mime_of(path))
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not window.findChild(DropOverlay).isVisible()


def test_the_overlay_covers_the_window_when_it_is_resized(window, tmp_path, qtbot):
    path = tmp_path / "model.gguf"
    path.touch()
    enter(window, mime_of(path))
    window.resize(900, 700)
    overlay = window.findChild(DropOverlay)
    qtbot.waitUntil(lambda: overlay.size() == window.size())


def test_the_state_comes_back(window, actions, theme, icons, qtbot):
    window.resize(720, 640)
    window.set_sidebar_visible(False)
    state = window.save_state()
    other = MainWindow(actions, theme, icons)
    other.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(other)
    assert other.restore_state(state)
    assert other.size() == window.size()
    assert other.sidebar.isHidden()


@pytest.mark.parametrize("data", [b"", b"rubbish", b"\0\0\0\1rubbish"])
def test_rubbish_is_not_a_state(window, data):
    assert not window.restore_state(QByteArray(data))
    assert not window.sidebar.isHidden()


def test_f6_goes_round_the_panes(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page = window._pages["chat"]
    page.edits[1].setFocus()
    window.focus_pane(1)
    assert window.sidebar.isAncestorOf(window.focusWidget())
    window.focus_pane(1)
    assert window.focusWidget() is page.edits[0]
    window.focus_pane(-1)
    assert window.sidebar.isAncestorOf(window.focusWidget())
    window.set_sidebar_visible(False)
    page.edits[0].setFocus()
    window.focus_pane(1)
    assert window.focusWidget() is page.edits[0]


def test_closing_is_told(window, qtbot):
    with qtbot.waitSignal(window.about_to_close):
        assert window.close()


@pytest.mark.parametrize("times", [1, 20])
def test_undo_is_offered_below_the_pages_where_it_covers_nothing(window, qtbot, times):
    bar, page = window.undo_bar, window._stack
    width = window.width()
    bar.show_message("“" + "a long title " * times + "” was deleted.")
    qtbot.waitUntil(lambda: bar.isVisible() and bar.y() == page.geometry().bottom() + 1)
    assert bar.parentWidget() is page.parentWidget()
    assert bar.styleSheet() == window.theme.sheet
    assert window.width() == width
    bar.undo()
    qtbot.waitUntil(lambda: page.height() == page.parentWidget().height())


def test_a_new_window_fits_on_a_small_screen(window):
    room = window.screen().availableSize()  # 800 by 800
    assert window.height() < room.height()
    assert window.width() < room.width()


def test_the_tab_key_goes_through_the_sidebar_before_the_page(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.sidebar.focus_search()
    page = window._pages["chat"]
    inside = []
    for _ in range(4):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        inside.append(page.isAncestorOf(window.focusWidget()))
    assert inside == sorted(inside)
    assert inside[0] is False
    assert inside[-1] is True


def test_a_prompt_is_dropped_to_be_used(window, qtbot):
    mime = QMimeData()
    set_prompt_id(mime, 4)
    assert enter(window, mime)
    overlay = window.findChild(DropOverlay)
    assert overlay.isVisible()
    with qtbot.waitSignal(window.prompt_dropped) as told:
        drop(window, mime)
    assert told.args == [4]
    assert not overlay.isVisible()
