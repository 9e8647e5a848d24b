"""What commands keep in, and read from, the home folder's database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from desktop.core.model_inspector import ModelInspector
from desktop.core.model_library import ModelLibrary
from desktop.domain.paths import Home, OtherPrograms, starter_model_path
from desktop.engine.client import Engine
from desktop.storage.database import Database
from desktop.storage.model_facts import ModelFacts
from desktop.storage.models import KnownModels


@contextmanager
def opened_database(home: Home) -> Iterator[Database]:
    """The database for the length of a command. Raises: StorageFault."""
    database = Database(home.database)
    try:
        notice = database.open().notice
        if notice:
            print(f"Note: {notice}", file=sys.stderr)
        yield database
    finally:
        database.close()


@contextmanager
def opened_library(home: Home) -> Iterator[ModelLibrary]:
    """The models on this machine. Raises: StorageFault."""
    inspector = ModelInspector(Engine)
    try:
        with opened_database(home) as database:
            yield ModelLibrary(
                KnownModels(database),
                ModelFacts(database),
                home,
                OtherPrograms.default(),
                starter_model_path(),
                inspector.inspect,
            )
    finally:
        inspector.close()
