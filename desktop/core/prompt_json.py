"""Prompts as JSON text, and back.

    {"format": "quern-prompts", "version": 1, "set": "Techniques", "prompts": [
        {"key": ..., "title": ..., "why": ..., "tags": [...], "folder": ...,
         "content": {"text": ..., "system_prompt": ..., "fields": [...], "examples": [...],
                     "sampler": {...}, "then": {"prompt": KEY, "field": NAME}}}, ...]}

Only `prompts`, their `title` and a `text` or `system_prompt` must be there. Without a folder a
prompt goes into one called like the set. Of the sampler what differs from the defaults is enough.
Unknown names are ignored, so that a newer Quern can add some; a change of meaning raises the
version.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.json_fields import Fields, load_json, sampler_of
from desktop.core.prompt_draft import checked
from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import (
    ChainLink,
    Example,
    FieldKind,
    PromptContent,
    PromptDraft,
    PromptField,
)
from desktop.domain.sampling import SamplerSettings

FORMAT = "quern-prompts"
VERSION = 1
MAX_PROMPTS = 50_000


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why a file, or a prompt of it, cannot be read: one sentence. `line` 0 when no line is it."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class PromptsRead:
    """What a file holds, and what of it cannot be read."""

    drafts: tuple[PromptDraft, ...] = ()
    problems: tuple[FileProblem, ...] = ()


def to_json_text(drafts: Sequence[PromptDraft], set_name: str = "") -> str:
    """The drafts as one file."""
    values = {
        "format": FORMAT,
        "version": VERSION,
        "set": set_name,
        "prompts": [draft_to_json(draft) for draft in drafts],
    }
    return json.dumps(values, ensure_ascii=False, indent=1) + "\n"


def from_json_text(text: str) -> PromptsRead:
    """What `to_json_text` wrote, or people in its form. A wrong prompt costs itself only.

    Raises: InvalidInput when the file as a whole is something else.
    """
    top = Fields(load_json(text), "")
    if top.text("format", FORMAT) != FORMAT or "prompts" not in top.values:
        raise InvalidInput("The file is JSON, but holds no prompts exported by Quern.")
    if "version" in top.values and top.integer("version") > VERSION:
        raise InvalidInput(
            "The prompts were exported by a newer version of Quern.", "Install that version."
        )
    folder = top.text("set", "")
    entries = top.list("prompts")
    if len(entries) > MAX_PROMPTS:
        raise InvalidInput(f"The file holds more than {MAX_PROMPTS:,} prompts.")
    drafts, problems = [], []
    for number, entry in enumerate(entries, 1):
        try:
            drafts.append(draft_from_json(entry, folder))
        except InvalidInput as error:
            problems.append(FileProblem(0, f"Prompt {number}: {error.message}"))
    return PromptsRead(tuple(drafts), tuple(problems))


def draft_to_json(draft: PromptDraft) -> dict[str, Any]:
    """One prompt of the file, its empty parts left out."""
    content = draft.content.to_json()
    if draft.content.sampler is not None:
        content["sampler"] = own_settings(draft.content.sampler)
    described = {"key": draft.key, "title": draft.title, "why": draft.why}
    return {
        **{name: value for name, value in described.items() if value},
        **({"tags": list(draft.tags)} if draft.tags else {}),
        "folder": draft.folder,
        "content": content,
    }


def own_settings(sampler: SamplerSettings) -> dict[str, Any]:
    """What of the settings differs from the defaults."""
    defaults = SamplerSettings().to_json()
    return {name: value for name, value in sampler.to_json().items() if value != defaults[name]}


def draft_from_json(values: Any, folder: str) -> PromptDraft:
    """A prompt of the file. Raises: InvalidInput naming the field that is wrong."""
    if not isinstance(values, dict):
        raise InvalidInput("It must be an object.")
    fields = Fields(values, "")
    return checked(
        PromptDraft(
            title=fields.text("title"),
            content=_content_of(Fields(fields.values.get("content"), "content")),
            folder=fields.text("folder", folder),
            tags=fields.texts("tags"),
            why=fields.text("why", ""),
            key=fields.text("key", ""),
        )
    )


def _content_of(fields: Fields) -> PromptContent:
    sampler = fields.values.get("sampler")
    return PromptContent(
        text=fields.text("text", ""),
        system_prompt=fields.text("system_prompt", ""),
        fields=tuple(
            _field_of(Fields(entry, f"{fields.name_of('fields')}[{number}]"))
            for number, entry in enumerate(fields.list("fields", []), 1)
        ),
        examples=tuple(
            _example_of(Fields(entry, f"{fields.name_of('examples')}[{number}]"))
            for number, entry in enumerate(fields.list("examples", []), 1)
        ),
        sampler=None if sampler is None else sampler_of(sampler, fields.name_of("sampler")),
        then=_link_of(fields),
    )


def _field_of(fields: Fields) -> PromptField:
    return PromptField(
        name=fields.text("name"),
        kind=fields.choice("kind", FieldKind, FieldKind.TEXT),
        default=fields.text("default", ""),
        choices=fields.texts("choices"),
        hint=fields.text("hint", ""),
    )


def _example_of(fields: Fields) -> Example:
    return Example(user=fields.text("user"), assistant=fields.text("assistant"))


def _link_of(fields: Fields) -> ChainLink | None:
    if fields.values.get("then") is None:
        return None
    link = Fields(fields.values["then"], fields.name_of("then"))
    return ChainLink(prompt=link.text("prompt"), field=link.text("field"))
