"""A file that is whole under its name, or not there at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from converters.errors import Cancelled, ConversionError

_RESERVE = 1.05  # of the size: headers, and what the file system takes for itself


class Output:
    """Writes NAME.part and gives it its name when the block ends without an error."""

    def __init__(self, path: Path, size: int, cancelled: Callable[[], bool]) -> None:
        """Check that there is room.

        Args:
            size: bytes that will be written, about.

        Raises: ConversionError when the file exists, or cannot be or has no room.
        """
        check_target(path)
        check_room(path.parent, size)
        self.part = path.with_name(f"{path.name}.part")
        self._path = path
        self._cancelled = cancelled
        self._file: BinaryIO

    def __enter__(self) -> Self:
        try:
            self._file = self.part.open("wb")
        except OSError as error:
            raise _failed(self._path, error) from error
        return self

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes.

        Raises: ConversionError when the disk is full or fails; Cancelled.
        """
        if self._cancelled():
            raise Cancelled
        try:
            self._file.write(data)
        except OSError as error:
            raise _failed(self._path, error) from error

    def pad(self, alignment: int) -> None:
        """Fill up with zeros to a multiple of `alignment` bytes."""
        self.write(bytes(-self._file.tell() % alignment))

    @property
    def size(self) -> int:
        """Bytes written."""
        return self._file.tell()

    def close(self) -> None:
        """Bring what was written to the disk; it still waits for its name until the block ends.

        Raises: ConversionError when the disk is full or fails.
        """
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise _failed(self._path, error) from error

    def __exit__(
        self, kind: type[BaseException] | None, _: object, __: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                if not self._file.closed:
                    self.close()
                self.part.replace(self._path)
        except OSError as error:
            raise _failed(self._path, error) from error
        finally:
            with suppress(OSError):  # what is still in its buffer goes with the file
                self._file.close()
            self.part.unlink(missing_ok=True)


def check_target(path: Path) -> None:
    """Raise ConversionError when a file cannot be written there."""
    if path.exists():
        raise ConversionError(f"{path} exists already.", "Choose another name, or remove it.")
    if not path.parent.is_dir():
        raise ConversionError(f"There is no folder {path.parent}.", "Make it, or choose another.")


def check_room(folder: Path, size: int) -> None:
    """Raise ConversionError when a folder has no room for `size` bytes and some more."""
    free = shutil.disk_usage(folder).free
    needed = int(size * _RESERVE)
    if free < needed:
        raise ConversionError(
            f"The disk of {folder} has {_in_words(free)} free, but {_in_words(needed)} are needed.",
            "Make room, or choose another folder.",
        )


def _in_words(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 10**9 else f"{size / 1e6:.1f} MB"


def _failed(path: Path, error: OSError) -> ConversionError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ConversionError(
            f"The disk became full while {path.name} was written.",
            "Make room, or choose another folder.",
        )
    return ConversionError(
        f"{path} cannot be written: {error.strerror}.", "Choose a folder you may write to."
    )
