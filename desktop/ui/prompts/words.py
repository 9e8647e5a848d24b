"""How prompts and their placeholders are told in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.domain.prompt import FieldKind, Prompt, PromptHit
from desktop.ui.formats import fill, integer
from desktop.ui.widgets.excerpt import MATCH_END, MATCH_START

EXCERPT_CHARACTERS = 160


def standing(prompt: Prompt) -> list[str]:
    """What sets a prompt apart from others, a word or two each."""
    words = (
        (_tr("favourite"), prompt.favourite),
        (_tr("built in"), prompt.builtin and not prompt.changed),
        (_tr("built in, changed"), prompt.builtin and prompt.changed),
        (_tr("hidden"), prompt.hidden),
    )
    return [word for word, so in words if so]


def details(hit: PromptHit) -> str:
    """The second line of a row: where the search found it, or what the prompt is for."""
    if MATCH_START in hit.excerpt:
        return hit.excerpt
    prompt = hit.prompt
    said = prompt.why or prompt.content.text
    return " · ".join(part for part in (prompt.folder, " ".join(said.split())) if part)[
        :EXCERPT_CHARACTERS
    ]


def plain_excerpt(hit: PromptHit) -> str:
    """`details` as a screen reader says it."""
    return details(hit).replace(MATCH_START, "").replace(MATCH_END, "")


def kind_names() -> dict[FieldKind, str]:
    """Where a placeholder's value comes from, as a person chooses it."""
    return {
        FieldKind.TEXT: _tr("Text"),
        FieldKind.LONG_TEXT: _tr("Long text"),
        FieldKind.CHOICE: _tr("Choice"),
        FieldKind.NUMBER: _tr("Number"),
        FieldKind.FILE: _tr("Text of a file"),
        FieldKind.CLIPBOARD: _tr("Clipboard"),
        FieldKind.MESSAGE: _tr("Selected message"),
    }


def version_name(number: int) -> str:
    """What a version is called."""
    return fill(_tr("Version %1"), integer(number))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Prompts", text)
