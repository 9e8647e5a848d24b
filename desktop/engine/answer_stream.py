"""From tokens to the text events of an answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from time import perf_counter

from desktop.engine.protocol import Event, TextChunk
from desktop.engine.reasoning import ReasoningSplitter
from desktop.engine.tokens import Detokenizer

COALESCE_SECONDS = 0.016


class AnswerStream:
    """Turns tokens into TextChunk events: the first at once, then one batch every 16 ms.

    Making and sending text costs little, but it would cost it between two tokens, with caches that
    the model's weights have just passed through. So a thread of its own does it while the next
    token is being evaluated. Only stop strings need the text of each token before the next.

    Attributes:
        tokens: those fed.
        ttft_ms: time from `started` to the first text sent, 0 before it.
        tokens_per_second: since the first token; known when finished.
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
        context_used: Callable[[], int],
    ) -> None:
        self._id = request_id
        self._send = send
        self._detokenizer = detokenizer
        self._splitter = splitter
        self._stop = tuple(filter(None, stop))
        self._longest_begun = max(map(len, self._stop), default=1) - 1
        self._started = started
        self._context_used = context_used
        self._read_tokens = 0  # how many of `tokens` are text
        self._held = ""  # text that may be the beginning of a stop string
        self._ready = ""  # text to be sent with the next batch
        self._sent: list[str] = []
        self._due = 0.0
        self._first_token = 0.0
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()
        self.tokens: list[int] = []
        self.ttft_ms = 0.0
        self.tokens_per_second = 0.0
        self.stopped = False

    def feed(self, token: int, now: float) -> bool:
        """Add a token chosen at the time `now`; whether a stop string ends the answer."""
        self.tokens.append(token)
        if self._thread is None and now >= self._due:
            self._flush(now)
            self._due = now + COALESCE_SECONDS if self._first_token else 0.0
            if self._first_token and not self._stop:
                self._thread = threading.Thread(target=self._pump, name="text", daemon=True)
                self._thread.start()
        elif self._stop:
            self._read()
        return self.stopped

    def finish(self) -> None:
        """Send what was held back. Nothing is sent after this."""
        self.tokens_per_second = self._speed(perf_counter())
        if self._thread is not None:
            self._ended.set()
            self._thread.join()
        self._flush(perf_counter(), last=True)

    @property
    def text(self) -> str:
        """Everything sent so far, as the model wrote it: with its reasoning tags."""
        return "".join(self._sent)

    def _speed(self, now: float) -> float:
        """Tokens per second since the first; 0 before the second."""
        spent = now - self._first_token
        return (len(self.tokens) - 1) / spent if len(self.tokens) > 1 and spent > 0 else 0.0

    def _pump(self) -> None:
        """Send a batch every 16 ms, until the answer ends."""
        while not self._ended.wait(COALESCE_SECONDS):
            self._flush(perf_counter())

    def _read(self) -> None:
        """Turn new tokens into text that is ready to be sent."""
        new = self.tokens[self._read_tokens :]
        self._read_tokens += len(new)
        self._ready += self._before_stop(self._held + self._detokenizer.feed(new))

    def _before_stop(self, text: str) -> str:
        """Text that is before any stop string. What may be the beginning of one is held back."""
        found = [at for at in map(text.find, self._stop) if at >= 0]
        if found:
            self.stopped = True
            return text[: min(found)]
        sure = len(text) - self._begun_stop(text)
        self._held = text[sure:]
        return text[:sure]

    def _begun_stop(self, text: str) -> int:
        """Length of the longest end of `text` with which a stop string begins."""
        longest = min(len(text), self._longest_begun)
        return next(
            (n for n in range(longest, 0, -1) if any(s.startswith(text[-n:]) for s in self._stop)),
            0,
        )

    def _flush(self, now: float, *, last: bool = False) -> None:
        self._read()
        if last and not self.stopped:
            self._ready += self._held + self._detokenizer.finish()
        text, self._ready = self._ready, ""
        if not text and not last:
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
                    completion_tokens=len(self.tokens),
                    tokens_per_second=self._speed(now),
                    ttft_ms=self.ttft_ms,
                    context_used=self._context_used(),
                )
            )
