"""Downloads of models: what is fetched, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.domain.hub import RemoteFile


class DownloadState(StrEnum):
    """The one state of a download."""

    QUEUED = "queued"  # waits for its turn
    RUNNING = "running"
    VERIFYING = "verifying"  # what is there already is being read again for its checksum
    WAITING = "waiting"  # the network or the hub failed; tries again by itself
    PAUSED = "paused"
    FAILED = "failed"  # needs a person
    DONE = "done"


@dataclass(frozen=True, slots=True)
class DownloadRequest:
    """A model, or all files of a checkpoint, of one repository at one revision.

    Attributes:
        repository: "author/name".
        revision: commit of the repository.
        name: what a person calls it, e.g. the model's file name without its suffix.
        folder: where its files go; they keep their paths within the repository below it.
    """

    repository: str
    revision: str
    name: str
    files: tuple[RemoteFile, ...]
    folder: Path

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class Download:
    """One row of the list of downloads.

    Attributes:
        id: stays the same over restarts.
        received: bytes that are on the disk, all files together.
        rate: bytes per second just now, 0 unless running.
        retry_in: seconds until it tries again, while WAITING.
        problem, advice: why it waits or failed, else "".
        path: the model file (the first part) once DONE, or None.
        brought: paths, as in the request, of the files it has put into the folder itself. Those
            that were there already, or came from elsewhere, are not its own.
    """

    id: int
    request: DownloadRequest
    state: DownloadState
    received: int = 0
    rate: float = 0.0
    retry_in: float = 0.0
    problem: str = ""
    advice: str = ""
    path: Path | None = None
    brought: tuple[str, ...] = ()

    @property
    def is_checkpoint(self) -> bool:
        """Whether it is no model to load, but a checkpoint to convert."""
        return not any(file.path.endswith(".gguf") for file in self.request.files)

    @property
    def seconds_left(self) -> float | None:
        """At the present rate; None when that says nothing."""
        if self.state is not DownloadState.RUNNING or self.rate <= 0:
            return None
        return (self.request.size - self.received) / self.rate
