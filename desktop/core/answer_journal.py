"""Writes answers to the database while they are being streamed, at most a second behind.

All writing happens on one thread of its own, so neither the window nor the engine's reader ever
waits for the disk. When the disk refuses (full, read-only), the text stays here and is tried again
until it is saved.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from desktop.domain.conversation import Message, MessageState
from desktop.domain.errors import DiskFull, StorageFault
from desktop.storage.conversations import Conversations

FLUSH_SECONDS = 1.0
RETRY_SECONDS = 2.0
CLOSE_SECONDS = 5.0


@dataclass(slots=True)
class _OpenAnswer:
    message_id: int
    text: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    dirty_since: float | None = None


@dataclass(frozen=True, slots=True)
class _Ending:
    message: Message
    on_tried: Callable[[], None]


class AnswerJournal:
    """One per application; answers of several windows may be open at once.

    Args:
        store: where answers are kept.
        on_fault: told when saving begins to fail, and with None when it works again.
    """

    def __init__(
        self, store: Conversations, on_fault: Callable[[StorageFault | None], None]
    ) -> None:
        self._store = store
        self._on_fault = on_fault
        self._changed = threading.Condition()
        self._open: dict[int, _OpenAnswer] = {}
        self._endings: list[_Ending] = []
        self._closing = False
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="answer-journal", daemon=True)
        self._thread.start()

    def begin(self, message_id: int, text: str = "", reasoning: str = "") -> None:
        """An answer starts, or goes on from what it has."""
        with self._changed:
            self._open[message_id] = _OpenAnswer(
                message_id, [text] if text else [], [reasoning] if reasoning else []
            )

    def append(self, message_id: int, text: str, *, reasoning: bool) -> None:
        """New text of an open answer."""
        with self._changed:
            answer = self._open[message_id]
            (answer.reasoning if reasoning else answer.text).append(text)
            if answer.dirty_since is None:
                answer.dirty_since = time.monotonic()
                self._changed.notify()

    def content(self, message_id: int) -> tuple[str, str] | None:
        """Text and reasoning of an answer so far, None once it has ended."""
        with self._changed:
            answer = self._open.get(message_id)
            return ("".join(answer.text), "".join(answer.reasoning)) if answer else None

    def end(self, message: Message, on_tried: Callable[[], None]) -> None:
        """The answer is complete. `on_tried` is called once, on the journal's thread, after the
        first attempt to save it; a failed one is repeated until it succeeds."""
        with self._changed:
            self._open.pop(message.id, None)
            self._endings.append(_Ending(message, on_tried))
            self._changed.notify()

    def close(self) -> bool:
        """Save what can be saved and stop, within CLOSE_SECONDS; True when all was saved."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(CLOSE_SECONDS)
        return not self._thread.is_alive() and not self._endings

    def _run(self) -> None:
        retry: list[_Ending] = []
        while True:
            with self._changed:
                if not self._due():
                    self._changed.wait(self._patience(bool(retry)))
                endings, self._endings = self._endings, []
                now = time.monotonic()
                drafts = [
                    (answer, "".join(answer.text), "".join(answer.reasoning))
                    for answer in self._open.values()
                    if answer.dirty_since is not None
                    and (self._closing or now - answer.dirty_since >= FLUSH_SECONDS)
                ]
                for answer, _, _ in drafts:
                    answer.dirty_since = None
                closing = self._closing
            retry = [ending for ending in retry if not self._finish(ending.message)]
            for ending in endings:
                if not self._finish(ending.message):
                    retry.append(ending)
                ending.on_tried()
            for answer, text, reasoning in drafts:
                if not self._flush(answer.message_id, text, reasoning):
                    with self._changed:
                        answer.dirty_since = time.monotonic()
            if closing:
                with self._changed:
                    self._endings = retry
                return

    def _due(self) -> bool:
        now = time.monotonic()
        return (
            self._closing
            or bool(self._endings)
            or any(
                answer.dirty_since is not None and now - answer.dirty_since >= FLUSH_SECONDS
                for answer in self._open.values()
            )
        )

    def _patience(self, retrying: bool) -> float | None:
        """Seconds until something falls due by itself; None when only a caller can wake us."""
        waits = [
            FLUSH_SECONDS - (time.monotonic() - answer.dirty_since)
            for answer in self._open.values()
            if answer.dirty_since is not None
        ]
        if retrying:
            waits.append(RETRY_SECONDS)
        return max(0.0, min(waits)) if waits else None

    def _flush(self, message_id: int, text: str, reasoning: str) -> bool:
        try:
            self._store.update_text(
                message_id, text=text, reasoning=reasoning, state=MessageState.STREAMING
            )
        except StorageFault as fault:
            self._report(fault)
            return False
        self._report(None)
        return True

    def _finish(self, message: Message) -> bool:
        try:
            self._store.finish(
                message.id,
                text=message.text,
                reasoning=message.reasoning,
                state=message.state,
                facts=message.facts,
                problem=message.problem,
            )
        except StorageFault as fault:
            self._report(fault)
            return False
        self._report(None)
        return True

    def _report(self, fault: StorageFault | None) -> None:
        failing = fault is not None
        if isinstance(fault, DiskFull):  # nobody but us needs to try again
            fault = DiskFull(fault.message, "Free some space.")
        if failing != self._failing:
            self._failing = failing
            self._on_fault(fault)
