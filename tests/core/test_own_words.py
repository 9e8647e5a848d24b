from __future__ import annotations

import pytest

from desktop.core import own_words
from desktop.core.own_words import ENOUGH, OwnWords
from desktop.domain.conversation import Role
from desktop.domain.errors import InvalidInput
from desktop.storage.conversations import Conversations


def write(conversations: Conversations, title: str, words: int) -> int:
    number = conversations.create(title=title).id
    conversations.add_message(number, role=Role.USER, text="word " * words, parent_id=None)
    return number


def test_few_words_are_counted_and_refused(conversations: Conversations) -> None:
    assert OwnWords(conversations).count() == 0
    write(conversations, "One", 100)
    assert OwnWords(conversations).count() == 102  # with the title and who said it
    with pytest.raises(InvalidInput, match=r"102 words, but a matrix takes 3,000"):
        OwnWords(conversations).text()


def test_all_conversations_are_read_but_those_deleted(conversations: Conversations) -> None:
    write(conversations, "Bread", ENOUGH)
    write(conversations, "Cake", 10)
    conversations.delete(write(conversations, "Secret", 10))
    text = OwnWords(conversations).text()
    assert "Bread" in text and "Cake" in text and "Secret" not in text


def test_of_many_the_newest_are_read(conversations: Conversations, monkeypatch) -> None:
    monkeypatch.setattr(own_words, "MOST", 5 * ENOUGH + 100)
    pinned = write(conversations, "Oldest", 50)
    conversations.set_pinned(pinned, True)
    write(conversations, "Newest", ENOUGH + 1)
    text = OwnWords(conversations).text()
    assert text.startswith("Newest") and len(text) <= own_words.MOST + 1
    assert text.count("word") < ENOUGH + 51
