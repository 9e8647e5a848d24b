"""A conversation as JSON text, and back: the whole tree with settings and facts.

    {"format": "quern-conversation", "version": 1, "title": ..., "head": 7,
     "messages": [{"id": 7, "parent": null, "role": "user", "text": ..., ...}, ...]}

Parents stand before their children. Ids mean something within one file only. Times are seconds
since the epoch. Unknown names are ignored, so that a newer Quern can add some; a change of meaning
raises the version.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from desktop.core.json_fields import ANY_NAME, Fields, check_like, load_json, sampler_of
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

# Given values are checked to be of the same kinds as these.
_ARGUMENTS_EXAMPLE = {ANY_NAME: True}
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
    top = Fields(load_json(text), "")
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
        sampler=sampler_of(top.object("sampler", {}), "sampler"),
        model_path=top.text("model_path", ""),
        template_arguments=top.object("template_arguments", {}),
    )
    check_like(_ARGUMENTS_EXAMPLE, conversation.template_arguments, "template_arguments")
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
        fields = Fields(entry, f"messages[{number}]")
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
    check_like(_FACTS_EXAMPLE, values, where)
    sampler = sampler_of(values.get("sampler", {}), f"{where}.sampler")
    try:
        return AnswerFacts.from_json(values | {"sampler": sampler})
    except InvalidInput as error:
        raise InvalidInput(f"{where} is incomplete or has a wrong value.") from error
