"""Between domain values and table rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from desktop.domain.conversation import (
    AnswerFacts,
    Conversation,
    Message,
    MessageState,
    Role,
    StopReason,
)
from desktop.domain.sampling import SamplerSettings

CONVERSATION_COLUMNS = (
    "id, title, created_at, updated_at, system_prompt, pinned, draft, head_id, sampler, model_path,"
    " template_arguments"
)
MESSAGE_COLUMNS = (
    "id, conversation_id, parent_id, role, text, created_at, reasoning, state, problem, sampler,"
    " facts, prompt_version_id"
)

_DECODER = json.JSONDecoder()
_FACT_COUNT = len(AnswerFacts._fields) - 1  # the sampler stands by itself
_STOP_REASONS = {reason.value: reason for reason in StopReason}
_ROLES = {role.value: role for role in Role}
_STATES = {state.value: state for state in MessageState}


def storable(text: str) -> str:
    """`text` without lone surrogates, which SQLite cannot hold: U+FFFD stands in for each."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def to_text(values: dict[str, Any] | list[Any]) -> str:
    """JSON as it is stored; lone surrogates survive as escapes."""
    return json.dumps(values, separators=(",", ":"))


# Thousands of messages share a handful of settings; parsing each again would be most of the time
# that opening a long conversation takes.
@lru_cache(maxsize=256)
def sampler_of(text: str) -> SamplerSettings:
    """Settings as stored; the defaults when they cannot be read."""
    try:
        return SamplerSettings.from_json(json.loads(text))
    except (ValueError, TypeError, AttributeError):
        return SamplerSettings()


def conversation_of(row: Sequence[Any]) -> Conversation:
    """From a row of CONVERSATION_COLUMNS."""
    return Conversation(
        id=row[0],
        title=row[1],
        created_at=row[2],
        updated_at=row[3],
        system_prompt=row[4],
        pinned=bool(row[5]),
        draft=row[6],
        head_id=row[7],
        sampler=sampler_of(row[8]),
        model_path=row[9],
        template_arguments=_arguments_of(row[10]),
    )


def message_of(row: Sequence[Any]) -> Message:
    """From a row of MESSAGE_COLUMNS."""
    # By position and without unpacking: 10,000 messages make every detour felt.
    return Message(
        row[0],
        row[1],
        row[2],
        _ROLES[row[3]],
        row[4],
        row[5],
        row[6],
        _STATES[row[7]],
        row[8],
        None if row[10] is None else _facts_of(row[9], row[10]),
        row[11],
    )


def facts_to_texts(facts: AnswerFacts | None) -> tuple[str | None, str | None]:
    """Sampler settings, and the other facts as an array in the order AnswerFacts declares them.

    New facts are only ever declared at the end: then an older array is shorter and the defaults
    fill in, a newer one is longer and its end is ignored. Names would double the time it takes to
    open a conversation of thousands of answers.
    """
    if facts is None:
        return None, None
    values = facts.to_json()
    return to_text(values.pop("sampler")), to_text(list(values.values()))


def _facts_of(sampler: str | None, facts: str) -> AnswerFacts | None:
    try:
        values, _ = _DECODER.raw_decode(facts)
        del values[_FACT_COUNT:]
        values[4] = _STOP_REASONS[values[4]]
        values.insert(3, sampler_of(sampler or "{}"))
        return AnswerFacts(*values)
    except (ValueError, TypeError, KeyError, IndexError):
        return None


def _arguments_of(text: str) -> dict[str, bool]:
    if text == "{}":
        return {}
    try:
        return {str(name): bool(value) for name, value in json.loads(text).items()}
    except (ValueError, AttributeError):
        return {}
