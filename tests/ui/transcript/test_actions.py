"""Buttons, menus, editing and the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton

from desktop.ui.transcript import Entry, TranscriptView
from desktop.ui.transcript.actions_row import ActionsRow
from desktop.ui.transcript.code_block import CodeBlock
from desktop.ui.transcript.editor import EditorRow
from desktop.ui.transcript.small_rows import ProblemRow
from desktop.ui.transcript.table_block import TableBlock
from desktop.ui.transcript.text_rows import TextRow

pytestmark = pytest.mark.gui


def row_of(view: TranscriptView, kind: type, key: int | None = None):
    """The live row widget of a kind (of one message)."""
    for slot, widget in view._layouter.live.items():
        if isinstance(widget, kind) and key in (None, slot.message.entry.key):
            return widget
    raise AssertionError(kind)


def button(view: TranscriptView, key: int, action: str) -> QToolButton:
    return row_of(view, ActionsRow, key)._buttons[action]


@pytest.fixture
def talking(view, settle) -> TranscriptView:
    view.set_entries(
        [
            Entry(1, "user", "The question", branch=(1, 2)),
            Entry(2, "assistant", "The **answer**", caption=lambda: "Tiny", branch=(2, 3)),
            Entry(3, "user", "Another question"),
        ]
    )
    settle()
    return view


@pytest.mark.parametrize(
    ("key", "action", "signal", "args"),
    [
        (2, "regenerate", "regenerate_requested", [2]),
        (2, "fork", "fork_requested", [2]),
        (2, "details", "details_requested", [2]),
        (2, "tokens", "tokens_requested", [2]),
        (2, "delete", "delete_requested", [2]),
        (2, "previous", "branch_requested", [2, -1]),
        (2, "next", "branch_requested", [2, 1]),
        (1, "next", "branch_requested", [1, 1]),
        (1, "fork", "fork_requested", [1]),
        (3, "delete", "delete_requested", [3]),
        (3, "regenerate", "regenerate_requested", [3]),
    ],
)
def test_buttons_say_what_is_wanted(talking, qtbot, key, action, signal, args):
    with qtbot.waitSignal(getattr(talking, signal)) as asked:
        qtbot.mouseClick(button(talking, key, action), Qt.MouseButton.LeftButton)
    assert asked.args == args


def test_which_actions_there_are(talking):
    offered = {key: list(row_of(talking, ActionsRow, key)._buttons) for key in (1, 2, 3)}
    assert offered[1] == ["previous", "next", "copy", "edit", "fork", "delete"]
    assert "edit" not in offered[2]
    assert offered[3] == ["copy", "edit", "regenerate", "fork", "delete"]
    assert not button(talking, 1, "previous").isEnabled()


def test_only_the_last_answer_can_go_on(view, qtbot, settle):
    view.set_entries(
        [
            Entry(1, "assistant", "Half", state="stopped"),
            Entry(2, "assistant", "Half", state="failed", problem="The engine died."),
            Entry(3, "assistant", "Half", state="failed", problem="The engine died."),
        ]
    )
    settle()
    assert "continue" not in row_of(view, ActionsRow, 1)._buttons
    assert "details" not in row_of(view, ActionsRow, 1)._buttons, "nothing is known of it"
    assert not row_of(view, ProblemRow, 2).button.isVisible()
    for go_on in (button(view, 3, "continue"), row_of(view, ProblemRow, 3).button):
        with qtbot.waitSignal(view.continue_requested) as asked:
            qtbot.mouseClick(go_on, Qt.MouseButton.LeftButton)
        assert asked.args == [3]
    view.append_entry(Entry(4, "user", "On"))
    settle()
    assert not row_of(view, ProblemRow, 3).button.isVisible()


def test_copying_a_message_and_code(view, qtbot, settle):
    view.set_entries([Entry(1, "assistant", "See **this**:\n\n```py\nx = 1\n```")])
    settle()
    qtbot.mouseClick(button(view, 1, "copy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "See **this**:\n\n```py\nx = 1\n```"
    assert button(view, 1, "copy").accessibleName() == "Copied"
    qtbot.waitUntil(lambda: button(view, 1, "copy").accessibleName() == "Copy message")
    code = row_of(view, CodeBlock)
    qtbot.mouseClick(code.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "x = 1"


def test_actions_show_for_the_last_message_and_under_the_pointer(talking, settle):
    assert button(talking, 1, "copy").faded
    assert not button(talking, 3, "copy").faded
    row = row_of(talking, ActionsRow, 1)
    point = row.mapTo(talking.viewport(), QPoint(5, 5))
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(point),
        QPointF(talking.viewport().mapToGlobal(point)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(talking.viewport(), event)
    assert not button(talking, 1, "copy").faded
    QApplication.sendEvent(talking, QEvent(QEvent.Type.Leave))
    assert button(talking, 1, "copy").faded


def test_actions_show_when_the_pointer_comes_to_a_button_at_once(talking, qtbot):
    copy = button(talking, 1, "copy")
    assert copy.faded
    copy.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    QApplication.sendEvent(copy, QEvent(QEvent.Type.Enter))
    qtbot.waitUntil(lambda: not copy.faded)
    assert not button(talking, 1, "edit").faded
    copy.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    QApplication.sendEvent(copy, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: copy.faded)


def test_the_last_message_changes_when_one_is_added(talking, settle):
    talking.append_entry(Entry(4, "assistant", "New"))
    settle()
    assert button(talking, 3, "copy").faded
    assert not button(talking, 4, "copy").faded
    talking.truncate_after(3)
    settle()
    assert not button(talking, 3, "copy").faded


def test_editing_and_saving(talking, qtbot, settle):
    qtbot.mouseClick(button(talking, 1, "edit"), Qt.MouseButton.LeftButton)
    settle()
    editor = row_of(talking, EditorRow)
    assert editor.edit.toPlainText() == "The question"
    assert editor.edit.hasFocus() or not talking.isActiveWindow()
    height = editor.height()
    editor.edit.setPlainText("A longer\nquestion\nin lines")
    settle()
    assert editor.height() > height
    with qtbot.waitSignal(talking.edit_requested) as saved:
        qtbot.keyClick(editor.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert saved.args == [1, "A longer\nquestion\nin lines"]
    settle()
    assert not [w for w in talking._layouter.live.values() if isinstance(w, EditorRow)]


def test_cancelling_an_edit(talking, qtbot, settle):
    talking.begin_edit(1)
    editor = row_of(talking, EditorRow)
    editor.edit.setPlainText("changed")
    with qtbot.assertNotEmitted(talking.edit_requested):
        qtbot.keyClick(editor.edit, Qt.Key.Key_Escape)
    settle()
    talking.begin_edit(1)
    settle()
    assert row_of(talking, EditorRow).edit.toPlainText() == "The question"
    qtbot.mouseClick(row_of(talking, EditorRow).cancel_button, Qt.MouseButton.LeftButton)
    settle()
    assert not [w for w in talking._layouter.live.values() if isinstance(w, EditorRow)]


def test_an_editor_with_the_focus_outlives_scrolling_away(view, talk, settle, qtbot):
    view.set_entries(talk(300))
    view.scroll_to(1)
    settle()
    view.begin_edit(1)
    editor = row_of(view, EditorRow)
    editor.edit.setPlainText("half a sentence")
    editor.edit.setFocus()
    settle()
    if QApplication.focusWidget() is not editor.edit:
        pytest.skip("the platform gives no window the focus")
    view.scroll_to_end()
    settle()
    view.scroll_to(1)
    settle()
    assert row_of(view, EditorRow).edit.toPlainText() == "half a sentence"


def test_a_half_written_edit_outlives_new_widgets_and_a_changed_conversation(view, talk, settle):
    view.set_entries(talk(20))
    view.begin_edit(3)
    row_of(view, EditorRow).edit.setPlainText("half a sentence")
    font = view.font()
    font.setPointSizeF(font.pointSizeF() * 1.5)
    view.setFont(font)
    settle()
    assert row_of(view, EditorRow).edit.toPlainText() == "half a sentence"
    view.update_entries(talk(10))
    view.scroll_to(3)
    settle()
    assert row_of(view, EditorRow).edit.toPlainText() == "half a sentence"


def test_a_half_written_edit_is_kept_while_another_conversation_is_shown(view, talk, settle):
    view.set_entries(talk(4))
    view.begin_edit(3)
    row_of(view, EditorRow).edit.setPlainText("half a sentence")
    view.set_entries([Entry(100, "user", "elsewhere")])
    settle()
    assert not [w for w in view._layouter.live.values() if isinstance(w, EditorRow)]
    view.set_entries(talk(4))
    settle()
    editor = row_of(view, EditorRow)
    assert editor.edit.toPlainText() == "half a sentence"
    view._in_place.cancel_edit(3)
    view.set_entries([Entry(100, "user", "elsewhere")])
    view.set_entries(talk(4))
    settle()
    assert not [w for w in view._layouter.live.values() if isinstance(w, EditorRow)]


def test_escape_in_the_editor_is_not_for_the_window(talking):
    talking.begin_edit(1)
    event = QKeyEvent(
        QEvent.Type.ShortcutOverride, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier
    )
    event.ignore()
    QApplication.sendEvent(row_of(talking, EditorRow).edit, event)
    assert event.isAccepted()


def test_a_huge_message_can_be_edited(view, settle):
    view.set_entries([Entry(1, "user", "line\n" * 100_000)])
    view.begin_edit(1)
    settle()
    assert row_of(view, EditorRow).height() < 600


def test_tab_walks_through_all_controls_in_order(view, talk, settle, qtbot):
    view.set_entries(talk(30))
    view.scroll_to(1)
    settle()
    view.setFocus()
    if QApplication.focusWidget() is not view:
        pytest.skip("the platform gives no window the focus")
    keys = []
    for _ in range(200):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        settle()
        focus = QApplication.focusWidget()
        if focus is view or focus is None or not view.isAncestorOf(focus):
            break
        row = focus.parentWidget()
        slots = [s for s, w in view._layouter.live.items() if w is row]
        if not slots:
            break
        keys.append((slots[0].message.entry.key, focus.accessibleName()))
        top = focus.mapTo(view.viewport(), QPoint(0, 0)).y()
        assert 0 <= top < view.viewport().height()
    assert [key for key, _ in keys] == sorted(key for key, _ in keys)
    assert {key for key, _ in keys} == set(range(1, 31))
    assert keys[0] == (1, "Copy message")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)


def test_what_is_typed_is_for_the_message_being_written_and_commands_are_not(view, talk, settle):
    view.set_entries(talk(2))
    settle()
    typed: list[str] = []
    view.typed.connect(typed.append)
    view.setFocus()
    QTest.keyClicks(view, "aÜ7?")
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_X, Qt.KeyboardModifier.AltModifier)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down):
        QTest.keyClick(view, key)
    assert typed == ["a", "Ü", "7", "?"]


def test_keys_scroll(view, talk, settle, qtbot):
    view.set_entries(talk(100))
    settle()
    bar = view.verticalScrollBar()
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert bar.value() == 0
    qtbot.keyClick(view, Qt.Key.Key_Down)
    small = bar.value()
    assert small > 0
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert bar.value() > small + 300
    qtbot.keyClick(view, Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    assert bar.value() < small + 10
    qtbot.keyClick(view, Qt.Key.Key_End)
    settle()
    assert bar.value() == bar.maximum()


def menu_at(view: TranscriptView, point: QPoint) -> dict[str, object]:
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, point, view.viewport().mapToGlobal(point)
    )
    QApplication.sendEvent(view.viewport(), event)
    (menu,) = view.findChildren(QMenu)
    return {action.text(): action for action in menu.actions() if action.text()}


def test_the_context_menu_offers_the_same(talking, settle, qtbot):
    point = row_of(talking, ActionsRow, 2).geometry().center()
    actions = menu_at(talking, point)
    assert list(actions) == [
        "Copy message",
        "Answer again",
        "Branch to a new conversation from here",
        "Show settings of this answer",
        "Show tokens and how they were chosen",
        "Delete message",
        "Save as a prompt",
        "Previous version",
        "Next version",
        "Select all",
    ]
    with qtbot.waitSignal(talking.regenerate_requested) as asked:
        actions["Answer again"].trigger()
    assert asked.args == [2]
    for menu in talking.findChildren(QMenu):
        menu.close()
    settle()
    talking.select_all()
    actions = menu_at(talking, point)
    actions["Copy"].trigger()
    assert QGuiApplication.clipboard().text().startswith("The question")


def test_a_streaming_answer_has_no_actions(view, settle):
    view.set_entries([Entry(1, "assistant", "so far", state="streaming")])
    settle()
    assert not [w for w in view._layouter.live.values() if isinstance(w, ActionsRow)]
    assert list(menu_at(view, QPoint(100, 20))) == ["Select all"]


# -- keys, wheel and menu over text ---------------------------------------------------------------


def wheel(target, x: int, y: int, *, shift: bool = False) -> None:
    """Turn the wheel over a widget; what it leaves goes to its parents, as from the system."""
    keys = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    while target is not None:
        event = QWheelEvent(
            QPointF(5, 5),
            QPointF(target.mapToGlobal(QPoint(5, 5))),
            QPoint(),
            QPoint(x, y),
            Qt.MouseButton.NoButton,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        if QApplication.sendEvent(target, event) and event.isAccepted():
            return
        target = target.parentWidget()


@pytest.fixture
def wide(view, settle) -> TranscriptView:
    code = "x = '" + "long " * 60 + "'\n" + "y\n" * 40
    cells = "|".join(["averyveryverylongword"] * 12)
    view.set_entries(
        [Entry(1, "assistant", f"```\n{code}```\n\n|{cells}|\n|{'-|' * 12}\n|{cells}|")]
    )
    view.scroll_to(1)
    settle()
    return view


@pytest.mark.parametrize("kind", [CodeBlock, TableBlock])
def test_the_wheel_scrolls_the_page_and_sideways_the_block(wide, kind, settle):
    if kind is TableBlock:
        wide.scroll_to_end()
        wide.verticalScrollBar().setValue(wide.verticalScrollBar().maximum() - 5)
        settle()
    pane = row_of(wide, kind).pane
    bar, page = pane.horizontalScrollBar(), wide.verticalScrollBar()
    before = page.value()
    assert bar.value() == 0
    assert bar.maximum() > 0
    wheel(pane, 0, 120 if kind is TableBlock else -120)
    assert page.value() != before
    before = page.value()
    wheel(pane, -120, 0)
    assert bar.value() > 0
    wheel(pane, 0, 120, shift=True)
    assert bar.value() == 0
    assert page.value() == before


@pytest.mark.parametrize("kind", [CodeBlock, TableBlock])
def test_arrow_keys_scroll_a_wide_block_sideways(wide, kind, qtbot, settle):
    if kind is TableBlock:
        wide.scroll_to_end()
        settle()
    pane = row_of(wide, kind).pane
    pane.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(pane, Qt.Key.Key_Right)
    assert pane.horizontalScrollBar().value() > 0
    qtbot.keyClick(pane, Qt.Key.Key_Left)
    assert pane.horizontalScrollBar().value() == 0
    page = wide.verticalScrollBar()
    before = page.value()
    qtbot.keyClick(pane, Qt.Key.Key_PageUp if kind is TableBlock else Qt.Key.Key_PageDown)
    assert page.value() != before


def test_enter_presses_a_button_and_arrows_scroll_the_page(view, talk, qtbot, settle):
    view.set_entries(talk(60))
    settle()
    copy = button(view, 60, "copy")
    copy.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(copy, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text().startswith("Answer 60")
    before = view.verticalScrollBar().value()
    qtbot.keyClick(copy, Qt.Key.Key_Up)
    assert view.verticalScrollBar().value() < before


def test_the_menu_over_text_is_the_views_own(talking, settle):
    pane = row_of(talking, TextRow, 2).pane
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, QPoint(3, 3), pane.mapToGlobal(QPoint(3, 3))
    )
    QApplication.sendEvent(pane, event)
    assert not pane.findChildren(QMenu)
    assert not event.isAccepted() or talking.findChildren(QMenu)


def test_a_view_may_go_while_formulas_are_being_set(qtbot, settle):
    for _ in range(5):
        view = TranscriptView(icon=lambda _name: QIcon())
        view.resize(400, 300)
        view.show()
        view.set_entries([Entry(1, "assistant", "$x$ $y^2$\n\n```python\nx\n```")])
        settle()
        view.deleteLater()
        del view
        settle()


def test_buttons_go_on_in_another_line_where_there_is_no_room(talking: TranscriptView, settle):
    for key in (1, 2):
        row = row_of(talking, ActionsRow, key)
        buttons = list(row._buttons.values())
        wide = row.fit(4000)
        assert len({one.y() for one in buttons}) == 1
        narrow = row.fit(buttons[0].width() * 4)
        assert narrow > wide
        assert all(0 <= one.x() <= buttons[0].width() * 4 - one.width() for one in buttons)
        places = [(one.y(), one.x()) for one in buttons]
        assert places == sorted(set(places))
