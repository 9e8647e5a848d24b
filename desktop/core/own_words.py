"""What a person and their models wrote, as one text to compute importance matrices from."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.core.conversation_files import to_plain_text
from desktop.domain.errors import InvalidInput
from desktop.storage.conversations import Conversations

ENOUGH = 3_000  # words; fewer make a matrix of a handful of chunks
MOST = 256 * 2**10  # characters: a hundred chunks or more, which is where matrices stop to improve


class OwnWords:
    """The newest conversations, as much as is of use. They are read whenever they are asked for
    and kept in no other file."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    def count(self) -> int:
        """How many words there are to use. Raises: StorageFault."""
        return sum(len(text.split()) for text in self._newest())

    def text(self) -> str:
        """Raises: InvalidInput when there are too few words, StorageFault."""
        texts = list(self._newest())
        count = sum(len(text.split()) for text in texts)
        if count < ENOUGH:
            raise InvalidInput(
                f"Your conversations have {count:,} words, but a matrix takes {ENOUGH:,}.",
                "Compute it from another text.",
            )
        return "\n".join(texts)

    def _newest(self) -> Iterator[str]:
        room = MOST
        listed = self._conversations.list()
        for conversation in sorted(listed, key=lambda one: one.updated_at, reverse=True):
            text = to_plain_text(conversation, self._conversations.path(conversation.id))[:room]
            yield text
            room -= len(text)
            if room <= 0:
                return
