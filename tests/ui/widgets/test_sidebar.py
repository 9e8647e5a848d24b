import time
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListView, QPushButton, QToolButton

from desktop.domain.conversation import Conversation, SearchHit
from desktop.ui.widgets.excerpt import split_excerpt
from desktop.ui.widgets.sidebar import Sidebar

CONVERSATIONS = [
    Conversation(1, "First", 1000.0, 1000.0),
    Conversation(2, "Second", 2000.0, 2000.0),
    Conversation(3, "Third", 3000.0, 3000.0, pinned=True),
]


@pytest.fixture
def sidebar(icons, qtbot) -> Sidebar:
    made = Sidebar(icons, today=lambda: date(2026, 1, 1))
    made.set_conversations(CONVERSATIONS)
    qtbot.addWidget(made)
    made.resize(260, 600)
    made.show()
    qtbot.waitUntil(lambda: made.isVisible())
    return made


def rows(sidebar: Sidebar) -> QListView:
    return sidebar.findChild(QListView)


def centre(sidebar: Sidebar, title: str) -> QPoint:
    model = rows(sidebar).model()
    index = next(i for n in range(model.rowCount()) if (i := model.index(n, 0)).data() == title)
    return rows(sidebar).visualRect(index).center()


def test_a_click_selects(sidebar, qtbot):
    with qtbot.waitSignal(sidebar.conversation_selected) as told:
        QTest.mouseClick(
            rows(sidebar).viewport(), Qt.MouseButton.LeftButton, pos=centre(sidebar, "Second")
        )
    assert told.args == [2]


def test_showing_the_current_one_is_not_a_selection(sidebar, qtbot):
    with qtbot.assertNotEmitted(sidebar.conversation_selected):
        sidebar.set_current(2)
    assert rows(sidebar).currentIndex().data() == "Second"
    sidebar.set_current(None)
    assert not rows(sidebar).currentIndex().isValid()


def test_the_current_one_stays_marked_through_a_refresh(sidebar):
    sidebar.set_current(1)
    sidebar.set_conversations([*CONVERSATIONS, Conversation(4, "Fourth", 1.0, 1.0)])
    assert rows(sidebar).currentIndex().data() == "First"


def test_arrow_keys_and_enter(sidebar, qtbot):
    sidebar.set_current(2)
    QTest.keyClick(rows(sidebar), Qt.Key.Key_Down)
    with qtbot.waitSignal(sidebar.conversation_selected) as told:
        QTest.keyClick(rows(sidebar), Qt.Key.Key_Return)
    assert told.args == [1]


def test_the_delete_key_asks_to_delete(sidebar, qtbot):
    sidebar.set_current(2)
    with qtbot.waitSignal(sidebar.delete_requested) as told:
        QTest.keyClick(rows(sidebar), Qt.Key.Key_Delete)
    assert told.args == [2]


def test_renaming_in_place(sidebar, qtbot):
    sidebar.set_current(2)
    sidebar.rename_current()
    editor = rows(sidebar).viewport().findChild(QLineEdit)
    assert editor.text() == "Second"
    editor.setText("Better")
    with qtbot.waitSignal(sidebar.rename_requested) as told:
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert told.args == [2, "Better"]


def test_a_refresh_does_not_interrupt_renaming(sidebar, qtbot):
    sidebar.set_current(2)
    sidebar.rename_current()
    editor = rows(sidebar).viewport().findChild(QLineEdit)
    editor.setText("Bett")
    sidebar.set_conversations([*CONVERSATIONS, Conversation(4, "Fourth", 4000.0, 4000.0)])
    QTest.keyClicks(editor, "er")
    with qtbot.waitSignal(sidebar.rename_requested) as told:
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert told.args == [2, "Better"]
    titles = [rows(sidebar).model().index(n, 0).data for n in range(6)]
    qtbot.waitUntil(lambda: "Fourth" in [title() for title in titles])


def test_escape_leaves_the_title_alone(sidebar, qtbot):
    sidebar.set_current(2)
    sidebar.rename_current()
    editor = rows(sidebar).viewport().findChild(QLineEdit)
    editor.setText("Better")
    with qtbot.assertNotEmitted(sidebar.rename_requested):
        QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert rows(sidebar).currentIndex().data() == "Second"


@pytest.mark.parametrize(
    ("text", "signal", "args"),
    [
        ("Unpin", "pin_requested", [3, False]),
        ("Duplicate", "duplicate_requested", [3]),
        ("Export…", "export_requested", [3]),
        ("Delete", "delete_requested", [3]),
    ],
)
def test_the_context_menu(sidebar, qtbot, text, signal, args):
    sidebar.set_current(3)
    menu = sidebar.make_menu(rows(sidebar).currentIndex())
    action = next(action for action in menu.actions() if action.text() == text)
    with qtbot.waitSignal(getattr(sidebar, signal)) as told:
        action.trigger()
    assert told.args == args


def test_the_search_is_told_once_after_typing(sidebar, qtbot):
    search = sidebar.findChild(QLineEdit)
    told = []
    sidebar.search_changed.connect(told.append)
    QTest.keyClicks(search, "mill")
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["mill"]
    QTest.keyClick(search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: told == ["mill", ""])


def test_a_hit_leads_to_its_message(sidebar, qtbot):
    sidebar.set_hits([SearchHit(CONVERSATIONS[0], 5, "the \x02mill\x03")])
    with (
        qtbot.assertNotEmitted(sidebar.conversation_selected),
        qtbot.waitSignal(sidebar.message_selected) as told,
    ):
        rows(sidebar).clicked.emit(rows(sidebar).model().index(0, 0))
    assert told.args == [1, 5]


def test_hits_replace_the_list_until_the_search_ends(sidebar):
    sidebar.set_hits([SearchHit(CONVERSATIONS[0], 5, "the \x02mill\x03")])
    assert rows(sidebar).model().rowCount() == 1
    sidebar.set_conversations(CONVERSATIONS[:2])
    assert rows(sidebar).model().rowCount() == 1
    sidebar.set_hits(None)
    assert rows(sidebar).model().rowCount() == 3  # heading and two


def test_nothing_found_is_said(sidebar):
    sidebar.set_hits([])
    labels = [
        w.text() for w in sidebar.findChildren(object) if hasattr(w, "text") and w.isVisible()
    ]
    assert any("Nothing found" in text for text in labels)


def test_from_the_search_into_the_list(sidebar, qtbot):
    sidebar.focus_search()
    QTest.keyClick(sidebar.findChild(QLineEdit), Qt.Key.Key_Down)
    assert rows(sidebar).currentIndex().data() == "Third"


def test_only_pages_that_exist_are_shown(sidebar, qtbot):
    sidebar.set_pages([("chat", "Chat", "message-square")])
    sidebar.set_pages([("chat", "Chat", "message-square"), ("settings", "Settings", "settings")])
    sidebar.set_current_page("settings")
    pages = {b.text(): b for b in sidebar.findChildren(QPushButton)}  # the newest of each text
    assert pages["Settings"].isChecked()
    with qtbot.waitSignal(sidebar.page_selected) as told:
        pages["Chat"].click()
    assert told.args == ["chat"]


def test_the_new_button(sidebar, qtbot):
    button = next(
        b for b in sidebar.findChildren(QToolButton) if b.accessibleName() == "New conversation"
    )
    with qtbot.waitSignal(sidebar.new_requested):
        button.click()


def test_five_thousand_are_laid_out_at_once(sidebar, qapp):
    many = [Conversation(n, f"Conversation {n}", n, n) for n in range(5000)]
    start = time.process_time()
    sidebar.set_conversations(many)
    qapp.processEvents()
    sidebar.grab()
    assert time.process_time() - start < 1.0  # 0.03 s on an idle machine
    assert rows(sidebar).model().rowCount() == 5001


def test_an_excerpt_is_cut_so_that_the_match_is_seen(qapp):
    metrics = QFontMetrics(QGuiApplication.font())
    text, matches = split_excerpt("word " * 60 + "\x02quern\x03 and \x02mill\x03 end", metrics, 200)
    assert [text[start : start + length] for start, length in matches] == ["quern", "mill"]
    assert metrics.horizontalAdvance(text[: matches[0][0]]) < 100


def test_an_excerpt_without_a_match(qapp):
    metrics = QFontMetrics(QGuiApplication.font())
    assert split_excerpt("plain\ntext", metrics, 200) == ("plain text", [])


def test_it_says_what_is_loaded_and_how_much_that_takes(sidebar):
    sidebar.set_loaded([("Qwen3 4B", 3_200_000_000), ("Gemma 3", 1_000_000_000)])
    line = sidebar._loaded
    assert line.isVisible()
    assert line.text() == "Qwen3 4B, Gemma 3 · 4.2 GB"
    assert line.accessibleName() == "In memory: Qwen3 4B, Gemma 3, 4.2 GB"
    sidebar.set_loaded([])
    assert not line.isVisible()
