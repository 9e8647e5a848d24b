"""What the transcript shows of a conversation's messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.domain.conversation import AnswerFacts, Branch, Message, MessageState, StopReason
from desktop.ui.transcript.entry import Entry

ALONE = Branch()


def entries_of(
    path: Sequence[Message], branches: Mapping[int, Branch], *, open_reasoning: bool = False
) -> list[Entry]:
    """One entry a message, and a notice before each answer from which on the model saw less."""
    entries: list[Entry] = []
    dropped = 0
    for message in path:
        facts = message.facts
        if facts is not None and facts.dropped_messages > dropped:
            entries.append(trimmed_entry(message.id, facts.dropped_messages))
            dropped = facts.dropped_messages
        branch = branches.get(message.id, ALONE)
        entries.append(entry_of(message, branch, open_reasoning=open_reasoning))
        if facts is not None and facts.shifted_tokens:
            entries.append(shifted_entry(message.id, facts.shifted_tokens))
    return entries


def entry_of(message: Message, branch: Branch, *, open_reasoning: bool = False) -> Entry:
    """A message as the transcript shows it."""
    # By position: a long conversation makes thousands, and names would take twice the time.
    return Entry(
        message.id,
        message.role,
        message.text,
        message.reasoning,
        open_reasoning,
        partial(_caption, message.facts) if message.facts else str,
        (branch.index, branch.count),
        message.state,
        message.problem,
    )


def trimmed_entry(message_id: int, count: int) -> Entry:
    """Stands before the answer `message_id`. Keys are unique, and messages' keys are positive."""
    return Entry(key=-2 * message_id, role="notice", text=_trimmed_sentence(count))


def shifted_entry(message_id: int, count: int) -> Entry:
    """Stands after the answer `message_id`."""
    return Entry(key=-2 * message_id - 1, role="notice", text=_shifted_sentence(count))


def _trimmed_sentence(count: int) -> str:
    if count == 1:
        return _tr("The context is full: the model no longer sees the oldest message.")
    return _tr("The context is full: the model no longer sees the {0} oldest messages.").format(
        QLocale().toString(count)
    )


def _shifted_sentence(count: int) -> str:
    return _tr(
        "The context filled up during this answer; the model let go of {0} old tokens to go on."
    ).format(QLocale().toString(count))


def _caption(facts: AnswerFacts) -> str:
    number = QLocale().toString
    parts = [f"{facts.model_name} · {facts.level}"]
    if facts.tokens_per_second:
        parts.append(_tr("{0} tok/s").format(number(facts.tokens_per_second, "f", 1)))
        parts.append(_tr("{0} s to first token").format(number(facts.ttft_ms / 1000, "f", 2)))
    if facts.stop_reason is StopReason.MAX_TOKENS:
        parts.append(_tr("stopped at its longest allowed length"))
    elif facts.stop_reason is StopReason.CANCELLED:
        parts.append(_tr("stopped"))
    return " · ".join(parts)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Entries", text)


def is_unfinished(message: Message) -> bool:
    """Whether the model could go on with this answer."""
    return message.state in (MessageState.STOPPED, MessageState.FAILED)
