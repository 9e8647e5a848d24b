"""The transcript: a conversation shown as a virtualised column of blocks."""

from desktop.ui.transcript.entry import Entry
from desktop.ui.transcript.view import TranscriptView

__all__ = ["Entry", "TranscriptView"]
