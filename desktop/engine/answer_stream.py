"""From tokens to the text events of an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

from desktop.engine.protocol import Event, TextChunk
from desktop.engine.reasoning import ReasoningSplitter
from desktop.engine.tokens import Detokenizer

COALESCE_SECONDS = 0.016


class AnswerStream:
    """Turns tokens into TextChunk events: the first at once, then one batch every 16 ms.

    Attributes:
        tokens: how many were fed.
        ttft_ms: time from `started` to the first text sent, 0 before it.
        stopped: a stop string appeared; it and what follows is not sent.
    """

    def __init__(
        self,
        request_id: int,
        send: Callable[[Event], None],
        detokenizer: Detokenizer,
        splitter: ReasoningSplitter,
        stop: Sequence[str],
        started: float,
    ) -> None:
        self._id = request_id
        self._send = send
        self._detokenizer = detokenizer
        self._splitter = splitter
        self._stop = tuple(filter(None, stop))
        self._hold = max(map(len, self._stop), default=1) - 1
        self._started = started
        self._waiting: list[int] = []  # tokens not yet text
        self._held = ""  # text that may be the beginning of a stop string
        self._ready = ""  # text to be sent when the next batch is due
        self._sent: list[str] = []
        self._due = 0.0
        self._first_token = 0.0
        self.tokens = 0
        self.ttft_ms = 0.0
        self.stopped = False

    def feed(self, token: int, now: float, context_used: int) -> None:
        """Add a token chosen at the time `now`.

        Most calls only note it: code that runs once for each token runs with cold caches, for the
        model's weights have just passed through them. Stop strings must be noticed at once, though.
        """
        self.tokens += 1
        self._waiting.append(token)
        if self._stop:
            self._read()
        if now >= self._due:
            self._due = now + COALESCE_SECONDS
            self._flush(now, context_used)

    def finish(self, context_used: int) -> None:
        """Send what was held back."""
        self._read()
        if not self.stopped:
            self._ready += self._held + self._detokenizer.finish()
        self._held = ""
        self._flush(perf_counter(), context_used, last=True)

    @property
    def text(self) -> str:
        """Everything sent so far, as the model wrote it: with its reasoning tags."""
        return "".join(self._sent)

    @property
    def tokens_per_second(self) -> float:
        """Speed since the first token; 0 before the second."""
        return self._speed(perf_counter())

    def _speed(self, now: float) -> float:
        spent = now - self._first_token
        return (self.tokens - 1) / spent if self.tokens > 1 and spent > 0 else 0.0

    def _read(self) -> None:
        """Turn waiting tokens into text that is ready to be sent."""
        text = self._detokenizer.feed(self._waiting)
        self._waiting.clear()
        if self._stop and not self.stopped:
            text = self._before_stop(self._held + text)
        self._ready += text

    def _before_stop(self, text: str) -> str:
        """Text that is certainly before a stop string; the rest is held back."""
        found = [at for at in map(text.find, self._stop) if at >= 0]
        if found:
            self.stopped = True
            return text[: min(found)]
        sure = max(len(text) - self._hold, 0)
        self._held = text[sure:]
        return text[:sure]

    def _flush(self, now: float, context_used: int, *, last: bool = False) -> None:
        if self._waiting:
            self._read()
        text, self._ready = self._ready, ""
        if not text and not last:
            self._due = 0.0  # the first character is not complete yet: try with the next token
            return
        if not self._first_token and self.tokens:
            self._first_token = now
            self.ttft_ms = (now - self._started) * 1000
        self._sent.append(text)
        parts = self._splitter.feed(text)
        if last:
            parts += self._splitter.finish()
        for part, is_reasoning in parts:
            self._send(
                TextChunk(
                    id=self._id,
                    text=part,
                    reasoning=is_reasoning,
                    completion_tokens=self.tokens,
                    tokens_per_second=self._speed(now),
                    ttft_ms=self.ttft_ms,
                    context_used=context_used,
                )
            )
