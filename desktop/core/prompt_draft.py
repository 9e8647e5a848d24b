"""Prompts before they are kept: in one form, within bounds, and made of messages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from desktop.domain.conversation import Message, Role, title_of
from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import ChainLink, Example, Prompt, PromptContent, PromptDraft
from desktop.domain.prompt_template import escape_text
from desktop.domain.sampling import SamplerSettings

MAX_TEXT = 1_000_000  # characters of a prompt, all its texts together
MAX_LINE = 200  # characters of a title, a key, a folder, a tag
MAX_PARTS = 200  # examples, fields, choices, tags

_NOT_TEXT = re.compile("[\0\ud800-\udfff]")


def checked(draft: PromptDraft) -> PromptDraft:
    """The draft as it can be kept: names in one line, no tag twice, newlines of one kind.

    Raises: InvalidInput when it has no title, says nothing, or is too big.
    """
    described = replace(
        draft,
        title=one_line(draft.title),
        folder=clean_folder(draft.folder),
        tags=clean_tags(draft.tags),
        why=clean_text(draft.why).strip(),
        key=one_line(draft.key),
        content=checked_content(draft.content),
    )
    if not described.title:
        raise InvalidInput("The prompt has no title.")
    for name, text in (
        ("title", described.title),
        ("key", described.key),
        ("folder", described.folder),
        *(("tag", tag) for tag in described.tags),
    ):
        if len(text) > MAX_LINE:
            raise InvalidInput(f"The {name} has more than {MAX_LINE} characters.")
    if len(described.tags) > MAX_PARTS:
        raise InvalidInput(f"The prompt has more than {MAX_PARTS} tags.")
    if len(described.why) > MAX_TEXT:
        raise InvalidInput("The prompt is too long.")
    return described


def checked_content(content: PromptContent) -> PromptContent:
    """As `checked`. Raises: InvalidInput."""
    if not content.text.strip() and not content.system_prompt.strip():
        raise InvalidInput("The prompt is empty.", "Write a text or a system prompt.")
    for name, parts in (
        ("examples", content.examples),
        ("placeholders", content.fields),
        *(("choices", known.choices) for known in content.fields),
    ):
        if len(parts) > MAX_PARTS:
            raise InvalidInput(f"The prompt has more than {MAX_PARTS} {name}.")
    clean = replace(
        content,
        text=clean_text(content.text),
        system_prompt=clean_text(content.system_prompt),
        examples=tuple(
            Example(clean_text(example.user), clean_text(example.assistant))
            for example in content.examples
        ),
        fields=tuple(
            replace(
                known,
                name=one_line(known.name),
                default=clean_text(known.default),
                choices=tuple(map(clean_text, known.choices)),
                hint=one_line(known.hint),
            )
            for known in content.fields
        ),
        sampler=_clean_sampler(content.sampler) if content.sampler else None,
        then=(
            ChainLink(one_line(content.then.prompt), one_line(content.then.field))
            if content.then
            else None
        ),
    )
    length = len(clean.text) + len(clean.system_prompt)
    length += sum(len(example.user) + len(example.assistant) for example in clean.examples)
    length += sum(
        len(known.default) + len(known.hint) + sum(map(len, known.choices))
        for known in clean.fields
    )
    if length > MAX_TEXT:
        raise InvalidInput(f"The prompt has more than {MAX_TEXT:,} characters.")
    return clean


def draft_of(prompt: Prompt) -> PromptDraft:
    """What of a prompt is passed on."""
    return PromptDraft(
        title=prompt.title,
        content=prompt.content,
        folder=prompt.folder,
        tags=prompt.tags,
        why=prompt.why,
        key=prompt.key,
    )


def draft_from_messages(messages: Sequence[Message], system_prompt: str) -> PromptDraft:
    """A prompt of what was said, in the order it was said.

    The person's last message becomes the text, question and answer before it examples; without one
    the last answer becomes the text. What stood in braces stays text, and is no placeholder.

    Raises: InvalidInput when nothing was said.
    """
    said = [message for message in messages if message.text.strip()]
    system = [system_prompt, *(m.text for m in said if m.role is Role.SYSTEM)]
    asked = [number for number, message in enumerate(said) if message.role is Role.USER]
    answers = [message for message in said if message.role is Role.ASSISTANT]
    if not asked and not answers:
        raise InvalidInput("There is no message to make a prompt of.")
    last = said[asked[-1]] if asked else answers[-1]
    before = said[: asked[-1]] if asked else []
    examples = tuple(
        Example(escape_text(question.text), escape_text(answer.text))
        for question, answer in pairwise(before)
        if question.role is Role.USER and answer.role is Role.ASSISTANT
    )
    return PromptDraft(
        title=title_of(last.text),
        content=PromptContent(
            text=escape_text(last.text),
            system_prompt=escape_text("\n\n".join(text for text in system if text.strip())),
            examples=examples,
        ),
    )


def one_line(text: str) -> str:
    """Without newlines, and with single spaces."""
    return " ".join(clean_text(text).split())


def clean_folder(folder: str) -> str:
    """ "Work / Letters" is "Work/Letters"."""
    parts = (one_line(part) for part in folder.split("/"))
    return "/".join(part for part in parts if part)


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Each in one line, and once, in whatever case; the first spelling stays."""
    kept: dict[str, str] = {}
    for tag in map(one_line, tags):
        if tag:
            kept.setdefault(tag.casefold(), tag)
    return tuple(kept.values())


def _clean_sampler(sampler: SamplerSettings) -> SamplerSettings:
    return replace(
        sampler,
        grammar=clean_text(sampler.grammar),
        json_schema=clean_text(sampler.json_schema),
        stop=tuple(map(clean_text, sampler.stop)),
        dry_sequence_breakers=tuple(map(clean_text, sampler.dry_sequence_breakers)),
    )


def clean_text(text: str) -> str:
    """With newlines of one kind, and U+FFFD for what no file or database can hold."""
    return _NOT_TEXT.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")
