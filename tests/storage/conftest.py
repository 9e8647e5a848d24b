"""A database in a temporary folder, and time that only moves when told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.domain.conversation import Conversation, Message, Role
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database


class Clock:
    """Starts at 1,000 and moves one second with each look."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "quern.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = Database(path)
    database.open()
    yield database
    database.close()


@pytest.fixture
def conversations(database: Database, clock: Clock) -> Conversations:
    return Conversations(database, clock)


@pytest.fixture
def conversation(conversations: Conversations) -> Conversation:
    return conversations.create()


@pytest.fixture
def say(conversations: Conversations, conversation: Conversation):
    """Adds a message below another one; the role follows from the place."""

    def say(text: str, below: Message | None = None, role: Role | None = None) -> Message:
        if role is None:
            role = Role.ASSISTANT if below and below.role is Role.USER else Role.USER
        return conversations.add_message(
            conversation.id, role=role, text=text, parent_id=below.id if below else None
        )

    return say
