"""The list of downloads, as it is to be found again after a restart."""

from __future__ import annotations

import builtins
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from desktop.domain.download import Download, DownloadRequest, DownloadState
from desktop.domain.hub import RemoteFile
from desktop.storage.database import Database
from desktop.storage.rows import storable, to_text

_LASTING = {DownloadState.PAUSED, DownloadState.FAILED, DownloadState.DONE}


class StoredDownloads:
    """Every method is one transaction and may be called from any thread. Raises: StorageFault.

    What waits, runs or verifies is kept as QUEUED: that is what it is when Quern starts again.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def list(self) -> builtins.list[Download]:
        """In the order they were added; how many bytes are there is for the disk to say."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT id, request, state, problem, advice, brought FROM downloads ORDER BY id"
            )
            return [
                Download(
                    number,
                    _request_of(request),
                    DownloadState(state),
                    problem=problem,
                    advice=advice,
                    brought=tuple(json.loads(brought)),
                )
                for number, request, state, problem, advice, brought in rows
            ]

    def add(self, request: DownloadRequest) -> int:
        """A new row, QUEUED. Returns: its id."""
        with self._database.writing() as db:
            cursor = db.execute(
                "INSERT INTO downloads (request, state, problem, advice, created_at)"
                " VALUES (?, ?, '', '', ?)",
                [_text_of(request), DownloadState.QUEUED, self._clock()],
            )
            return int(cursor.lastrowid or 0)

    def update(self, download: Download) -> None:
        """Keep the state, what is wrong, and which files it brought."""
        state = download.state if download.state in _LASTING else DownloadState.QUEUED
        problem, advice = (
            (download.problem, download.advice) if state is DownloadState.FAILED else ("", "")
        )
        with self._database.writing() as db:
            db.execute(
                "UPDATE downloads SET state = ?, problem = ?, advice = ?, brought = ? WHERE id = ?",
                [
                    state,
                    storable(problem),
                    storable(advice),
                    to_text(list(download.brought)),
                    download.id,
                ],
            )

    def remove(self, number: int) -> None:
        with self._database.writing() as db:
            db.execute("DELETE FROM downloads WHERE id = ?", [number])


def _text_of(request: DownloadRequest) -> str:
    return to_text({**asdict(request), "folder": str(request.folder)})


def _request_of(text: str) -> DownloadRequest:
    values = json.loads(text)
    return DownloadRequest(
        repository=values["repository"],
        revision=values["revision"],
        name=values["name"],
        files=tuple(RemoteFile(**file) for file in values["files"]),
        folder=Path(values["folder"]),
    )
