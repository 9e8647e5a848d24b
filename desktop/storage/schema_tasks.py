"""Tables of task sets and what levels made of them."""

from __future__ import annotations

from desktop.storage.sqlite import Connection


def m008_task_sets(db: Connection) -> None:
    """Task sets and their results."""
    del db
