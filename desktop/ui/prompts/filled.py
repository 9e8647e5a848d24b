"""A prompt that is filled in, as text."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.domain.prompt import FilledPrompt
from desktop.ui.formats import fill, integer


def as_message(filled: FilledPrompt) -> str:
    """Everything in one message, for a conversation that has begun."""
    examples = (f"{each.user.strip()}\n{each.assistant.strip()}" for each in filled.examples)
    parts = (filled.system_prompt.strip(), *examples, filled.text)
    return "\n\n".join(part for part in parts if part)


def as_system_prompt(filled: FilledPrompt) -> str:
    """The prompt's system prompt, and its text with it."""
    return "\n\n".join(part for part in (filled.system_prompt.strip(), filled.text) if part)


def preview(filled: FilledPrompt) -> str:
    """What the model gets, part by part; the text alone where there is nothing else."""
    if not (filled.system_prompt.strip() or filled.examples):
        return filled.text
    parts = []
    if filled.system_prompt.strip():
        parts.append((_tr("System prompt"), filled.system_prompt))
    for number, example in enumerate(filled.examples, 1):
        shown = integer(number)
        parts.append((fill(_tr("Example %1, question"), shown), example.user))
        parts.append((fill(_tr("Example %1, answer"), shown), example.assistant))
    parts.append((_tr("Message"), filled.text))
    return "\n\n".join(f"{name}:\n{text}" for name, text in parts)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Prompts", text)
