"""Selecting across rows and messages, copying, finding, links."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication

from desktop.ui.transcript import Entry, TranscriptView
from desktop.ui.transcript.message import Slot
from desktop.ui.transcript.row_widget import END
from desktop.ui.transcript.selection import Spot

pytestmark = pytest.mark.gui

RICH = (
    "First **bold** paragraph with $x^2$.\n\n- one\n- two `code`\n\n1. a\n   - b\n\n"
    "```py\nprint('😀')\n```\n\n| A | B |\n|---|--:|\n| 1 | **2** |\n\nLast."
)


def slot_with(view: TranscriptView, text: str) -> Slot:
    """The slot of the block that holds `text`."""
    for message in view._document.messages:
        for slot in list(view._document.slots_of(message)):
            if slot.row.block and text in slot.row.block.text:
                return slot
    raise AssertionError(text)


def point_in(view: TranscriptView, text: str, position: int) -> QPoint:
    """Where a position of a block is in the viewport."""
    slot = slot_with(view, text)
    row = view._layouter.live[slot]
    return row.mapTo(view.viewport(), row.position_rect(position).center())


def mouse(
    view: TranscriptView, kind: QEvent.Type, point: QPoint, *, held: bool = True, shift=False
):
    """Send a mouse event to whatever is at a point of the viewport, as the system does."""
    target = view.viewport().childAt(point) or view.viewport()
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    keys = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    moving = kind is QEvent.Type.MouseMove
    QApplication.sendEvent(
        target,
        QMouseEvent(
            kind,
            QPointF(target.mapFrom(view.viewport(), point)),
            QPointF(view.viewport().mapToGlobal(point)),
            none if moving else left,
            left if held else none,
            keys,
        ),
    )


def press(view, point, **how):
    mouse(view, QEvent.Type.MouseButtonPress, point, **how)


def move(view, point, **how):
    mouse(view, QEvent.Type.MouseMove, point, **how)


def release(view, point):
    mouse(view, QEvent.Type.MouseButtonRelease, point, held=False)


@pytest.fixture
def rich(view, settle) -> TranscriptView:
    view.set_entries([Entry(1, "user", "Ask\nthis"), Entry(2, "assistant", RICH)])
    settle()
    return view


def test_dragging_selects_across_blocks(rich):
    start, end = point_in(rich, "First", 6), point_in(rich, "two", 3)
    press(rich, start)
    move(rich, end)
    release(rich, end)
    assert rich.selected_text() == "bold paragraph with $x^2$.\n\n- one\n- two"


def test_dragging_upwards_selects_the_same(rich):
    start, end = point_in(rich, "two", 3), point_in(rich, "First", 6)
    press(rich, start)
    move(rich, end)
    release(rich, end)
    assert rich.selected_text() == "bold paragraph with $x^2$.\n\n- one\n- two"


def test_a_click_clears_and_shift_click_extends(rich):
    press(rich, point_in(rich, "First", 0))
    release(rich, point_in(rich, "First", 0))
    assert rich.selected_text() == ""
    press(rich, point_in(rich, "one", 3), shift=True)
    release(rich, point_in(rich, "one", 3))
    assert rich.selected_text().endswith("- one")
    press(rich, point_in(rich, "Last", 2))
    release(rich, point_in(rich, "Last", 2))
    assert rich.selected_text() == ""


def test_double_click_takes_a_word_and_a_third_the_block(rich):
    point = point_in(rich, "First", 7)
    press(rich, point)
    release(rich, point)
    mouse(rich, QEvent.Type.MouseButtonDblClick, point)
    release(rich, point)
    assert rich.selected_text() == "bold"
    press(rich, point)
    release(rich, point)
    assert rich.selected_text() == "First bold paragraph with $x^2$."


def test_every_kind_of_block_gives_its_text(rich):
    first, last = slot_with(rich, "First"), slot_with(rich, "Last")
    rich._selection.select(Spot(first, 0), Spot(last, 4))
    assert rich.selected_text() == (
        "First bold paragraph with $x^2$.\n\n- one\n- two code\n\n1. a\n  - b\n\n"
        "print('😀')\n\nA\tB\n1\t2\n\nLast"
    )


def test_code_positions_count_as_qt_does(rich):
    code = slot_with(rich, "print")
    rich._selection.select(Spot(code, 7), Spot(code, 9))
    assert rich.selected_text() == "😀"


def test_whole_messages_give_their_markdown(rich):
    rich.select_all()
    assert rich.selected_text() == f"Ask\nthis\n\n{RICH}"


def test_selecting_everything_in_a_long_conversation_splits_almost_nothing(view, talk, settle):
    entries = talk(5000)
    view.set_entries(entries)
    view.select_all()
    assert view.selected_text() == "\n\n".join(entry.text for entry in entries)
    assert sum(message.split for message in view._document.messages) < 40


def test_a_selection_reaches_rows_that_scrolled_away(view, talk, settle):
    view.set_entries(talk(100))
    view.scroll_to(2)
    settle()
    point = point_in(view, "Second part of 2.", 7)
    press(view, point)
    move(view, point + QPoint(20, 0))
    release(view, point)
    view.scroll_to(90)
    settle()
    end = point_in(view, "Second part of 90.", 6)
    press(view, end, shift=True)
    release(view, end)
    assert slot_with(view, "Second part of 2.") not in view._layouter.live
    text = view.selected_text()
    assert text.startswith("part of 2.\n\nQuestion 3\n\nAnswer 4 with **bold** words.")
    assert text.endswith("Question 89\n\nAnswer 90 with bold words.\n\nSecond")
    view.scroll_to(40)
    settle()
    assert all(row._selected == (0, END) for row in view._layouter.live.values() if row.selectable)


def test_dragging_beyond_the_edge_scrolls(view, talk, settle, qtbot):
    view.set_entries(talk(100))
    view.scroll_to(2)
    settle()
    before = view.verticalScrollBar().value()
    press(view, point_in(view, "Second part of 2.", 0))
    move(view, QPoint(300, view.viewport().height() + 60))
    qtbot.waitUntil(lambda: view.verticalScrollBar().value() > before + 300)
    release(view, QPoint(300, view.viewport().height() - 5))
    assert not view._pointer._autoscroll.isActive()
    assert "Answer 4" in view.selected_text()


def test_copying_by_keyboard(rich, qtbot):
    rich.setFocus()
    qtbot.keyClick(rich, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(rich, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("Ask\nthis\n\nFirst **bold**")
    qtbot.keyClick(rich, Qt.Key.Key_Escape)
    assert rich.selected_text() == ""


def test_a_selection_in_a_removed_message_is_gone(rich):
    rich.select_all()
    rich.truncate_after(1)
    assert rich.selected_text() == ""


def test_a_selection_survives_streaming_below_it(view, settle):
    view.set_entries([Entry(1, "user", "Hello"), Entry(2, "assistant", "", state="streaming")])
    view.append_text(2, "One.\n\nTwo")
    view.flush()
    settle()
    slot = slot_with(view, "One.")
    view._selection.select(Spot(slot, 0), Spot(slot, 3))
    for word in (" and more", ".\n\nThree", ".\n\n- list"):
        view.append_text(2, word)
        view.flush()
    view.finish(Entry(2, "assistant", "One.\n\nTwo and more.\n\nThree.\n\n- list"))
    assert view.selected_text() == "One"


# -- finding ------------------------------------------------------------------------------------


def test_finding_goes_round_through_messages(view, settle):
    entries = [Entry(n, "assistant", f"Message {n} holds a **nee**dle here") for n in range(1, 200)]
    view.set_entries(entries)
    settle()
    places = []
    for _ in range(4):
        assert view.find("needle")
        settle()
        assert view.selected_text() == "needle"
        start, _end = view._selection.bounds
        places.append(start.slot.message.entry.key)
        rect = view._layouter.live[start.slot].geometry()
        assert view.viewport().rect().intersects(rect)
    assert places == [1, 2, 3, 4]
    assert view.find("NEEDLE", backwards=True)
    assert view._selection.bounds[0].slot.message.entry.key == 3
    for _ in range(3):
        assert view.find("needle", backwards=True)
    assert view._selection.bounds[0].slot.message.entry.key == 199


def test_finding_inside_one_block_code_and_tables(rich):
    assert rich.find("print")
    assert rich.selected_text() == "print"
    assert rich.find("2")
    assert rich.selected_text() == "2"
    assert not rich.find("nowhere to be found")
    assert not rich.find("")


def test_one_match_is_found_again_and_again(view, settle):
    view.set_entries([Entry(1, "user", "only once here")])
    assert view.find("once")
    assert view.find("once")
    assert view.find("once", backwards=True)
    assert view.selected_text() == "once"


def test_several_matches_in_one_paragraph(view):
    view.set_entries([Entry(1, "user", "a x b x c x")])
    found = []
    for _ in range(4):
        assert view.find("x")
        found.append(view._selection.bounds[0].position)
    assert found == [2, 6, 10, 2]


# -- links --------------------------------------------------------------------------------------


def click_on(view: TranscriptView, text: str, position: int) -> None:
    point = point_in(view, text, position)
    press(view, point)
    release(view, point)


def test_only_web_and_mail_links_work(view, settle):
    view.set_entries(
        [
            Entry(
                1,
                "assistant",
                "[web](https://example.org/a)\n\n[mail](mailto:a@b.org)\n\n[script](javascript:alert(1))"
                "\n\n[local](file:///etc/passwd)\n\n![image](https://example.org/x.png)",
            )
        ]
    )
    settle()
    followed: list[str] = []
    view.link_activated.connect(followed.append)
    for text in ("[web]", "[mail]", "[script]", "[local]", "![image]"):
        click_on(view, text, 1)
    assert followed == ["https://example.org/a", "mailto:a@b.org", "https://example.org/x.png"]


def test_selecting_over_a_link_does_not_follow_it(view, settle, qtbot):
    view.set_entries([Entry(1, "assistant", "before [a link](https://example.org) after")])
    settle()
    with qtbot.assertNotEmitted(view.link_activated):
        press(view, point_in(view, "before", 0))
        move(view, point_in(view, "before", 10))
        release(view, point_in(view, "before", 10))
    assert view.selected_text() == "before a l"


def test_a_link_is_followed_by_keyboard(view, settle, qtbot):
    view.set_entries([Entry(1, "assistant", "[a link](https://example.org)")])
    settle()
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    with qtbot.waitSignal(view.link_activated) as followed:
        pane = QApplication.focusWidget()
        qtbot.keyClick(pane, Qt.Key.Key_Tab)
        qtbot.keyClick(pane, Qt.Key.Key_Return)
    assert followed.args == ["https://example.org"]


def test_images_become_links_without_harm_to_what_stands_beside_them(view, settle):
    view.set_entries(
        [
            Entry(
                1,
                "assistant",
                "![a long name](https://a.b/c.png) then [link](https://d.e) and `code`",
            )
        ]
    )
    settle()
    view._selection.select(*(Spot(slot_with(view, "long"), place) for place in (0, 500)))
    assert view.selected_text() == "a long name then link and code"
    followed: list[str] = []
    view.link_activated.connect(followed.append)
    for position in (3, 19):
        click_on(view, "long", position)
    assert followed == ["https://a.b/c.png", "https://d.e"]
