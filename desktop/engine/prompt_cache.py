"""Which tokens the KV cache holds, and how much of a new prompt they already answer.

A prompt is recognised by its text, piece by piece, so that the very tokens a model chose are found
again even when tokenizing their text would give others.

Results must not depend on what was cached. The same tokens evaluated in other batches give logits
that differ in the last bits, so a prompt is taken up again only where an evaluation once began:
asking again then repeats exactly the same evaluations.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from desktop.engine.token_record import shared
from desktop.engine.tokens import Vocabulary


@dataclass(frozen=True, slots=True)
class Prompt:
    """A rendered prompt as tokens. `segments` are (text, number of tokens), in order."""

    text: str
    tokens: list[int]
    segments: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class PromptCache:
    """What has been evaluated into a context.

    Attributes:
        tokens: those in the KV cache, in order.
        starts: positions at which an evaluation began, ascending.
    """

    vocabulary: Vocabulary
    tokens: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    _segments: list[tuple[str, int]] = field(default_factory=list)
    _usable: int | None = None  # after a shift, tokens behind this one saw others before them

    def tokenize(self, text: str, go_on: Callable[[], None] | None = None) -> Prompt:
        """`text`, a rendered prompt, with the tokens already evaluated where it is the same.

        `go_on` is called now and then; what it raises ends the work.
        """
        segments: list[tuple[str, int]] = []
        characters = tokens = 0
        for segment, count in self._segments:
            if not text.startswith(segment, characters):
                break
            segments.append((segment, count))
            characters += len(segment)
            tokens += count
        rest = text[characters:]
        new: list[int] = []
        if rest:
            new = self.vocabulary.tokenize_prompt(rest, at_start=characters == 0, go_on=go_on)
        if new:
            segments.append((rest, len(new)))
        return Prompt(text, self.tokens[:tokens] + new, tuple(segments))

    def reusable(self, tokens: list[int]) -> int:
        """How many of `tokens` need no evaluation; at least one always does."""
        common = shared(self.tokens, tokens)
        if self._usable is not None:
            common = min(common, self._usable)
        elif common == len(self.tokens) < len(tokens):
            return common
        common = min(common, len(tokens) - 1)
        index = bisect_right(self.starts, common)
        return self.starts[index - 1] if index else 0

    def truncate(self, length: int) -> None:
        """Only the first `length` tokens are left in the KV cache."""
        del self.tokens[length:]
        del self.starts[bisect_right(self.starts, length) :]
        if self.starts and self.starts[-1] == length:
            self.starts.pop()
        total = 0
        for index, (_, count) in enumerate(self._segments):
            total += count
            if total > length:
                del self._segments[index:]
                break
        if self._usable is not None and length <= self._usable:
            self._usable = None

    def extend(self, tokens: list[int]) -> None:
        """`tokens` were evaluated together."""
        self.starts.append(len(self.tokens))
        self.tokens += tokens

    def remember(self, prompt: Prompt) -> None:
        """All of `prompt` has been evaluated."""
        self._segments = list(prompt.segments)

    def remember_answer(self, text: str, count: int) -> None:
        """The first `count` tokens after the prompt were generated and are `text`, protected."""
        if text and self._usable is None:
            self._segments.append((text, count))

    def drop(self, start: int, end: int) -> None:
        """Tokens start..end were taken out and the rest moved down."""
        del self.tokens[start:end]
        del self.starts[bisect_right(self.starts, start - 1) :]
        self._segments.clear()
        self._usable = min(start, start if self._usable is None else self._usable)
