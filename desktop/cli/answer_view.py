"""An answer as it is written, in a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from desktop.cli.engine_use import Interruptible
from desktop.cli.output import printable
from desktop.cli.progress import Progress
from desktop.domain.amounts import how_many
from desktop.domain.conversation import StopReason
from desktop.engine.client import Engine, error_of
from desktop.engine.protocol import (
    ContextShifted,
    ContextTrimmed,
    Event,
    Generate,
    Generated,
    PromptProgress,
    Reply,
    TextChunk,
)

_DIM, _NORMAL = "\033[2m", "\033[0m"

_ENDINGS = {
    StopReason.STOP_STRING: "ended at a stop text",
    StopReason.MAX_TOKENS: "cut off at the longest answer allowed",
    StopReason.CANCELLED: "stopped",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer. `interrupted`: Ctrl+C ended it."""

    text: str
    reasoning: str
    facts: Generated
    interrupted: bool

    def summary(self) -> str:
        """Speed and seed in one line."""
        facts = self.facts
        parts = [
            how_many(facts.completion_tokens, "token"),
            f"{facts.tokens_per_second:.0f} tokens/s",
            f"first token after {facts.ttft_ms:.0f} ms",
            f"seed {facts.seed}",
        ]
        if facts.stop_reason in _ENDINGS:
            parts.append(_ENDINGS[facts.stop_reason])
        return ", ".join(parts)


class AnswerView:
    """Writes an answer to `out` as it comes, and what a person should know to `notes`.

    In a terminal reasoning is dimmed and control characters are replaced; a pipe gets the answer
    alone, as the model wrote it.
    """

    def __init__(self, out: TextIO, notes: TextIO) -> None:
        self._out = out
        self._notes = notes
        self._terminal = out.isatty()
        self._progress = Progress("Reading", "tokens", stream=notes)
        self._in_reasoning = False
        self._line_open = False

    def show(self, event: Event) -> None:
        """Show one event of a Generate request."""
        match event:
            case PromptProgress():
                self._progress.update(event.done - event.cached, event.total - event.cached)
            case ContextTrimmed():
                self._note(
                    "The conversation is longer than the context: the model no longer sees its "
                    f"{event.dropped_messages} oldest messages."
                )
            case ContextShifted():
                self._note(
                    f"The context is full: {event.dropped_tokens} old tokens were let go to go on."
                )
            case TextChunk():
                self._progress.clear()
                self._write(event.text, reasoning=event.reasoning)
            case Reply():
                self.close()

    def close(self) -> None:
        """End the line the answer stands on."""
        self._progress.clear()
        self._end_line()

    def _write(self, text: str, *, reasoning: bool) -> None:
        if not self._terminal:
            if reasoning:
                return
        else:
            text = printable(text)
            if reasoning:
                text = f"{_DIM}{text}{_NORMAL}"
            elif self._in_reasoning:
                self._out.write("\n\n")
        self._in_reasoning = reasoning
        self._line_open = not text.endswith("\n")
        self._out.write(text)
        self._out.flush()

    def _note(self, sentence: str) -> None:
        self._progress.clear()
        if self._terminal:
            self._end_line()
        print(f"Note: {sentence}", file=self._notes)

    def _end_line(self) -> None:
        if self._line_open:
            self._out.write("\n")
            self._out.flush()
            self._line_open = False


def answer(
    engine: Engine, make: Callable[[int], Generate], show: Callable[[Event], None]
) -> Answer:
    """Generate, showing each event. Ctrl+C ends the answer with what is there.

    Raises: QuernError, EngineDied.
    """
    text: list[str] = []
    reasoning: list[str] = []
    events = Interruptible(engine, make)
    last: Event | None = None
    for event in events:
        show(event)
        if isinstance(event, TextChunk):
            (reasoning if event.reasoning else text).append(event.text)
        last = event
    assert isinstance(last, Reply)
    error = error_of(last)
    if error is not None:
        raise error
    assert isinstance(last, Generated)
    return Answer("".join(text), "".join(reasoning), last, events.interrupted)
