"""Puts a sound database in the place of one that is damaged, or gone."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from desktop.storage.database import COPIES, RESCUED, Database, OpenReport
from desktop.storage.faults import database_faults
from desktop.storage.files import beside, size_of
from desktop.storage.salvage import Rescued, listed, salvage

_FILES = ("", "-wal", "-shm")  # of one database


def rescue(path: Path) -> OpenReport:
    """Build a database from what can be read of the one at `path` and of its copies.

    It is built beside, so that whatever ends this halfway leaves everything as it was for the next
    time. No connection may be open. Raises: StorageFault.
    """
    part, whole = beside(path, ".rescue"), beside(path, RESCUED)
    with database_faults():
        copies = [
            copy for copy in (beside(path, name) for name in (RESCUED, *COPIES)) if copy.exists()
        ]
        days = {copy: _day_of(copy) for copy in copies}
        _discard(part)  # of one who was killed
        made = Database(part)
        try:
            with closing(made):
                made.open()
                with made.writing() as fresh:
                    rescued = salvage(path, fresh, copies)
            shutil.copymode(next(filter(Path.exists, (path, *copies)), part), part)
            part.replace(whole)
        finally:
            _discard(part)
        told, kept = _put_aside(path)
        whole.replace(path)
    return OpenReport(notice=_notice(told, kept, rescued, days), kept_aside=kept)


def _day_of(copy: Path) -> str:
    """And the minute, as everybody reads it: Qt sets the locale that names of months would have."""
    made = datetime.fromtimestamp(copy.stat().st_mtime).astimezone()
    return f"{made:%Y-%m-%d, %H:%M}"


def _discard(path: Path) -> None:
    for suffix in _FILES:
        beside(path, suffix).unlink(missing_ok=True)


def _put_aside(path: Path) -> tuple[str, Path | None]:
    """Make room for another. Returns: what was found, for a person, and where it is kept."""
    if not any(size_of(beside(path, suffix)) for suffix in ("", "-wal")):
        found = "empty" if path.exists() else "gone"
        return f"The file with your conversations was {found}.", None
    moment = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    kept = beside(path, f".damaged-{moment}")
    for suffix in _FILES:
        with suppress(FileNotFoundError):
            beside(path, suffix).replace(beside(kept, suffix))
    return f"The file with your conversations was damaged and is kept as “{kept.name}”.", kept


def _notice(told: str, kept: Path | None, rescued: Rescued, days: Mapping[Path, str]) -> str:
    sentences = [told, str(rescued) if kept else ""]
    for copy, counts in rescued.copied.items():
        came = listed(counts) if counts else "Parts that were missing were"
        sentences.append(f"{came} taken from the copy of {days[copy]}.")
    if not rescued.copied and not kept:
        sentences.append("No copy of it could be read.")
    if rescued.copied:
        lost = "may be missing" if kept else "is lost"
        sentences.append(f"What was written after that {lost}.")
    return " ".join(filter(None, sentences))
