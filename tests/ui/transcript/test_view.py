"""Showing conversations: what is built, where it stands, and what follows the end."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QFontInfo, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QTextBrowser, QWidget

from desktop.ui.transcript import Entry, TranscriptView
from desktop.ui.transcript.code_block import CodeBlock
from desktop.ui.transcript.math_block import MathBlock
from desktop.ui.transcript.rows import RowKind
from desktop.ui.transcript.small_rows import ReasoningRow
from desktop.ui.transcript.text_rows import TextRow

pytestmark = pytest.mark.gui


def rows(view: TranscriptView) -> dict[str, QWidget]:
    """The live row widgets by the name of their class."""
    return {type(widget).__name__: widget for widget in view._layouter.live.values()}


def shown_text(view: TranscriptView) -> str:
    """All text of the rows near the viewport, top to bottom."""
    parts = []
    for slot in view._layouter.ordered():
        pane = getattr(view._layouter.live[slot], "pane", None)
        if pane is not None:
            parts.append(pane.document().toPlainText())
    return "\n".join(parts)


def at_end(view: TranscriptView) -> bool:
    bar = view.verticalScrollBar()
    return bar.value() == bar.maximum()


def test_opening_ten_thousand_messages_builds_only_what_is_near(view, talk, settle):
    view.set_entries(talk(10_000))
    settle()
    assert at_end(view)
    assert len(view._layouter.live) < 80
    assert sum(message.split for message in view._document.messages) < 40
    assert "Second part of 10000." in shown_text(view)


def test_widgets_do_not_pile_up_while_scrolling(view, talk, settle):
    view.set_entries(talk(2000))
    bar = view.verticalScrollBar()
    for step in range(40):
        bar.setValue(bar.maximum() * (step * 17 % 40) // 40)
        settle()
    assert len(view._layouter.live) < 100
    assert len(view.viewport().findChildren(QTextBrowser)) < 150


def test_rows_do_not_overlap_and_leave_no_holes(view, talk, settle):
    view.set_entries(talk(200))
    view.verticalScrollBar().setValue(3000)
    settle()
    edges = [view._layouter.live[slot].geometry() for slot in view._layouter.ordered()]
    assert all(a.top() + a.height() == b.top() for a, b in pairwise(edges))


def test_keys_and_changes(view, talk, settle):
    view.set_entries(talk(4))
    view.append_entry(Entry(9, "user", "one more"))
    assert view.keys() == [1, 2, 3, 4, 9]
    with pytest.raises(ValueError, match="already"):
        view.append_entry(Entry(9, "user", "again"))
    view.truncate_after(2)
    assert view.keys() == [1, 2]
    view.replace_entry(Entry(2, "assistant", "Quite another answer"))
    settle()
    assert "Quite another answer" in shown_text(view)
    assert "Answer 4" not in shown_text(view)
    view.truncate_after(None)
    settle()
    assert view.keys() == []
    assert view._layouter.live == {}
    assert view.anchor() is None
    view.append_entry(Entry(1, "user", "anew"))
    settle()
    assert "anew" in shown_text(view)


def test_the_view_follows_a_growing_answer(view, talk, settle):
    view.set_entries(talk(20))
    view.append_entry(Entry(21, "assistant", "", state="streaming"))
    for number in range(60):
        view.append_text(21, f"Line {number}\n\n")
        view.flush()
        assert at_end(view)
    assert "Line 59" in shown_text(view)


def test_scrolling_up_stays_put_until_the_end_is_asked_for(view, talk, settle, qtbot):
    view.set_entries(talk(20))
    view.append_entry(Entry(21, "assistant", "", state="streaming"))
    view.append_text(21, "Start\n\n" * 20)
    view.flush()
    settle()
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() - 500)
    settle()
    before = view.anchor()
    for number in range(40):
        view.append_text(21, f"Line {number}\n\n")
        view.flush()
    settle()
    assert view.anchor() == before
    assert view._end_button.isVisible()
    qtbot.mouseClick(view._end_button, Qt.MouseButton.LeftButton)
    settle()
    assert at_end(view)
    assert not view._end_button.isVisible()
    view.append_text(21, "The last line")
    view.flush()
    assert at_end(view)


def test_heights_corrected_above_do_not_move_what_is_read(view, settle):
    long = "word " * 400
    view.set_entries([Entry(n, "assistant", f"# Title {n}\n\n{long}") for n in range(1, 60)])
    view.scroll_to(30)
    settle()
    key, offset = view.anchor()
    assert (key, offset) == (30, 0)
    bar = view.verticalScrollBar()
    for _ in range(30):
        bar.setValue(bar.value() - 60)
        settle()
    for _ in range(30):
        bar.setValue(bar.value() + 60)
        settle()
    assert view.anchor() == (30, 0)


def test_an_anchor_leads_back(view, talk, settle):
    view.set_entries(talk(300))
    view.scroll_to(120)
    view.verticalScrollBar().setValue(view.verticalScrollBar().value() + 37)
    settle()
    anchor = view.anchor()
    view.scroll_to_end()
    settle()
    view.restore_anchor(*anchor)
    settle()
    assert view.anchor() == anchor


def test_streaming_shows_text_in_time(view, qtbot):
    view.set_entries([Entry(1, "user", "Hi")])
    view.append_entry(Entry(2, "assistant", "", state="streaming"))
    assert "WaitingRow" in rows(view)
    view.append_text(2, "Hello **you")
    qtbot.waitUntil(lambda: "Hello" in shown_text(view))
    assert "WaitingRow" not in rows(view)


def test_settled_rows_are_left_alone_while_streaming_and_at_the_end(view, settle):
    text = "# Title\n\nFirst paragraph.\n\n```py\nx = 1\n```\n\nLast **one**"
    view.set_entries([Entry(1, "assistant", "", state="streaming")])
    for char in text:
        view.append_text(1, char)
        view.flush()
    before = {slot.row.block.text: w for slot, w in view._layouter.live.items() if slot.row.block}
    assert set(before) == {"# Title", "First paragraph.", "x = 1", "Last **one**"}
    positions = {text: widget.geometry() for text, widget in before.items()}
    view.finish(Entry(1, "assistant", text, caption=lambda: "41 tok/s"))
    settle()
    after = {slot.row.block.text: w for slot, w in view._layouter.live.items() if slot.row.block}
    assert after == before
    assert {text: widget.geometry() for text, widget in after.items()} == positions
    assert "ActionsRow" in rows(view)


def test_a_final_text_that_differs_wins(view, settle):
    view.set_entries([Entry(1, "assistant", "", state="streaming")])
    view.append_text(1, "What was streamed")
    view.finish(Entry(1, "assistant", "What was stored"))
    settle()
    assert shown_text(view) == "What was stored"


def test_an_answer_goes_on_where_it_stopped(view, settle):
    view.set_entries([Entry(1, "assistant", "One two", state="stopped")])
    view.replace_entry(Entry(1, "assistant", "One two", state="streaming"))
    view.append_text(1, " three.\n\nFour")
    view.finish(Entry(1, "assistant", "One two three.\n\nFour"))
    settle()
    assert shown_text(view) == "One two three.\nFour"


def test_reasoning_is_open_while_it_streams_and_closed_after(view, qtbot, settle):
    view.set_entries([Entry(1, "assistant", "", state="streaming")])
    view.append_text(1, "Let me *think*", reasoning=True)
    view.flush()
    assert "Let me think" in shown_text(view)
    view.append_text(1, "Answer")
    view.finish(Entry(1, "assistant", "Answer", reasoning="Let me *think*"))
    settle()
    assert shown_text(view) == "Answer"
    (row,) = [w for w in view._layouter.live.values() if isinstance(w, ReasoningRow)]
    row.switch.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(row.switch, Qt.Key.Key_Return)
    settle()
    assert shown_text(view) == "Let me think\nAnswer"
    assert "shown" in row.switch.accessibleName()
    qtbot.keyClick(row.switch, Qt.Key.Key_Space)
    settle()
    assert shown_text(view) == "Answer"


def test_notices_and_problems(view, settle, qtbot):
    view.set_entries(
        [
            Entry(1, "notice", "The context is full."),
            Entry(2, "assistant", "Part", state="failed", problem="The engine stopped."),
        ]
    )
    settle()
    problem = rows(view)["ProblemRow"]
    assert problem._label.text() == "The engine stopped."
    assert rows(view)["NoticeRow"]._label.text() == "The context is full."
    with qtbot.waitSignal(view.continue_requested) as asked:
        qtbot.mouseClick(problem.button, Qt.MouseButton.LeftButton)
    assert asked.args == [2]


HOSTILE = {
    "nul": "a\0b **c\0d**",
    "surrogate": "x \ud83d y",
    "marks": "\ufdd0\ufdd1\ufdd2" + "0\ufdd3 \ufffc",
    "right to left": "مرحبا بالعالم\n\n- שלום",
    "emoji": "👩‍👩‍👧‍👦 **👍🏽** `🤖` | 🧮",
    "unclosed fence": "```\nnever closed\n\n# not a heading",
    "deep lists": "\n".join("  " * n + f"- level {n}" for n in range(30)),
    "html": "<script>alert(1)</script> <img src=x onerror=y> <b>bold</b>",
    "images": "![alt](file:///etc/passwd) ![](http://example.org/x.png)",
    "broken tex": r"$\frac{$ and $$\undefined{x$$",
    "only marks": "**\n\n__\n\n``\n\n$$\n\n> \n\n- \n\n1.\n\n|\n|-\n",
    "one long word": "x" * 50_000,
    "quotes": ">" * 60 + " deep",
    "many rules": "---\n" * 200,
    "control": "\x01\x02\x1b[31mred\x07 \u202ereversed\u202c",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("role", ["user", "assistant", "system", "notice"])
def test_hostile_text_is_shown_and_can_be_streamed(view, settle, text, role):
    view.set_entries([Entry(1, role, text, reasoning=text), Entry(2, "assistant", "end")])
    settle()
    view.scroll_to(1)
    settle()
    view.select_all()
    assert view.selected_text()
    if role == "assistant":
        view.append_entry(Entry(3, "assistant", "", state="streaming"))
        for piece in (text[i : i + 1000] for i in range(0, len(text), 1000)):
            view.append_text(3, piece)
            view.append_text(3, piece, reasoning=True)
            view.flush()
        view.finish(Entry(3, "assistant", text, reasoning=text))
        settle()


def test_html_and_images_show_as_text(view, settle):
    view.set_entries([Entry(1, "assistant", "<b>x</b>\n\n![a cat](file:///tmp/cat.png)")])
    settle()
    assert shown_text(view) == "<b>x</b>\na cat"


def test_huge_texts_are_built_in_parts(view, settle):
    code = "print('a line of code')  # and a comment\n" * 5000
    pasted = "A pasted line of some length.\n" * 35_000
    view.set_entries([Entry(1, "user", pasted), Entry(2, "assistant", f"```python\n{code}```")])
    settle()
    assert len(view._layouter.live) < 30
    block = rows(view)["CodeBlock"]
    assert block.height() > 50_000
    assert block.pane.height() < 3 * view.height()
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() - 40_000)
    settle()
    block = rows(view)["CodeBlock"]
    top = block.pane.mapTo(view.viewport(), QPoint(0, 0)).y()
    assert top <= 0
    assert top + block.pane.height() >= view.viewport().height()
    view.scroll_to(1)
    settle()
    assert len(view._layouter.live) < 30
    assert "A pasted line" in shown_text(view)


def test_every_line_of_long_code_is_where_it_should_be(view, settle):
    code = "\n".join(f"line {n}" for n in range(3000))
    view.set_entries([Entry(1, "assistant", f"```\n{code}\n```")])
    settle()
    for value in (0, 1000, 20_000, view.verticalScrollBar().maximum()):
        view.verticalScrollBar().setValue(value)
        settle()
        (slot,) = [s for s, w in view._layouter.live.items() if isinstance(w, CodeBlock)]
        block = view._layouter.live[slot]
        middle = QPoint(60, view.viewport().height() // 2 - block.y())
        position = block.position_at(middle)
        line = block.pane.document().findBlock(position).blockNumber()
        rect = block.position_rect(position)
        assert abs(rect.center().y() - middle.y()) <= rect.height()
        assert 0 <= line < 3000


def test_formulas_are_set_in_the_background(view, qtbot, settle):
    view.set_entries(
        [Entry(1, "assistant", "So $x^2$ is\n\n$$\n\\frac{a}{b}\n$$\n\nand $\\frac{$.")]
    )
    settle()
    block = rows(view)["MathBlock"]
    assert isinstance(block, MathBlock)
    qtbot.waitUntil(lambda: block._picture is not None and block._picture.renderer is not None)
    settle()
    assert block.accessibleName() == r"Formula: \frac{a}{b}"
    view.select_all()
    first, *_ = view._document.messages[0].slots
    assert first.row.kind is RowKind.BLOCK


def test_a_new_palette_reaches_rows_icons_and_code(view, settle, icons):
    view.set_entries([Entry(1, "assistant", "Text `code`\n\n```py\nx = 1\n```\n")])
    settle()
    light = view._context.style
    icons.clear()
    palette = QPalette(QColor("#202124"))
    palette.setColor(QPalette.ColorRole.Base, QColor("#1f2024"))
    palette.setColor(QPalette.ColorRole.Text, QColor("#eeeeee"))
    view.setPalette(palette)
    settle()
    dark = view._context.style
    assert dark.dark
    assert not light.dark
    assert "copy" in icons
    pane = rows(view)["TextRow"].pane
    assert pane.palette().color(QPalette.ColorRole.Text) == QColor("#eeeeee")


@pytest.mark.parametrize("background", ["#ffffff", "#1f2024"])
def test_secondary_text_can_be_read(view, background):
    palette = QPalette(QColor(background))
    palette.setColor(QPalette.ColorRole.Base, QColor(background))
    view.setPalette(palette)
    style = view._context.style

    def luminance(color: QColor) -> float:
        parts = [
            c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
            for c in (color.redF(), color.greenF(), color.blueF())
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    for behind in (style.base, style.surface, style.bubble):
        lighter, darker = sorted((luminance(style.muted), luminance(behind)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_the_text_size_changes_everything(view, settle):
    view.set_entries([Entry(1, "assistant", "Some text")])
    settle()
    before = rows(view)["TextRow"].height()
    scale = view._context.style.scale
    font = view.font()
    font.setPixelSize(2 * QFontInfo(font).pixelSize())
    view.setFont(font)
    settle()
    assert rows(view)["TextRow"].height() > 1.8 * before
    assert view._context.style.scale == 2 * scale


def test_reasoning_can_be_unfolded_from_the_start(view, settle):
    view.set_entries([Entry(1, "assistant", "Answer", reasoning="Thoughts", open_reasoning=True)])
    settle()
    assert (
        len([row for row in view._layouter.live.values() if type(row).__name__ == "TextRow"]) == 2
    )


def test_every_control_has_a_name_and_is_large_enough(view, settle):
    view.set_entries(
        [
            Entry(1, "user", "Question", branch=(1, 2)),
            Entry(
                2,
                "assistant",
                "[link](https://example.org)\n\n```py\nx\n```\n\n| a |\n|---|\n| 1 |",
                reasoning="thought",
                state="failed",
                problem="No.",
                branch=(2, 3),
            ),
        ]
    )
    settle()
    view.begin_edit(1)
    settle()
    focusable = [
        child
        for child in view.findChildren(QWidget)
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible()
    ]
    assert len(focusable) >= 14
    for child in [view, *focusable]:
        interface = QAccessible.queryAccessibleInterface(child)
        assert interface.text(QAccessible.Text.Name), child
        if isinstance(child, QAbstractButton):
            assert min(child.width(), child.height()) >= 24, child


def test_an_answer_is_exposed_as_text(view, settle):
    view.set_entries([Entry(1, "assistant", "Hello **world**")])
    settle()
    interface = QAccessible.queryAccessibleInterface(rows(view)["TextRow"].pane)
    assert interface.textInterface().text(0, 11) == "Hello world"


def test_a_narrow_and_a_wide_window(view, settle):
    view.set_entries([Entry(1, "assistant", "word " * 200), Entry(2, "user", "x " * 100)])
    for width in (200, 1600):
        view.resize(width, 500)
        settle()
        for slot in view._layouter.ordered():
            row = view._layouter.live[slot].geometry()
            assert row.left() >= 0
            assert row.right() <= view.viewport().width()
    assert view._layouter._width == view._context.style.px(760)


def test_streaming_costs_the_same_at_any_length(view, settle):
    view.set_entries([Entry(1, "assistant", "", state="streaming")])
    view.append_text(1, "A paragraph of the answer.\n\n- item\n\n" * 50)
    view.flush()

    def cost() -> float:
        start = time.process_time()
        for _ in range(60):
            view.append_text(1, "A few more words, then an end.\n\n")
            view.flush()
            settle()
        return time.process_time() - start

    first = cost()
    view.append_text(1, "A paragraph of the answer.\n\n- item\n\n" * 2000)
    view.flush()
    settle()
    assert cost() < 3 * first + 0.2


def test_an_entry_may_change_its_branch_and_caption(view, settle):
    entry = Entry(1, "assistant", "Text", branch=(1, 2), caption=lambda: "one")
    view.set_entries([entry])
    settle()
    text_row = rows(view)["TextRow"]
    view.replace_entry(entry._replace(branch=(2, 2), caption=lambda: "two"))
    settle()
    assert rows(view)["TextRow"] is text_row
    actions = rows(view)["ActionsRow"]
    assert actions._caption.text() == "two"
    assert not actions._buttons["next"].isEnabled()


def test_pieces_for_messages_that_are_gone_are_dropped(view, settle):
    view.set_entries([Entry(1, "assistant", "", state="streaming")])
    view.append_text(1, "some")
    view.set_entries([Entry(5, "user", "Another conversation")])
    view.append_text(1, "late")
    view.flush()
    view.finish(Entry(1, "assistant", "some late"))
    settle()
    assert view.keys() == [5]
    assert shown_text(view) == "Another conversation"


def test_coming_back_to_an_answer_that_is_being_written(view, settle):
    view.set_entries([Entry(1, "assistant", "So **far", state="streaming")])
    settle()
    view.append_text(1, "** so good.\n\nAnd on")
    view.flush()
    assert shown_text(view) == "So far so good.\nAnd on"


def test_what_is_read_stays_when_later_messages_change(view, talk, settle):
    view.set_entries(talk(200))
    view.scroll_to(99)
    settle()
    before = view.anchor()
    view.update_entries(talk(120))
    settle()
    assert view.anchor() == before
    view.update_entries(talk(60))  # the one that was read is gone: its place is nearest the end
    settle()
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0


def test_an_alternative_stands_where_the_other_was(view, talk, settle):
    view.set_entries(talk(200))
    view.scroll_to(100)
    settle()
    others = [
        entry._replace(key=entry.key + (1000 if entry.key >= 100 else 0)) for entry in talk(200)
    ]
    view.update_entries(others)
    settle()
    assert view.anchor() == (1100, 0)


def test_at_the_end_the_end_is_shown_again(view, talk, settle):
    view.set_entries(talk(100))
    view.update_entries(talk(150))
    settle()
    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    view.update_entries([])
    assert view.anchor() is None


CELLS = f"| a | b |\n|---|---|\n| {'word ' * 60}| {'other ' * 60}|"


@pytest.mark.parametrize(
    ("role", "text"), [("assistant", "word " * 200), ("user", "word " * 200), ("assistant", CELLS)]
)
def test_a_text_measured_before_the_view_had_its_width_is_as_high_as_it_is(
    qtbot, settle, role, text
):
    def heights() -> list[int]:
        settle()
        return [row.height() for row in view._layouter.live.values() if isinstance(row, TextRow)]

    view = TranscriptView(icon=lambda _name: QIcon())
    qtbot.addWidget(view)
    view.resize(500, 480)
    view.set_entries([Entry(1, role, text)])
    view.resize(860, 600)
    view.show()
    qtbot.waitExposed(view)
    at_first = heights()
    view._layouter.rebuild()  # measures new widgets
    assert heights() == at_first
