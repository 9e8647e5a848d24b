"""The text that models are measured with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from desktop.core.conversation_files import to_plain_text
from desktop.core.text_files import read_bytes
from desktop.domain.amounts import how_many
from desktop.domain.comparison import EvaluationText, TextKind
from desktop.domain.errors import InvalidInput
from desktop.domain.paths import resource_path
from desktop.storage.conversations import Conversations

MAX_TEXT = 16 * 2**20  # bytes; a full comparison reads a fiftieth of it
_SUFFIXES = (".txt", ".md", ".rst", ".tex", ".py", ".js", ".ts", ".c", ".cpp", ".h", ".rs", ".go")


@dataclass(frozen=True, slots=True)
class NamedText:
    """A text, and what to call it where results are shown."""

    name: str
    text: str

    @property
    def sha256(self) -> str:
        """Of the text in UTF-8, in hex."""
        return sha256(self.text.encode()).hexdigest()


class EvaluationTexts:
    """Finds texts.

    Args:
        conversations: None where there is no database of them.
    """

    def __init__(self, conversations: Conversations | None = None) -> None:
        self._conversations = conversations

    def read(self, wanted: EvaluationText) -> NamedText:
        """The text, at most its first MAX_TEXT bytes.

        Raises: InvalidInput when there is no text; EnvironmentFault when a file cannot be read;
            StorageFault.
        """
        match wanted.kind:
            case TextKind.OURS:
                return NamedText(
                    "Quern's evaluation text", _read(resource_path("texts", "evaluation.txt"))
                )
            case TextKind.STARTER:
                return NamedText(
                    "The starter model's held-out text",
                    _read(resource_path("starter", "held_out.txt")),
                )
            case TextKind.FILES:
                return _from_files(wanted.paths)
            case TextKind.CONVERSATIONS:
                return self._from_conversations(wanted.conversations)

    def _from_conversations(self, numbers: Sequence[int]) -> NamedText:
        if self._conversations is None or not numbers:
            raise InvalidInput("No conversation was chosen.", "Choose at least one.")
        texts = [
            to_plain_text(self._conversations.get(number), self._conversations.path(number))
            for number in numbers
        ]
        return NamedText(how_many(len(texts), "conversation"), _cut("\n".join(texts)))


def _from_files(paths: Sequence[Path]) -> NamedText:
    files = [file for path in paths for file in _files_of(path)]
    if not files:
        raise InvalidInput(
            "There is no text file to read.", f"Text files end in {', '.join(_SUFFIXES)}."
        )
    texts, size = [], 0
    for file in files:
        texts.append(_read(file))
        size += len(texts[-1])
        if size >= MAX_TEXT:
            break
    name = ", ".join(path.name for path in paths[:3]) + (", …" if len(paths) > 3 else "")
    return NamedText(name, _cut("\n".join(texts)))


def _files_of(path: Path) -> Iterator[Path]:
    """The file itself, whatever its name; of a folder those that look like text, by name."""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.suffix.casefold() in _SUFFIXES and file.is_file():
                yield file
    else:
        yield path


def _read(path: Path) -> str:
    """The text as it stands, line ends included: perplexity depends on them."""
    data = read_bytes(path, MAX_TEXT)
    try:
        return _cut_bytes(data.removeprefix(b"\xef\xbb\xbf"))
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"“{path.name}” is not text in UTF-8.", "Choose a plain text file."
        ) from error


def _cut(text: str) -> str:
    return _cut_bytes(text.encode("utf-8", "replace"))


def _cut_bytes(data: bytes) -> str:
    """At most MAX_TEXT bytes as text, without half a character at the end.

    Raises: UnicodeDecodeError.
    """
    if len(data) <= MAX_TEXT:
        return data.decode()
    end = MAX_TEXT
    while data[end] & 0xC0 == 0x80:  # inside a character
        end -= 1
    return data[:end].decode()
