"""Fetching one file of a repository, from where an earlier attempt ended."""

from __future__ import annotations

import re
from collections.abc import Callable

from desktop.domain.errors import DownloadDamaged, HubBusy, NotOnHub
from desktop.domain.hub import RemoteFile
from desktop.hub import faults
from desktop.hub.connection import HubConnection
from desktop.hub.http import Answer, Cancelling, broke_off, get
from desktop.hub.partial_file import PartialFile
from desktop.hub.repository import file_url

_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Fetch:
    """One file of a repository at one revision. May be run again and again.

    Args:
        repository: "author/name".
        revision: a commit.
        cancelled: asked all the time; True ends everything with Cancelled.
    """

    def __init__(
        self, repository: str, revision: str, file: RemoteFile, cancelled: Cancelling
    ) -> None:
        self._repository = repository
        self._revision = revision
        self._file = file
        self._cancelled = cancelled

    def run(
        self, connection: HubConnection, part: PartialFile, on_progress: Callable[[], None]
    ) -> None:
        """Append to `part` what is missing; `on_progress` follows every piece.

        Raises: NoNetwork and HubBusy, after which trying again may help; AccessDenied, NotOnHub,
        HubFault, DownloadDamaged, StorageFault, Cancelled. What has arrived stays in `part`.
        """
        if not part.missing:
            return
        with self._ask(connection, part.received) as answer:
            skip = part.received - self._first_byte(answer, part.received)
            while part.missing:
                piece = answer.read()
                if not piece:
                    raise broke_off()
                new = piece[skip : skip + part.missing]
                skip = max(skip - len(piece), 0)
                if new:
                    part.append(new)
                    on_progress()

    def _ask(self, connection: HubConnection, start: int) -> Answer:
        url = file_url(connection, self._repository, self._revision, self._file.path)
        headers = {"Range": f"bytes={start}-"} if start else {}
        answer = get(connection, url, headers, self._cancelled)
        if answer.status == 416 and start:  # whoever cannot go on there may still send all of it
            answer.close()
            answer = get(connection, url, {}, self._cancelled)
        try:
            self._refuse_errors(connection, answer)
            self._refuse_other_content(answer)
        except BaseException:
            answer.close()
            raise
        return answer

    def _refuse_errors(self, connection: HubConnection, answer: Answer) -> None:
        """Raises: HubFault."""
        if not answer.from_hub and answer.status in (401, 403):
            # The address the hub gave holds for a while only; the next attempt gets a new one.
            raise HubBusy("The hub's storage does not hand out the file just now.", "Try again.")
        if answer.status >= 400:
            headers = dict(answer.headers.items())
            raise faults.refusal(connection, answer.status, headers, self._repository)

    def _refuse_other_content(self, answer: Answer) -> None:
        """Learn it before gigabytes have come for nothing. Raises: NotOnHub, DownloadDamaged."""
        announced = answer.hub_headers.get("X-Linked-Etag", "").strip('"')
        if _SHA256.fullmatch(announced) and self._file.sha256 not in ("", announced):
            raise NotOnHub(
                f"“{self._file.path}” is not the same on the hub any more.",
                "Open the repository again and choose the file there.",
            )
        size = _whole_size(answer)
        if size not in (None, self._file.size):
            raise DownloadDamaged(
                f"The hub sent something else than “{self._file.path}”: "
                f"{size:,} bytes instead of {self._file.size:,}.",
                "Try again later; what had arrived before is kept.",
            )

    def _first_byte(self, answer: Answer, wanted: int) -> int:
        """Which byte of the file the answer begins with. Raises: HubFault."""
        if answer.status == 200:  # a server that does not know ranges sends all of it
            return 0
        match = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if answer.status != 206 or match is None or int(match[1]) > wanted:
            raise faults.nonsense()
        return int(match[1])


def _whole_size(answer: Answer) -> int | None:
    """Bytes of the whole file, as far as the answer says it."""
    if answer.status == 200:
        return answer.length
    match = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
    return int(match[2]) if match and match[2] != "*" else None
