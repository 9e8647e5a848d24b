"""Texts that go along with a message without standing in the editor."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from desktop.domain.errors import InvalidInput
from desktop.ui.formats import fill

MAX_FILE_BYTES = 4 * 1024 * 1024
PREVIEW_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Attachment:
    """`fenced` text is put between code fences under its name; other text goes as it is."""

    name: str
    text: str
    fenced: bool = True

    @property
    def size(self) -> int:
        """Bytes as UTF-8."""
        return len(self.text.encode("utf-8", "surrogatepass"))

    def as_markdown(self) -> str:
        if not self.fenced:
            return self.text
        longest = max((len(run) for run in re.findall(r"`{3,}", self.text)), default=2)
        fence = "`" * (longest + 1)
        suffix = Path(self.name).suffix.lstrip(".")
        newline = "" if self.text.endswith("\n") else "\n"
        return f"{self.name}\n\n{fence}{suffix}\n{self.text}{newline}{fence}"


def read_text_file(path: Path) -> Attachment:
    """Raises: InvalidInput when it cannot be read, is too large, or is not text."""
    try:
        size = path.stat().st_size
        endless = not (path.is_file() or path.is_dir())  # a pipe or a device: nothing to wait for
        data = b"" if endless or size > MAX_FILE_BYTES else path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            fill(_tr("%1 cannot be read: %2."), path.name, error.strerror or error)
        ) from error
    if size > MAX_FILE_BYTES:
        raise InvalidInput(
            fill(
                _tr("%1 is too large to be read by a model; texts of up to 4 MB can be added."),
                path.name,
            )
        )
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = data.decode("utf-16")
        else:
            text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if endless or "\0" in text:
        raise InvalidInput(fill(_tr("%1 is not a text file, so it cannot be added."), path.name))
    return Attachment(path.name, text.replace("\r\n", "\n"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Attachments", text)
