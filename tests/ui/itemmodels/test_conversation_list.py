from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QModelIndex, Qt

from desktop.domain.conversation import Conversation, SearchHit
from desktop.ui.itemmodels.conversation_list import (
    ANSWERING_ROLE,
    CONVERSATION_ROLE,
    EXCERPT_ROLE,
    ConversationListModel,
)

NOON = datetime(2026, 3, 10, 12).astimezone()


def conversation(number: int, days_ago: float = 0, *, pinned: bool = False) -> Conversation:
    moment = (NOON - timedelta(days=days_ago)).timestamp()
    return Conversation(number, f"Title {number}", moment, moment, pinned=pinned)


@pytest.fixture
def model(qapp, qtmodeltester) -> ConversationListModel:
    made = ConversationListModel(today=NOON.date)
    yield made
    qtmodeltester.check(made)


def shown(model: ConversationListModel) -> list[str]:
    return [model.index(row).data() for row in range(model.rowCount())]


def test_conversations_stand_under_headings_by_age(model):
    model.set_conversations(
        [
            conversation(1, 30),
            conversation(2, 3),
            conversation(3, 1),
            conversation(4),
            conversation(5, 0.1),
            conversation(6, 90, pinned=True),
        ]
    )
    assert shown(model) == [
        "Pinned", "Title 6",
        "Today", "Title 4", "Title 5",
        "Yesterday", "Title 3",
        "Previous 7 days", "Title 2",
        "Earlier", "Title 1",
    ]  # fmt: skip


def test_yesterday_is_a_day_of_the_calendar(model):
    late = (NOON.replace(hour=23) - timedelta(days=1)).timestamp()
    model.set_conversations([Conversation(1, "Late", late, late)])
    assert shown(model) == ["Yesterday", "Late"]


def test_a_clock_set_back_does_not_lose_conversations(model):
    model.set_conversations([conversation(1, -5)])
    assert shown(model) == ["Today", "Title 1"]


def test_headings_cannot_be_chosen(model):
    model.set_conversations([conversation(1)])
    heading, row = model.index(0), model.index(1)
    assert heading.flags() == Qt.ItemFlag.NoItemFlags
    assert row.flags() & Qt.ItemFlag.ItemIsSelectable
    assert heading.data(CONVERSATION_ROLE) is None
    assert row.data(CONVERSATION_ROLE).id == 1


def test_hits_keep_their_order_and_excerpts(model):
    model.set_hits(
        [SearchHit(conversation(2), 7, "a \x02b\x03"), SearchHit(conversation(1), None, "")]
    )
    assert shown(model) == ["Title 2", "Title 1"]
    assert model.index(0).data(EXCERPT_ROLE) == "a \x02b\x03"


def test_renaming_tells_and_shows(model, qtbot):
    model.set_conversations([conversation(1)])
    with qtbot.waitSignal(model.renamed) as told:
        assert model.setData(model.index(1), "  New\n title ")
    assert told.args == [1, "New title"]
    assert shown(model)[1] == "New title"


@pytest.mark.parametrize("title", ["", "   ", "Title 1"])
def test_an_empty_or_equal_title_changes_nothing(model, qtbot, title):
    model.set_conversations([conversation(1)])
    with qtbot.assertNotEmitted(model.renamed):
        assert not model.setData(model.index(1), title)
    assert shown(model)[1] == "Title 1"


def test_finding_a_row(model):
    model.set_conversations([conversation(1), conversation(2)])
    assert model.index_of(2).data() == "Title 2"
    assert model.index_of(9) == QModelIndex()


def test_where_an_answer_is_being_written_is_marked_and_told(model, qtbot):
    one = conversation(1)
    model.set_conversations([one, conversation(2)])
    index = model.index_of(one.id)
    assert not index.data(ANSWERING_ROLE)
    with qtbot.waitSignal(model.dataChanged):
        model.set_answering(one.id)
    assert index.data(ANSWERING_ROLE)
    told = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == f"{one.title}, an answer is being written"
    with qtbot.waitSignal(model.dataChanged):
        model.set_answering(None)
    assert not index.data(ANSWERING_ROLE)


def test_pinned_is_told_to_screen_readers(model):
    model.set_conversations([conversation(1, pinned=True)])
    assert model.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "Title 1, pinned"


def test_a_conversation_without_a_title_is_named_but_not_titled(model):
    model.set_conversations([Conversation(1, "", NOON.timestamp(), NOON.timestamp(), pinned=True)])
    index = model.index_of(1)
    assert index.data() == "New conversation"
    assert index.data(Qt.ItemDataRole.EditRole) == ""
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "New conversation, pinned"
