"""Prompts that end in the midst of an answer, or begin in the midst of a conversation."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.domain.conversation import Role
from desktop.domain.errors import InvalidInput
from desktop.engine.chat_template import ChatTemplate
from desktop.engine.protocol import ChatTurn
from desktop.engine.reasoning import open_at_end
from desktop.engine.tokens import Vocabulary


def text_with_answer(
    template: ChatTemplate,
    vocabulary: Vocabulary,
    messages: Sequence[ChatTurn],
    arguments: dict[str, bool],
) -> str:
    """The rendered prompt and behind it the last of `messages`, an answer, as the model writes it.

    Raises: ChatTemplateBroken, InvalidInput.
    """
    *earlier, answer = messages
    if answer.role is not Role.ASSISTANT:
        raise InvalidInput("Only an answer of the model can be continued.")
    text = template.render(earlier, arguments)
    protect = vocabulary.protect
    inside = open_at_end(text)
    tags = inside or template.reasoning
    if answer.reasoning:
        text += ("" if inside else f"{tags.open}\n") + protect(answer.reasoning)
    if answer.content and (answer.reasoning or inside):
        text += f"\n{tags.close}\n\n"
    return text + protect(answer.content)


def without_oldest(messages: Sequence[ChatTurn], dropped: int) -> tuple[ChatTurn, ...]:
    """`messages` as a window that left out the `dropped` oldest of them shows them."""
    head = next((i for i, m in enumerate(messages) if m.role is not Role.SYSTEM), len(messages))
    return (*messages[:head], *messages[head + dropped :])
