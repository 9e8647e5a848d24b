"""Files that appear under their name only once they are whole."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.domain.errors import DiskFull, EnvironmentFault, InvalidInput
from desktop.domain.quantization import converters_part_path, part_path

_OUT_OF_SPACE = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def part_file(destination: Path, unfinished: set[Path]) -> Iterator[Path]:
    """The path to write to; on success it becomes `destination`, else it is removed.

    Meanwhile it is locked and stands in `unfinished`, for whoever ends the process.

    Raises: InvalidInput when another process is writing `destination`, DiskFull, EnvironmentFault
        for any other OSError.
    """
    part = part_path(destination)
    with _explained(destination), _locked(part):
        unfinished.add(part)
        try:
            yield part
            with part.open("rb+") as written:
                os.fsync(written.fileno())
            part.replace(destination)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        finally:
            unfinished.discard(part)


def check_destination(destination: Path, read: Iterable[Path]) -> None:
    """Refuse a place that cannot be written, or that is one of the files `read`.

    Links are looked through: llama.cpp would destroy a source that is its target.

    Raises: InvalidInput, EnvironmentFault when the system refuses to look.
    """
    with _explained(destination):
        _check_destination(destination, read)


def _check_destination(destination: Path, read: Iterable[Path]) -> None:
    if destination.is_dir():
        raise InvalidInput(f"{destination} is a folder.", "Name a file.")
    if destination.exists() and not destination.is_file():  # a device would be replaced by a file
        raise InvalidInput(f"{destination} is not a file.", "Choose another name.")
    if not destination.parent.is_dir():
        raise InvalidInput(
            f"The folder {destination.parent} is not there.", "Make it, or choose another."
        )
    targets = [path for path in (destination, part_path(destination)) if path.exists()]
    for path in filter(Path.exists, read):
        if any(target.samefile(path) for target in targets):
            raise InvalidInput(
                f"“{path.name}” cannot be read and replaced in one go.",
                "Choose another name for the new file.",
            )


def check_space(destination: Path, size: int) -> None:
    """Raises: DiskFull when `size` bytes do not fit where `destination` goes."""
    free = shutil.disk_usage(destination.parent).free
    if free < size:
        raise DiskFull(
            f"“{destination.name}” takes {_megabytes(size)}, but only {_megabytes(free)} are free "
            f"in {destination.parent}.",
            "Free some space, or choose another folder.",
        )


def discard_part(destination: Path) -> None:
    """Remove what a process that is gone left of `destination`; what a living one writes stays."""
    for part in {part_path(destination), converters_part_path(destination)}:
        if part.exists():
            with contextlib.suppress(InvalidInput, OSError), _locked(part):
                part.unlink(missing_ok=True)


@contextmanager
def _explained(destination: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _OUT_OF_SPACE:
            raise DiskFull(
                f"The disk is full: “{destination.name}” could not be written.",
                "Free some space, or choose another folder.",
            ) from error
        raise EnvironmentFault(
            f"“{destination.name}” cannot be written in {destination.parent}: "
            f"{error.strerror or error}.",
            "Choose another folder, or check the rights to write there.",
        ) from error


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock on a file, made if it is not there. It ends with the process, however that
    ends. On Windows a file that is being written cannot be opened for writing again anyway."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InvalidInput(
                f"“{path.stem}” is being written already.",
                "Wait until that is done, or choose another name.",
            ) from None
        yield
    finally:
        os.close(descriptor)
