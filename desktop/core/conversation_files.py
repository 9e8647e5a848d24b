"""Conversations as files: export to Markdown, plain text and JSON, import of the JSON."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from desktop.core.conversation_json import from_json_text, to_json_text
from desktop.core.file_names import safe_stem
from desktop.core.text_files import read_text
from desktop.domain.amounts import how_many
from desktop.domain.conversation import AnswerFacts, Conversation, Message, Role
from desktop.domain.errors import InvalidInput
from desktop.storage.conversations import Conversations
from desktop.storage.files import write_atomically

MAX_FILE = 256 * 2**20  # bytes


class ExportFormat(StrEnum):
    """Markdown and text hold what is shown; JSON holds everything and can be imported again."""

    MARKDOWN = "markdown"
    JSON = "json"
    TEXT = "text"

    @property
    def suffix(self) -> str:
        return {"markdown": ".md", "json": ".json", "text": ".txt"}[self.value]


def export(
    conversations: Conversations, conversation_id: int, path: Path, format_name: str
) -> None:
    """Write a conversation to `path`, replacing what is there only when all is written.

    Raises: InvalidInput for an unknown format; DiskFull, StorageFault.
    """
    if format_name not in list(ExportFormat):
        raise InvalidInput(f"A conversation cannot be exported as “{format_name}”.")
    conversation = conversations.get(conversation_id)
    if format_name == ExportFormat.JSON:
        text = to_json_text(conversation, conversations.tree(conversation_id))
    elif format_name == ExportFormat.MARKDOWN:
        text = to_markdown(conversation, conversations.path(conversation_id))
    else:
        text = to_plain_text(conversation, conversations.path(conversation_id))
    write_atomically(path, text)


def import_json(conversations: Conversations, path: Path) -> Conversation:
    """Read a conversation that was exported as JSON; it gets new ids.

    Raises: InvalidInput naming the file and what is wrong in it; EnvironmentFault, StorageFault.
    """
    text = read_text(path, MAX_FILE)
    try:
        conversation, messages = from_json_text(text)
    except InvalidInput as error:
        raise InvalidInput(
            f"“{path.name}” cannot be imported. {error.message}", error.advice
        ) from error
    return conversations.add_tree(conversation, messages)


def to_markdown(conversation: Conversation, path: Sequence[Message]) -> str:
    """What is shown, as Markdown: a heading per message, its text unchanged."""
    parts = [f"# {' '.join(conversation.title.split()) or 'Conversation'}"]
    if conversation.system_prompt.strip():
        parts += ["## System prompt", conversation.system_prompt.strip()]
    for message in path:
        parts.append(f"## {_speaker(message)}")
        if message.reasoning.strip():
            quoted = "\n".join(
                f"> {line}".rstrip() for line in message.reasoning.strip().split("\n")
            )
            parts += ["*Reasoning*", quoted]
        parts += [part for part in (message.text.strip("\n"), _footnote(message)) if part]
    return "\n\n".join(parts) + "\n"


def to_plain_text(conversation: Conversation, path: Sequence[Message]) -> str:
    """What is shown, as text; reasoning is left out."""
    parts = [" ".join(conversation.title.split()) or "Conversation"]
    if conversation.system_prompt.strip():
        parts.append(f"System prompt:\n{conversation.system_prompt.strip()}")
    parts += [f"{_speaker(message)}:\n{message.text.strip()}" for message in path]
    return "\n\n".join(parts) + "\n"


def suggested_name(title: str, export_format: ExportFormat) -> str:
    """A file name made of a title that Windows, macOS and Linux all accept."""
    return safe_stem(title, "Conversation") + export_format.suffix


def _speaker(message: Message) -> str:
    match message.role:
        case Role.USER:
            return "You"
        case Role.SYSTEM:
            return "System"
    return (message.facts.model_name if message.facts else "") or "Assistant"


def _footnote(message: Message) -> str:
    lines = [f"*{_facts_line(message.facts)}*"] if message.facts else []
    return "\n\n".join([*lines, f"*{message.problem}*"] if message.problem else lines)


def _facts_line(facts: AnswerFacts) -> str:
    parts = [
        facts.level,
        f"temperature {facts.sampler.temperature:g}",
        f"seed {facts.seed}",
        how_many(facts.completion_tokens, "token"),
        f"{facts.tokens_per_second:.1f} tokens per second",
    ]
    return " · ".join(part for part in parts if part)
