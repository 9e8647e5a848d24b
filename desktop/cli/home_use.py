"""What commands keep in, and read from, a home folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from desktop.cli.settings_use import settings_of
from desktop.domain.paths import Home
from desktop.services import Services
from desktop.storage.database import Database


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
def opened_services(home: Home) -> Iterator[Services]:
    """The core with a home's settings and database, for the length of a command.

    Raises: StorageFault.
    """
    with opened_database(home) as database:
        services = Services(home, settings_of(home), database)
        try:
            yield services
        finally:
            services.close()
