"""A conversation as JSON text, and back: the whole tree with settings and facts.

    {"format": "quern-conversation", "version": 1, "title": ..., "head": 7,
     "messages": [{"id": 7, "parent": null, "role": "user", "text": ..., ...}, ...]}

Parents stand before their children. Ids mean something within one file only. Times are seconds
since the epoch. Unknown names are ignored, so that a newer Quern can add some; a change of meaning
raises the version.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, NoReturn, TypeVar

from desktop.domain.conversation import (
    AnswerFacts,
    Conversation,
    Message,
    MessageState,
    Role,
    StopReason,
)
from desktop.domain.errors import InvalidInput
from desktop.domain.sampling import SamplerSettings

FORMAT = "quern-conversation"
VERSION = 1
MAX_MESSAGES = 200_000
_LATEST = 253_402_300_799.0  # the end of the year 9999, which is as far as calendars reach

_Choice = TypeVar("_Choice", Role, MessageState)

# Given values are checked to be of the same kinds as these.
_ANY_NAME = ""
_ARGUMENTS_EXAMPLE = {_ANY_NAME: True}
_SAMPLER_EXAMPLE = SamplerSettings().to_json()
_FACTS_EXAMPLE = AnswerFacts(
    "", "", "", SamplerSettings(), 0, StopReason.END_OF_TURN, template_arguments=_ARGUMENTS_EXAMPLE
).to_json()


def to_json_text(conversation: Conversation, messages: Sequence[Message]) -> str:
    """The conversation with all its `messages`, parents before children."""
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "title": conversation.title,
            "created_at": conversation.created_at,
            "updated_at": conversation.updated_at,
            "system_prompt": conversation.system_prompt,
            "model_path": conversation.model_path,
            "template_arguments": conversation.template_arguments,
            "sampler": conversation.sampler.to_json(),
            "head": conversation.head_id,
            "messages": [_message_to_json(message) for message in messages],
        },
        ensure_ascii=False,
        indent=1,
    )


def from_json_text(text: str) -> tuple[Conversation, list[Message]]:
    """What `to_json_text` wrote. Raises: InvalidInput naming the line or field that is wrong."""
    try:
        values = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise InvalidInput(f"Line {error.lineno} is not valid JSON ({error.msg}).") from error
    except RecursionError as error:
        raise InvalidInput("The JSON is nested too deeply.") from error
    except InvalidInput:
        raise
    except ValueError as error:  # a number of thousands of digits
        raise InvalidInput("A number in the file is too long.") from error
    top = _Fields(values, "")
    if top.values.get("format") != FORMAT:
        raise InvalidInput("The file is JSON, but not a conversation exported by Quern.")
    if top.integer("version") > VERSION:
        raise InvalidInput(
            "The conversation was exported by a newer version of Quern.", "Install that version."
        )
    messages = _messages_of(top.list("messages"))
    head_id = top.optional_integer("head")
    if head_id is not None and all(message.id != head_id for message in messages):
        top.refuse("head", "names a message that is not in the file")
    conversation = Conversation(
        id=0,
        title=top.text("title"),
        created_at=top.time("created_at"),
        updated_at=top.time("updated_at"),
        system_prompt=top.text("system_prompt", ""),
        head_id=head_id,
        sampler=_sampler_of(top.object("sampler", {}), "sampler"),
        model_path=top.text("model_path", ""),
        template_arguments=top.object("template_arguments", {}),
    )
    _check_like(_ARGUMENTS_EXAMPLE, conversation.template_arguments, "template_arguments")
    return conversation, messages


def _message_to_json(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "parent": message.parent_id,
        "role": message.role.value,
        "created_at": message.created_at,
        "state": message.state.value,
        "text": message.text,
        "reasoning": message.reasoning,
        "problem": message.problem,
        "facts": message.facts.to_json() if message.facts else None,
    }


def _messages_of(entries: list[Any]) -> list[Message]:
    if len(entries) > MAX_MESSAGES:
        raise InvalidInput(f"The conversation has more than {MAX_MESSAGES} messages.")
    messages: dict[int, Message] = {}
    for number, entry in enumerate(entries):
        fields = _Fields(entry, f"messages[{number}]")
        message_id, parent_id = fields.integer("id"), fields.optional_integer("parent")
        if message_id in messages:
            fields.refuse("id", "stands twice in the file")
        # Refuses cycles and parents that are not in the file as well.
        if parent_id is not None and parent_id not in messages:
            fields.refuse("parent", "must be the id of a message further up")
        facts = fields.values.get("facts")
        messages[message_id] = Message(
            id=message_id,
            conversation_id=0,
            parent_id=parent_id,
            role=fields.choice("role", Role),
            text=fields.text("text"),
            created_at=fields.time("created_at"),
            reasoning=fields.text("reasoning", ""),
            state=fields.choice("state", MessageState),
            problem=fields.text("problem", ""),
            facts=None if facts is None else _facts_of(facts, fields.name_of("facts")),
        )
    return list(messages.values())


def _facts_of(values: Any, where: str) -> AnswerFacts:
    _check_like(_FACTS_EXAMPLE, values, where)
    sampler = _sampler_of(values.get("sampler", {}), f"{where}.sampler")
    try:
        return AnswerFacts.from_json(values | {"sampler": sampler})
    except InvalidInput as error:
        raise InvalidInput(f"{where} is incomplete or has a wrong value.") from error


def _sampler_of(values: Any, where: str) -> SamplerSettings:
    _check_like(_SAMPLER_EXAMPLE, values, where)
    try:
        return SamplerSettings.from_json(values)
    except InvalidInput as error:
        raise InvalidInput(f"{where}: {error.message}") from error


def _check_like(example: Any, value: Any, where: str) -> None:
    """Refuse a value of another kind than the example's. Raises: InvalidInput."""
    if isinstance(example, dict) and isinstance(value, dict):
        any_name = example.get(_ANY_NAME)
        for name, item in value.items():
            if name in example or any_name is not None:
                _check_like(example.get(name, any_name), item, f"{where}.{name}")
    elif not _is_like(example, value):
        raise InvalidInput(f"{where} has a value of the wrong kind: {value!r:.40}.")


def _is_like(example: Any, value: Any) -> bool:
    if isinstance(example, float):
        return _is_number(value)
    if isinstance(example, tuple):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if example is None:  # the seed
        return value is None or type(value) is int
    return type(value) is type(example)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < 2**63 and math.isfinite(value)


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidInput(f"{name} is not a number that a conversation can hold.")


class _Fields:
    """The fields of one object of the file, checked as they are taken out."""

    def __init__(self, values: Any, where: str) -> None:
        if not isinstance(values, dict):
            raise InvalidInput(f"{where or 'The file'} must be an object.")
        self.values: dict[str, Any] = values
        self._where = where

    def name_of(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name

    def refuse(self, name: str, reason: str) -> NoReturn:
        raise InvalidInput(f"{self.name_of(name)} {reason}.")

    def text(self, name: str, default: str | None = None) -> str:
        value = self.values.get(name, default)
        return value if isinstance(value, str) else self.refuse(name, "must be a text")

    def integer(self, name: str) -> int:
        value = self.values.get(name)
        return value if type(value) is int else self.refuse(name, "must be a whole number")

    def optional_integer(self, name: str) -> int | None:
        return None if self.values.get(name) is None else self.integer(name)

    def time(self, name: str) -> float:
        value = self.values.get(name)
        if not _is_number(value) or not 0 <= value <= _LATEST:  # type: ignore[operator]
            self.refuse(name, "must be a time in seconds since 1970")
        return float(value)  # type: ignore[arg-type]

    def choice(self, name: str, choices: type[_Choice]) -> _Choice:
        value = self.values.get(name)
        if value not in [choice.value for choice in choices]:
            self.refuse(name, f"must be one of {', '.join(choice.value for choice in choices)}")
        return choices(value)

    def object(self, name: str, default: dict[str, Any]) -> dict[str, Any]:
        value = self.values.get(name, default)
        return value if isinstance(value, dict) else self.refuse(name, "must be an object")

    def list(self, name: str) -> list[Any]:
        value = self.values.get(name)
        return value if isinstance(value, list) else self.refuse(name, "must be a list")
