"""Writing files so that a crash or a full disk never leaves half of one."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from desktop.domain.errors import DiskFull, StorageFault


def write_atomically(path: Path, text: str) -> None:
    """Write UTF-8 text to `path`; what was there stays until the new text is safely on disk.

    Raises: DiskFull, StorageFault.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as file:
                file.write(text.encode("utf-8", "replace"))
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                f"The disk is full; “{path.name}” was not saved.", "Free some space and try again."
            ) from error
        raise StorageFault(
            f"“{path.name}” cannot be written ({error.strerror or error}).",
            "Choose another place, or check the permissions of the folder.",
        ) from error


def beside(path: Path, suffix: str) -> Path:
    """The file whose name has `suffix` at its end, in the same folder."""
    return path.with_name(path.name + suffix)


def size_of(path: Path) -> int:
    """Bytes; 0 when it is not there. Raises: OSError."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
