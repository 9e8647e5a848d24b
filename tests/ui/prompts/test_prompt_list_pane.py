from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest

from desktop.domain.prompt import PromptHit, PromptQuery
from desktop.ui.itemmodels.prompt_list import PROMPT_ROLE
from desktop.ui.prompts.prompt_list_pane import (
    FIRST,
    MOST,
    PromptListPane,
    refusing_drops,
)
from desktop.ui.prompts.prompt_panel import PromptPanel
from desktop.ui.widgets.row_delegate import RowContent
from tests.helpers.prompts_page_data import found, hits, prompt, prompts

ALL = PromptQuery(limit=FIRST)


@pytest.fixture
def pane(icons, theme, qtbot) -> PromptListPane:
    def mime_of(dragged) -> QMimeData:
        mime = QMimeData()
        mime.setText(dragged.title)
        return mime

    made = PromptListPane(icons, PromptPanel(icons), mime_of)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def titles(pane: PromptListPane) -> list[str]:
    return [str(pane.model.index(row).data()) for row in range(pane.model.rowCount())]


def content(pane: PromptListPane, row: int) -> RowContent:
    return pane.list.itemDelegate().content(pane.model.index(row))


def test_the_prompts_are_listed(pane):
    pane.set_hits(ALL, hits())
    assert titles(pane) == [each.title for each in prompts()]
    assert content(pane, 0).mark == "Built in"
    assert content(pane, 0).icon is not None
    assert content(pane, 2).mark == ""  # one of ours that was changed
    assert content(pane, 4).faded
    assert content(pane, 0).details == "Writing · A summary of a length you choose."


def test_a_screen_reader_hears_what_the_row_shows(pane):
    pane.set_hits(ALL, hits())
    pane.set_drafts({2})
    said = pane.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("Summarise, favourite, built in, Writing")
    assert "unsaved changes" in pane.model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert content(pane, 1).mark == "Unsaved"


def test_an_excerpt_takes_the_place_of_the_details(pane):
    pane.set_hits(ALL, found())
    assert content(pane, 0).details.startswith("\x02Summarise\x03")
    said = pane.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "\x02" not in said
    assert not pane.list.grab().isNull()


def test_searching_asks_a_moment_after_the_last_key(pane, qtbot):
    asked = []
    pane.wanted.connect(asked.append)
    QTest.keyClicks(pane.search, "sum")
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [PromptQuery("sum", limit=FIRST)]


def test_only_the_answer_to_the_present_question_is_shown(pane):
    pane.set_hits(ALL, hits())
    pane.search.setText("sum")
    pane.set_hits(ALL, hits()[:1])
    assert len(titles(pane)) == 5
    pane.set_hits(pane.query(), found())
    assert titles(pane) == ["Summarise", prompts()[3].title]


def test_filters_are_part_of_the_question(pane, qtbot):
    pane.set_folders(["Data", "Writing"])
    pane.set_tags([("daily", 2), ("short", 1)])
    pane.folder.setCurrentIndex(2)
    pane.tag.setCurrentIndex(1)
    with qtbot.waitSignal(pane.wanted) as told:
        pane.favourites.click()
    assert told.args == [PromptQuery(folder="Writing", tag="daily", favourites=True, limit=FIRST)]
    with qtbot.waitSignal(pane.wanted) as told:
        pane.hidden.trigger()
    assert told.args[0].hidden


def test_what_is_chosen_stays_while_folders_come_and_go(pane):
    pane.set_folders(["Data", "Writing"])
    pane.folder.setCurrentIndex(2)
    pane.set_folders(["Data", "New", "Writing"])
    assert pane.query().folder == "Writing"
    pane.set_folders(["Data"])
    assert pane.query().folder == ""


def test_an_empty_library_says_how_to_begin(pane, qtbot):
    pane.set_hits(ALL, [])
    assert pane.empty.isVisible()
    with qtbot.waitSignal(pane.new_requested):
        pane.empty.button.click()
    with qtbot.waitSignal(pane.import_requested):
        pane.empty.other.click()


def test_nothing_found_is_not_an_empty_library(pane):
    pane.search.setText("zzz")
    pane.set_hits(pane.query(), [])
    assert not pane.empty.isVisible()
    assert pane._nothing.isVisible()


def test_a_row_that_is_chosen_is_asked_for_once(pane, qtbot):
    pane.set_hits(ALL, hits())
    with qtbot.waitSignal(pane.prompt_chosen) as told:
        pane.list.setCurrentIndex(pane.model.index(1))
    assert told.args == [2]
    pane.panel.show_prompt(prompts()[1])
    pane.show_panel()
    with qtbot.assertNotEmitted(pane.prompt_chosen):
        pane.set_hits(ALL, hits())
    assert pane.list.currentIndex().row() == 1


def test_escape_closes_the_prompt(pane, qtbot):
    pane.set_hits(ALL, hits())
    pane.panel.show_prompt(prompts()[1])
    pane.show_panel()
    pane.list.setFocus()
    with qtbot.waitSignal(pane.closed):
        QTest.keyClick(pane.list, Qt.Key.Key_Escape)
    assert not pane.panel_visible


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Down])
def test_a_key_goes_from_the_search_to_the_list_where_enter_uses_a_prompt(pane, qtbot, key):
    pane.set_hits(ALL, hits())
    pane.search.setFocus()
    QTest.keyClick(pane.search, key)
    assert pane.list.hasFocus()
    pane.panel.show_prompt(prompts()[0])
    pane.show_panel()
    with qtbot.waitSignal(pane.panel.use_requested) as told:
        QTest.keyClick(pane.list, Qt.Key.Key_Return)
    assert told.args[0].id == 1


def test_the_button_says_that_a_new_prompt_was_begun(pane):
    pane.set_drafts({0, 2})
    assert pane.new_button.text() == "New (unsaved)"
    pane.set_drafts({2})
    assert pane.new_button.text() == "New"


def test_ten_thousand_are_listed_in_two_steps_without_a_pause(pane, qtbot):
    many = [PromptHit(prompt(n, f"Prompt {n}")) for n in range(10_000)]
    with qtbot.waitSignal(pane.wanted) as told:
        pane.set_hits(ALL, many[:FIRST])
    assert told.args == [replace(ALL, limit=MOST)]
    start = time.process_time()
    pane.set_hits(told.args[0], many)
    pane.list.grab()
    assert pane.model.rowCount() == 10_000
    assert time.process_time() - start < 2.0  # 0.03 s on an idle machine
    assert pane._summary.text() == "10.0 k prompts"
    bar = pane.list.verticalScrollBar()
    bar.setValue(5000)
    with qtbot.waitSignal(pane.wanted) as told:
        pane.refresh()
    pane.set_hits(told.args[0], [PromptHit(prompt(10_001, "Another")), *many])
    assert bar.value() == 5000


def test_no_field_takes_a_dragged_prompt_for_a_text(pane):
    text = pane.panel.editor.text
    assert text.viewport().acceptDrops()
    assert pane.search.acceptDrops()
    with refusing_drops(pane.window(), but=pane.list):
        assert not text.viewport().acceptDrops()
        assert not pane.search.acceptDrops()
        assert pane.list.viewport().acceptDrops()
    assert text.viewport().acceptDrops()
    assert pane.search.acceptDrops()


def test_a_prompt_can_be_dragged(pane):
    pane.set_hits(ALL, hits())
    index = pane.model.index(1)
    assert pane.model.flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    assert pane.model.mimeData([index]).text() == "Sort reviews"
    assert index.data(PROMPT_ROLE).id == 2


def test_the_keys_lead_on_from_a_prompt_that_is_listed_no_more(pane):
    many = [PromptHit(prompt(number, f"Prompt {number}")) for number in range(1, 6)]
    pane.set_hits(ALL, many)
    pane.list.setCurrentIndex(pane.model.index(2))
    pane.panel.show_prompt(many[2].prompt)
    pane.show_panel()
    pane.set_hits(ALL, [hit for hit in many if hit is not many[2]])  # it was hidden, for example
    QTest.keyClick(pane.list, Qt.Key.Key_Down)
    assert pane.list.currentIndex().data(PROMPT_ROLE).id == 4


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_the_delete_key_deletes_ones_own_and_hides_what_came_with_quern(pane, qtbot, key):
    own, built_in = prompt(1, "Own"), replace(prompt(2, "Ours"), builtin=True)
    hidden = replace(prompt(3, "Away"), builtin=True, hidden=True)
    pane.set_hits(ALL, [PromptHit(each) for each in (own, built_in, hidden)])
    pane.activateWindow()
    qtbot.waitUntil(pane.isActiveWindow)
    pane.list.setFocus()
    with qtbot.assertNotEmitted(pane.delete_requested):
        QTest.keyClick(pane.list, key)  # none is chosen
    pane.list.setCurrentIndex(pane.model.index(0))
    with qtbot.waitSignal(pane.delete_requested) as told:
        QTest.keyClick(pane.list, key)
    assert told.args == [1]
    pane.list.setCurrentIndex(pane.model.index(1))
    with qtbot.waitSignal(pane.hide_requested) as told:
        QTest.keyClick(pane.list, key)
    assert told.args == [2]
    pane.list.setCurrentIndex(pane.model.index(2))
    with qtbot.assertNotEmitted(pane.hide_requested):
        QTest.keyClick(pane.list, key)
