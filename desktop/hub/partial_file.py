"""What is here of a file that is being fetched: NAME.part, and NAME.part.json saying of what."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain import digests
from desktop.domain.errors import (
    Cancelled,
    DiskFull,
    DownloadDamaged,
    FetchedElsewhere,
    HubFault,
    StorageFault,
)
from desktop.domain.hub import RemoteFile
from desktop.hub.places import LOCK, PART, RECORD

if TYPE_CHECKING:
    from hashlib import _Hash as Digest

RESERVE = 32 * 2**20  # bytes that are left on the disk: others, like the database, need some
LOOK_EVERY = 32 * 2**20  # bytes written between two looks at the free space

_CHUNK = 256 * 1024
_LOCK_SECONDS = 0.25  # for another thread of ours that is just leaving


class PartialFile:
    """Has its file for itself, against other threads and processes, from `acquire` to `close`.
    All methods block, and raise StorageFault and DiskFull.

    Args:
        file: what the hub announced.
        place: where it will lie, see `places.place_of`.
    """

    def __init__(self, file: RemoteFile, place: Path) -> None:
        if not file.sha256 and not file.git_sha1:
            raise HubFault(
                f"The hub gives no checksum of “{place.name}”, so what arrives cannot be verified.",
                "Choose another hub or repository.",
            )
        self._announced = file
        self._place = place
        self._part = _beside(place, PART)
        self._record = _beside(place, RECORD)
        self._digest = _digest_for(file)
        self._stream: FileIO | None = None
        self._look_at = 0
        self.received = 0

    @property
    def missing(self) -> int:
        """Bytes still to come."""
        return self._announced.size - self.received

    def acquire(self) -> None:
        """Raises: FetchedElsewhere."""
        from filelock import FileLock, Timeout  # its asyncio is not for the start of the program

        self._lock = FileLock(_beside(self._place, LOCK), timeout=_LOCK_SECONDS)
        with self._faults():
            self._place.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._lock.acquire()
            except Timeout as error:
                raise FetchedElsewhere(
                    f"“{self._place.name}” is being downloaded by another Quern.",
                    "Wait until that one is done.",
                ) from error

    def close(self) -> None:
        """What has arrived stays; where nothing has, nothing does."""
        with suppress(OSError, StorageFault):
            if self._stream is not None and not os.fstat(self._stream.fileno()).st_size:
                self.discard()
        self._close_stream()
        with suppress(OSError):  # Windows removes it with the release
            Path(self._lock.lock_file).unlink()
        self._lock.release()

    def take_up(self, cancelled: Callable[[], bool]) -> bool:
        """Read again what is here, so that it counts. Parts of another file are thrown away.

        Returns: whether the file itself is here already, whole. Raises: Cancelled.
        """
        with self._faults():
            if self._is_whole(cancelled):
                self.discard()
                return True
            self._refuse_strangers()
            if not self._is_recorded():
                # In this order: a part without a record is taken for somebody else's.
                self._part.unlink(missing_ok=True)
                self._write_record()
            self._stream = self._part.open("ab+", buffering=0)
            if os.fstat(self._stream.fileno()).st_size > self._announced.size:
                self._stream.truncate(0)
            self._stream.seek(0)
            self.received = _measure(self._stream, self._digest, cancelled)
        return False

    def append(self, piece: bytes) -> None:
        """Add the next bytes; after `kill -9` they are here."""
        assert self._stream is not None, "append() before take_up()"
        with self._faults():
            if self.received >= self._look_at:
                self._look_at = self.received + LOOK_EVERY
                if shutil.disk_usage(self._place.parent).free < RESERVE + len(piece):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            rest = memoryview(piece)
            while rest:
                written = self._stream.write(rest)
                self._digest.update(rest[:written])
                self.received += written
                rest = rest[written:]

    def finish(self) -> None:
        """Put the file in its place, if it is what the hub announced.

        Raises: DownloadDamaged when it is not; then nothing is left of it.
        """
        assert self._stream is not None, "finish() before take_up()"
        with self._faults():
            if self._digest.hexdigest() != _checksum(self._announced):
                self.discard()
                raise DownloadDamaged(
                    f"What arrived of “{self._place.name}” is not what the hub announced; "
                    "it was thrown away.",
                    "Start the download again.",
                )
            os.fsync(self._stream.fileno())
            self._close_stream()
            self._part.replace(self._place)
            self._record.unlink(missing_ok=True)

    def discard(self) -> None:
        """Throw away what is here of it, but never the file itself."""
        with self._faults():
            self._close_stream()
            if self._record.exists():
                self._part.unlink(missing_ok=True)
                self._record.unlink()
            self.received = 0

    def _close_stream(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _is_whole(self, cancelled: Callable[[], bool]) -> bool:
        if not self._place.is_file() or self._place.stat().st_size != self._announced.size:
            return False
        digest = _digest_for(self._announced)
        with self._place.open("rb", buffering=0) as stream:
            _measure(stream, digest, cancelled)
        return digest.hexdigest() == _checksum(self._announced)

    def _refuse_strangers(self) -> None:
        """Raises: StorageFault for links, and for a part that some other program writes."""
        linked = self._part.is_symlink() or self._record.is_symlink()
        if linked or (self._part.exists() and not self._record.exists()):
            raise StorageFault(
                f"“{self._part.name}” is in the way, and not of Quern's making.",
                "Move it elsewhere, or choose another folder.",
            )

    def _is_recorded(self) -> bool:
        try:
            values = json.loads(self._record.read_bytes())
        except (FileNotFoundError, ValueError):
            return False
        return bool(values == asdict(self._announced))

    def _write_record(self) -> None:
        with self._record.open("wb") as stream:
            stream.write(json.dumps(asdict(self._announced)).encode())
            stream.flush()
            os.fsync(stream.fileno())

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise _fault_of(self._place, error) from error


def bytes_here(file: RemoteFile, place: Path) -> int:
    """How much of a file is on the disk, by its size alone."""
    for path in (place, _beside(place, PART)):
        with suppress(OSError):
            size = path.stat().st_size
            if size == file.size or (path != place and size <= file.size):
                return size
    return 0


def discard(file: RemoteFile, place: Path) -> None:
    """Throw away what is here of a file that is not whole, unless another Quern fetches it.

    Raises: StorageFault.
    """
    if _beside(place, RECORD).exists():
        part = PartialFile(file, place)
        with suppress(FetchedElsewhere):
            part.acquire()
            with closing(part):
                part.discard()


def _beside(place: Path, suffix: str) -> Path:
    return place.with_name(place.name + suffix)


def _digest_for(file: RemoteFile) -> Digest:
    """What a file's content is to be fed to. git counts the size as part of the content."""
    if file.sha256:
        return digests.sha256()
    return digests.sha1(b"blob %d\0" % file.size)


def _checksum(file: RemoteFile) -> str:
    return file.sha256 or file.git_sha1


def _measure(stream: FileIO, digest: Digest, cancelled: Callable[[], bool]) -> int:
    """Feed all that a file holds to `digest`. Returns: how many bytes. Raises: Cancelled."""
    chunk = memoryview(bytearray(_CHUNK))
    total = 0
    while count := stream.readinto(chunk):
        if cancelled():
            raise Cancelled("The download was stopped.")
        digest.update(chunk[:count])
        total += count
    return total


def _fault_of(place: Path, error: OSError) -> StorageFault:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            f"The disk is full; “{place.name}” is not complete.",
            "Free some space, then go on with the download; what has arrived is kept.",
        )
    return StorageFault(
        f"“{place.name}” cannot be written ({error.strerror or error}).",
        "Choose another folder, or check its permissions.",
    )
