import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop.domain.conversation import Conversation
from desktop.ui.dialogs.command_palette import (
    CommandPalette,
    action_entries,
    conversation_entries,
)


@pytest.fixture
def palette(actions, icons, qtbot) -> CommandPalette:
    made = CommandPalette()
    qtbot.addWidget(made)
    conversations = [Conversation(5, "Trip plan, Lisbon", 0, 0)]
    made.open_with(
        action_entries(actions) + conversation_entries(conversations, icons, "Conversation"),
        ["action:stop"],
    )
    yield made
    made.hide()


def shown(palette: CommandPalette) -> str:
    return palette.list.currentIndex().data()


def test_the_latest_command_stands_first(palette):
    assert shown(palette) == "Stop answering"


def test_typing_and_enter(palette, qtbot):
    QTest.keyClicks(palette.edit, "lisb")
    with qtbot.waitSignal(palette.chosen) as told:
        QTest.keyClick(palette.edit, Qt.Key.Key_Return)
    assert told.args == ["conversation:5"]
    assert not palette.isVisible()


def test_arrows_walk_and_wrap(palette):
    QTest.keyClicks(palette.edit, "theme")
    first = shown(palette)
    QTest.keyClick(palette.edit, Qt.Key.Key_Down)
    assert shown(palette) != first
    QTest.keyClick(palette.edit, Qt.Key.Key_Up)
    QTest.keyClick(palette.edit, Qt.Key.Key_Up)
    last = shown(palette)
    QTest.keyClick(palette.edit, Qt.Key.Key_Down)
    assert shown(palette) == first != last


def test_nothing_fits(palette, qtbot):
    QTest.keyClicks(palette.edit, "xyzzy")
    assert palette._none.isVisible()
    with qtbot.assertNotEmitted(palette.chosen):
        QTest.keyClick(palette.edit, Qt.Key.Key_Return)


def test_only_what_can_be_used_now_is_offered(actions):
    actions.action("stop").setEnabled(False)
    actions.action("pin").setVisible(False)
    ids = {entry.id for entry in action_entries(actions)}
    assert "action:find" in ids
    assert not ids & {"action:stop", "action:pin", "action:command_palette"}


def test_it_is_as_tall_as_what_it_found(palette):
    full = palette.height()
    QTest.keyClicks(palette.edit, "lisb")
    assert palette.list.height() < full / 4
    assert palette.height() < full / 2
    palette.edit.clear()
    assert palette.height() == full


def test_it_fits_into_a_small_window(actions, qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(640, 300)
    palette = CommandPalette(parent)
    palette.open_with(action_entries(actions))
    assert palette.height() < parent.height() * 9 // 10
    palette.hide()


def test_a_conversation_without_a_title_is_named(icons):
    (entry,) = conversation_entries([Conversation(5, "", 0, 0)], icons, "Conversation")
    assert (entry.text, entry.quiet) == ("New conversation", True)
