"""Tables of blind tests."""

from __future__ import annotations

from desktop.storage.sqlite import Connection


def m009_votes(db: Connection) -> None:
    """Blind votes between levels."""
    del db
