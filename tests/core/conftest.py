from __future__ import annotations

import pytest

from desktop.engine.client import Engine
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database
from tests.helpers.fake_worker import COMMAND


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database)


@pytest.fixture
def make_engine():
    """Builds engines with the scripted child and ends them all."""
    engines: list[Engine] = []

    def make(on_state=None) -> Engine:
        engines.append(Engine(COMMAND, on_state=on_state))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()
