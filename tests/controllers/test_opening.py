import threading
from pathlib import Path

import pytest

from desktop.controllers import opening as module
from desktop.controllers.opening import Opening
from desktop.domain.errors import DatabaseTooNew
from desktop.storage.database import Database, OpenReport


class Told:
    """What an Opening of `database` tells."""

    def __init__(self, database: Database) -> None:
        self.delayed = threading.Event()
        self.outcomes: list[object] = []
        self.opening = Opening(database)
        self.opening.delayed.connect(self.delayed.set)
        self.opening.done.connect(self.outcomes.append)


def test_an_open_database_is_handed_over(qtbot, tmp_path: Path) -> None:
    database = Database(tmp_path / "quern.db")
    told = Told(database)
    told.opening.begin()
    qtbot.waitUntil(lambda: bool(told.outcomes))
    assert told.outcomes[0].result() == OpenReport(created=True)
    with database.reading() as db:  # also on another thread than the one that opened it
        assert db.table("conversations").exists()
    database.close()


def test_what_is_raised_is_handed_over(qtbot, tmp_path: Path) -> None:
    database = Database(tmp_path / "quern.db")
    database.open()
    with database.writing() as db:
        db.execute("PRAGMA user_version=9999")
    database.close()
    told = Told(database)
    told.opening.begin()
    qtbot.waitUntil(lambda: bool(told.outcomes))
    with pytest.raises(DatabaseTooNew):
        told.outcomes[0].result()


def test_a_delay_is_told_of_while_it_lasts(qtbot, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(module, "USUAL_MS", 1)
    database = Database(tmp_path / "quern.db")
    told = Told(database)
    monkeypatch.setattr(database, "open", lambda: told.delayed.wait(60))
    told.opening.begin()
    qtbot.waitUntil(lambda: bool(told.outcomes))
    assert told.outcomes[0].result() is True


def test_closing_waits_for_what_is_under_way(qtbot, tmp_path: Path) -> None:
    told = Told(Database(tmp_path / "quern.db"))
    told.opening.begin()
    told.opening.close()
    assert (tmp_path / "quern.db").exists()
