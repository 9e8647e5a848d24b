"""A prompt that is dragged: to our own windows its id, to other programs a Markdown file."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QMimeData

PROMPT_MIME = "application/x-quern-prompt"


def set_prompt_id(mime: QMimeData, prompt_id: int) -> None:
    """Let `mime` be the prompt with this id."""
    mime.setData(PROMPT_MIME, QByteArray(str(prompt_id).encode()))


def prompt_id_of(mime: QMimeData) -> int | None:
    """The prompt that is dragged, or None."""
    text = bytes(mime.data(PROMPT_MIME).data())
    return int(text) if text.isdigit() else None
