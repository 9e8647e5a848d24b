"""A conversation held in the terminal as a file that the window can import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from desktop.core.conversation_files import to_markdown, to_plain_text
from desktop.core.conversation_json import to_json_text
from desktop.domain.conversation import Conversation, Message
from desktop.domain.errors import InvalidInput
from desktop.domain.model import LoadedModel
from desktop.domain.sampling import SamplerSettings
from desktop.storage.files import write_atomically

TITLE_LENGTH = 60

_FORMATS: dict[str, Callable[[Conversation, Sequence[Message]], str]] = {
    ".json": to_json_text,
    ".md": to_markdown,
    ".txt": to_plain_text,
}


def save(path: Path, conversation: Conversation, messages: Sequence[Message]) -> None:
    """Write the conversation in the format its suffix names, replacing what is there.

    Raises: InvalidInput for another suffix; StorageFault.
    """
    render = _FORMATS.get(path.suffix.casefold())
    if render is None:
        raise InvalidInput(
            f"“{path.name}” does not say in which format.", "End it with .json, .md or .txt."
        )
    write_atomically(path, render(conversation, messages))


def conversation_of(
    messages: Sequence[Message],
    system_prompt: str,
    settings: SamplerSettings,
    model: LoadedModel,
    template_arguments: dict[str, bool],
) -> Conversation:
    """The conversation that `messages` (at least one) are; its title is the first question."""
    return Conversation(
        id=0,
        title=" ".join(messages[0].text.split())[:TITLE_LENGTH],
        created_at=messages[0].created_at,
        updated_at=messages[-1].created_at,
        system_prompt=system_prompt,
        head_id=messages[-1].id,
        sampler=settings,
        model_path=str(model.info.path),
        template_arguments=template_arguments,
    )
