"""Reading the files that a person names."""

from __future__ import annotations

from pathlib import Path

from desktop.domain.errors import EnvironmentFault, InvalidInput


def read_bytes(path: Path, most: int) -> bytes:
    """What an ordinary file holds: `most` bytes of it at most, and one more where there are more.

    Raises: EnvironmentFault when it is no ordinary file, or cannot be read.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe or a device might never end
            raise EnvironmentFault(f"“{path.name}” is no ordinary file.", "Choose another one.")
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise EnvironmentFault(
            f"“{path.name}” cannot be read: {error.strerror or error}.",
            "Check the path and the rights to read it.",
        ) from error


def read_text(path: Path, most: int) -> str:
    """A text in UTF-8 of at most `most` bytes, without a byte order mark.

    Raises: InvalidInput when it is longer, or no such text; EnvironmentFault.
    """
    data = read_bytes(path, most)
    if len(data) > most:
        raise InvalidInput(f"“{path.name}” is larger than {most // 2**20} MB.", "Split the file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"“{path.name}” is not text in UTF-8.", "Save it as UTF-8 and try again."
        ) from error
