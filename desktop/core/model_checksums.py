"""SHA-256 of model files: is a file what it was, and are two files the same?"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from desktop.core.model_files import files_of, missing, present, version_of
from desktop.core.model_sources import digest_in_path
from desktop.domain import digests
from desktop.domain.errors import Cancelled, EnvironmentFault
from desktop.domain.library import DigestOrigin, LibraryEntry, VerifyOutcome, VerifyResult
from desktop.storage.model_facts import ModelFacts

CHUNK = 1 << 20  # bytes read at once
SAMPLE = 1 << 16  # bytes compared at the beginning, in the middle and at the end


class Checksums:
    """Blocking: gigabytes are read; use it from a worker thread.

    `cancelled` is asked after each CHUNK. Raises: Cancelled when it says so; StorageFault.
    """

    def __init__(self, facts: ModelFacts) -> None:
        self._facts = facts

    def verify(
        self, path: Path, on_progress: Callable[[float], None], cancelled: Callable[[], bool]
    ) -> VerifyResult:
        """Measure all files of a model; `on_progress` gets fractions up to 1.

        Raises: ModelFileMissing, EnvironmentFault when it cannot be read.
        """
        files = files_of(present(path))
        total = sum(file.stat().st_size for file in files) or 1
        done = 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            on_progress(min(1.0, done / total))

        measured: list[str] = []
        origins: list[DigestOrigin | None] = []
        damaged: list[Path] = []
        for file in files:
            wanted, origin = self._expected(file)
            version = version_of(file)
            digest = sha256_of(file, advance, cancelled)
            measured.append(digest)
            origins.append(origin)
            if wanted and digest != wanted:
                damaged.append(file)
            else:
                self._facts.put_digest(file, version, digest)
        if damaged:
            origin = origins[files.index(damaged[0])]
            return VerifyResult(VerifyOutcome.DIFFERS, measured[0], origin, tuple(damaged))
        if None in origins:
            return VerifyResult(VerifyOutcome.FIRST_MEASURED, measured[0])
        return VerifyResult(VerifyOutcome.MATCHES, measured[0], origins[0])

    def measure_twins(self, entries: Iterable[LibraryEntry], cancelled: Callable[[], bool]) -> bool:
        """Measure, with many pauses, what may be the same as another entry; where their sizes and
        samples are equal, only the checksum can tell.

        Returns: whether a checksum was learned. Raises: Cancelled.
        """
        by_size: defaultdict[int, list[LibraryEntry]] = defaultdict(list)
        for entry in entries:
            if not entry.missing and entry.size:
                by_size[entry.size].append(entry)
        learned = False
        for same_size in by_size.values():
            if len(same_size) < 2:
                continue
            by_sample: defaultdict[bytes, list[LibraryEntry]] = defaultdict(list)
            for entry in same_size:
                by_sample[_sample(entry.path)].append(entry)
            for sample, twins in by_sample.items():
                if sample and len(twins) > 1:
                    learned |= sum(self._learn(entry, cancelled) for entry in twins) > 0
        return learned

    def _learn(self, entry: LibraryEntry, cancelled: Callable[[], bool]) -> bool:
        if entry.sha256:
            return False
        known = self._facts.digests()
        learned = False
        for file in files_of(entry.path):
            try:
                version = version_of(file)
                if known.get(str(file), (None, ""))[0] == version:
                    continue
                digest = sha256_of(file, lambda _count: None, cancelled, gently=True)
            except (OSError, EnvironmentFault):  # gone, or unreadable: then it stays an entry
                return False
            self._facts.put_digest(file, version, digest)
            learned = True
        return learned

    def _expected(self, file: Path) -> tuple[str, DigestOrigin | None]:
        """What the file's SHA-256 should be, and who says so."""
        said = self._facts.expected(file)
        if said:
            return said, DigestOrigin.HUB
        named = digest_in_path(file)
        if named is not None:
            return named
        version, digest = self._facts.digests().get(str(file), (None, ""))
        if version == version_of(file):
            return digest, DigestOrigin.EARLIER
        return "", None


def sha256_of(
    path: Path,
    advance: Callable[[int], None],
    cancelled: Callable[[], bool],
    *,
    gently: bool = False,
) -> str:
    """In lower-case hex. `advance` gets the bytes of each chunk; `gently` rests as long as it
    works, so that whatever else uses disk and processor hardly notices.

    Raises: Cancelled; ModelFileMissing, EnvironmentFault.
    """
    digest = digests.sha256()
    chunk = memoryview(bytearray(CHUNK))
    try:
        with path.open("rb", buffering=0) as file:
            while True:
                started = time.monotonic()
                count = file.readinto(chunk)
                if not count:
                    return digest.hexdigest()
                digest.update(chunk[:count])
                advance(count)
                if cancelled():
                    raise Cancelled("Measuring the checksum was cancelled.")
                if gently:
                    time.sleep(time.monotonic() - started)
    except FileNotFoundError as error:
        raise missing(path) from error
    except OSError as error:
        raise EnvironmentFault(
            f"“{path.name}” cannot be read: {error.strerror or error}.",
            "Check that the disk is connected and sound.",
        ) from error


def _sample(path: Path) -> bytes:
    """A few pieces of each file, as a checksum; b"" when they cannot be read."""
    digest = digests.sha256()
    try:
        for part in files_of(path):
            size = part.stat().st_size
            with part.open("rb") as file:
                for place in (0, size // 2, max(0, size - SAMPLE)):
                    file.seek(place)
                    digest.update(file.read(SAMPLE))
    except OSError:
        return b""
    return digest.digest()
